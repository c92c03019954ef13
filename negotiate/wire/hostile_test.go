package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// pour writes a text and then another for as long as somebody reads.
func pour(first, forever string) func(net.Conn) {
	forever = strings.Repeat(forever, 1+4096/len(forever))
	return func(nc net.Conn) {
		readRequest(nc)
		_, err := io.WriteString(nc, first)
		for err == nil {
			_, err = io.WriteString(nc, forever)
		}
	}
}

// stall writes a text and then nothing, until the client goes.
func stall(text string) func(net.Conn) {
	return func(nc net.Conn) {
		readRequest(nc)
		io.WriteString(nc, text)
		io.Copy(io.Discard, nc)
	}
}

// Whatever a server does, there is an answer within bounds, and a leg.
func TestHostile(t *testing.T) {
	const ok = "HTTP/1.1 200 OK\r\n"
	brief := Timeouts{Head: 30 * time.Millisecond, Idle: 30 * time.Millisecond}
	for _, test := range []struct {
		name     string
		script   func(net.Conn)
		timeouts Timeouts
		// kind is that of the error, in the head or in the body; empty for none.
		kind   trace.FailureKind
		inBody bool
		by     trace.Side
	}{
		{name: "endless header lines", script: pour(ok, "A: b\r\n"), kind: trace.FailMalformed, by: trace.Client},
		{name: "endless header line", script: pour(ok+"A: ", "b"), kind: trace.FailMalformed, by: trace.Client},
		{name: "endless folding", script: pour(ok+"A: b\r\n", " c\r\n"), kind: trace.FailMalformed, by: trace.Client},
		{name: "endless status line", script: pour(ok[:len(ok)-2], "x"), kind: trace.FailMalformed, by: trace.Client},
		{name: "endless empty lines", script: pour("", "\r\n"), kind: trace.FailMalformed, by: trace.Client},
		{name: "endless interim responses", script: pour("", "HTTP/1.1 100 Continue\r\n\r\n"), kind: trace.FailMalformed, by: trace.Client},
		{name: "endless interim head", script: pour("HTTP/1.1 103 Early Hints\r\n", "Link: </a>\r\n"), kind: trace.FailMalformed, by: trace.Client},
		{name: "garbage", script: pour("", "garbage"), kind: trace.FailMalformed, by: trace.Client},
		{name: "zeros", script: pour("", "\x00"), kind: trace.FailMalformed, by: trace.Client},
		{name: "HTTP/2", script: answers("\x00\x00\x12\x04\x00\x00\x00\x00\x00"), kind: trace.FailHTTP2, by: trace.Client},
		{name: "negative length", script: stall(ok + "Content-Length: -5\r\n\r\n"), kind: trace.FailMalformed, inBody: true, by: trace.Client},
		{name: "conflicting lengths", script: stall(ok + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello"), kind: trace.FailMalformed, inBody: true, by: trace.Client},
		{name: "chunk size of letters", script: stall(ok + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n"), kind: trace.FailMalformed, inBody: true, by: trace.Client},
		{name: "chunk size too great", script: stall(ok + "Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n"), kind: trace.FailMalformed, inBody: true, by: trace.Client},
		{name: "negative chunk size", script: stall(ok + "Transfer-Encoding: chunked\r\n\r\n-1\r\n"), kind: trace.FailMalformed, inBody: true, by: trace.Client},
		{name: "chunk longer than it says", script: stall(ok + "Transfer-Encoding: chunked\r\n\r\n1\r\nxyz\r\n"), kind: trace.FailMalformed, inBody: true, by: trace.Client},
		{name: "endless chunk extension", script: pour(ok+"Transfer-Encoding: chunked\r\n\r\n1;", "x"), kind: trace.FailMalformed, inBody: true, by: trace.Client},
		{name: "extensions on every chunk", script: pour(ok+"Transfer-Encoding: chunked\r\n\r\n", "1;"+strings.Repeat("x", 1000)+"\r\ny\r\n"), kind: trace.FailMalformed, inBody: true, by: trace.Client},
		{name: "endless trailer", script: pour(ok+"Transfer-Encoding: chunked\r\n\r\n0\r\n", "A: b\r\n"), kind: trace.FailMalformed, inBody: true, by: trace.Client},
		{name: "silence", script: stall(""), timeouts: brief, kind: trace.FailTimeout, by: trace.Client},
		{name: "silence in the head", script: stall(ok + "A: b\r\n"), timeouts: brief, kind: trace.FailTimeout, by: trace.Client},
		{name: "silence after 100", script: stall("HTTP/1.1 100 Continue\r\n\r\n"), timeouts: brief, kind: trace.FailTimeout, by: trace.Client},
		{name: "silence in the body", script: stall(ok + "Content-Length: 5\r\n\r\nx"), timeouts: brief, kind: trace.FailTimeout, inBody: true, by: trace.Client},
		{name: "silence in a chunk", script: stall(ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nx"), timeouts: brief, kind: trace.FailTimeout, inBody: true, by: trace.Client},
		{name: "silence in a body without end", script: stall(ok + "\r\nx"), timeouts: brief, kind: trace.FailTimeout, inBody: true, by: trace.Client},
		{name: "body cut", script: answers(ok + "Content-Length: 5\r\n\r\nx"), kind: trace.FailEOF, inBody: true, by: trace.Server},
		{name: "chunks cut", script: answers(ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"), kind: trace.FailEOF, inBody: true, by: trace.Server},
		{name: "trailer cut", script: answers(ok + "Transfer-Encoding: chunked\r\n\r\n0\r\n"), kind: trace.FailEOF, inBody: true, by: trace.Server},
		{name: "more than the length", script: answers(ok + "Content-Length: 0\r\n\r\nsurplus"), by: trace.Client},
	} {
		t.Run(test.name, func(t *testing.T) {
			rec := &Recorder{}
			c := dial(t, listen(t, test.script), Options{Recorder: rec, Timeouts: test.timeouts})
			r, err := c.RoundTrip(patient(t), &Request{Method: "GET"})
			if test.inBody || test.kind == "" {
				if err != nil {
					t.Fatalf("the head is lost: %v", err)
				}
				_, err = io.Copy(io.Discard, r.Body)
				r.Body.Close()
			}
			if test.kind == "" {
				if err != nil {
					t.Fatal(err)
				}
				c.AwaitClose(patient(t))
			} else if e := failure(t, err, test.kind); e.Leg == nil || len(err.Error()) > 500 {
				t.Errorf("%v, leg %v", err, e.Leg)
			}
			if c.Usable() {
				t.Error("the connection is usable")
			}
			leg := rec.Trace().Legs[0]
			if (leg.Error != nil) != (test.kind != "") || leg.ClosedBy != test.by || test.inBody && leg.Status() != 200 {
				t.Errorf("leg %+v, error %+v", leg, leg.Error)
			}
		})
	}
}

// A server that drips outlives no context, and holds nobody up for longer.
func TestDrip(t *testing.T) {
	for _, text := range []string{"HTTP/1.1 2", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\n\r\n"} {
		ctx, cancel := context.WithCancel(patient(t))
		target := listen(t, func(nc net.Conn) {
			readRequest(nc)
			io.WriteString(nc, text)
			for i := 0; ; i++ {
				if i == 3 {
					cancel()
				}
				if _, err := io.WriteString(nc, "A"); err != nil {
					return
				}
			}
		})
		c := dial(t, target, Options{Limits: Limits{Line: 1 << 40, Head: 1 << 40}})
		r, err := c.RoundTrip(ctx, &Request{})
		if err == nil {
			_, err = io.Copy(io.Discard, r.Body)
		}
		if e := failure(t, err, trace.FailCanceled); !errors.Is(err, context.Canceled) || e.Leg.ClosedBy != trace.Client {
			t.Errorf("%v, leg %+v", err, e.Leg)
		}
		cancel()
	}
}

// A deadline is a timeout, wherever it strikes.
func TestDeadline(t *testing.T) {
	for _, test := range []struct {
		name string
		text string
		req  Request
	}{
		{"waiting", "", Request{}},
		{"reading the body", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nx", Request{}},
		{"sending", "", Request{Method: "PUT", Body: blockedReader{make(chan bool)}, ContentLength: -1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := dial(t, listen(t, stall(test.text)), Options{})
			ctx, cancel := context.WithTimeout(context.Background(), 30*time.Millisecond)
			defer cancel()
			r, err := c.RoundTrip(ctx, &test.req)
			if err == nil {
				_, err = io.Copy(io.Discard, r.Body)
			}
			if e := failure(t, err, trace.FailTimeout); !e.Timeout() || e.Leg.Error.Kind != trace.FailTimeout || e.Leg.ClosedBy != trace.Client {
				t.Errorf("%v, leg %+v", err, e.Leg)
			}
		})
	}
}

// blockedReader reads until it is closed.
type blockedReader struct{ closed chan bool }

func (b blockedReader) Read([]byte) (int, error) { <-b.closed; return 0, io.EOF }
func (b blockedReader) Close() error             { close(b.closed); return nil }

// A context that has ended sends nothing and harms nothing.
func TestCanceledBefore(t *testing.T) {
	c := dial(t, listen(t, answers("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "")), Options{})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := c.RoundTrip(ctx, &Request{})
	if e := failure(t, err, trace.FailCanceled); e.Sent || e.Leg.Request.Sent {
		t.Error("something was sent")
	}
	roundTrip(t, c, &Request{})
}

// The connection ends at every point of the response, by FIN and by RST: the
// leg is kept, the error names what happened, what could be read is there.
func TestCutEverywhere(t *testing.T) {
	const text = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: NTLM\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nA: b\r\n\r\n"
	for _, hard := range []bool{false, true} {
		t.Run(map[bool]string{false: "eof", true: "reset"}[hard], func(t *testing.T) {
			at := make(chan int, 1)
			got := make(chan bool, 1)
			target := listen(t, func(nc net.Conn) {
				readRequest(nc)
				io.WriteString(nc, text[:<-at])
				if hard {
					<-got // a reset must not overtake what was sent: await that it was read
					reset(nc)
				}
			})
			for n := range len(text) {
				rec := &Recorder{}
				nc := &tapped{wanted: n, arrived: got}
				c := dial(t, target, Options{Recorder: rec, Dial: nc.dial})
				nc.arm(hard)
				at <- n
				r, err := c.RoundTrip(patient(t), &Request{Name: fmt.Sprint(n)})
				if err == nil {
					_, err = io.Copy(io.Discard, r.Body)
				}
				var e *Error
				if !errors.As(err, &e) || e.Leg == nil {
					t.Fatalf("%d bytes: %v", n, err)
				}
				kind := trace.FailEOF
				if hard {
					kind = trace.FailReset
				}
				leg := rec.Trace().Legs[0]
				if partial := leg.Error.Kind == trace.FailMalformed; e.Kind != kind && !partial || !partial && leg.ClosedBy != trace.Server || leg.Error == nil {
					t.Errorf("%d bytes: %v, leg %+v", n, err, leg)
				}
				if head := strings.Index(text, "Unauthorized"); (leg.Status() == 401) != (n >= head+len("Unauthorized\r\n")) {
					t.Errorf("%d bytes: status %d", n, leg.Status())
				}
			}
		})
	}
}

// tapped tells when the client has read so many bytes.
type tapped struct {
	net.Conn
	wanted  int
	arrived chan bool
	on      bool
}

func (c *tapped) dial(ctx context.Context, network, address string) (net.Conn, error) {
	nc, err := new(net.Dialer).DialContext(ctx, network, address)
	c.Conn = nc
	return c, err
}

func (c *tapped) arm(on bool) {
	c.on = on
	if on && c.wanted == 0 {
		c.arrived <- true
	}
}

func (c *tapped) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if n > 0 && c.on {
		if c.wanted -= n; c.wanted == 0 {
			c.arrived <- true
		}
	}
	return n, err
}

// A response that says nothing about its length ends with the connection.
func TestUntilClose(t *testing.T) {
	for _, text := range []string{"HTTP/1.1 200 OK\r\n\r\nhello", "HTTP/1.0 200 OK\r\n\r\nhello", "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello", "HTTP/1.1 200 OK\r\nConnection: foo, Close\r\nContent-Length: 5\r\n\r\nhello"} {
		c := dial(t, listen(t, answers(text)), Options{})
		r := roundTrip(t, c, &Request{})
		if got := readAll(t, r); got != "hello" || !r.Close || c.Usable() {
			t.Errorf("%q: %q, leg %+v", text, got, r.Leg)
		}
		c.Close()
		if r.Leg.ClosedBy != trace.Server {
			t.Errorf("%q: closed by %q", text, r.Leg.ClosedBy)
		}
	}
	c := dial(t, listen(t, answers("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 5\r\n\r\nhello", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")), Options{})
	readAll(t, roundTrip(t, c, &Request{}))
	roundTrip(t, c, &Request{})
}

// No goroutine outlives its connection.
func TestNoLeaks(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 20 {
		c, err := Dial(patient(t), listen(t, stall("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")), Options{})
		if err != nil {
			t.Fatal(err)
		}
		roundTrip(t, c, &Request{})
		c.Close()
	}
	for deadline := time.Now().Add(10 * time.Second); ; runtime.Gosched() {
		// Each listener has one goroutine that accepts until the test ends.
		if n := runtime.NumGoroutine(); n <= before+20+4 {
			return
		} else if time.Now().After(deadline) {
			t.Fatalf("%d goroutines, %d before", n, before)
		}
	}
}
