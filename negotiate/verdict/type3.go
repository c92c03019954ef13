package verdict

import (
	"encoding/hex"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/decode/annotate"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// What tells a wrong password from an unpinned connection, and a sound path from
// a pool that lets strangers in.
const (
	straight  = "the same logon straight at the server (diagnose --direct HOST:PORT): if it succeeds there, the path broke the handshake"
	instead   = "ntlmctl serve in the server's place: it says which connection each message came in on"
	strangers = "requests without credentials on fresh connections: a pool that lets strangers in looks the same so far"
)

// toTell is what tells a wrong password from a connection that is not kept. A proxy
// is the first box that the client meets: there is no way around to it.
func (j *judgement) toTell() []string {
	if j.target == Proxy {
		return []string{
			"a logon at this proxy that is known to be right: if that succeeds, the password is wrong",
			"ntlmctl serve --proxy in the proxy's place: it says which connection each message came in on",
		}
	}
	return []string{straight, instead}
}

// type3 judges the answer to the last message.
func (j *judgement) type3() *Verdict {
	i := j.find(func(s *step) bool { return s.sent == decode.KindNTLMAuthenticate })
	if i < 0 {
		return nil
	}
	s := j.last() // a leg after it, if the mechanism asked for one more
	if s.scheme == "" && s.Response == nil && i < len(j.steps)-1 {
		s = &j.steps[i]
	}
	switch status := s.Status(); {
	case s.Response == nil && s.Request.BodyCut && j.cutOff():
		return j.say(BodyRefused, Consistent, s.N, "the connection ended after %d bytes of the body", s.Request.BodyBytes).
			would("the same request without a body")
	case s.Response == nil:
		return j.unanswered(s, "Type 3")
	case s.refused, j.view(s) != nil && j.view(s).State == stateRefused:
		return j.refused(&j.steps[i], s)
	case status == 403 && s.Response.Headers.Get("X-Powered-By") == "Express":
		return j.say(RejectedUnattributed, Consistent, s.N, "403 in answer to the Type 3: express-ntlm says so to a wrong password, and others to whom they know and do not let in").
			would(straight, instead)
	case status == 403:
		grade := Likely
		if j.target == Proxy && s.Request.Method != "CONNECT" {
			grade = Consistent // the server behind it may have said so
		}
		return j.say(AuthenticatedForbidden, grade, s.N, "403 in answer to the Type 3")
	case status == 413 && j.hasBody(s):
		return j.say(BodyRefused, Likely, s.N, "413 in answer to the Type 3, which had a body with it")
	case tooLarge(status) && status != 400: // which may be about anything
		return j.say(HeaderTooLarge, Likely, s.N, "%d in answer to the Type 3, and not to the Type 1", status)
	case status == 400:
		return j.say(HeaderTooLarge, Consistent, s.N, "400 in answer to the Type 3, which is longer than the Type 1 was").
			would("the same request with a header field as long that is no token")
	case j.target == Origin && status >= 500:
		return j.say(RejectedUnattributed, Consistent, s.N, "%d in answer to the Type 3: some servers say so to one on another connection than its challenge", status).
			would(j.toTell()...)
	}
	return j.say(Survives, Consistent, s.N, "%d in answer to the Type 3, on the connection of the challenge", s.Status()).would(strangers)
}

// cutOff reports whether the peer ended the connection.
func (j *judgement) cutOff() bool {
	return j.Failure != nil && (j.Failure.Kind == trace.FailEOF || j.Failure.Kind == trace.FailReset)
}

// refused judges a Type 3 that was refused.
func (j *judgement) refused(type3, s *step) *Verdict {
	if i := j.find(func(s *step) bool { return s.got == decode.KindNTLMChallenge && s.sent == decode.KindNTLMNegotiate }); i >= 0 {
		t1 := &j.steps[i]
		switch {
		case t1.in.Worst() >= annotate.Error:
			return j.say(ChallengeMangled, Likely, t1.N, "the Type 2 has errors").and(s.N, "%d in answer to the Type 3", s.Status())
		case j.pinned(t1, type3):
			return j.served(t1, type3, s)
		}
	}
	if v := j.say(EPAMismatch, Likely, s.N, "%d in answer to a Type 3 over TLS", s.Status()); j.unbound(v, type3) {
		return v.would("the same run with the certificate's channel binding")
	}
	v := j.say(RejectedUnattributed, Consistent, s.N, "%d in answer to the Type 3; a wrong password and an unpinned connection look the same", s.Status())
	switch {
	case s.got == decode.KindNTLMChallenge:
		v.and(s.N, "a new challenge came with it, so whoever answered did not know of the one before")
	case j.Unable != nil:
		v.and(s.N, "the token that came with it is of no use: %v", j.Unable)
	}
	if j.find(func(s *step) bool { return s.HTTPVersion == "1.0" }) >= 0 {
		v.and(s.N, "the answers come over HTTP/1.0")
	}
	v.would(j.toTell()...)
	if j.Binding != "" {
		v.would("a run with another channel binding: where TLS ends before the server, one that demands the binding refuses all of them")
	}
	return v
}

// unbound reports whether a Type 3 went over TLS with another channel binding
// than the certificate's, and adds that to a verdict.
func (j *judgement) unbound(v *Verdict, type3 *step) bool {
	there, sent := bindingOf(type3.out)
	switch {
	case j.Binding == "" || sent == j.Binding:
		return false
	case there:
		v.and(type3.N, "its channel binding is %s, and the certificate's %s", sent, j.Binding)
	default:
		v.and(type3.N, "it has no channel binding, and the certificate's is %s", j.Binding)
	}
	return true
}

// bindingOf is the channel binding in a Type 3, in hexadecimal.
func bindingOf(t *decode.Token) (there bool, binding string) {
	if t == nil || t.NTLM() == nil {
		return false, ""
	}
	m, ok := t.NTLM().Message.(*decode.AuthenticateMessage)
	if !ok || m.NTLMv2 == nil {
		return false, ""
	}
	pair, ok := m.NTLMv2.AVPairs.Get(decode.MsvAvChannelBindings)
	if !ok {
		return false, ""
	}
	return true, hex.EncodeToString(pair.Value)
}
