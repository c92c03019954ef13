package negotiate

import (
	"cmp"
	"errors"
	"net/http"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
	"github.com/ntlmctl/ntlmctl/negotiate/wire"
)

// conclude sums up what came of the request.
func (x *call) conclude(err error) *Result {
	r := &Result{URL: x.req.URL, Response: x.response, Legs: x.legs, Spent: x.c.Spent(), Reused: x.reused, Err: cmp.Or(err, x.stopped)}
	proxy, origin := x.proxyRun(), x.originRun()
	for _, run := range [...]*verdict.Run{proxy, origin} {
		r.Err = cmp.Or(r.Err, run.Unable)
	}
	failure := failureOf(err)
	switch {
	case failure != nil && x.proxyFailed(err):
		proxy.Failure = failure
		if n := len(x.proxyLegs); n > 0 && failure.Kind == trace.FailProxy && x.proxyLegs[n-1].Status() == http.StatusProxyAuthRequired {
			proxy.Failure = nil // a refusal is the answer
		}
		r.Verdict = proxy.Judge()
		if failure.Kind == trace.FailProxy && passable(r.Verdict.Code) { // the proxy let us in, and could not get further
			r.Others = append(r.Others, r.Verdict)
			last := proxy.Legs[len(proxy.Legs)-1]
			r.Verdict = verdict.Run{Target: verdict.Origin, Failure: failure, Legs: []*trace.Leg{last}}.Unreached()
		}
		return r
	case failure == nil && x.refusedByProxy():
		r.Verdict = proxy.Judge()
		r.Others = append(r.Others, proxy.Others()...)
		return r
	}
	origin.Failure = failure
	r.Verdict = origin.Judge()
	r.Others = append(r.Others, origin.Others()...)
	if len(proxy.Legs) > 0 {
		if v := proxy.Judge(); v.Code != verdict.Open || len(proxy.Legs) > 1 {
			r.Others = append(r.Others, v)
		}
		r.Others = append(r.Others, proxy.Others()...)
	}
	return r
}

// passable reports whether a proxy's verdict leaves the way open.
func passable(code verdict.Code) bool {
	return code == verdict.Survives || code == verdict.Open || code == verdict.AuthNotPersistent
}

// refusedByProxy reports whether the response is the proxy's own refusal.
func (x *call) refusedByProxy() bool {
	return x.session != nil && x.session.via != nil && x.response != nil && x.response.Status == x.session.via.status()
}

// proxyFailed reports whether an error came about on the way through the proxy.
func (x *call) proxyFailed(err error) bool {
	var failed *wire.Error
	if x.proxy == nil || !errors.As(err, &failed) {
		return false
	}
	if failed.Op != "request" && failed.Op != "response" {
		return failed.Op != "tls" && failed.Op != "body"
	}
	n := len(x.proxyLegs)
	return n > 0 && failed.Leg == x.proxyLegs[n-1]
}

// proxyRun is the logon to the proxy.
func (x *call) proxyRun() *verdict.Run {
	run := &verdict.Run{Target: verdict.Proxy, Legs: x.proxyLegs}
	l := x.tunnel
	if x.session != nil && x.session.via != nil {
		l = x.session.via
	}
	l.describe(run)
	return run
}

// originRun is the logon to the server.
func (x *call) originRun() *verdict.Run {
	run := &verdict.Run{Target: verdict.Origin, Legs: x.originLegs}
	if x.session != nil {
		x.session.origin.describe(run)
	}
	return run
}

// describe tells a run what the legs do not show.
func (l *logon) describe(run *verdict.Run) {
	if l == nil {
		return
	}
	if l.allow {
		run.Wanted = l.o.wanted()
	}
	if l.spent {
		run.Spent = l.o.Budget.limit()
	}
	run.LoggedOn = l.found
	run.Binding, run.Unable = l.party.binding, l.err
}

// failureOf is what a trace says of an error; nil for none.
func failureOf(err error) *trace.Failure {
	if err == nil {
		return nil
	}
	var failed *wire.Error
	if !errors.As(err, &failed) {
		return &trace.Failure{Kind: trace.FailRequest, Text: err.Error()}
	}
	return &trace.Failure{Kind: failed.Kind, Text: failed.Error()}
}
