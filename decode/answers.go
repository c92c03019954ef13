package decode

import "bytes"

// Answers says whether an AUTHENTICATE_MESSAGE was made for a challenge: an
// NTLMv2 response repeats the AV pairs of its challenge, the timestamp among
// them (MS-NLMP 3.1.5.1.2). It is unknown where there is no such response, or
// the challenge has no pairs.
func Answers(challenge, authenticate *Token) Fact {
	fact, _ := answers(messageOf[ChallengeMessage](challenge), messageOf[AuthenticateMessage](authenticate))
	return fact
}

// answers also names the first pair that is not repeated.
func answers(c *ChallengeMessage, a *AuthenticateMessage) (fact Fact, missing AVID) {
	if c == nil || a == nil || a.NTLMv2 == nil {
		return Unknown, 0
	}
	fact = Unknown
	for _, p := range c.AVPairs {
		switch p.ID {
		case MsvAvEOL, MsvAvFlags, MsvAvSingleHost, MsvAvChannelBindings, MsvAvTargetName:
			continue // the client's own to set
		}
		if q, ok := a.NTLMv2.AVPairs.Get(p.ID); !ok || !bytes.Equal(p.Value, q.Value) {
			return No, p.ID
		}
		fact = Yes
	}
	return fact, 0
}
