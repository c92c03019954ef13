package spnego

import (
	"bytes"

	"github.com/ntlmctl/ntlmctl/decode/annotate"
	"github.com/ntlmctl/ntlmctl/decode/der"
)

// judgeInit reports what is odd about a NegTokenInit that could be read.
func (p *parser) judgeInit(t *Init, e der.Element) {
	if len(t.MechTypes) == 0 {
		if !p.Cut {
			p.R.Find(annotate.SPNEGONoMechTypes, e.Offset, e.Size(), "")
		}
		return
	}
	if t.MechToken == nil {
		if !t.Init2 && !p.Cut {
			p.R.Find(annotate.SPNEGONoMechToken, e.Offset, e.Size(), "")
		}
		return
	}
	holds := TokenMech(t.MechToken)
	if holds != "" && holds != t.MechTypes[0] && !(holds.Kerberos() && t.MechTypes[0].Kerberos()) {
		p.R.Find(annotate.SPNEGOMechMismatch, t.MechTokenOffset, len(t.MechToken),
			"the first is "+t.MechTypes[0].label()+", the token is "+holds.label())
	}
}

// judgeResp reports what is odd about a NegTokenResp that could be read.
func (p *parser) judgeResp(t *Resp, e der.Element) {
	if t.State == Reject {
		p.R.Find(annotate.SPNEGOReject, e.Offset, e.Size(), "")
	}
	if len(t.MechListMIC) > 0 && bytes.Equal(t.MechListMIC, t.ResponseToken) {
		t.MICIsToken = true
		p.R.Find(annotate.SPNEGOMICIsToken, e.Offset, e.Size(), "")
	}
	if t.State == StateAbsent && t.SupportedMech == "" && t.ResponseToken == nil && t.MechListMIC == nil && !p.Cut {
		p.R.Find(annotate.SPNEGOEmpty, e.Offset, e.Size(), "")
	}
}

// TokenMech is the mechanism that a mechToken or responseToken shows itself to
// be of, empty where it does not.
func TokenMech(b []byte) OID {
	if bytes.HasPrefix(b, []byte("NTLMSSP\x00")) {
		return OIDNTLM
	}
	if bytes.HasPrefix(b, []byte("NEGOEXTS")) {
		return OIDNEGOEX
	}
	frame, ok := der.Read(b, 0, len(b))
	if !ok || !frame.Is(der.Application(0)) {
		return ""
	}
	mech, ok := der.Read(b, frame.Content(), frame.ContentEnd())
	if !ok || !mech.Is(der.OID) || mech.Truncated {
		return ""
	}
	oid, _ := oidOf(mech.Bytes(b))
	return oid
}

// label names the mechanism as well as it can be named.
func (o OID) label() string {
	if name := o.Name(); name != "" {
		return name
	}
	return string(o)
}
