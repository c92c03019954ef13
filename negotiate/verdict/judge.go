package verdict

import (
	"fmt"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/decode/annotate"
	"github.com/ntlmctl/ntlmctl/decode/spnego"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// Judge says what happened to one logon, from its legs in order. A wrong
// password is never concluded from a refusal alone: a connection that is not
// pinned looks the same.
func Judge(target Target, legs []*trace.Leg, failure *trace.Failure) Verdict {
	j := &judgement{target: target, steps: stepsOf(target, legs)}
	for _, rule := range []func(*trace.Failure) *Verdict{
		j.nothing, j.first, j.switched, j.type1, j.type3,
	} {
		if v := rule(failure); v != nil {
			return *v
		}
	}
	last := j.steps[len(j.steps)-1]
	return *j.say(RejectedUnattributed, Untested, last.N, "the logon was not finished")
}

// Unusable says that a mechanism could not go on from what the server sent on a
// leg: it speaks a dialect that is not spoken here, or nonsense.
func Unusable(target Target, leg int, err error) Verdict {
	j := &judgement{target: target}
	return *j.say(ChallengeMangled, Likely, leg, "%v", err)
}

type judgement struct {
	target Target
	steps  []step
}

// say makes a verdict with one piece of evidence.
func (j *judgement) say(code Code, grade Grade, leg int, evidence string, args ...any) *Verdict {
	return &Verdict{
		Code: code, Target: j.target, Grade: grade, Summary: code.Summary(),
		Evidence: []Evidence{{leg, fmt.Sprintf(evidence, args...)}},
	}
}

// and adds evidence.
func (v *Verdict) and(leg int, format string, args ...any) *Verdict {
	v.Evidence = append(v.Evidence, Evidence{leg, fmt.Sprintf(format, args...)})
	return v
}

// would adds what would raise the grade.
func (v *Verdict) would(prove ...string) *Verdict {
	v.WouldProve = append(v.WouldProve, prove...)
	return v
}

// nothing judges a run that has no response at all.
func (j *judgement) nothing(failure *trace.Failure) *Verdict {
	if failure == nil || len(j.steps) > 0 && j.steps[0].Response != nil {
		return nil
	}
	leg := 0
	if len(j.steps) > 0 {
		leg = j.steps[0].N
	}
	return j.say(failureCode(failure), Proven, leg, "%s", failure.Text)
}

func failureCode(f *trace.Failure) Code {
	switch f.Kind {
	case trace.FailTLS:
		return TLSFailed
	case trace.FailTimeout:
		return Timeout
	case trace.FailHTTP2:
		return HTTP2Only
	}
	return Unreachable
}

// first judges the answer to a request without credentials.
func (j *judgement) first(*trace.Failure) *Verdict {
	s := &j.steps[0]
	switch {
	case s.sent != "" || s.Response == nil || s.Request.Headers.Has("Authorization") || s.Request.Headers.Has("Proxy-Authorization"):
		return nil
	case !s.refused:
		return j.say(Open, Proven, s.N, "%d without credentials", s.Status())
	case len(s.offers) == 0:
		return j.say(OfferStripped, Proven, s.N, "%d without a %s header", s.Status(), j.target.challengeHeader())
	case !s.offersLogon():
		return j.say(SchemeNotOffered, Proven, s.N, "%d offers %s", s.Status(), schemes(s))
	}
	return nil
}

func schemes(s *step) string {
	text := ""
	for i := range s.offers {
		if i > 0 {
			text += ", "
		}
		text += s.offers[i].Scheme
	}
	return text
}

// switched compares what a ntlmctl serve at the far end says of the legs.
func (j *judgement) switched(*trace.Failure) *Verdict {
	var before *step
	for i := range j.steps {
		s := &j.steps[i]
		if s.OriginView == nil || s.sent == "" {
			continue
		}
		if b := before; b != nil {
			own, other := s.OriginView, b.OriginView
			switch {
			case own.Instance != other.Instance:
				return j.say(BackendSwitched, Proven, b.N, "answered by %s", other.Instance).and(s.N, "answered by %s", own.Instance)
			case own.AuthKey != other.AuthKey:
				return j.say(ConnectionNotPinned, Proven, b.N, "reached the server on its connection %s", other.Connection).
					and(s.N, "reached the server on its connection %s", own.Connection)
			}
		}
		before = s
	}
	return nil
}

// type1 judges the answer to the first message.
func (j *judgement) type1(failure *trace.Failure) *Verdict {
	i := j.find(decode.KindNTLMNegotiate)
	if i < 0 {
		return nil
	}
	s := &j.steps[i]
	anonymousRefused := i > 0 && j.steps[0].refused
	switch {
	case s.Response == nil && failure != nil && failure.Kind == trace.FailTimeout:
		return j.say(Timeout, Proven, s.N, "no answer to the Type 1: %s", failure.Text)
	case s.Response == nil:
		return j.say(ConnectionClosed, Likely, s.N, "the connection ended before the Type 1 was answered")
	case !s.refused && tooLarge(s.Status()):
		return j.say(HeaderTooLarge, Consistent, s.N, "%d in answer to a Type 1", s.Status())
	case !s.refused && anonymousRefused && s.Status() < 400:
		if j.target == Proxy {
			return j.say(IPSurrogate, Likely, s.N, "%d in answer to a Type 1, before anything was proven", s.Status())
		}
		return j.say(SessionShared, Likely, s.N, "%d in answer to a Type 1: the connection to the server is already somebody's", s.Status()).
			and(j.steps[0].N, "%d without credentials", j.steps[0].Status())
	case !s.refused && s.Status() < 400:
		return j.say(Open, Consistent, s.N, "%d in answer to a Type 1; nobody asked what an anonymous request gets", s.Status())
	case !s.refused:
		return j.say(Type1Refused, Consistent, s.N, "%d in answer to a Type 1", s.Status())
	case s.got == decode.KindNTLMChallenge:
		return j.challenge(i)
	case s.got == decode.KindSPNEGOResp:
		if resp, ok := s.TokenIn(trace.InResponse).Message.(*spnego.Resp); ok && (resp.State == spnego.Reject || resp.SupportedMech.Kerberos()) {
			return j.say(KerberosOnly, Proven, s.N, "the server answered NTLM with %s", resp.State)
		}
	case s.got != "":
		return j.say(ChallengeMangled, Proven, s.N, "the answer to the Type 1 holds %s", s.got)
	case len(s.offers) == 0:
		return j.say(OfferStripped, Likely, s.N, "%d without a %s header in answer to a Type 1", s.Status(), j.target.challengeHeader())
	}
	return j.say(AuthorizationStripped, Consistent, s.N, "a Type 1 was answered with the names of schemes and no challenge").
		would("a run straight to the server tells a stripped header from a Type 1 that the server refuses and from a shared connection that an unfinished handshake spoilt")
}

// challenge judges a Type 2 that may be damaged or come with the end of its connection.
func (j *judgement) challenge(i int) *Verdict {
	s := &j.steps[i]
	if t := s.TokenIn(trace.InResponse); t.Worst() >= annotate.Error {
		return j.say(ChallengeMangled, Likely, s.N, "the Type 2 has errors")
	}
	if i+1 < len(j.steps) && j.steps[i+1].Connection == s.Connection {
		return nil
	}
	switch {
	case s.HTTPVersion == "1.0":
		return j.say(HTTP10Downgrade, Proven, s.N, "the challenge came over HTTP/1.0 and the connection ended with it")
	case s.ClosedBy == trace.Server || s.Response.Close:
		return j.say(ConnectionClosed, Proven, s.N, "the peer closed the connection that it had just challenged")
	}
	return nil
}

func tooLarge(status int) bool {
	return status == 400 || status == 413 || status == 431 || status == 494
}

// type3 judges the answer to the last message.
func (j *judgement) type3(failure *trace.Failure) *Verdict {
	if j.find(decode.KindNTLMAuthenticate) < 0 {
		return nil
	}
	s := &j.steps[len(j.steps)-1] // one leg after it, if the mechanism asked for one more
	switch {
	case s.Response == nil && failure != nil && failure.Kind == trace.FailTimeout:
		return j.say(Timeout, Proven, s.N, "no answer to the Type 3: %s", failure.Text)
	case s.Response == nil:
		return j.say(ConnectionClosed, Likely, s.N, "the connection ended before the Type 3 was answered")
	case s.refused:
		return j.refused(s)
	case s.Status() == 403:
		return j.say(AuthenticatedForbidden, Likely, s.N, "403 in answer to the Type 3")
	case tooLarge(s.Status()) && s.Status() != 400:
		return j.say(HeaderTooLarge, Likely, s.N, "%d in answer to the Type 3, and not to the Type 1", s.Status())
	case s.Status() == 400 || s.Status() >= 500:
		return j.say(RejectedUnattributed, Consistent, s.N, "%d in answer to the Type 3: some servers say so to one on another connection than its challenge", s.Status()).
			would(unattributed...)
	}
	return j.say(Survives, Consistent, s.N, "%d in answer to the Type 3, on the connection of the challenge", s.Status()).
		would("requests without credentials on fresh connections: a pool that lets strangers in looks the same so far")
}

// unattributed says what tells a wrong password from an unpinned connection.
var unattributed = []string{
	"the same run straight to the server: if that logs on, the path broke the handshake",
	"ntlmctl serve in the server's place: it says which connection each message came in on",
}

func (j *judgement) refused(s *step) *Verdict {
	v := j.say(RejectedUnattributed, Consistent, s.N, "%d in answer to the Type 3; a wrong password and an unpinned connection look the same", s.Status())
	if s.got == decode.KindNTLMChallenge {
		v.and(s.N, "a new challenge came with it, so whoever answered did not know of the one before")
	}
	return v.would(unattributed...)
}

// find returns the index of the last step that sent a message, -1 for none.
func (j *judgement) find(kind decode.Kind) int {
	for i := len(j.steps) - 1; i >= 0; i-- {
		if j.steps[i].sent == kind {
			return i
		}
	}
	return -1
}
