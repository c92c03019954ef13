package experiment

import (
	"context"
	"errors"
	"io"
	"net/url"
	"strings"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
	"github.com/ntlmctl/ntlmctl/negotiate/wire"
)

// Path is a URL and the way to it. One goroutine uses it at a time.
type Path struct {
	// Header goes out with every request.
	Header trace.Headers
	// Pace, if not nil, waits until another request may go out.
	Pace func(context.Context) error

	url    *url.URL
	target wire.Target
	wire   wire.Options
	// idle is a connection on which no token has gone out yet, nil if there is none.
	idle *wire.Conn
	// behind, if not nil, opens a connection to a target that a proxy has been logged
	// on to.
	behind func(context.Context, wire.Target) (*wire.Conn, error)
	// tunnelRefused: the proxy answers CONNECT with 407, so tokens go there.
	tunnelRefused bool
}

// NewPath makes a path. What its requests are is recorded in the recorder of
// the options, which may be nil.
func NewPath(u *url.URL, o wire.Options) (*Path, error) {
	target, err := wire.TargetOf(u)
	if err != nil {
		return nil, err
	}
	if o.Recorder == nil {
		o.Recorder = new(wire.Recorder)
	}
	return &Path{url: u, target: target, wire: o}, nil
}

// Close closes the connection that is left.
func (p *Path) Close() {
	if p.idle != nil {
		p.idle.Close()
		p.idle = nil
	}
}

// question is one request as an experiment words it.
type question struct {
	experiment, variant string
	// scheme and token make up the credentials; no token is an anonymous request.
	scheme, token string
	// header goes out beside the path's own.
	header trace.Headers
	// body asks for the beginning of the response's body.
	body bool
	// hold keeps the connection open for the caller, who closes it.
	hold bool
	// change, if not nil, has the last word on the request.
	change func(*wire.Request)
}

// maxBody is how much of a body is kept for a look.
const maxBody = 16 << 10

// ask sends one request, on the idle connection or a fresh one. A connection
// that carried a token is closed after it, or handed to the caller who asked to
// hold it: a half handshake never lies about.
func (p *Path) ask(ctx context.Context, seen *Seen, q question) (*Observation, *wire.Conn) {
	o := p.observation(seen, q)
	fail := func(err error) (*Observation, *wire.Conn) {
		o.fail(err)
		return seen.add(o), nil
	}
	if err := p.pace(ctx); err != nil {
		return fail(err)
	}
	if p.tunnelRefused {
		return p.askTunnel(ctx, seen, q, o)
	}
	conn, err := p.connection(ctx)
	if err != nil {
		p.tunnelRefused = isTunnelRefusal(err)
		if p.tunnelRefused {
			o.Target = verdict.Proxy
		}
		return fail(err)
	}
	o, conn = p.exchange(ctx, q, o, conn)
	return seen.add(o), conn
}

// dial opens a connection on the path.
func (p *Path) dial(ctx context.Context) (*wire.Conn, error) { return p.dialTo(ctx, p.target) }

// dialTo opens a connection to a target, by the way of the path.
func (p *Path) dialTo(ctx context.Context, target wire.Target) (*wire.Conn, error) {
	if p.behind != nil {
		return p.behind(ctx, target)
	}
	return wire.Dial(ctx, target, p.wire)
}

// pace waits until another request may go out.
func (p *Path) pace(ctx context.Context) error {
	if p.Pace == nil {
		return nil
	}
	return p.Pace(ctx)
}

// observation is that of a question before it is asked.
func (p *Path) observation(seen *Seen, q question) Observation {
	return Observation{Experiment: q.experiment, Variant: q.variant, Target: p.refuser(seen)}
}

// askOn sends the request on a connection, which it closes if there is no time for it.
func (p *Path) askOn(ctx context.Context, seen *Seen, q question, conn *wire.Conn) (*Observation, *wire.Conn) {
	o := p.observation(seen, q)
	if err := p.pace(ctx); err != nil {
		o.Connection = conn.Info()
		o.fail(err)
		conn.Close()
		return seen.add(o), nil
	}
	o, conn = p.exchange(ctx, q, o, conn)
	return seen.add(o), conn
}

