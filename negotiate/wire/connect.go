package wire

import (
	"context"
	"fmt"
	"io"
	"net"
	"slices"

	"github.com/ntlmctl/ntlmctl/negotiate/offer"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

const (
	// maxConnects is how many CONNECTs one Dial sends, whatever a ProxyAuth asks for.
	maxConnects = 10
	// maxRefusal is how much of the body of a refusal is kept.
	maxRefusal = 64 << 10
)

// tunnel is where the CONNECTs stand, over all sockets of a Dial.
type tunnel struct {
	step ProxyStep
	// authorization is for the next CONNECT, if ready.
	authorization string
	ready         bool
	// repeated: a CONNECT has been repeated that a closed connection swallowed.
	repeated bool
}

// connect passes the proxy by CONNECT, stepping the authentication. Again asks
// for a new socket to go on with.
func (d *dialer) connect(ctx context.Context, c *Conn) (again bool, err error) {
	p, t := d.o.Proxy, &d.tunnel
	t.step.Certificate = c.proxyTLS
	if !t.ready && p.Auth != nil {
		if t.authorization, _, err = p.Auth.Step(ctx, t.step); err != nil {
			return false, c.refuse("connect", err)
		}
	}
	for first := true; ; first = false {
		t.ready = false
		r, err := c.RoundTrip(ctx, d.request(p, t.authorization))
		if err != nil {
			if !first && t.mayRepeat(err) {
				t.ready, t.repeated = true, true
				return true, nil
			}
			return false, err
		}
		if r.Status/100 == 2 {
			c.connected = r.Leg
			return false, nil
		}
		text, _ := io.ReadAll(io.LimitReader(r.Body, maxRefusal))
		usable := r.Drain() && c.Usable()
		t.step = ProxyStep{
			N: t.step.N + 1, Leg: r.Leg, Offers: offer.Parse(r.Header.Values("Proxy-Authenticate")),
			Closed: !usable, Certificate: c.proxyTLS,
		}
		more := false
		if r.Status == 407 && p.Auth != nil && t.step.N < maxConnects {
			if t.authorization, more, err = p.Auth.Step(ctx, t.step); err != nil {
				return false, c.refuse("connect", err)
			}
		}
		if !more {
			return false, c.refused(r, text)
		}
		t.ready = true
		if !usable {
			c.Close()
			return true, nil
		}
	}
}

// mayRepeat reports whether a CONNECT that got no answer may go out again on a
// new socket. Some proxies close after the first 407 without saying so. A
// handshake that has begun dies with its connection; it may not be repeated.
func (t *tunnel) mayRepeat(err error) bool {
	kind := kindOf(err)
	began := slices.ContainsFunc(t.step.Offers, func(c offer.Challenge) bool { return c.Token68 != "" })
	return (kind == trace.FailEOF || kind == trace.FailReset) && !began && !t.repeated
}

func (d *dialer) request(p *Proxy, authorization string) *Request {
	to := net.JoinHostPort(d.host, d.port)
	fields := append(trace.Headers{{Name: "Host", Value: to}}, p.Header.Without("Host", "Proxy-Authorization")...)
	if authorization != "" {
		fields = append(fields, trace.Header{Name: "Proxy-Authorization", Value: authorization})
	}
	return &Request{Method: "CONNECT", Target: to, Header: fields, Name: "connect"}
}

// ConnectLeg is the CONNECT that opened the connection's tunnel, nil without one.
func (c *Conn) ConnectLeg() *trace.Leg { return c.connected }

// refused is the error of a proxy that does not connect.
func (c *Conn) refused(r *Response, text []byte) error {
	err := &failed{trace.FailProxy, fmt.Errorf("the proxy answered CONNECT with %d %s", r.Status, quoteStart([]byte(r.Reason)))}
	c.rec.Update(func() { c.info.Error = &trace.Failure{Kind: trace.FailProxy, Text: err.Error()} })
	c.Close()
	return &Error{Kind: trace.FailProxy, Op: "connect", Sent: true, Leg: r.Leg, Connection: c.info.ID, Body: text, Err: err}
}
