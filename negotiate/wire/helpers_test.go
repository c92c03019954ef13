package wire

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/ntlmctl/ntlmctl/internal/lab/loopback"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// patient is a context that ends before the test binary does: a test that
// hangs says where.
func patient(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// listen runs a script on each connection that comes, one after another or
// together, and closes it afterwards.
func listen(t testing.TB, script func(net.Conn)) Target {
	t.Helper()
	return targetOf(t, "http://"+loopback.Talk(t, func(_ int, nc net.Conn) { script(nc) }))
}

// answers is a script that reads one head and writes one answer for each of the
// texts, and then closes.
func answers(texts ...string) func(net.Conn) {
	return func(nc net.Conn) {
		for _, text := range texts {
			if !readRequest(nc) {
				return
			}
			io.WriteString(nc, text)
		}
	}
}

// readRequest reads one request head, byte by byte: nothing of a body is lost.
func readRequest(nc net.Conn) bool {
	var head []byte
	b := make([]byte, 1)
	for {
		if _, err := nc.Read(b); err != nil {
			return false
		}
		head = append(head, b[0])
		if n := len(head); n >= 4 && string(head[n-4:]) == "\r\n\r\n" {
			return true
		}
	}
}

func targetOf(t testing.TB, text string) Target {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	target, err := TargetOf(u)
	if err != nil {
		t.Fatal(err)
	}
	return target
}

func serverTarget(t testing.TB, s *httptest.Server) Target { return targetOf(t, s.URL) }

func dial(t testing.TB, target Target, o Options) *Conn {
	t.Helper()
	c, err := Dial(patient(t), target, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func roundTrip(t testing.TB, c *Conn, req *Request) *Response {
	t.Helper()
	r, err := c.RoundTrip(patient(t), req)
	if err != nil {
		t.Fatalf("RoundTrip: %v", err)
	}
	return r
}

func readAll(t testing.TB, r *Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatalf("reading the body: %v", err)
	}
	return string(b)
}

// failure is the *Error that an error has to be.
func failure(t testing.TB, err error, kind trace.FailureKind) *Error {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("error is %T %v, want an *Error of kind %s", err, err, kind)
	}
	if e.Kind != kind {
		t.Fatalf("error is of kind %s, want %s: %v", e.Kind, kind, err)
	}
	return e
}

// reset makes closing a connection reset it.
func reset(nc net.Conn) {
	nc.(*net.TCPConn).SetLinger(0)
	nc.Close()
}
