package negotiate

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/ntlmctl/ntlmctl/negotiate/offer"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
	"github.com/ntlmctl/ntlmctl/negotiate/wire"
)

// call is one request on its way, from leg to leg.
type call struct {
	c    *Client
	ctx  context.Context
	req  *http.Request
	body *payload // nil without a body

	target  wire.Target
	proxy   *wire.Proxy
	method  string
	fields  template
	cookies affinity
	key     sessionKey

	session  *session
	response *wire.Response
	// legs are all; proxyLegs those of the logon to the proxy, originLegs the others.
	legs, proxyLegs, originLegs []*trace.Leg
	// tunnel is the logon of the last CONNECT, nil without one.
	tunnel *logon
	reused bool
	// withheld: the last leg went without the body that the request has.
	withheld bool
	// redialled: a connection that was closed has been replaced once.
	redialled bool
	// stopped is why there was no further leg.
	stopped error
}

// maxLegs bounds the legs of one request, whatever is asked for.
const maxLegs = 16

func (x *call) run() error {
	if err := x.prepare(); err != nil {
		return err
	}
	if x.session = x.c.take(x.key); x.session != nil {
		x.reused = true
		x.session.begin()
	} else if err := x.dial(); err != nil {
		return err
	}
	if err := x.preempt(); err != nil {
		return err
	}
	for n := 1; ; n++ {
		err := x.leg()
		if errors.Is(err, errSpent) && x.response != nil {
			return nil // the refusal is the answer
		}
		if err != nil {
			if !x.mayRedial(err) {
				return err
			}
			x.redialled = true
			if err := x.redial(); err != nil {
				return err
			}
			continue
		}
		more, err := x.judge()
		if err != nil || !more || n == maxLegs {
			return err
		}
		if more, err = x.onward(); err != nil || !more {
			return err
		}
	}
}

// prepare finds out what does not change from leg to leg.
func (x *call) prepare() (err error) {
	if x.req.URL == nil {
		return errors.New("negotiate: the request has no URL")
	}
	if x.target, err = wire.TargetOf(x.req.URL); err != nil {
		return err
	}
	if x.proxy = x.c.o.Wire.Proxy; x.c.o.Proxy != nil {
		if x.proxy, err = x.c.o.Proxy(x.req.URL); err != nil {
			return err
		}
	}
	if x.method = x.req.Method; x.method == "" {
		x.method = http.MethodGet
	}
	x.key = sessionKey{target: x.target}
	x.key.origin = x.logonTo(verdict.Origin).allow
	leave := ""
	if x.proxy != nil {
		x.key.proxy, x.key.tunnel = x.proxy.URL()+" "+x.proxy.User, x.proxy.Tunnel
		x.key.via = x.logonTo(verdict.Proxy).allow
	}
	if x.proxy == nil || x.target.Scheme == "https" || x.proxy.Tunnel {
		leave = fieldProxyAuthorization // it is for CONNECT, and nobody behind it
	}
	x.fields = newTemplate(x.req, x.c.o.Order, leave)
	return nil
}

// logonTo makes the logon to a target. What the request itself brings replaces it.
func (x *call) logonTo(t verdict.Target) *logon {
	if t == verdict.Proxy {
		l := newLogon(t, &x.c.o.ProxyLogon, proxyURL(x.proxy))
		l.allow = l.allow && !hasField(x.req.Header, fieldProxyAuthorization)
		return l
	}
	l := newLogon(t, &x.c.o.Origin, x.req.URL)
	l.allow = l.allow && !hasField(x.req.Header, fieldAuthorization)
	return l
}

func hasField(h http.Header, name string) bool { return len(h[name]) > 0 }

func proxyURL(p *wire.Proxy) *url.URL {
	u, err := url.Parse(p.URL())
	if err != nil {
		u = &url.URL{Scheme: p.Scheme, Host: p.Host}
	}
	return u
}

// preempt begins the logons that are not to wait for being asked. A request with
// a body begins all that it has credentials for, since the body goes out once.
func (x *call) preempt() error {
	s := x.session
	for _, l := range s.logons() {
		if err := l.preempt(x.body != nil); err != nil {
			return err
		}
	}
	return nil
}

