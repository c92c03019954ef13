package negotiate

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net/url"

	"github.com/ntlmctl/ntlmctl/negotiate/offer"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
	"github.com/ntlmctl/ntlmctl/negotiate/wire"
)

// Request is what is asked for.
type Request struct {
	Method string
	URL    *url.URL
	Header trace.Headers
	// Body is sent once, on the leg that logs on; nil is none.
	Body io.Reader
	// ContentLength is the body's length, -1 if it is not known.
	ContentLength int64
}

// Options say how to ask.
type Options struct {
	Wire wire.Options
	// Credentials are nil where nobody logs on.
	Credentials Credentials
	// Scheme is SchemeNTLM or SchemeNegotiate; empty takes the best that the
	// server offers, Negotiate first.
	Scheme string
	// Preemptive sends the first token at once, without asking what an anonymous
	// request gets. It needs a Scheme. A request with a body is always sent so,
	// since the body goes out once.
	Preemptive bool
}

// Result is the answer and what was seen on the way to it.
type Result struct {
	// Response is the last response, its body not yet read; nil if there is none.
	Response *wire.Response
	// Verdict judges the logon.
	Verdict verdict.Verdict
	// Spent is how many refused AUTHENTICATE_MESSAGEs the account was charged with.
	Spent int
	conn  *wire.Conn
}

// Close closes the body and the connection.
func (r *Result) Close() {
	if r.Response != nil {
		r.Response.Body.Close()
	}
	if r.conn != nil {
		r.conn.Close()
	}
}

// Fetch asks, logs on if the server wants it, and stays on one connection while
// it does. The result is there with an error, too: its verdict says what the
// error means. One refused logon ends the run: there is no second try.
func Fetch(ctx context.Context, req *Request, o Options) (*Result, error) {
	target, err := wire.TargetOf(req.URL)
	if err != nil {
		return &Result{}, err
	}
	f := &fetch{ctx: ctx, req: req, o: o, target: target, result: &Result{}}
	err = f.run()
	failure := failureOf(err)
	if err != nil && failure == nil && len(f.legs) > 0 {
		f.result.Verdict = verdict.Unusable(verdict.Origin, f.legs[len(f.legs)-1].N, err)
	} else {
		f.result.Verdict = verdict.Judge(verdict.Origin, f.legs, failure)
	}
	return f.result, err
}

// failureOf is what a trace says of an error of the wire; nil for another error.
func failureOf(err error) *trace.Failure {
	var failed *wire.Error
	if !errors.As(err, &failed) {
		return nil
	}
	return &trace.Failure{Kind: failed.Kind, Text: failed.Error()}
}

type fetch struct {
	ctx    context.Context
	req    *Request
	o      Options
	target wire.Target
	result *Result
	legs   []*trace.Leg
}

func (f *fetch) run() error {
	scheme := ""
	if f.o.Credentials != nil && (f.o.Preemptive || f.req.Body != nil) {
		if scheme = f.o.Scheme; scheme == "" {
			scheme = SchemeNTLM
		}
	}
	if err := f.connect(); err != nil {
		return err
	}
	if scheme == "" {
		if err := f.leg("anonymous", "", true); err != nil {
			return err
		}
		if f.result.Response.Status != 401 || f.o.Credentials == nil {
			return nil
		}
		if scheme = f.choose(); scheme == "" {
			return nil
		}
		if err := f.connect(); err != nil { // where the refusal ended the connection
			return err
		}
	}
	return f.logOn(scheme)
}

// choose is the scheme to log on with, empty if none that is wanted is offered.
func (f *fetch) choose() string {
	offers := f.offers()
	for _, scheme := range []string{SchemeNegotiate, SchemeNTLM} {
		if (f.o.Scheme == "" || f.o.Scheme == scheme) && offer.Find(offers, scheme) != nil {
			return scheme
		}
	}
	return ""
}

func (f *fetch) offers() []offer.Challenge {
	return offer.Parse(f.result.Response.Header.Values("WWW-Authenticate"))
}

// logOn steps a mechanism on the connection at hand and no other, until the
// server has answered its last token.
func (f *fetch) logOn(scheme string) error {
	mechanism, err := f.o.Credentials.Mechanism(scheme, "HTTP/"+f.target.Host, f.result.conn.PeerCertificate())
	if err != nil {
		return err
	}
	var in []byte
	answered := false // the server has been sent the last token that was due
	for n := 1; n <= maxLegs; n++ {
		out, done, err := mechanism.Step(in)
		switch {
		case err != nil && answered: // the mechanism says what the status says: refused
			f.result.Spent++
			return nil
		case err != nil:
			return err
		}
		answered = done
		if len(out) == 0 {
			return nil
		}
		name := "token " + string(rune('0'+n))
		if err := f.leg(name, scheme+" "+base64.StdEncoding.EncodeToString(out), done); err != nil {
			return err
		}
		if f.result.Response.Status != 401 {
			return nil
		}
		challenge := offer.Find(f.offers(), scheme)
		if challenge == nil || challenge.Token68 == "" {
			if done {
				f.result.Spent++
			}
			return nil
		}
		if in, err = challenge.Token(); err != nil {
			return nil // the verdict names it
		}
		if f.drain(); !f.result.conn.Usable() {
			return nil // the handshake went with its connection
		}
	}
	return nil
}

// maxLegs is how many tokens a handshake may have.
const maxLegs = 6

// connect dials if there is no connection that can be used.
func (f *fetch) connect() error {
	if c := f.result.conn; c != nil {
		f.drain()
		if c.Usable() {
			return nil
		}
		c.Close()
	}
	conn, err := wire.Dial(f.ctx, f.target, f.o.Wire)
	if err != nil {
		return err
	}
	f.result.conn = conn
	return nil
}

// drain reads the body of a refusal, so that its connection can be used again,
// and keeps it: the refusal may turn out to be the answer.
func (f *fetch) drain() {
	r := f.result.Response
	if r == nil {
		return
	}
	if _, kept := r.Body.(keptBody); kept {
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxDrain))
	r.Body.Close()
	if err != nil {
		f.result.conn.Close() // what is left of it cannot be told from the next response
	}
	r.Body = keptBody{bytes.NewReader(body)}
}

// maxDrain is how much of a refusal's body is read to keep its connection.
const maxDrain = 256 << 10

// keptBody is a body that has been read.
type keptBody struct{ *bytes.Reader }

// Close does nothing.
func (keptBody) Close() error { return nil }

// leg sends the request on the connection at hand, with the body only on the
// last leg of a logon. It never dials: a handshake that went on elsewhere would
// be broken by this program itself.
func (f *fetch) leg(name, authorization string, body bool) error {
	req := &wire.Request{Method: f.req.Method, Target: f.req.URL.RequestURI(), Header: f.req.Header, Name: name}
	if authorization != "" {
		req.Header = append(req.Header.Without("Authorization"), trace.Header{Name: "Authorization", Value: authorization})
	}
	if body && f.req.Body != nil {
		req.Body, req.ContentLength = f.req.Body, f.req.ContentLength
	}
	resp, err := f.result.conn.RoundTrip(f.ctx, req)
	if err != nil {
		var failed *wire.Error
		if errors.As(err, &failed) && failed.Leg != nil {
			f.legs = append(f.legs, failed.Leg)
		}
		f.result.Response = nil
		return err
	}
	f.legs = append(f.legs, resp.Leg)
	f.result.Response = resp
	return nil
}
