package experiment

import (
	"github.com/ntlmctl/ntlmctl/decode/spnego"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// Answer is what came in answer to a token.
type Answer string

// The answers.
const (
	// Challenged: a CHALLENGE_MESSAGE came.
	Challenged Answer = "challenged"
	// ChoseNTLM: a NegTokenResp names NTLM and carries no message of it.
	ChoseNTLM Answer = "chose NTLM"
	// ChoseKerberos: a NegTokenResp names Kerberos.
	ChoseKerberos Answer = "chose Kerberos"
	// ChoseOther: a NegTokenResp names another mechanism.
	ChoseOther Answer = "chose another mechanism"
	// Rejected: a NegTokenResp refuses all mechanisms.
	Rejected Answer = "rejected"
	// Bare: the names of schemes came and no token.
	Bare Answer = "bare names"
	// NoOffer: a refusal came that names no scheme.
	NoOffer Answer = "a refusal without an offer"
	// Mangled: what came is no message that is due.
	Mangled Answer = "mangled"
	// LetIn: the request was answered as if somebody had logged on.
	LetIn Answer = "let in"
	// Failing: another status of 400 or more.
	Failing Answer = "another status"
	// Silence: no response came, or not the whole head of one.
	Silence Answer = "no response"
	// Unasked: nothing was sent.
	Unasked Answer = "unasked"
)

// Answer says what came back.
func (o *Observation) Answer() Answer {
	if o == nil || o.Leg == nil {
		return Unasked
	}
	if o.Leg.Response == nil || o.Failure != nil {
		return Silence
	}
	_, challenge := o.Challenge()
	resp := o.resp()
	switch {
	case challenge != nil:
		return Challenged
	case resp != nil && resp.State == spnego.Reject:
		return Rejected
	case resp != nil && resp.SupportedMech.Kerberos():
		return ChoseKerberos
	case resp != nil && resp.SupportedMech == spnego.OIDNTLM:
		return ChoseNTLM
	case resp != nil && resp.SupportedMech != "":
		return ChoseOther
	case o.Refused() && o.Leg.TokenIn(trace.InResponse) != nil:
		return Mangled
	case o.Refused() && len(o.Offers()) == 0:
		return NoOffer
	case o.Refused():
		return Bare
	case o.Status() < 400:
		return LetIn
	}
	return Failing
}

// transient reports whether another try may fare better.
func transient(kind trace.FailureKind) bool {
	switch kind {
	case trace.FailDial, trace.FailTimeout, trace.FailReset, trace.FailEOF, trace.FailIO:
		return true
	}
	return false
}
