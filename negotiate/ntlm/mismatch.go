package ntlm

import (
	"strings"

	"github.com/ntlmctl/ntlmctl/decode"
)

// explainMismatch says what an NT or LMv2 response that nothing matched may come
// from.
func (v *verification) explainMismatch() {
	if v.known || v.out.NTResponse != decode.Mismatch && v.out.LMResponse != decode.Mismatch {
		return
	}
	if v.guessSecret() {
		return
	}
	if v.answersAnother() {
		v.note("the response was computed for another challenge: the target information that it copies is not this challenge's")
		return
	}
	if v.m.ResponseVersion == decode.ResponseNTLMv1 || v.m.ResponseVersion == decode.ResponseNTLMv1ESS {
		v.note("the password differs, or the response answers another challenge: the two look alike")
		return
	}
	v.note("the password or the account differs, or the response answers another challenge: the three look alike")
}

// guessSecret tries what a secret is mistaken for, and says which matches.
func (v *verification) guessSecret() bool {
	p := v.Secret.material().password
	if p == nil || *p != "" {
		if v.matchesWith(NTOWFv1("")) {
			v.note("the response matches the empty password: the client had none")
			return true
		}
	}
	if p == nil {
		return false
	}
	if trimmed := strings.TrimSpace(*p); trimmed != *p && v.matchesWith(NTOWFv1(trimmed)) {
		v.note("the response matches the password without the white space around it")
		return true
	}
	if hash, err := parseKey(*p); err == nil && v.matchesWith(hash) {
		v.note("the response matches if the password is taken for an NT hash")
		return true
	}
	return false
}

// matchesWith compares the NT response, as the message spells the account, with
// another hash.
func (v *verification) matchesWith(ntowfv1 Key) bool {
	if v.out.NTResponse != decode.Mismatch {
		return false
	}
	if v.ntKind() == decode.ResponseNTLMv2 {
		return v.matchesNTLMv2(v.account.key(ntowfv1))
	}
	return v.matchesNTLMv1(ntowfv1)
}

// answersAnother reports whether the client's copy of the target information
// has another timestamp or server than the challenge has.
func (v *verification) answersAnother() bool {
	if v.m.NTLMv2 == nil {
		return false
	}
	for _, id := range [...]decode.AVID{decode.MsvAvTimestamp, decode.MsvAvNbComputerName} {
		asked, ok := v.challenge.AVPairs.Get(id)
		answered, copied := v.m.NTLMv2.AVPairs.Get(id)
		if ok && copied && string(asked.Value) != string(answered.Value) {
			return true
		}
	}
	return false
}

// whyLMDiffers is what an LM response beside a matching NT response may come from.
func (v *verification) whyLMDiffers() string {
	switch p := v.Secret.material().password; {
	case p == nil:
		return "the LM hash given is another password's"
	case !isASCII(*p):
		return "the password's LM hash depends on the client's OEM code page"
	case len(*p) > lmPassword:
		return "a password of more than 14 characters has no LM hash, and clients differ in what they send"
	}
	return "the client made it of something else than the password's LM hash"
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= 0x80 }) < 0
}

// trimPrefix is the text of an error of this package without the package's name.
func trimPrefix(err error) string { return strings.TrimPrefix(err.Error(), "ntlm: ") }
