package verdict

import (
	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/decode/annotate"
	"github.com/ntlmctl/ntlmctl/decode/spnego"
	"github.com/ntlmctl/ntlmctl/negotiate/offer"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// type1 judges the answer to the first message.
func (j *judgement) type1() *Verdict {
	i := j.find(func(s *step) bool { return s.sent == decode.KindNTLMNegotiate })
	if i < 0 {
		return nil
	}
	s := &j.steps[i]
	switch {
	case s.Response == nil:
		return j.unanswered(s, "Type 1")
	case !s.refused:
		return j.type1Passed(i)
	case s.got == decode.KindNTLMChallenge:
		return j.challenge(i)
	case s.wantsKerberos():
		return j.say(KerberosOnly, Proven, s.N, "the answer to NTLM within SPNEGO wants Kerberos")
	case s.rejects():
		return j.say(KerberosOnly, Likely, s.N, "the answer to NTLM within SPNEGO rejects it").
			would("the same on another connection: one that is shared, and that somebody's unfinished handshake has spoilt, rejects everything")
	case s.got != "" && s.got != decode.KindSPNEGOResp:
		return j.say(ChallengeMangled, Proven, s.N, "the answer to the Type 1 holds %s", s.got)
	case j.badToken(i):
		return j.say(ChallengeMangled, Proven, s.N, "the answer to the Type 1 is not base64")
	case len(s.offers) == 0:
		return j.withdrawn(i)
	}
	return j.names(i)
}

// unanswered judges a message of a handshake that got no answer.
func (j *judgement) unanswered(s *step, what string) *Verdict {
	f := j.Failure
	if f == nil {
		f = s.Error
	}
	switch {
	case f == nil:
	case f.Kind == trace.FailMalformed:
		v := j.say(ChallengeMangled, Likely, s.N, "the answer to the %s is no HTTP: %s", what, f.Text)
		v.Summary = "the answer to the " + what + " cannot be read"
		return v
	case f.Kind != trace.FailEOF && f.Kind != trace.FailReset && f.Kind != trace.FailIO:
		v := j.failed(s.N, f)
		v.Evidence[0].Text = "no answer to the " + what + ": " + f.Text
		return v
	}
	return j.say(ConnectionClosed, Likely, s.N, "the connection ended before the %s was answered", what)
}

// type1Passed judges a Type 1 that was answered with no refusal.
func (j *judgement) type1Passed(i int) *Verdict {
	s := &j.steps[i]
	anonymous := j.find(func(s *step) bool { return s.scheme == "" && s.refused })
	if v := j.stranger(s); v != nil {
		return v
	}
	switch status := s.Status(); {
	case tooLarge(status) && !j.hasBody(s):
		v := j.say(HeaderTooLarge, Consistent, s.N, "%d in answer to a Type 1", status)
		if anonymous >= 0 {
			v.and(j.steps[anonymous].N, "%d without one", j.steps[anonymous].Status())
		}
		return v
	case status >= 400:
		return j.say(Type1Refused, Consistent, s.N, "%d in answer to a Type 1", status)
	case anonymous < 0:
		return j.say(Open, Consistent, s.N, "%d in answer to a Type 1; nobody asked what an anonymous request gets", status).kept(s)
	case status >= 300: // a redirection lets nobody in
		return j.say(Type1Refused, Consistent, s.N, "%d in answer to a Type 1, and %d without one", status, j.steps[anonymous].Status())
	case j.target == Proxy:
		return j.say(IPSurrogate, Likely, s.N, "%d in answer to a Type 1, before anything was proven", status).
			and(j.steps[anonymous].N, "%d without credentials", j.steps[anonymous].Status())
	}
	return j.say(SessionShared, Likely, s.N, "%d in answer to a Type 1: the connection to the server is already somebody's", s.Status()).
		and(j.steps[anonymous].N, "%d without credentials", j.steps[anonymous].Status())
}

// withdrawn judges a refusal of a Type 1 that names no scheme. A box that takes
// the header out would have done so before; servers that see their connection
// end with the response (HTTP/1.0, Connection: close) take their offer back.
func (j *judgement) withdrawn(i int) *Verdict {
	s := &j.steps[i]
	if i == 0 || len(j.steps[i-1].offers) == 0 {
		return j.say(OfferStripped, Likely, s.N, "%d without a %s header in answer to a Type 1", s.Status(), j.target.challengeHeader())
	}
	b := &j.steps[i-1]
	return j.say(ConnectionNotPinned, Consistent, b.N, "%d offers %s", b.Status(), b.schemes()).
		and(s.N, "%d to a Type 1 offers nothing any more: so do servers whose connection ends with each response", s.Status()).
		would(j.toTell()...)
}

// names judges a Type 1 that was answered as if none had been sent: by the
// names of schemes.
func (j *judgement) names(i int) *Verdict {
	s := &j.steps[i]
	if !s.offersAny([]string{s.scheme}) {
		return j.say(SchemeNotOffered, Likely, s.N, "%d to a Type 1 under %s offers %s", s.Status(), s.scheme, s.schemes())
	}
	if j.LoggedOn != nil {
		return j.say(AuthNotPersistent, Consistent, s.N, "a Type 1 on the connection that was logged on before was answered with the names of schemes").
			and(j.LoggedOn.N, "the first logon").would("a logon for each request on a connection of its own")
	}
	if view := j.view(s); view != nil {
		switch view.State {
		case stateAnonymous:
			return j.unseen(s)
		case stateRefused:
			return j.say(Type1Refused, Proven, s.N, "the server has it that it read the Type 1, on its connection %s, and refused it", view.Connection)
		}
	}
	v := j.say(AuthorizationStripped, Consistent, s.N, "a Type 1 was answered with the names of schemes and no challenge")
	if i > 0 && j.steps[i-1].refused && sameOffers(j.steps[i-1].offers, s.offers) {
		v.and(j.steps[i-1].N, "the same answer as without it")
	}
	if i == 0 {
		v.would("a run that asks first, without --ntlm: IIS refuses a Type 1 in the first request that an application of its gets")
	}
	return v.would("a run straight to the server tells a stripped header from a Type 1 that the server refuses and from a shared connection that an unfinished handshake spoilt")
}

// sameOffers reports whether two refusals name the same schemes.
func sameOffers(a, b []offer.Challenge) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !a[i].Is(b[i].Scheme) {
			return false
		}
	}
	return true
}

