package wire

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// Request is one request. Only RoundTrip writes it.
type Request struct {
	// Method is "GET" if empty.
	Method string
	// Target is the request target in origin form: "/" if empty, "*" or path
	// and query. Through an HTTP proxy without a tunnel the scheme and authority
	// are set before it. For CONNECT it is host:port.
	Target string
	// Header goes out in this order and case. Host goes first unless it is in
	// here; Content-Length, Transfer-Encoding and Expect are set from the fields
	// below, whatever is in here.
	Header trace.Headers
	// Body is sent once; nil is none. If it is an io.Closer, it is closed when it
	// has been sent or is not going to be. That closing must end a Read.
	Body io.Reader
	// ContentLength is the body's length, -1 if it is not known: then it goes out
	// chunked. Without a body it has no meaning: methods that go with a body say
	// Content-Length: 0.
	ContentLength int64
	// Expect asks for 100 Continue before the body is sent, and waits
	// Timeouts.Expect for it.
	Expect bool
	// Name and Experiment go into the leg.
	Name, Experiment string
}

func (r *Request) method() string {
	if r.Method == "" {
		return "GET"
	}
	return r.Method
}

// check finds what would break the message's framing. It quotes no values.
func (r *Request) check() error {
	if !isFieldName([]byte(r.method())) {
		return fmt.Errorf("the method %q is no token", r.Method)
	}
	for i := range len(r.Target) {
		if c := r.Target[i]; c <= ' ' || c == 0x7f {
			return fmt.Errorf("the request target has a space or control character at %d", i)
		}
	}
	for _, field := range r.Header {
		if !isFieldName([]byte(field.Name)) {
			return fmt.Errorf("the header name %q is no token", field.Name)
		}
		if strings.ContainsAny(field.Value, "\r\n\x00") {
			return fmt.Errorf("the value of header %s has a line break or NUL in it", field.Name)
		}
	}
	if r.Body != nil && r.ContentLength < -1 {
		return errors.New("the body's length is negative")
	}
	return nil
}

func (r *Request) closeBody() {
	if closer, ok := r.Body.(io.Closer); ok {
		closer.Close()
	}
}

// fields are the header fields as they go out.
func (r *Request) fields(t Target) trace.Headers {
	list := make(trace.Headers, 0, len(r.Header)+3)
	if !r.Header.Has("Host") {
		host := t.Authority()
		if r.method() == "CONNECT" {
			host = r.Target
		}
		list = append(list, trace.Header{Name: "Host", Value: host})
	}
	for _, field := range r.Header {
		switch strings.ToLower(field.Name) {
		case "content-length", "transfer-encoding", "expect":
			continue
		}
		list = append(list, field)
	}
	switch {
	case r.Body == nil:
		switch r.method() {
		case "POST", "PUT", "PATCH":
			list = append(list, trace.Header{Name: "Content-Length", Value: "0"})
		}
		return list
	case r.ContentLength < 0:
		list = append(list, trace.Header{Name: "Transfer-Encoding", Value: "chunked"})
	default:
		list = append(list, trace.Header{Name: "Content-Length", Value: strconv.FormatInt(r.ContentLength, 10)})
	}
	if r.Expect {
		list = append(list, trace.Header{Name: "Expect", Value: "100-continue"})
	}
	return list
}

// target is the request target as it goes out.
func (r *Request) target(t Target, absolute bool) string {
	target := r.Target
	if target == "" {
		target = "/"
	}
	if r.method() == "CONNECT" || !absolute {
		return target
	}
	if target == "*" { // RFC 9112 section 3.2.4
		target = ""
	}
	return t.Scheme + "://" + t.Authority() + target
}

// appendHead appends the head of a request.
func appendHead(b []byte, method, target string, fields trace.Headers) []byte {
	b = append(b, method...)
	b = append(b, ' ')
	b = append(b, target...)
	b = append(b, " HTTP/1.1\r\n"...)
	for _, field := range fields {
		b = append(b, field.Name...)
		b = append(b, ": "...)
		b = append(b, field.Value...)
		b = append(b, "\r\n"...)
	}
	return append(b, "\r\n"...)
}
