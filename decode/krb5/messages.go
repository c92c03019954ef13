package krb5

import (
	"github.com/ntlmctl/ntlmctl/decode/annotate"
	"github.com/ntlmctl/ntlmctl/decode/der"
)

// Each of these reads the field e of a message; false where it has no such.

// head reads what every message begins with.
func (p *parser) head(e der.Element) bool {
	switch e.Tag - p.pvnoTag() {
	case 0:
		p.pvno(e)
	case 1:
		p.msgType(e)
	default:
		return false
	}
	return true
}

// pvnoTag is the tag of pvno; the next one is msg-type's. In what is sent to a
// KDC they begin with 1 (RFC 4120 5.4.1), elsewhere with 0.
func (p *parser) pvnoTag() int {
	if p.m.Type == MsgASReq || p.m.Type == MsgTGSReq {
		return 1
	}
	return 0
}

// apReq is AP-REQ (RFC 4120 5.5.1).
func (p *parser) apReq(e der.Element) bool {
	switch e.Tag {
	case 2:
		p.apOptions(e)
	case 3:
		p.ticket(e)
	case 4:
		enc := p.encrypted(e, "authenticator", "proves that the sender holds the session key")
		p.m.AuthEType, p.m.HasAuthEType = enc.etype, enc.hasEType
	default:
		return false
	}
	return true
}

// apRep is AP-REP (RFC 4120 5.5.2).
func (p *parser) apRep(e der.Element) bool {
	switch e.Tag {
	case 2:
		p.m.setEncrypted(p.encrypted(e, "enc-part", "proves that the server could read the ticket"))
	default:
		return false
	}
	return true
}

// tgtReq is KERB-TGT-REQUEST (draft-swift-win2k-krb-user2user).
func (p *parser) tgtReq(e der.Element) bool {
	switch e.Tag {
	case 2:
		p.m.SName, p.m.SNameType = p.principal(e, "server-name")
	case 3:
		p.m.Realm = p.text(e, "realm", "the service's realm")
	default:
		return false
	}
	return true
}

// tgtRep is KERB-TGT-REPLY (draft-swift-win2k-krb-user2user).
func (p *parser) tgtRep(e der.Element) bool {
	switch e.Tag {
	case 2:
		p.ticket(e)
	case 3:
		p.opaque(e, "server-cert")
	default:
		return false
	}
	return true
}

// kdcRep is AS-REP and TGS-REP (RFC 4120 5.4.2).
func (p *parser) kdcRep(e der.Element) bool {
	switch e.Tag {
	case 2:
		p.opaque(e, "padata")
	case 3:
		p.m.CRealm = p.text(e, "crealm", "the client's realm")
	case 4:
		p.m.CName, p.m.CNameType = p.principal(e, "cname")
	case 5:
		p.ticket(e)
	case 6:
		enc := p.encrypted(e, "enc-part", "for the client: the session key and what the ticket says")
		p.m.AuthEType, p.m.HasAuthEType = enc.etype, enc.hasEType
	default:
		return false
	}
	return true
}

// krbError is KRB-ERROR (RFC 4120 5.9.1).
func (p *parser) krbError(e der.Element) bool {
	switch e.Tag {
	case 2:
		p.m.CTime = p.time(e, "ctime", "the client's clock", p.m.CUSec)
	case 3:
		p.m.CUSec = p.microseconds(e, "cusec")
		p.m.CTime = withMicroseconds(p.m.CTime, p.m.CUSec)
	case 4:
		p.m.STime = p.time(e, "stime", "the server's clock", p.m.SUSec)
	case 5:
		p.m.SUSec = p.microseconds(e, "susec")
		p.m.STime = withMicroseconds(p.m.STime, p.m.SUSec)
	case 6:
		p.errorCode(e)
	case 7:
		p.m.CRealm = p.text(e, "crealm", "the client's realm")
	case 8:
		p.m.CName, p.m.CNameType = p.principal(e, "cname")
	case 9:
		p.m.Realm = p.text(e, "realm", "the service's realm")
	case 10:
		p.m.SName, p.m.SNameType = p.principal(e, "sname")
	case 11:
		p.m.EText = p.text(e, "e-text", "what the sender says about it")
	case 12:
		p.eData(e)
	default:
		return false
	}
	return true
}

// kdcReq is AS-REQ and TGS-REQ (RFC 4120 5.4.1), in outline.
func (p *parser) kdcReq(e der.Element) bool {
	switch e.Tag {
	case 3:
		p.opaque(e, "padata")
	case 4:
		p.opaque(e, "req-body")
	default:
		return false
	}
	return true
}

func (p *parser) errorCode(e der.Element) {
	n, value, ok := p.Int32(e, "error-code")
	if !ok {
		return
	}
	p.m.ErrorCode, p.m.HasErrorCode = ErrorCode(n), true
	if p.R.Annotate {
		meaning := p.m.ErrorCode.String()
		if cause := p.m.ErrorCode.Cause(); cause != "" {
			meaning += ": " + cause
		}
		p.Leaf(value, "error-code", number(n), meaning)
	}
	p.R.Find(annotate.KerberosError, value.Offset, value.Size(), p.m.ErrorCode.sentence())
}

// sentence is name, number and cause: the detail of a finding.
func (c ErrorCode) sentence() string {
	s := "error " + itoa(int(c))
	if name := c.String(); name != "" {
		s = name + " (" + itoa(int(c)) + ")"
	}
	if cause := c.Cause(); cause != "" {
		s += ": " + cause
	}
	return s
}
