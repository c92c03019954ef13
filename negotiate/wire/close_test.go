package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

const empty = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

// Who closed, how, and that it is noticed between legs before anything is sent.
func TestClosedBetweenLegs(t *testing.T) {
	for _, test := range []struct {
		name string
		end  func(net.Conn)
		by   trace.Side
		how  string
		kind trace.FailureKind
		note string
	}{
		{"eof", func(nc net.Conn) { nc.Close() }, trace.Server, "eof", trace.FailEOF, ""},
		{"half closed", func(nc net.Conn) { nc.(*net.TCPConn).CloseWrite(); io.Copy(io.Discard, nc) }, trace.Server, "eof", trace.FailEOF, ""},
		{"reset", reset, trace.Server, "reset", trace.FailReset, ""},
		{"408", func(nc net.Conn) { io.WriteString(nc, "HTTP/1.1 408 Request Timeout\r\n\r\n") }, trace.Server, "announced", trace.FailMalformed, "408"},
		{"surplus", func(nc net.Conn) { io.WriteString(nc, "<html>") }, trace.Client, "error", trace.FailMalformed, "<html>"},
	} {
		t.Run(test.name, func(t *testing.T) {
			proceed := make(chan bool)
			target := listen(t, func(nc net.Conn) {
				answers(empty)(nc)
				<-proceed
				test.end(nc)
			})
			rec := &Recorder{}
			c := dial(t, target, Options{Recorder: rec})
			roundTrip(t, c, &Request{})
			if !c.Usable() {
				t.Fatal("closed too soon")
			}
			close(proceed)
			if !c.AwaitClose(patient(t)) {
				t.Fatal("the end was not noticed")
			}
			_, err := c.RoundTrip(patient(t), &Request{})
			if e := failure(t, err, test.kind); e.Sent || e.Leg.Request.Sent || e.Leg.ClosedBy != test.by {
				t.Errorf("%v, leg %+v", err, e.Leg)
			}
			tr := rec.Trace()
			if c := tr.Connections[0]; c.ClosedBy != test.by || c.ClosedHow != test.how || c.Closed.IsZero() {
				t.Errorf("connection %+v", c)
			}
			if leg := tr.Legs[0]; leg.ClosedBy != test.by || !strings.Contains(leg.Note, test.note) || leg.Error != nil {
				t.Errorf("leg %+v", leg)
			}
		})
	}
}

// The end may already lie in the socket when the next request is due, and
// nothing waited for it.
func TestClosedUnnoticed(t *testing.T) {
	for range 50 {
		over := make(chan bool)
		target := listen(t, func(nc net.Conn) {
			answers(empty)(nc)
			nc.Close()
			close(over)
		})
		c := dial(t, target, Options{})
		r := roundTrip(t, c, &Request{})
		<-over
		_, err := c.RoundTrip(patient(t), &Request{})
		if kind := kindOf(err); kind != trace.FailEOF && kind != trace.FailReset {
			t.Fatal(err)
		}
		if r.Leg.ClosedBy != trace.Server && failure(t, err, kindOf(err)).Leg.ClosedBy != trace.Server {
			t.Errorf("closed by %q", r.Leg.ClosedBy)
		}
	}
}

func TestAwaitCloseEnds(t *testing.T) {
	c := dial(t, listen(t, stall("")), Options{})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if c.AwaitClose(ctx) || !c.Usable() {
		t.Error("closed")
	}
	c.Close()
	if !c.AwaitClose(context.Background()) || c.Info().ClosedBy != trace.Client {
		t.Errorf("not closed: %+v", c.Info())
	}
}

// TLS: an orderly end and one that is cut.
func TestClosedTLS(t *testing.T) {
	cert := httptest.NewTLSServer(nil)
	defer cert.Close()
	config := cert.TLS.Clone()
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		for _, orderly := range []bool{true, false} {
			proceed := make(chan bool)
			target := listen(t, func(nc net.Conn) {
				session := tls.Server(nc, config)
				answers(empty)(session)
				<-proceed
				if orderly {
					session.Close()
				}
			})
			target.Scheme = "https"
			c := dial(t, target, Options{TLS: &tls.Config{InsecureSkipVerify: true, MaxVersion: version, MinVersion: version}})
			roundTrip(t, c, &Request{})
			close(proceed)
			c.AwaitClose(patient(t))
			if info := c.Info(); info.ClosedBy != trace.Server || info.ClosedHow != "eof" {
				t.Errorf("orderly %v: %+v", orderly, info)
			}
			_, err := c.RoundTrip(patient(t), &Request{})
			if e := failure(t, err, trace.FailEOF); e.Sent || !errors.Is(err, ErrPeerClosed) {
				t.Error(err)
			}
		}
	}
}

// Close from elsewhere ends a request under way.
func TestCloseFromElsewhere(t *testing.T) {
	asked := make(chan bool)
	target := listen(t, func(nc net.Conn) {
		readRequest(nc)
		close(asked)
		io.Copy(io.Discard, nc)
	})
	c := dial(t, target, Options{})
	var wg sync.WaitGroup
	wg.Go(func() {
		<-asked
		c.Close()
	})
	_, err := c.RoundTrip(patient(t), &Request{})
	wg.Wait()
	if e := new(Error); !errors.As(err, &e) || e.Leg.ClosedBy != trace.Client {
		t.Errorf("%v", err)
	}
}
