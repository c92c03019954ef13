package decode

import (
	"time"

	"github.com/ntlmctl/ntlmctl/decode/annotate"
)

// maxSkew is how far apart Kerberos lets clocks be. Servers allow NTLMv2 more,
// up to 36 hours, but a domain whose clocks differ so much has other troubles.
const maxSkew = 5 * time.Minute

// CheckClock compares the clock of whoever made t, a Type 2 or a Type 3, with
// the time at which it was recorded, and notes a difference of more than five
// minutes. A zero time is not known and compares with nothing.
func (t *Token) CheckClock(at time.Time) {
	n := t.NTLM()
	if n == nil || at.IsZero() {
		return
	}
	switch m := n.Message.(type) {
	case *ChallengeMessage:
		p, _ := m.AVPairs.Get(MsvAvTimestamp)
		if stamp, ok := p.FileTime(); ok && stamp != 0 {
			n.findSkew(at, stamp, p.Offset)
		}
	case *AuthenticateMessage:
		if m.NTLMv2 != nil && m.NTLMv2.TimeStamp != 0 {
			n.findSkew(at, m.NTLMv2.TimeStamp, int(m.NTResponse.Offset)+ntlmv2Proof+8)
		}
	}
}

func (t *Token) findSkew(at time.Time, stamp uint64, offset int) {
	if stamp > annotate.FileTimeMax {
		return // which has a finding of its own
	}
	if skew := annotate.TimeOf(stamp).Sub(at); skew.Abs() > maxSkew {
		t.Findings = append(t.Findings, Finding{
			Code: annotate.ClockSkew, Offset: offset, Length: 8,
			Detail: "it is " + skew.Round(time.Second).String() + " from the time of the recording",
		})
	}
}
