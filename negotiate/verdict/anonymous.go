package verdict

import (
	"strings"

	"github.com/ntlmctl/ntlmctl/negotiate/offer"
)

// anonymous judges a run that has sent no credentials.
func (j *judgement) anonymous() *Verdict {
	if j.find(func(s *step) bool { return s.scheme != "" }) >= 0 {
		return nil
	}
	s := j.last()
	switch {
	case s.Response == nil:
		return nil
	case s.Status() == Proxy.statusOf() && j.target == Origin:
		v := j.say(RejectedUnattributed, Untested, s.N, "407, and no proxy was asked")
		v.Target, v.Summary = Proxy, "a proxy on the way wants a logon, and none was named"
		return v.would("the same with the proxy named (-x), and credentials for it (-U)")
	case !s.refused:
		return j.open(s)
	case len(s.offers) == 0:
		return j.say(OfferStripped, Proven, s.N, "%d without a %s header", s.Status(), j.target.challengeHeader())
	case len(j.Wanted) > 0 && !s.offersAny(j.Wanted):
		return j.say(SchemeNotOffered, Proven, s.N, "%d offers %s", s.Status(), s.schemes())
	case len(j.Wanted) == 0 && !s.offersLogon():
		return j.say(SchemeNotOffered, Proven, s.N, "%d offers %s", s.Status(), s.schemes())
	}
	return nil
}

// open judges an answer to a request without credentials.
func (j *judgement) open(s *step) *Verdict {
	if v := j.stranger(s); v != nil {
		return v
	}
	if status := s.Status(); status >= 500 || tooLarge(status) {
		return j.say(Open, Consistent, s.N, "%d without credentials", status).
			would("another answer: a box between may have made this one, and the server want a logon")
	}
	return j.say(Open, Proven, s.N, "%d without credentials", s.Status()).kept(s)
}

// known judges requests on a connection that an earlier one had logged on.
func (j *judgement) known() *Verdict {
	if j.LoggedOn == nil || j.LoggedOn.Response == nil {
		return nil
	}
	s := &j.steps[0]
	if s.scheme != "" || s.Response == nil {
		return nil
	}
	if v := j.moved(&step{Leg: j.LoggedOn}, s); v != nil {
		return v
	}
	switch {
	case !s.refused:
		return j.say(Survives, Consistent, s.N, "%d without credentials, on the connection that was logged on before", s.Status()).
			and(j.LoggedOn.N, "the logon").would(strangers)
	case len(j.steps) == 1:
		return j.say(AuthNotPersistent, Consistent, s.N, "%d on the connection that was logged on before", s.Status()).
			and(j.LoggedOn.N, "the logon").would("a logon on the same connection: if it is accepted, the server wants one for each request")
	}
	last := j.last()
	if last.scheme == "" || last.Response == nil || last.refused {
		return nil
	}
	grade := Likely
	switch says := j.LoggedOn.Response.Headers.Get("Persistent-Auth"); {
	case says == "false":
		grade = Proven
	case last.Connection != s.Connection:
		grade = Consistent
	}
	return j.say(AuthNotPersistent, grade, s.N, "%d on the connection that was logged on before", s.Status()).
		and(j.LoggedOn.N, "the first logon").and(last.N, "%d in answer to the next one", last.Status())
}

// rewritten looks for an offer that was changed on the way.
func (j *judgement) rewritten() *Verdict {
	for i := range j.steps {
		s := &j.steps[i]
		for k := range s.offers {
			c := &s.offers[k]
			if !tokenScheme(c.Scheme) {
				continue
			}
			for _, w := range c.Warnings {
				switch w.Code {
				case offer.Merged, offer.SchemeCase, offer.MissingComma, offer.SplitToken, offer.QuotedToken:
					return j.say(OfferRewritten, Consistent, s.N, "%s: %s", c.Scheme, w.Text).
						would("a run straight to the server: if it writes its offer otherwise, a box between changes it")
				}
			}
		}
		if i > 0 && s.refused && j.steps[i-1].refused && j.steps[i-1].offersLogon() && !s.offersLogon() && len(s.offers) > 0 && s.scheme != "" && !s.ended() {
			return j.say(OfferRewritten, Consistent, j.steps[i-1].N, "%s offered", j.steps[i-1].schemes()).and(s.N, "and then %s", s.schemes())
		}
	}
	return nil
}

// plain judges credentials that are no tokens of a handshake: Basic, Digest,
// and what the caller gave.
func (j *judgement) plain() *Verdict {
	i := j.find(func(s *step) bool { return s.scheme != "" })
	if i < 0 || tokenScheme(j.steps[i].scheme) {
		return nil
	}
	s := &j.steps[i]
	switch {
	case s.Response == nil && j.Failure != nil && !j.cutOff():
		return j.failed(s.N, j.Failure)
	case s.Response == nil:
		return j.say(ConnectionClosed, Consistent, s.N, "the connection ended before the %s credentials were answered", s.scheme)
	case s.refused && len(s.offers) > 0 && !s.offersAny([]string{s.scheme}):
		return j.say(SchemeNotOffered, Proven, s.N, "%d offers %s", s.Status(), s.schemes())
	case s.refused && j.view(s) != nil && j.view(s).State == stateAnonymous:
		return j.unseen(s)
	case j.view(s) != nil && j.view(s).State == stateRefused:
		return j.say(CredentialsRejected, Proven, s.N, "%d in answer to %s credentials, which the server has read", s.Status(), s.scheme)
	case s.refused && stale(s):
		return j.say(RejectedUnattributed, Untested, s.N, "%d because the nonce was stale, and the request was not sent again", s.Status())
	case s.refused:
		return j.say(CredentialsRejected, Likely, s.N, "%d in answer to %s credentials, which need no connection of their own", s.Status(), s.scheme).
			would("a run straight to the server: if that logs on, a box between takes the header out")
	case s.Status() == 403:
		return j.say(AuthenticatedForbidden, Likely, s.N, "403 in answer to %s credentials", s.scheme)
	case tooLarge(s.Status()) && s.Status() != 400 && !j.hasBody(s):
		return j.say(HeaderTooLarge, Likely, s.N, "%d in answer to %s credentials", s.Status(), s.scheme)
	}
	return j.say(Survives, Consistent, s.N, "%d in answer to %s credentials", s.Status(), s.scheme)
}

// stale reports whether a Digest challenge says that only the nonce was refused.
func stale(s *step) bool {
	c := offer.Find(s.offers, "Digest")
	if c == nil {
		return false
	}
	value, _ := c.Param("stale")
	return strings.EqualFold(value, "true")
}
