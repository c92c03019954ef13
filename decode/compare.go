package decode

import (
	"time"

	"github.com/ntlmctl/ntlmctl/decode/annotate"
)

// Comparison lays the messages of one handshake side by side. Those that are
// missing are nil.
type Comparison struct {
	Negotiate    *NegotiateMessage
	Challenge    *ChallengeMessage
	Authenticate *AuthenticateMessage
	// Flags lists the bits that any of the three sets, the lowest first.
	Flags []FlagComparison
	// Answers says whether the response was made for this very challenge; see
	// Answers.
	Answers Fact
	// Skew is the client's clock, as the NTLMv2 response has it, less the
	// server's, as the challenge has it; nil unless both are there and the client
	// did not simply repeat the server's time.
	Skew *time.Duration
	// Findings are about the handshake as a whole; their offsets mean nothing.
	Findings []Finding
}

// FlagComparison is one flag in the three messages.
type FlagComparison struct {
	*FlagInfo
	// Offered is the Type 1's, Answered the Type 2's, Settled the Type 3's.
	Offered, Answered, Settled bool
}

// Compare lays three tokens side by side; any of them may be nil, and each may
// be NTLM or carry it.
func Compare(negotiate, challenge, authenticate *Token) *Comparison {
	c := &Comparison{
		Negotiate: messageOf[NegotiateMessage](negotiate), Challenge: messageOf[ChallengeMessage](challenge),
		Authenticate: messageOf[AuthenticateMessage](authenticate),
	}
	c.compareFlags()
	c.compareTargetInfo()
	c.compareClocks()
	if c.Authenticate == nil {
		c.find(annotate.HandshakeIncomplete, "")
	}
	return c
}

func (c *Comparison) find(code annotate.Code, detail string) {
	c.Findings = append(c.Findings, Finding{Code: code, Detail: detail})
}

// FlagWords are the flags of the three messages, 0 for one that is missing.
func (c *Comparison) FlagWords() (offered, answered, settled Flags) {
	if c.Negotiate != nil {
		offered = c.Negotiate.Flags
	}
	if c.Challenge != nil {
		answered = c.Challenge.Flags
	}
	if c.Authenticate != nil {
		settled = c.Authenticate.Flags
	}
	return offered, answered, settled
}

// Dropped are the flags that the server set and the client did not keep. What
// only a challenge says (TargetType, TargetInfo) is not among them.
func (c *Comparison) Dropped() Flags {
	if c.Challenge == nil || c.Authenticate == nil || !c.Authenticate.HasFlags() {
		return 0
	}
	_, answered, settled := c.FlagWords()
	return answered &^ settled &^ (TargetTypeDomain | TargetTypeServer | NegotiateTargetInfo | RequestTarget | ReservedFlags)
}

// Unasked are the flags that the server set and the client had not offered,
// of those that both have to want.
func (c *Comparison) Unasked() Flags {
	if c.Negotiate == nil || c.Challenge == nil {
		return 0
	}
	const negotiated = NegotiateUnicode | NegotiateOEM | NegotiateSign | NegotiateSeal | NegotiateLMKey | NegotiateExtendedSessionSecurity |
		Negotiate128 | Negotiate56 | NegotiateKeyExch
	offered, answered, _ := c.FlagWords()
	return answered &^ offered & negotiated
}

func (c *Comparison) compareFlags() {
	offered, answered, settled := c.FlagWords()
	(offered | answered | settled).Each(func(_ int, info *FlagInfo) {
		c.Flags = append(c.Flags, FlagComparison{
			FlagInfo: info, Offered: offered.Has(info.Bit), Answered: answered.Has(info.Bit), Settled: settled.Has(info.Bit),
		})
	})
	if dropped := c.Dropped(); dropped != 0 {
		c.find(annotate.FlagsDropped, flagList(dropped))
	}
	if unasked := c.Unasked(); unasked != 0 {
		c.find(annotate.FlagsNotOffered, flagList(unasked))
	}
}

func flagList(flags Flags) string {
	var b []byte
	flags.Each(func(_ int, info *FlagInfo) {
		if len(b) > 0 {
			b = append(b, ", "...)
		}
		b = append(b, info.Name...)
	})
	return string(b)
}

func (c *Comparison) compareTargetInfo() {
	var missing AVID
	if c.Answers, missing = answers(c.Challenge, c.Authenticate); c.Answers == No {
		c.find(annotate.TargetInfoChanged, missing.String())
	}
}

// compareClocks takes the client's time from its response: the server's own is
// repeated there by most clients, and the client's put there by the others.
func (c *Comparison) compareClocks() {
	if c.Challenge == nil || c.Authenticate == nil || c.Authenticate.NTLMv2 == nil {
		return
	}
	client := c.Authenticate.NTLMv2.TimeStamp
	p, _ := c.Challenge.AVPairs.Get(MsvAvTimestamp)
	server, ok := p.FileTime()
	if !ok || server > annotate.FileTimeMax || client == 0 || client > annotate.FileTimeMax || client == server {
		return
	}
	skew := annotate.TimeOf(client).Sub(annotate.TimeOf(server))
	c.Skew = &skew
	if skew.Abs() > maxSkew {
		c.find(annotate.ClockSkew, "the client's response is dated "+skew.Round(time.Second).String()+" from the server's challenge")
	}
}
