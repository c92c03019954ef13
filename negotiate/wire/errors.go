package wire

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// Error is a connection or an exchange that failed. Its text holds no
// credentials, and quotes what the peer sent.
type Error struct {
	Kind trace.FailureKind
	// Op is what was being done: "dial", "tls", "socks", "connect", "request",
	// "response", "body".
	Op string
	// Sent says that some of the request may have reached the peer. If not, it
	// is safe to send it again elsewhere.
	Sent bool
	// Leg is the leg as far as it came; nil where there was none yet.
	Leg *trace.Leg
	// Connection is the connection's id, 0 where there was none yet.
	Connection int
	// Body is the beginning of the response's body where a proxy refused a
	// CONNECT: for people to read. Its head is in Leg.
	Body []byte
	Err  error
}

// Error gives operation and cause in one line. Some causes begin with the
// operation themselves.
func (e *Error) Error() string {
	text := fmt.Sprint(e.Err)
	if rest, ok := strings.CutPrefix(text, e.Op); ok && (strings.HasPrefix(rest, ": ") || strings.HasPrefix(rest, " ")) {
		return text
	}
	return e.Op + ": " + text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Timeout reports whether a deadline passed, as net.Error has it.
func (e *Error) Timeout() bool { return e.Kind == trace.FailTimeout }

// Errors that callers may look for.
var (
	// ErrBusy: the body of the response before has not been read or closed.
	ErrBusy = errors.New("the body of the response before is still open")
	// ErrClosed: the connection is closed or no longer usable.
	ErrClosed = errors.New("the connection is closed")
	// ErrPeerClosed: the peer had closed the connection before the request was sent.
	ErrPeerClosed = errors.New("the peer had closed the connection before the request was sent")
)

// malformed is what the peer sent and should not have.
type malformed struct {
	kind trace.FailureKind
	text string
}

func (m *malformed) Error() string { return m.text }

func malformedf(format string, args ...any) error {
	return &malformed{kind: trace.FailMalformed, text: fmt.Sprintf(format, args...)}
}

// failed marks an error with its kind.
type failed struct {
	kind trace.FailureKind
	err  error
}

func (f *failed) Error() string { return f.err.Error() }
func (f *failed) Unwrap() error { return f.err }

// kindOf tells what an error of a socket means.
func kindOf(err error) trace.FailureKind {
	var (
		bad       *malformed
		marked    *failed
		record    tls.RecordHeaderError
		verify    *tls.CertificateVerificationError
		hostname  x509.HostnameError
		authority x509.UnknownAuthorityError
		network   net.Error
		operation *net.OpError
	)
	switch {
	case errors.As(err, &marked):
		return marked.kind
	case errors.As(err, &bad):
		return bad.kind
	case errors.Is(err, context.Canceled):
		return trace.FailCanceled
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return trace.FailTimeout
	case isReset(err):
		return trace.FailReset
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return trace.FailEOF
	case errors.As(err, &operation) && (operation.Op == "remote error" || operation.Op == "local error"): // crypto/tls's way to tell of an alert
		return trace.FailTLS
	case errors.As(err, &record), errors.As(err, &verify), errors.As(err, &hostname), errors.As(err, &authority):
		return trace.FailTLS
	case errors.As(err, &network) && network.Timeout():
		return trace.FailTimeout
	}
	return trace.FailIO
}

// explain words an error for people: io's sentinels say little.
func explain(err error) error {
	var operation *net.OpError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return &worded{"the peer closed the connection", err}
	case isReset(err):
		return &worded{"the peer reset the connection", err}
	case errors.Is(err, context.DeadlineExceeded) && !errors.As(err, &operation): // package net's says where
		return &worded{"no whole answer in time", err}
	}
	return err
}

// worded is an error in other words.
type worded struct {
	text string
	err  error
}

func (w *worded) Error() string { return w.text }
func (w *worded) Unwrap() error { return w.err }