// leg sends the request on the connection at hand. It never dials: a handshake
// that went on elsewhere would be broken by this program itself.
func (x *call) leg() error {
	s := x.session
	req := &wire.Request{Method: x.method, Target: x.req.URL.RequestURI()}
	via, authorization, err := s.values(x.ctx, x.method, req.Target)
	if errors.Is(err, errSpent) && x.response == nil { // credentials that were not asked for
		via, authorization, err = s.values(x.ctx, x.method, req.Target)
	}
	if err != nil {
		return err
	}
	cookies, changed := x.cookies.header(x.req.URL, x.req.Header[fieldCookie])
	req.Header = x.fields.fill(via, authorization, cookies, changed)
	req.Name = s.legName()
	if x.body != nil {
		x.withheld = !s.settled()
		if !x.withheld {
			req.Expect = x.c.o.Expect != nil && x.c.o.Expect(x.req) || s.origin.bare() && x.req.GetBody == nil
			req.ContentLength = x.body.length()
			if req.Body, err = x.body.next(req.Expect); err != nil {
				return err
			}
		}
	}
	x.response, err = s.conn.RoundTrip(x.ctx, req)
	if err != nil {
		x.response = nil
		var failed *wire.Error
		if errors.As(err, &failed) && failed.Leg != nil {
			x.record(failed.Leg, s.via != nil && s.via.sent && !s.via.accepted)
		}
		s.undelivered()
		return err
	}
	return nil
}

// record files a leg.
func (x *call) record(leg *trace.Leg, proxy bool) {
	x.legs = append(x.legs, leg)
	if proxy {
		x.proxyLegs = append(x.proxyLegs, leg)
	} else {
		x.originLegs = append(x.originLegs, leg)
	}
}

// judge says whether the response asks for another leg.
func (x *call) judge() (more bool, err error) {
	s, r := x.session, x.response
	refusedByProxy := s.via != nil && r.Status == s.via.status()
	x.record(r.Leg, refusedByProxy)
	if refusedByProxy {
		s.origin.undelivered()
		return s.via.refused(offer.Parse(r.Header.Values("Proxy-Authenticate")))
	}
	if s.via != nil {
		if s.via.sent && !s.via.accepted {
			x.proxyLegs = append(x.proxyLegs, r.Leg)
		}
		s.handOver()
		s.via.passed(r.Leg)
	}
	if r.Status == s.origin.status() {
		return s.origin.refused(offer.Parse(r.Header.Values("WWW-Authenticate")))
	}
	s.origin.passed(r.Leg)
	return x.withheld && r.Status/100 == 2, nil
}

// onward readies the connection for another leg, or another connection where no
// handshake is under way. More is false if the response has to be the answer.
func (x *call) onward() (more bool, err error) {
	if x.body != nil && !x.body.ready() {
		x.stopped = errBodyGone
		return false, nil
	}
	s, r := x.session, x.response
	if s.via == nil || r.Status != s.via.status() {
		if cookies := x.cookies.take(x.req.URL, r.Header); cookies != nil && x.c.Jar != nil {
			x.c.Jar.SetCookies(x.req.URL, cookies)
		}
	}
	drain(r, s.conn, x.c.o.Wire.Timeouts.Drain)
	switch {
	case s.conn.Usable():
		return true, nil
	case s.begun():
		return false, nil // the handshake went with its connection
	}
	return true, x.redial()
}

// mayRedial reports whether a leg that failed may go out on another connection:
// once, with nothing of a handshake under way, where the connection had been
// closed before, or was closed without a word after a refusal.
func (x *call) mayRedial(err error) bool {
	var failed *wire.Error
	if x.redialled || !errors.As(err, &failed) || x.session.begun() || x.body != nil && !x.body.ready() {
		return false
	}
	if failed.Kind != trace.FailEOF && failed.Kind != trace.FailReset {
		return false
	}
	if !failed.Sent {
		return true
	}
	silent := len(x.legs) > 1 && x.legs[len(x.legs)-2].Connection == failed.Connection
	return silent && failed.Leg != nil && failed.Leg.Response == nil && x.session.tokens()
}

// redial replaces a connection that was closed.
func (x *call) redial() error {
	old := x.session
	old.conn.Close()
	if err := x.dial(); err != nil {
		return err
	}
	if err := x.session.origin.restart(old.origin); err != nil {
		return err
	}
	if x.session.via != nil && old.via != nil {
		if err := x.session.via.restart(old.via); err != nil {
			return err
		}
	}
	return x.preempt()
}
