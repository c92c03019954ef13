package ntlm

import (
	"bytes"
	"cmp"
	"fmt"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/decode/spnego"
)

// Acceptor is the server's side of one NTLM handshake, which belongs to one
// connection. It is not safe for use by two goroutines at a time.
//
// It takes bare messages and SPNEGO, and answers in kind.
type Acceptor struct {
	options AcceptorOptions
	result  Result
	// negotiate, challenge are the messages so far.
	negotiate, challenge *decode.Token
	// mechTypeList is the client's list as it came, which mechListMIC covers.
	mechTypeList []byte
	// chosen says that the NegTokenResp was sent that names the mechanism.
	chosen bool
}

// NewAcceptor makes an acceptor.
func NewAcceptor(o AcceptorOptions) *Acceptor {
	return &Acceptor{options: o.withDefaults()}
}

// Name names the mechanism: "ntlm", or "ntlm-in-spnego" once the client began so.
func (a *Acceptor) Name() string {
	if a.result.SPNEGO {
		return "ntlm-in-spnego"
	}
	return "ntlm"
}

// Result is what was found so far.
func (a *Acceptor) Result() Result { return a.result }

// Step takes the client's token and gives the answer, which may be empty. A
// logon that is refused is no error: Done is true then and Result says why.
// Errors are of type *StepError and speak of tokens that are malformed or not due;
// they end the handshake, and out may hold an answer all the same.
func (a *Acceptor) Step(in []byte) (out []byte, done bool, err error) {
	switch {
	case a.result.Done:
		return nil, true, acceptorError(stepEnd, ErrDone, "")
	case len(in) == 0:
		return a.fail(ErrUnexpected, ReasonUnexpected, "there is no token")
	case len(in) > maxToken:
		return a.fail(ErrMangled, ReasonMalformed, "it is too long")
	}
	e := openEnvelope(bytes.Clone(in))
	a.result.SPNEGO = e.spnego() || a.result.SPNEGO && e.message == nil
	if e.init != nil {
		a.mechTypeList = e.init.MechTypeList
		if !e.lists(spnego.OIDNTLM) && e.message == nil {
			return a.withoutNTLM(e)
		}
	}
	if e.message == nil {
		return a.withoutMessage(e)
	}
	switch m := e.message.Message.(type) {
	case *decode.NegotiateMessage:
		return a.issue(e, m)
	case *decode.AuthenticateMessage:
		return a.judge(e, m)
	}
	return a.fail(ErrUnexpected, ReasonUnexpected, string(e.kind()))
}

func acceptorError(step string, err error, detail string) error {
	return &StepError{Party: "acceptor", Step: step, Err: err, Detail: detail}
}

// step names the token that is due.
func (a *Acceptor) step() string {
	if a.challenge == nil {
		return stepNegotiate
	}
	return stepAuthenticate
}

// fail ends the handshake with an error.
func (a *Acceptor) fail(err error, reason Reason, detail string) ([]byte, bool, error) {
	failure := acceptorError(a.step(), err, detail)
	out, done, _ := a.refuse(reason, cmp.Or(detail, err.Error()))
	return out, done, failure
}

// refuse ends the handshake without one.
func (a *Acceptor) refuse(reason Reason, detail string) ([]byte, bool, error) {
	a.result.Done, a.result.Reason, a.result.Detail = true, reason, detail
	if !a.result.SPNEGO {
		return nil, true, nil
	}
	resp := spnego.Resp{State: spnego.Reject}
	return resp.Append(nil), true, nil
}

// withoutNTLM rejects a NegTokenInit that does not list NTLM.
func (a *Acceptor) withoutNTLM(e envelope) ([]byte, bool, error) {
	if len(e.init.MechTypes) == 0 {
		return a.fail(ErrMangled, ReasonMalformed, damage(e.token))
	}
	return a.refuse(ReasonOtherMechanism, "the client offers "+mechNames(e.init.MechTypes))
}

// withoutMessage answers what holds no NTLM message: an offer that lists NTLM,
// with the token of another mechanism or with none, is told to go on with NTLM
// (RFC 4178 4.2.2); all else is refused.
func (a *Acceptor) withoutMessage(e envelope) ([]byte, bool, error) {
	switch {
	case e.init != nil:
		a.chosen = true
		resp := spnego.Resp{State: spnego.AcceptIncomplete, SupportedMech: spnego.OIDNTLM}
		return resp.Append(nil), false, nil
	case e.resp != nil:
		if detail := damage(e.token); detail != "" && e.resp.State != spnego.Reject {
			return a.fail(ErrMangled, ReasonMalformed, detail)
		}
		return a.fail(ErrUnexpected, ReasonUnexpected, "a NegTokenResp without an NTLM message")
	case e.token.Kind == decode.KindUnknown, e.token.NTLM() != nil:
		return a.fail(ErrMangled, ReasonMalformed, damage(e.token))
	}
	a.result.SPNEGO = true // whoever speaks it understands a NegTokenResp
	return a.refuse(ReasonOtherMechanism, "the client sends "+string(e.token.Kind))
}

// issue answers a NEGOTIATE_MESSAGE with a challenge. A second one begins anew.
func (a *Acceptor) issue(e envelope, m *decode.NegotiateMessage) ([]byte, bool, error) {
	if len(e.message.Raw) < negotiateFlags+4 {
		return a.fail(ErrMangled, ReasonMalformed, damage(e.message))
	}
	if a.options.StrictNegotiate {
		switch {
		case len(e.message.Raw) < negotiateWhole:
			return a.fail(ErrMangled, ReasonMalformed, fmt.Sprintf("the Type 1 has %d bytes, and %d are wanted", len(e.message.Raw), negotiateWhole))
		case !m.Flags.Has(decode.NegotiateUnicode) && !m.Flags.Has(decode.NegotiateOEM):
			return a.fail(ErrMangled, ReasonMalformed, "the Type 1 offers neither Unicode nor OEM")
		}
	}
	raw, err := a.options.challenge(m.Flags)
	if err != nil {
		return a.fail(err, ReasonInternal, "the challenge could not be made")
	}
	a.negotiate, a.challenge = e.message, decode.Decode(raw, decode.Options{CodePage: a.options.CodePage})
	if !e.spnego() {
		return bytes.Clone(raw), false, nil
	}
	resp := spnego.Resp{State: spnego.AcceptIncomplete, ResponseToken: raw}
	if !a.chosen {
		resp.SupportedMech = spnego.OIDNTLM
	}
	return resp.Append(nil), false, nil
}
