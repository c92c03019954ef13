package ntlm

import (
	"errors"
	"strconv"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/decode/annotate"
)

// Why a step failed. Each comes inside a StepError.
var (
	// ErrUnexpected: the token is a whole one, but none that is due now.
	ErrUnexpected = errors.New("another token is due")
	// ErrMangled: the token does not decode, or is cut.
	ErrMangled = errors.New("the token is malformed or cut")
	// ErrOEMOnly: the server speaks no Unicode, and NTLMv2 needs it.
	ErrOEMOnly = errors.New("the server speaks OEM text only, not Unicode")
	// ErrNTLMv1Only: the server knows neither target information nor extended
	// session security, so it is older than NTLMv2.
	ErrNTLMv1Only = errors.New("the server offers nothing that NTLMv2 needs, only NTLMv1")
	// ErrRejected: a NegTokenResp of the acceptor says reject.
	ErrRejected = errors.New("the acceptor rejects the negotiation")
	// ErrOtherMechanism: the peer chose or offers another mechanism than NTLM.
	ErrOtherMechanism = errors.New("the peer wants another mechanism than NTLM")
	// ErrMechListMIC: the acceptor's mechListMIC is wrong.
	ErrMechListMIC = errors.New("the mechListMIC does not match")
	// ErrDone: the handshake is over.
	ErrDone = errors.New("the handshake is over")
)

// StepError says at which step of a handshake what went wrong. It holds no
// secret, and no text of the peer's.
type StepError struct {
	// Party is "client" or "acceptor"; Step names the token that was read or to
	// be made: "negotiate", "challenge", "authenticate" or "end".
	Party, Step string
	// Err is one of this package's errors, or what another package said.
	Err error
	// Detail is more about it, or empty.
	Detail string
}

// Error is the error on one line.
func (e *StepError) Error() string {
	s := "ntlm: " + e.Party + ": " + e.Step + ": " + e.Err.Error()
	if e.Detail != "" {
		s += ": " + e.Detail
	}
	return s
}

// Unwrap gives Err.
func (e *StepError) Unwrap() error { return e.Err }

// damage names the first finding that says that a token is not whole.
func damage(t *decode.Token) string {
	for ; t != nil; t = t.Inner {
		for _, f := range t.Findings {
			if f.Severity() == annotate.Error {
				return f.Code.String() + " at offset " + strconv.Itoa(f.Offset)
			}
		}
	}
	return ""
}