// exchange sends the request on a connection and fills in the observation, which
// it adds to nothing. The connection is nil where the caller is not to hold it.
func (p *Path) exchange(ctx context.Context, q question, o Observation, conn *wire.Conn) (Observation, *wire.Conn) {
	o.Connection = conn.Info()
	req := &wire.Request{Target: p.url.RequestURI(), Name: q.name(), Experiment: q.experiment}
	req.Header = append(req.Header, p.Header...)
	req.Header = append(req.Header, q.header...)
	if q.token != "" {
		name := "Authorization"
		if o.Target == verdict.Proxy {
			name = "Proxy-Authorization"
		}
		req.Header = append(req.Header, trace.Header{Name: name, Value: q.scheme + " " + q.token})
	}
	if q.change != nil {
		q.change(req)
	}
	resp, err := conn.RoundTrip(ctx, req)
	if err != nil {
		o.fail(err)
		conn.Close()
		return o, nil
	}
	o.Leg = resp.Leg
	if resp.Status == 407 && q.token == "" {
		o.Target = verdict.Proxy
	}
	if q.body {
		o.Body, _ = io.ReadAll(io.LimitReader(resp.Body, maxBody))
	}
	usable := resp.Drain() && conn.Usable()
	o.Connection = conn.Info()
	switch {
	case q.hold:
		return o, conn
	case q.token != "" || !usable || p.idle != nil:
		conn.Close()
	default:
		p.idle = conn
	}
	return o, nil
}

// askTunnel sends a token in a CONNECT, to the proxy that wants one there.
func (p *Path) askTunnel(ctx context.Context, seen *Seen, q question, o Observation) (*Observation, *wire.Conn) {
	options, proxy := p.wire, *p.wire.Proxy
	proxy.Auth = wire.ProxyAuthFunc(func(_ context.Context, s wire.ProxyStep) (string, bool, error) {
		return q.scheme + " " + q.token, s.N == 0, nil
	})
	options.Proxy = &proxy
	conn, err := wire.Dial(ctx, p.target, options)
	if err == nil { // let in
		o.Connection, o.Leg = conn.Info(), conn.ConnectLeg()
		conn.Close()
		return seen.add(o), nil
	}
	o.fail(err)
	if o.Leg != nil {
		o.Leg.Name, o.Leg.Experiment = q.name(), q.experiment
	}
	return seen.add(o), nil
}

func (q *question) name() string {
	if q.variant != "" {
		return q.experiment + " " + q.variant
	}
	return q.experiment
}

// connection is the idle one, or a fresh one.
func (p *Path) connection(ctx context.Context) (*wire.Conn, error) {
	if conn := p.idle; conn != nil {
		p.idle = nil
		if conn.Usable() {
			return conn, nil
		}
		conn.Close()
	}
	return p.dial(ctx)
}

// refuser is who asks for a logon on the path, as far as is known.
func (p *Path) refuser(seen *Seen) verdict.Target {
	if first := seen.Find(NameOffer); first != nil {
		return first.Target
	}
	return verdict.Origin
}

// isTunnelRefusal reports whether a proxy wants a logon before it connects.
func isTunnelRefusal(err error) bool {
	var failed *wire.Error
	return errors.As(err, &failed) && failed.Leg != nil && failed.Leg.Status() == 407
}

// fail takes down an error, and the leg that it has. The refusal of a CONNECT is
// no failure: it is the answer.
func (o *Observation) fail(err error) {
	var failed *wire.Error
	if !errors.As(err, &failed) {
		kind := trace.FailCanceled
		if errors.Is(err, context.DeadlineExceeded) {
			kind = trace.FailTimeout
		}
		o.Failure = &trace.Failure{Kind: kind, Text: err.Error()}
		return
	}
	o.Leg = failed.Leg
	if !isTunnelRefusal(err) {
		o.Failure = &trace.Failure{Kind: failed.Kind, Text: plainly(failed)}
	}
}

// plainly is the text of an error that names what was done once: net and
// crypto/tls name it as well.
func plainly(e *wire.Error) string {
	if text := e.Err.Error(); strings.HasPrefix(text, e.Op) {
		return text
	}
	return e.Error()
}
