package experiment

import (
	"context"
	"encoding/base64"
	"errors"

	"github.com/ntlmctl/ntlmctl/negotiate"
	"github.com/ntlmctl/ntlmctl/negotiate/offer"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
	"github.com/ntlmctl/ntlmctl/negotiate/wire"
)

// tunnel logs on to a proxy that wants it before it connects: the tokens go with
// CONNECT. It returns as logOn does; the connection leads through the tunnel.
func (s *Session) tunnel(ctx context.Context, p *Path, seen *Seen, a attempt, scheme string, credentials negotiate.Credentials) (*Observation, *wire.Conn, error) {
	options, proxy := p.wire, *p.wire.Proxy
	h := &tunnelling{Session: s, path: p, seen: seen, attempt: a, scheme: scheme, credentials: credentials}
	proxy.Auth = wire.ProxyAuthFunc(h.step)
	options.Proxy = &proxy
	conn, err := wire.Dial(ctx, p.target, options)
	var failed *wire.Error
	switch {
	case err == nil:
		h.answered(conn.ConnectLeg(), conn.Info())
	case errors.As(err, &failed) && failed.Leg != nil && !h.known(failed.Leg):
		h.answered(failed.Leg, trace.Connection{ID: failed.Connection})
	}
	last := h.last
	if h.taken {
		s.budget(p, seen).Answered(err != nil && (last == nil || refusedLogon(last)))
	}
	if last != nil && err != nil && last.Leg.Response == nil {
		last.fail(err)
	}
	if h.err != nil {
		return last, nil, h.err
	}
	return last, conn, nil
}

// tunnelling is a logon to a proxy under way.
type tunnelling struct {
	*Session
	attempt
	path        *Path
	seen        *Seen
	scheme      string
	credentials negotiate.Credentials
	mechanism   negotiate.Mechanism
	taken       bool // from the budget
	last        *Observation
	err         error
}

// step gives the token for the next CONNECT.
func (h *tunnelling) step(ctx context.Context, s wire.ProxyStep) (authorization string, again bool, err error) {
	var in []byte
	if s.Leg != nil {
		h.answered(s.Leg, trace.Connection{ID: s.Leg.Connection})
	}
	if h.err = h.path.pace(ctx); h.err != nil {
		return "", false, h.err
	}
	switch {
	case s.N == 0:
		if h.mechanism, h.err = h.credentials.Mechanism(h.scheme, h.path.service(h.seen), s.Certificate); h.err != nil {
			return "", false, h.err
		}
	case s.Closed:
		return "", false, nil // the handshake went with its connection
	default:
		challenge := offer.Find(s.Offers, h.scheme)
		if challenge == nil || challenge.Token68 == "" || h.taken {
			return "", false, nil
		}
		if in, err = challenge.Token(); err != nil {
			return "", false, nil
		}
	}
	out, done, err := h.mechanism.Step(in)
	if err != nil || len(out) == 0 {
		h.err = err
		return "", false, err
	}
	if done {
		if ok, _ := h.budget(h.path, h.seen).Take(ctx); !ok {
			return "", false, nil
		}
		h.taken = true
	}
	return h.scheme + " " + base64.StdEncoding.EncodeToString(out), true, nil
}

// known reports whether a leg was taken down.
func (h *tunnelling) known(leg *trace.Leg) bool { return h.last != nil && h.last.Leg == leg }

// answered takes down a CONNECT and its answer.
func (h *tunnelling) answered(leg *trace.Leg, conn trace.Connection) {
	if leg == nil {
		return
	}
	o := Observation{Experiment: h.experiment, Target: verdict.Proxy, Leg: leg, Connection: conn}
	o.Variant = h.leg(VariantType1)
	if o.Proof() {
		o.Variant = h.leg(VariantType3)
	}
	q := question{experiment: o.Experiment, variant: o.Variant}
	h.path.wire.Recorder.Update(func() { leg.Name, leg.Experiment = q.name(), q.experiment })
	h.last = h.seen.add(o)
}
