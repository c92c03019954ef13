package experiment

import (
	"context"
	"crypto/tls"
	"errors"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
	"github.com/ntlmctl/ntlmctl/negotiate/wire"
)

// NameHTTP2 is the name of HTTP2.
const NameHTTP2 = "http2"

// The variants of HTTP2.
const (
	VariantHTTP2Anonymous = "anonymous"
	VariantHTTP2Type1     = "type 1"
)

// HTTP2 asks whether the server speaks HTTP/2, which carries no NTLM, and what
// becomes of an anonymous request and of NTLM's first message there.
type HTTP2 struct{}

// Info describes it.
func (HTTP2) Info() Info {
	return Info{
		Name: NameHTTP2, Asks: "does the server speak HTTP/2, and what becomes of NTLM over it?",
		Needs: []Need{NeedTLS, NeedServer}, Cost: Cost{Requests: 2, Handshakes: 1},
	}
}

// Run asks.
func (HTTP2) Run(ctx context.Context, p *Path, seen *Seen) Outcome {
	o := Observation{Experiment: NameHTTP2, Variant: VariantHTTP2Anonymous, Target: verdict.Origin}
	session, err := p.http2(ctx, &o)
	if err != nil {
		o.fail(err)
		seen.add(o)
		if o.Failure.Kind == trace.FailHTTP2 {
			return Outcome{State: Passed, Text: "the server does not speak HTTP/2"}
		}
		return Outcome{State: Inconclusive, Text: o.Failure.Text}
	}
	defer session.Close()
	anonymous := p.askHTTP2(ctx, seen, session, o, "")
	if anonymous.Failure != nil || !anonymous.Refused() || anonymous.Offered("NTLM") == nil {
		return Outcome{State: Passed, Text: "HTTP/2 is spoken; NTLM is not on offer over it"}
	}
	if seen.Sharing() != nil {
		return Outcome{State: Inconclusive, Text: "HTTP/2 is spoken; no token was sent over it, for handshakes share an upstream connection"}
	}
	o.Variant = VariantHTTP2Type1
	outcome := outcomeOf(p.askHTTP2(ctx, seen, session, o, "NTLM "+text(type1())), Challenged)
	outcome.Text = "HTTP/2 is spoken; NTLM's first message over it: " + outcome.Text
	return outcome
}

// http2 opens a session. A server that does not speak HTTP/2 is an error of
// kind FailHTTP2.
func (p *Path) http2(ctx context.Context, o *Observation) (*http.ClientConn, error) {
	target := p.target
	target.Scheme = "tcp" // net/http wants to see the TLS session to know of HTTP/2
	conn, err := p.dialTo(ctx, target)
	if err != nil {
		return nil, err
	}
	o.Connection = conn.Info()
	socket, err := conn.Hijack()
	if err != nil {
		conn.Close()
		return nil, err
	}
	config := new(tls.Config)
	if p.wire.TLS != nil {
		config = p.wire.TLS.Clone()
	}
	config.NextProtos = []string{"h2", "http/1.1"}
	if config.ServerName == "" {
		config.ServerName = p.target.Host
	}
	session := tls.Client(socket, config)
	if err := session.HandshakeContext(ctx); err != nil {
		session.Close()
		return nil, &wire.Error{Kind: trace.FailTLS, Op: "tls", Connection: o.Connection.ID, Err: err}
	}
	o.Connection.ALPN = session.ConnectionState().NegotiatedProtocol
	if o.Connection.ALPN != "h2" {
		session.Close()
		return nil, &wire.Error{Kind: trace.FailHTTP2, Op: "alpn", Connection: o.Connection.ID, Err: errNoHTTP2}
	}
	transport := &http.Transport{
		DialTLSContext:    func(context.Context, string, string) (net.Conn, error) { return session, nil },
		ForceAttemptHTTP2: true, MaxResponseHeaderBytes: 256 << 10, DisableCompression: true,
	}
	client, err := transport.NewClientConn(ctx, "https", p.target.Address())
	if err != nil {
		session.Close()
		return nil, err
	}
	return client, nil
}

// askHTTP2 sends one request on a session.
func (p *Path) askHTTP2(ctx context.Context, seen *Seen, session *http.ClientConn, o Observation, authorization string) *Observation {
	fields := slices.Clone(p.Header)
	if authorization != "" {
		fields = append(fields, trace.Header{Name: "Authorization", Value: authorization})
	}
	leg := &trace.Leg{
		Name: NameHTTP2 + " " + o.Variant, Experiment: NameHTTP2, Connection: o.Connection.ID, HTTPVersion: "2",
		Request: trace.Request{Method: "GET", Target: p.url.RequestURI(), Headers: fields},
		Tokens:  wire.TokensOf(trace.InRequest, fields),
	}
	o.Leg = leg
	if err := p.pace(ctx); err != nil {
		o.fail(err)
		return seen.add(o)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url.String(), http.NoBody)
	if err != nil {
		o.fail(err)
		return seen.add(o)
	}
	for _, field := range fields {
		req.Header.Add(field.Name, field.Value)
	}
	leg.Started, leg.Request.Sent = trace.Stamp(time.Now()), true
	resp, err := session.RoundTrip(req)
	leg.DurationMS = trace.MS(time.Since(leg.Started.Time))
	if err != nil {
		o.Failure = &trace.Failure{Kind: trace.FailHTTP2, Text: err.Error()}
		if _, code, reset := strings.Cut(err.Error(), "stream error: stream ID "); reset { // net/http's type for it is not exported
			_, code, _ = strings.Cut(code, "; ")
			o.Failure.Text = "the server reset the stream: " + code
		}
		return seen.add(o)
	}
	defer resp.Body.Close()
	headers := headersOf(resp.Header)
	leg.Response = &trace.Response{Status: resp.StatusCode, Headers: headers}
	leg.Tokens = append(leg.Tokens, wire.TokensOf(trace.InResponse, headers)...)
	return seen.add(o)
}

var (
	errNoHTTP2 = errors.New("the server chose no HTTP/2")
	errNoPage  = errors.New("a malformed request got no answer in HTTP")
)

func sortedKeys(h http.Header) []string { return slices.Sorted(maps.Keys(h)) }
