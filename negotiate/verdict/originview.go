package verdict

import (
	"strings"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// switched compares what a ntlmctl serve at the far end says of the legs of one
// handshake.
func (j *judgement) switched() *Verdict {
	var before *step
	for i := range j.steps {
		s := &j.steps[i]
		if s.OriginView == nil || s.sent == "" || j.target == Proxy && !s.refused && s.Request.Method != "CONNECT" {
			continue // the server behind a proxy speaks for itself
		}
		if b := before; b != nil && b.Connection == s.Connection {
			own, other := s.OriginView, b.OriginView
			switch {
			case own.Instance != other.Instance:
				return j.say(BackendSwitched, Proven, b.N, "answered by %s", other.Instance).and(s.N, "answered by %s", own.Instance)
			case own.AuthKey != other.AuthKey && downgraded(other):
				return j.say(HTTP10Downgrade, Proven, b.N, "reached the server in %s on its connection %s", other.Protocol, other.Connection).
					and(s.N, "reached the server in %s on its connection %s", own.Protocol, own.Connection)
			case own.AuthKey != other.AuthKey:
				return j.say(ConnectionNotPinned, Proven, b.N, "reached the server on its connection %s", other.Connection).
					and(s.N, "reached the server on its connection %s", own.Connection)
			}
		}
		before = s
	}
	return nil
}

// downgraded reports whether the server was asked in HTTP/1.0.
func downgraded(v *trace.OriginView) bool { return strings.HasSuffix(v.Protocol, "/1.0") }

// pinned reports whether the server itself says that two legs came to it as one
// logon.
func pinned(a, b *step) bool {
	return a.OriginView != nil && b.OriginView != nil && a.OriginView.Instance == b.OriginView.Instance && a.OriginView.AuthKey == b.OriginView.AuthKey
}
