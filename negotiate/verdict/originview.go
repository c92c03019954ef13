package verdict

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// switched compares what a ntlmctl serve at the far end says of the legs of one
// handshake.
func (j *judgement) switched() *Verdict {
	var before *step
	for i := range j.steps {
		s := &j.steps[i]
		if j.view(s) == nil || s.sent == "" {
			continue
		}
		if before != nil && before.Connection == s.Connection {
			if v := j.moved(before, s); v != nil {
				return v
			}
		}
		before = s
	}
	return nil
}

// moved compares two legs of one connection, which a ntlmctl serve is to have
// seen on one connection too.
func (j *judgement) moved(b, s *step) *Verdict {
	other, own := j.view(b), j.view(s)
	switch {
	case own == nil || other == nil:
		return nil
	case own.Instance != other.Instance:
		return j.say(BackendSwitched, Proven, b.N, "answered by %s", other.Instance).and(s.N, "answered by %s", own.Instance)
	case own.AuthKey == other.AuthKey:
		return nil
	case downgraded(other):
		return j.say(HTTP10Downgrade, Proven, b.N, "reached the server in %s on its connection %s", other.Protocol, other.Connection).
			and(s.N, "reached the server in %s on its connection %s", own.Protocol, own.Connection)
	}
	return j.say(ConnectionNotPinned, Proven, b.N, "reached the server on its connection %s", other.Connection).
		and(s.N, "reached the server on its connection %s", own.Connection)
}

// The states of a logon that a ntlmctl serve tells.
const (
	stateAnonymous     = "anonymous"
	stateAccepted      = "accepted"
	stateAuthenticated = "authenticated"
	stateRefused       = "refused"
)

// stranger judges an answer that a ntlmctl serve gave, as it says, to somebody
// who is logged on, while the request proved nothing; nil if that is not so.
func (j *judgement) stranger(s *step) *Verdict {
	v := j.view(s)
	switch {
	case v == nil || j.LoggedOn != nil:
		return nil
	case v.State == stateAccepted:
		return j.say(ResponseCached, Proven, s.N, "%d, and the server has it that this request logged on, which had nothing to log on with", s.Status())
	case v.State == stateAuthenticated:
		return j.say(SessionShared, Likely, s.N, "%d, and the server has it that an earlier request on its connection %s logged on, which was somebody else's", s.Status(), v.Connection).
			would("the same request again: a cache gives itself away by a request number of the server's that comes twice")
	}
	return nil
}

// unseen judges credentials that a ntlmctl serve has not seen.
func (j *judgement) unseen(s *step) *Verdict {
	return j.say(AuthorizationStripped, Proven, s.N, "%s credentials went out, and the server has it that none came", s.scheme)
}

// downgraded reports whether the server was asked in HTTP/1.0.
func downgraded(v *trace.OriginView) bool { return strings.HasSuffix(v.Protocol, "/1.0") }

// view is what a ntlmctl serve says that is the target; nil if that is none.
func (j *judgement) view(s *step) *trace.OriginView {
	if j.target == Proxy {
		return s.ProxyView
	}
	return s.OriginView
}

// pinned reports whether the server itself says that two legs came to it as one
// logon.
func (j *judgement) pinned(a, b *step) bool {
	v, w := j.view(a), j.view(b)
	return v != nil && w != nil && v.Instance == w.Instance && v.AuthKey == w.AuthKey
}

// between is how many requests the server had on its connection between two legs
// that it has in a row here: others share it.
func (j *judgement) between(a, b *step) int {
	v, w := j.view(a), j.view(b)
	if v.Connection != w.Connection {
		return 0
	}
	first, err1 := strconv.Atoi(v.Request)
	second, err2 := strconv.Atoi(w.Request)
	if err1 != nil || err2 != nil || b.N != a.N+1 {
		return 0
	}
	return max(second-first-1, 0)
}

// epaReasons are those that a ntlmctl serve gives where EPA is what it demands.
var epaReasons = []string{"channel-binding-", "target-name-"}

// unread are the reasons of a ntlmctl serve that has not come to judging the logon.
var unread = []string{"malformed", "unexpected-token", "other-mechanism", "internal"}

// served judges a Type 3 that a ntlmctl serve refused, on the connection of its
// challenge.
func (j *judgement) served(type1, type3, last *step) *Verdict {
	v := j.view(type1)
	if n := j.between(type1, type3); n > 0 {
		return j.say(ConnectionNotPinned, Proven, type1.N, "request %s of the server's connection %s", v.Request, v.Connection).
			and(type3.N, "request %s of it, after %s of others: they share it", j.view(type3).Request, counted(n, "request"))
	}
	if j.view(type3).State == stateAnonymous {
		return j.unseen(type3)
	}
	code, grade, reason := CredentialsRejected, Proven, j.view(type3).Reason
	if slices.Contains(unread, reason) {
		code, grade = RejectedUnattributed, Consistent
	}
	for _, prefix := range epaReasons {
		if strings.HasPrefix(reason, prefix) {
			code = EPAMismatch
		}
	}
	made := j.say(code, grade, last.N, "%d in answer to the Type 3", last.Status()).
		and(type1.N, "the server has it that challenge and Type 3 came in on its connection %s", v.Connection)
	if reason != "" {
		made.and(type3.N, "it gives the reason %s", reason)
	}
	j.unbound(made, type3)
	return made
}
