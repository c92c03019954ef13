package ntlm

import (
	"bytes"
	"crypto/hmac"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/decode/spnego"
)

// judge verifies an AUTHENTICATE_MESSAGE and ends the handshake.
func (a *Acceptor) judge(e envelope, m *decode.AuthenticateMessage) ([]byte, bool, error) {
	r := &a.result
	r.User, r.Domain, r.Workstation = m.User().String(), m.DomainName().String(), m.WorkstationName().String()
	r.ResponseVersion, r.LMResponseVersion = m.ResponseVersion, m.LMResponseVersion
	if a.challenge == nil {
		return a.fail(ErrUnexpected, ReasonUnexpected, "an AUTHENTICATE_MESSAGE answers no challenge")
	}
	if m.ResponseVersion == "" {
		return a.fail(ErrMangled, ReasonMalformed, damage(e.message))
	}
	secret, known := a.options.Users.lookup(Account{User: r.User, Domain: r.Domain})
	v := Verify(Input{Negotiate: a.negotiate, Challenge: a.challenge, Authenticate: e.message, Secret: secret, CodePage: a.options.CodePage})
	if known {
		r.Notes = v.Notes
	} else { // what was found speaks of the decoy
		v.NTResponse, v.LMResponse = decode.Untested, decode.Untested
	}
	r.NTResponse, r.LMResponse = ofResponse(v.NTResponse, ntSent(m)), ofResponse(v.LMResponse, lmSent(m))
	r.MIC = checkedMIC(m, v)
	a.checkChannelBinding(m)
	a.checkTargetName(m)
	mechListMIC := a.checkMechListMIC(e, m, v)
	if reason := a.verdict(m, known); reason != ReasonAccepted {
		return a.refuse(reason, "")
	}
	r.Done, r.Accepted, r.Reason = true, true, ReasonAccepted
	if !e.spnego() {
		return nil, true, nil
	}
	resp := spnego.Resp{State: spnego.AcceptCompleted, MechListMIC: mechListMIC}
	return resp.Append(nil), true, nil
}

func ntSent(m *decode.AuthenticateMessage) bool { return len(m.NTResponse.Bytes) > 0 }

func lmSent(m *decode.AuthenticateMessage) bool {
	switch m.LMResponseVersion {
	case decode.LMNone, decode.LMEmpty, decode.LMAnonymous:
		return false
	}
	return true
}

// ofResponse is a check of Verify, which does not know absent.
func ofResponse(c decode.Check, sent bool) decode.Check {
	if c == decode.Untested && !sent {
		return Absent
	}
	return c
}

// checkedMIC is absent where none is claimed, whatever stands in its place.
func checkedMIC(m *decode.AuthenticateMessage, v *decode.Verified) decode.Check {
	if m.AVFlags()&decode.AVFlagMIC == 0 {
		return Absent
	}
	return v.MIC
}

func (a *Acceptor) checkChannelBinding(m *decode.AuthenticateMessage) {
	r := &a.result
	p, ok := avPair(m, decode.MsvAvChannelBindings)
	switch {
	case !ok:
		r.ChannelBinding = Absent
		return
	case len(a.options.ChannelBindings) == 0:
		r.ChannelBinding = decode.Untested
		return
	}
	r.ChannelBinding = decode.Mismatch
	for i := range a.options.ChannelBindings {
		if hmac.Equal(p.Value, a.options.ChannelBindings[i][:]) {
			r.ChannelBinding = decode.Match
			return
		}
	}
	if bytes.Equal(p.Value, make([]byte, 16)) {
		r.Notes = append(r.Notes, "the channel binding is all zero: the client knew of no TLS channel")
	}
}

func (a *Acceptor) checkTargetName(m *decode.AuthenticateMessage) {
	r := &a.result
	p, ok := avPair(m, decode.MsvAvTargetName)
	if !ok || len(p.Value) == 0 {
		r.TargetName = Absent
		return
	}
	r.ClientTargetName = p.Text().String()
	if len(a.options.TargetNames) == 0 {
		r.TargetName = decode.Untested
		return
	}
	r.TargetName = decode.Mismatch
	for _, n := range a.options.TargetNames {
		if upcaseString(n) == upcaseString(r.ClientTargetName) {
			r.TargetName = decode.Match
		}
	}
}

