package negotiate

import (
	"context"
	"errors"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
	"github.com/ntlmctl/ntlmctl/negotiate/wire"
)

// dial makes a new connection, through the proxy if there is one.
func (x *call) dial() error {
	x.c.mu.Lock()
	closed := x.c.closed
	x.c.mu.Unlock()
	if closed {
		return ErrClosed
	}
	o := x.c.o.Wire
	var through *tunnel
	if o.Proxy = nil; x.proxy != nil {
		p := *x.proxy
		through = &tunnel{x: x, via: x.logonTo(verdict.Proxy), address: x.target.Address()}
		p.Auth = through
		o.Proxy = &p
	}
	x.session, x.response, x.reused = nil, nil, false
	conn, err := wire.Dial(x.ctx, x.target, o)
	if through != nil {
		through.end(conn, err)
	}
	if err != nil {
		return err
	}
	s := &session{key: x.key, conn: conn, origin: x.logonTo(verdict.Origin)}
	s.origin.party.present(conn.PeerCertificate())
	if conn.Absolute() {
		s.via = x.logonTo(verdict.Proxy)
		s.via.party.present(conn.ProxyCertificate())
	}
	conn.Update(func(c *trace.Connection) {
		if c.TLS != nil {
			c.TLS.ChannelBinding = s.origin.party.binding
		}
		if c.ProxyTLS != nil && s.via != nil {
			c.ProxyTLS.ChannelBinding = s.via.party.binding
		} else if c.ProxyTLS != nil {
			c.ProxyTLS.ChannelBinding = through.via.party.binding
		}
	})
	x.session = s
	return nil
}

// tunnel is the logon to a proxy by CONNECT.
type tunnel struct {
	x       *call
	via     *logon
	address string
	last    *trace.Leg
}

// Step implements wire.ProxyAuth.
func (t *tunnel) Step(ctx context.Context, s wire.ProxyStep) (authorization string, again bool, err error) {
	if own := t.x.req.Header[fieldProxyAuthorization]; len(own) > 0 {
		t.see(s.Leg)
		return own[0], false, nil
	}
	if s.Certificate != nil && t.via.party.cert == nil {
		t.via.party.present(s.Certificate)
	}
	if s.Leg == nil {
		if err := t.via.preempt(false); err != nil {
			return "", false, err
		}
	} else {
		t.see(s.Leg)
		if more, err := t.via.refused(s.Offers); err != nil || !more {
			return "", false, err
		}
		if s.Closed && t.via.begun() {
			return "", false, nil // the handshake went with its connection
		}
	}
	authorization, err = t.via.value(ctx, "CONNECT", t.address)
	if errors.Is(err, errSpent) {
		return "", false, nil
	}
	return authorization, authorization != "", err
}

func (t *tunnel) see(leg *trace.Leg) {
	if leg != nil && leg != t.last {
		t.last = leg
		t.x.record(leg, true)
	}
}

// end takes note of how the last CONNECT came out.
func (t *tunnel) end(conn *wire.Conn, err error) {
	var failed *wire.Error
	switch {
	case err == nil && conn.Absolute():
		return
	case err == nil:
		if leg := conn.ConnectLeg(); leg != nil {
			t.see(leg)
			t.via.passed(leg)
			t.x.tunnel = t.via
		}
	case errors.As(err, &failed):
		t.see(failed.Leg)
		t.via.undelivered()
		t.x.tunnel = t.via
	default:
		t.via.undelivered()
	}
}
