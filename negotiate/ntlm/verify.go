package ntlm

import (
	"bytes"
	"crypto/x509"
	"fmt"

	"golang.org/x/text/encoding"

	"github.com/ntlmctl/ntlmctl/decode"
)

// Input is what Verify compares. Everything but Authenticate may be missing:
// what cannot be compared then is untested, with a note that says why.
type Input struct {
	// Negotiate, Challenge and Authenticate are the three messages, bare or in
	// the token that carried them (see decode.Token.NTLM).
	Negotiate, Challenge, Authenticate *decode.Token
	Secret                             Secret
	// Certificates are those that the server may have shown on the connection.
	Certificates []*x509.Certificate
	// CodePage is the client's OEM code page, for the LM hash of a password; nil
	// is Windows-1252.
	CodePage encoding.Encoding
}

// verification is one run of Verify.
type verification struct {
	Input
	raw       []byte // of the AUTHENTICATE_MESSAGE
	m         *decode.AuthenticateMessage
	challenge *decode.ChallengeMessage
	flags     decode.Flags
	out       *decode.Verified
	// account is the spelling of the account that the client computed with, as
	// far as that is known; the message's own to begin with.
	account spelling
	// base is the SessionBaseKey, if one is known; v1 says that KXKEY follows.
	base      Key
	known, v1 bool
}

// Verify compares an AUTHENTICATE_MESSAGE with a secret, its challenge and a
// certificate (MS-NLMP 3.2.5.1.2, 3.3, 3.4). NTResponse and LMResponse speak of
// the account as the message spells it; where another spelling matches, it is
// in Tried, and session key and MIC follow from it.
func Verify(in Input) *decode.Verified {
	v := verification{Input: in, out: &decode.Verified{
		NTResponse: decode.Untested, LMResponse: decode.Untested, MIC: decode.Untested, ChannelBinding: decode.Untested,
	}}
	v.run()
	return v.out
}

func (v *verification) run() {
	if token := v.Authenticate.NTLM(); token != nil {
		v.m, _ = token.Message.(*decode.AuthenticateMessage)
		v.raw = token.Raw
	}
	if v.m == nil {
		v.note("there is no AUTHENTICATE_MESSAGE to verify")
		return
	}
	if len(v.Certificates) > 0 {
		v.checkChannelBinding()
	}
	if v.Secret.IsZero() {
		v.note("responses, MIC and session key are untested: no password or NT hash was given")
		return
	}
	if token := v.Challenge.NTLM(); token != nil {
		v.challenge, _ = token.Message.(*decode.ChallengeMessage)
	}
	if v.challenge == nil {
		v.note("responses, MIC and session key are untested: the challenge (Type 2) that this message answers is missing")
		return
	}
	v.flags = v.m.Flags
	if !v.m.HasFlags() {
		v.flags = v.challenge.Flags
	}
	v.account = ownSpelling(v.m)
	v.checkNT()
	v.checkLM()
	v.explainMismatch()
	v.checkKey()
}

func (v *verification) note(format string, a ...any) {
	v.out.Notes = append(v.out.Notes, fmt.Sprintf(format, a...))
}

func checkOf(match bool) decode.Check {
	if match {
		return decode.Match
	}
	return decode.Mismatch
}

// ntKind is how the NT response is to be computed.
func (v *verification) ntKind() decode.ResponseVersion {
	if v.m.ResponseVersion == "" && len(v.m.NTResponse.Bytes) > ResponseSize {
		return decode.ResponseNTLMv2
	}
	return v.m.ResponseVersion
}

func (v *verification) checkNT() {
	nt := v.m.NTResponse
	if len(nt.Bytes) < int(nt.Len) {
		v.note("the NT response is untested: %d of its %d bytes are there", len(nt.Bytes), nt.Len)
		return
	}
	switch v.ntKind() {
	case decode.ResponseAnonymous:
		v.note("an anonymous logon: nothing in it is computed from a password")
	case decode.ResponseNone, decode.ResponseLMv1:
		v.note("the NT response is untested: the client sent none")
	case decode.ResponseNTLMv1, decode.ResponseNTLMv1ESS:
		match := v.matchesNTLMv1(v.Secret.NTOWFv1())
		v.out.NTResponse = checkOf(match)
		if match {
			v.base, v.known, v.v1 = SessionBaseKeyV1(v.Secret.NTOWFv1()), true, true
		}
	case decode.ResponseNTLMv2:
		if v.m.ResponseVersion == "" {
			v.note("the NT response has a RespType that is not defined; it is compared as NTLMv2")
		}
		v.checkNTLMv2()
	default:
		v.note("the NT response is untested: %d bytes are none that NTLM knows", len(nt.Bytes))
	}
}