func avPair(m *decode.AuthenticateMessage, id decode.AVID) (decode.AVPair, bool) {
	if m.NTLMv2 == nil {
		return decode.AVPair{}, false
	}
	return m.NTLMv2.AVPairs.Get(id)
}

// checkMechListMIC compares the client's mechListMIC (RFC 4178 5) and gives the
// acceptor's own, which is due where the client sent one.
func (a *Acceptor) checkMechListMIC(e envelope, m *decode.AuthenticateMessage, v *decode.Verified) []byte {
	if !e.spnego() {
		return nil
	}
	a.result.MechListMIC = Absent
	if e.resp == nil || len(e.resp.MechListMIC) == 0 || e.resp.MICIsToken {
		return nil
	}
	a.result.MechListMIC = decode.Untested
	if len(v.SessionKey) != KeySize || a.mechTypeList == nil {
		return nil
	}
	mac, err := sign(m.Flags, Key(v.SessionKey), fromClient, a.mechTypeList)
	if err != nil {
		return nil
	}
	if a.result.MechListMIC = checkOf(hmac.Equal(mac[:], e.resp.MechListMIC)); a.result.MechListMIC != decode.Match {
		return nil
	}
	if mac, err = sign(m.Flags, Key(v.SessionKey), fromServer, a.mechTypeList); err != nil {
		return nil
	}
	return mac[:]
}

// verdict is the first reason to refuse, or ReasonAccepted.
func (a *Acceptor) verdict(m *decode.AuthenticateMessage, known bool) Reason {
	for _, reason := range [...]Reason{a.onResponse(m, known), a.onMIC(), a.onChannelBinding(), a.onTargetName()} {
		if reason != ReasonAccepted {
			return reason
		}
	}
	if a.result.MechListMIC == decode.Mismatch {
		return ReasonMechListMICMismatch
	}
	return ReasonAccepted
}

func (a *Acceptor) onResponse(m *decode.AuthenticateMessage, known bool) Reason {
	o, r := &a.options, &a.result
	decisive := r.NTResponse
	switch m.ResponseVersion {
	case decode.ResponseAnonymous:
		return ReasonAnonymous
	case decode.ResponseNone:
		return ReasonNoResponse
	case decode.ResponseLMv1:
		decisive = r.LMResponse
	}
	switch {
	case !known:
		return ReasonUnknownUser
	case m.ResponseVersion == decode.ResponseLMv1 && !o.AllowLM:
		return ReasonLM
	case (m.ResponseVersion == decode.ResponseNTLMv1 || m.ResponseVersion == decode.ResponseNTLMv1ESS) && !o.AllowNTLMv1:
		return ReasonNTLMv1
	case decisive != decode.Match:
		return ReasonWrongResponse
	}
	return ReasonAccepted
}

func (a *Acceptor) onMIC() Reason {
	switch a.result.MIC {
	case decode.Match:
		return ReasonAccepted
	case Absent:
		if a.options.RequireMIC {
			return ReasonMICAbsent
		}
		return ReasonAccepted
	}
	return ReasonMICMismatch // one that is claimed and cannot be shown to be right is not right
}

func (a *Acceptor) onChannelBinding() Reason {
	return demanded(a.options.RequireChannelBinding, a.result.ChannelBinding,
		ReasonChannelBindingAbsent, ReasonChannelBindingUntested, ReasonChannelBindingMismatch)
}

func (a *Acceptor) onTargetName() Reason {
	return demanded(a.options.RequireTargetName, a.result.TargetName,
		ReasonTargetNameAbsent, ReasonTargetNameUntested, ReasonTargetNameMismatch)
}

// demanded is the reason to refuse a logon for one of EPA's checks. What nobody
// demands refuses nobody.
func demanded(by bool, check decode.Check, absent, untested, mismatch Reason) Reason {
	switch {
	case !by || check == decode.Match:
		return ReasonAccepted
	case check == Absent:
		return absent
	case check == decode.Untested:
		return untested
	}
	return mismatch
}
