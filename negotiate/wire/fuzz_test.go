package wire

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// canned is a connection whose peer answers a request with what r yields.
type canned struct {
	r     io.Reader
	asked chan bool
	once  *sync.Once
}

func answering(r io.Reader) *canned {
	return &canned{r: r, asked: make(chan bool), once: new(sync.Once)}
}

func (c *canned) Read(b []byte) (int, error) {
	<-c.asked
	return c.r.Read(b)
}

func (c *canned) Write(b []byte) (int, error) {
	c.once.Do(func() { close(c.asked) })
	return len(b), nil
}

func (c *canned) Close() error {
	c.once.Do(func() { close(c.asked) })
	return nil
}

func (c *canned) LocalAddr() net.Addr              { return nil }
func (c *canned) RemoteAddr() net.Addr             { return nil }
func (c *canned) SetDeadline(time.Time) error      { return nil }
func (c *canned) SetReadDeadline(time.Time) error  { return nil }
func (c *canned) SetWriteDeadline(time.Time) error { return nil }

// outcome is all of an exchange that must not depend on how the response came
// in pieces.
type outcome struct {
	Kind    trace.FailureKind
	Status  int
	Body    string
	Trailer trace.Headers
	Leg     trace.Leg
}

func exchangeWith(t *testing.T, r io.Reader, method string) outcome {
	t.Helper()
	nc := answering(r)
	rec := &Recorder{Now: func() time.Time { return time.Time{} }}
	c, err := Dial(context.Background(), Target{Scheme: "http", Host: "h", Port: "80"}, Options{
		Recorder: rec, Dial: func(context.Context, string, string) (net.Conn, error) { return nc, nil },
		Limits: Limits{Head: 2000, Line: 200, Fields: 20, Interim: 3, Drain: 1000},
	})
	if err != nil {
		t.Fatal(err)
	}
	out := outcome{}
	response, err := c.RoundTrip(context.Background(), &Request{Method: method})
	if err == nil {
		var body []byte
		body, err = io.ReadAll(response.Body)
		response.Body.Close()
		out.Status, out.Body, out.Trailer = response.Status, string(body), response.Trailer
	}
	var e *Error
	if err != nil && !errors.As(err, &e) {
		t.Fatalf("an error of type %T: %v", err, err)
	}
	if e != nil {
		out.Kind = e.Kind
		if e.Leg == nil || e.Leg.Error == nil {
			t.Fatalf("no leg, or none with the error: %v", err)
		}
	}
	out.Leg = *rec.Trace().Legs[0] // before what comes after it is looked at
	if out.Leg.Error != nil {
		out.Leg.Error = &trace.Failure{Kind: out.Leg.Error.Kind} // its text quotes what was read ahead
	}
	c.Close()
	return out
}

// Whatever the peer sends, and in whatever pieces: no panic, no hang, limits
// are kept, and the result is the same.
func FuzzResponse(f *testing.F) {
	for _, seed := range []string{
		"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: NTLM TlRMTVNTUAACAAAAAAAAADgAAAAFgoqi\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1",
		"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 x\nA: b\n\nHTTP/1.0 200 OK\nTransfer-Encoding: chunked\n\n5\r\nhello\r\n0\r\nA: b\r\n\r\n",
		"HTTP/1.1 200 OK\r\n\r\nuntil the end", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx", "HTTP/1.1 204 No\r\nConnection: close\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;ext=1\r\nhello\r\n3\r\nxyz\r\nffffffffffffffff\r\n", "\x00\x00\x12\x04\x00", "HTTP/1.1 101 x\r\n\r\nother",
	} {
		f.Add([]byte(seed), false)
	}
	f.Fuzz(func(t *testing.T, input []byte, head bool) {
		method := "GET"
		if head {
			method = "HEAD"
		}
		whole := exchangeWith(t, bytes.NewReader(input), method)
		for name, r := range map[string]io.Reader{
			"byte by byte": iotest.OneByteReader(bytes.NewReader(input)),
			"with EOF":     iotest.DataErrReader(bytes.NewReader(input)),
		} {
			if diff := cmp.Diff(whole, exchangeWith(t, r, method), cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Tokens" }, cmp.Ignore())); diff != "" {
				t.Fatalf("%s: %s", name, diff)
			}
		}
		if len(whole.Body) > len(input) || len(whole.Leg.Interim) > 3 {
			t.Fatalf("outcome %+v", whole)
		}
		if r := whole.Leg.Response; r != nil && (len(r.Headers) > 20 || r.BodyBytes != int64(len(whole.Body))) {
			t.Fatalf("response %+v", r)
		}
	})
}