// wantsKerberos reports whether the answer within SPNEGO chooses Kerberos.
func (s *step) wantsKerberos() bool {
	resp := s.resp()
	return resp != nil && resp.SupportedMech.Kerberos()
}

// rejects reports whether the answer within SPNEGO is that NTLM will not do.
func (s *step) rejects() bool {
	resp := s.resp()
	return resp != nil && resp.State == spnego.Reject
}

// resp is the NegTokenResp of the response if there is nothing of NTLM in it, else nil.
func (s *step) resp() *spnego.Resp {
	if s.in == nil || s.got != decode.KindSPNEGOResp {
		return nil
	}
	resp, _ := s.in.Message.(*spnego.Resp)
	return resp
}

// badToken reports whether the response has a token that is no base64. What the
// scheme was offered with before is none.
func (j *judgement) badToken(i int) bool {
	s := &j.steps[i]
	c := offer.Find(s.offers, s.scheme)
	if c == nil {
		return false
	}
	for k := range i {
		if before := offer.Find(j.steps[k].offers, s.scheme); j.steps[k].scheme == "" && before != nil && before.Raw == c.Raw {
			return false
		}
	}
	_, err := c.Token()
	return err != nil || c.Warned(offer.BadBase64) || len(c.Params) > 0
}

// challenge judges a Type 2 with which the handshake ended. What a mechanism
// could answer was no worse than odd.
func (j *judgement) challenge(i int) *Verdict {
	s := &j.steps[i]
	if i+1 < len(j.steps) && j.steps[i+1].Connection == s.Connection {
		return nil
	}
	switch {
	case s.in.Worst() >= annotate.Error:
		return j.say(ChallengeMangled, Likely, s.N, "the Type 2 has errors")
	case s.HTTPVersion == "1.0":
		return j.say(HTTP10Downgrade, Proven, s.N, "the challenge came over HTTP/1.0 and the connection ended with it")
	case s.ended():
		return j.say(ConnectionClosed, Proven, s.N, "the peer closed the connection that it had just challenged")
	}
	return nil
}

// tooLarge reports whether a status is one that says so of a header.
func tooLarge(status int) bool {
	return status == 400 || status == 413 || status == 431 || status == 494
}

// hasBody reports whether a leg carried a body, so that 413 is about that. How
// much of it went out is known only when the leg is over.
func (*judgement) hasBody(s *step) bool {
	length := s.Request.Headers.Get("Content-Length")
	return length != "" && length != "0" || s.Request.Headers.Has("Transfer-Encoding")
}
