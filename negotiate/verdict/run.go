package verdict

import (
	"fmt"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/negotiate/product"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// Run is one logon to one target, as the client saw it.
type Run struct {
	Target Target
	// Legs are its own, in order.
	Legs []*trace.Leg
	// Failure is why there is no further leg, or no connection at all; nil if there
	// was no need of one.
	Failure *trace.Failure
	// LoggedOn is the leg by which an earlier request had logged the connection on; nil if none had.
	LoggedOn *trace.Leg
	// Wanted are the schemes that there are credentials for; nil for none.
	Wanted []string
	// Spent is how many refused logons had used up what the client may cost the
	// account, so that credentials were held back; 0 if they were not.
	Spent int
	// Binding is the channel binding (RFC 5929 tls-server-end-point) of the
	// certificate that the client saw, in hexadecimal; empty where there is none.
	Binding string
	// Unable is why the client's mechanism could not go on from what the last leg
	// brought; nil if it could.
	Unable error
}

// Judge says what happened. A wrong password is never concluded from a refusal
// alone: a connection that is not pinned looks the same.
func (r Run) Judge() Verdict {
	if len(r.Legs) == 0 && r.Failure == nil {
		r.Failure = &trace.Failure{Kind: trace.FailRequest, Text: "nothing was sent"}
	}
	j := &judgement{Run: r, target: r.Target, steps: stepsOf(r.Target, r.Legs, r.Failure != nil)}
	if len(j.steps) == 0 {
		return *j.finish(j.failed(0, r.Failure))
	}
	for _, rule := range []func() *Verdict{
		j.unable, j.known, j.anonymous, j.plain, j.switched, j.type1, j.type3,
	} {
		if v := rule(); v != nil {
			return *j.finish(v)
		}
	}
	return *j.finish(j.unfinished())
}

// Unreached says that a proxy that let the client in could not reach the server.
// The last leg is the CONNECT that says so.
func (r Run) Unreached() Verdict {
	j := &judgement{Run: r, target: r.Target, steps: stepsOf(r.Target, r.Legs, r.Failure != nil)}
	return *j.finish(j.failed(j.last().N, r.Failure))
}

// Others are what else the legs show, beside the verdict.
func (r Run) Others() []Verdict {
	j := &judgement{Run: r, target: r.Target, steps: stepsOf(r.Target, r.Legs, r.Failure != nil)}
	if v := j.rewritten(); v != nil {
		return []Verdict{*j.finish(v)}
	}
	return nil
}

// judgement is a run on its way through the rules.
type judgement struct {
	Run
	target Target
	steps  []step
}

// finish adds what holds whatever the rule.
func (j *judgement) finish(v *Verdict) *Verdict {
	if j.Spent > 0 && v.Code != Survives && v.Code != Open {
		n := 0
		if len(j.steps) > 0 {
			n = j.steps[len(j.steps)-1].N
		}
		v.and(n, "no credentials were sent: %s cost the account all the tries that this run may", counted(j.Spent, "refused logon"))
	}
	v.WouldProve = v.Surer()
	v.Remedies = remediesFor(v.Code, v.Target, j.Legs)
	return v
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
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

// kept adds that a cache says it had the answer: then the server did not see the
// request, and may well ask for a logon.
func (v *Verdict) kept(s *step) *Verdict {
	if sign := product.Kept(s.Response.Headers); sign != "" {
		v.and(s.N, "%s: a cache answered, and the server did not see the request", sign).
			would("an address that no cache has seen, with another query: whether the server asks for a logon there")
	}
	return v
}

// would adds what would raise the grade.
func (v *Verdict) would(prove ...string) *Verdict {
	v.WouldProve = append(v.WouldProve, prove...)
	return v
}

// last is the last step.
func (j *judgement) last() *step { return &j.steps[len(j.steps)-1] }

// find returns the index of the last step that a function holds for, -1 for none.
func (j *judgement) find(is func(*step) bool) int {
	for i := len(j.steps) - 1; i >= 0; i-- {
		if is(&j.steps[i]) {
			return i
		}
	}
	return -1
}

// failed judges a failure by its kind alone.
func (j *judgement) failed(leg int, f *trace.Failure) *Verdict {
	code, grade := Unreachable, Proven
	switch f.Kind {
	case trace.FailTLS:
		code = TLSFailed
	case trace.FailTimeout:
		code = Timeout
	case trace.FailHTTP2:
		code = HTTP2Only
	case trace.FailCanceled, trace.FailRequest: // nothing of the path's doing
		grade = Untested
	}
	return j.say(code, grade, leg, "%s", f.Text)
}

// unable judges what a mechanism could not go on from: a dialect that is not
// spoken here, or nonsense. With the refusal of a Type 3 there is nothing to go
// on from, whatever came with it.
func (j *judgement) unable() *Verdict {
	last := j.last()
	if j.Unable == nil || last.wantsKerberos() || last.rejects() || last.sent == decode.KindNTLMAuthenticate && last.refused {
		return nil
	}
	return j.say(ChallengeMangled, Likely, last.N, "%v", j.Unable)
}

// unfinished judges a run of which no rule knows what to make.
func (j *judgement) unfinished() *Verdict {
	switch last := j.last(); {
	case j.Failure != nil && last.Response == nil:
		return j.failed(last.N, j.Failure)
	case j.Failure != nil:
		return j.failed(0, j.Failure).and(last.N, "%d before that", last.Status())
	case len(j.Wanted) == 0:
		v := j.say(RejectedUnattributed, Untested, last.N, "%d offers %s", last.Status(), last.schemes())
		v.Summary = "a logon is wanted, and there were no credentials to log on with"
		return v
	default:
		v := j.say(RejectedUnattributed, Untested, last.N, "%d", last.Status())
		v.Summary = "the logon was not finished"
		return v
	}
}