func (v *verification) matchesNTLMv1(ntowfv1 Key) bool {
	want := NTLMv1Response(ntowfv1, v.challenge.ServerChallenge)
	if v.m.ResponseVersion == decode.ResponseNTLMv1ESS {
		want = NTLMv1ESSResponse(ntowfv1, v.challenge.ServerChallenge, [8]byte(v.m.LMResponse.Bytes))
	}
	return bytes.Equal(v.m.NTResponse.Bytes, want[:])
}

func (v *verification) checkNTLMv2() {
	ntowfv1 := v.Secret.NTOWFv1()
	match := v.matchesNTLMv2(v.account.key(ntowfv1))
	v.out.NTResponse = checkOf(match)
	if !match {
		match = v.trySpellings(v.matchesNTLMv2)
	}
	if match {
		v.base, v.known = SessionBaseKeyV2(v.account.key(ntowfv1), v.m.NTResponse.Bytes[:16]), true
	}
}

func (v *verification) matchesNTLMv2(ntowfv2 Key) bool {
	nt := v.m.NTResponse.Bytes
	proof := NTProofStr(ntowfv2, v.challenge.ServerChallenge, nt[16:])
	return bytes.Equal(nt[:16], proof[:])
}

// trySpellings looks for a spelling of the account that matches.
func (v *verification) trySpellings(matches func(ntowfv2 Key) bool) bool {
	for _, s := range spellings(v.m, v.challenge) {
		match := matches(s.key(v.Secret.NTOWFv1()))
		v.out.Tried = append(v.out.Tried, decode.Attempt{Spelling: s.name, User: s.user, Domain: s.domain, Result: checkOf(match)})
		if match {
			v.account = s
			v.note("the client computed the response %s", s.with)
			return true
		}
	}
	return false
}

func (v *verification) checkLM() {
	switch v.m.LMResponseVersion {
	case decode.LMNone, decode.LMAnonymous: // there is nothing to say
	case decode.LMEmpty:
		v.note("the LM response is untested: 24 zeros stand in its place")
	case decode.LMESS:
		v.note("the LM response is untested: it only carries the client's challenge")
	case decode.LMCopyOfNT:
		v.note("the LM response is untested: it is a copy of the NT response")
	case decode.LMv1:
		v.checkLMv1()
	case decode.LMv2:
		v.out.LMResponse = checkOf(v.matchesLMv2(v.account.key(v.Secret.NTOWFv1())))
	default:
		v.note("the LM response is untested: it is %d bytes long, 24 are due", len(v.m.LMResponse.Bytes))
	}
}

func (v *verification) matchesLMv2(ntowfv2 Key) bool {
	lm := v.m.LMResponse.Bytes
	want := LMv2Response(ntowfv2, v.challenge.ServerChallenge, [8]byte(lm[16:24]))
	return bytes.Equal(lm, want[:])
}

// checkLMv1 compares an LM response beside NTLMv1, or alone: then it may be an
// LMv2 response as well, which cannot be told by looking.
func (v *verification) checkLMv1() {
	lmowf, err := v.Secret.lmowfv1(v.CodePage)
	if err == nil {
		want := LMv1Response(lmowf, v.challenge.ServerChallenge)
		v.out.LMResponse = checkOf(bytes.Equal(v.m.LMResponse.Bytes, want[:]))
	} else {
		v.note("the LM response is untested as LMv1: %s", trimPrefix(err))
	}
	alone := v.m.ResponseVersion == decode.ResponseLMv1
	switch {
	case alone && v.out.LMResponse == decode.Match:
		v.base, v.known, v.v1 = SessionBaseKeyV1(v.Secret.NTOWFv1()), true, true
	case alone:
		v.checkLMv2Alone()
	case v.out.LMResponse == decode.Mismatch && v.out.NTResponse == decode.Match:
		v.note("the NT response matches and the LM response does not: %s", v.whyLMDiffers())
	case v.out.LMResponse == decode.Match && v.out.NTResponse == decode.Mismatch:
		v.note("the LM response matches and the NT response does not: the LM hash ignores case, so the password may differ in upper and lower case")
	}
}

func (v *verification) checkLMv2Alone() {
	ntowfv1 := v.Secret.NTOWFv1()
	match := v.matchesLMv2(v.account.key(ntowfv1))
	if match {
		v.out.LMResponse = decode.Match
	} else {
		match = v.trySpellings(v.matchesLMv2)
	}
	if match {
		v.note("the LM response is an LMv2 response")
		v.base, v.known = SessionBaseKeyV2(v.account.key(ntowfv1), v.m.LMResponse.Bytes[:16]), true
	}
}
