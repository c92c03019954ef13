package experiment

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
	"github.com/ntlmctl/ntlmctl/negotiate/wire"
)

// NameFront is the name of Front.
const NameFront = "front"

// Front sends a request that every HTTP server must refuse, a Content-Length
// that is no number (RFC 9112 section 6.3): the first box that reads HTTP answers it
// itself, and its error page gives it away.
type Front struct{}

// Info describes it.
func (Front) Info() Info {
	return Info{
		Name: NameFront, Asks: "whose error page answers a malformed request?",
		Needs: []Need{NeedServer}, Cost: Cost{Requests: 1},
	}
}

// frontPatience is how long the error page may take: some boxes say nothing.
const frontPatience = 5 * time.Second

// Run asks.
func (Front) Run(ctx context.Context, p *Path, seen *Seen) Outcome {
	o := Observation{Experiment: NameFront, Target: verdict.Origin}
	if err := p.front(ctx, &o); err != nil {
		o.fail(err)
		seen.add(o)
		return Outcome{State: Inconclusive, Text: o.Failure.Text}
	}
	seen.add(o)
	return Outcome{State: Passed, Text: "a malformed request was answered with " + http.StatusText(o.Status())}
}

func (p *Path) front(ctx context.Context, o *Observation) error {
	if err := p.pace(ctx); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, frontPatience)
	defer cancel()
	conn, err := p.dial(ctx)
	if err != nil {
		return err
	}
	o.Connection = conn.Info()
	nc, err := conn.Hijack()
	if err != nil {
		conn.Close()
		return err
	}
	defer nc.Close()
	stop := context.AfterFunc(ctx, func() { nc.Close() })
	defer stop()
	target := p.url.RequestURI()
	if conn.Absolute() {
		target = p.url.Scheme + "://" + p.target.Authority() + target
	}
	request := "GET " + target + " HTTP/1.1\r\nHost: " + p.target.Authority() + "\r\nContent-Length: none\r\nConnection: close\r\n\r\n"
	if _, err := io.WriteString(nc, request); err != nil {
		return err
	}
	raw, _ := io.ReadAll(io.LimitReader(nc, maxBody)) // what came before an error is the answer
	resp, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(raw)), nil)
	if err != nil {
		return &wire.Error{Kind: trace.FailMalformed, Op: "response", Sent: true, Connection: o.Connection.ID, Err: errNoPage}
	}
	defer resp.Body.Close()
	o.Body, _ = io.ReadAll(resp.Body)
	o.Leg = &trace.Leg{
		Name: NameFront, Experiment: NameFront, Connection: o.Connection.ID, HTTPVersion: strings.TrimPrefix(resp.Proto, "HTTP/"),
		Request:  trace.Request{Method: "GET", Target: target, Sent: true},
		Response: &trace.Response{Status: resp.StatusCode, Headers: headersOf(resp.Header)},
	}
	return nil
}

// headersOf are the fields of net/http's map, by name.
func headersOf(h http.Header) trace.Headers {
	var list trace.Headers
	for _, name := range sortedKeys(h) {
		for _, value := range h[name] {
			list = append(list, trace.Header{Name: name, Value: value})
		}
	}
	return list
}
