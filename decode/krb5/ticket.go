package krb5

import (
	"github.com/ntlmctl/ntlmctl/decode/annotate"
	"github.com/ntlmctl/ntlmctl/decode/der"
	"github.com/ntlmctl/ntlmctl/decode/der/walk"
)

// encryptedData is EncryptedData (RFC 4120 5.2.9).
type encryptedData struct {
	etype    EType
	kvno     uint32
	hasEType bool
	hasKVNO  bool
	length   int
}

func (m *Message) setEncrypted(enc encryptedData) {
	m.EType, m.HasEType = enc.etype, enc.hasEType
	m.KVNO, m.HasKVNO = enc.kvno, enc.hasKVNO
	m.CipherLength = enc.length
}

// ticket is Ticket (RFC 4120 5.3): [APPLICATION 1] SEQUENCE.
func (p *parser) ticket(e der.Element) {
	inner, ok := p.Explicit(e, "ticket")
	if !ok {
		return
	}
	if !inner.Is(der.Application(1)) {
		p.Unexpected(inner, "ticket", walk.Describe(inner)+" where [APPLICATION 1] is due")
		return
	}
	s, ok := p.OpenExplicit(inner, der.Sequence, "ticket", "Ticket (RFC 4120 5.3)")
	if !ok {
		return
	}
	var seen uint32
	for {
		e, ok := p.Next(&s)
		if !ok {
			break
		}
		if e.Class != der.ClassContext || !e.Constructed || e.Tag > 3 || seen&(1<<e.Tag) != 0 {
			p.Unknown(e, &s)
			continue
		}
		seen |= 1 << e.Tag
		switch e.Tag {
		case 0:
			if n, value, ok := p.Int32(e, "tkt-vno"); ok {
				p.Leaf(value, "tkt-vno", number(n), "")
			}
		case 1:
			p.m.Realm = p.text(e, "realm", "the service's realm")
		case 2:
			p.m.SName, p.m.SNameType = p.principal(e, "sname")
		case 3:
			p.m.setEncrypted(p.encrypted(e, "enc-part", "for the service: who the client is, and the session key"))
		}
	}
	p.Close(&s)
}

// encrypted reads the EncryptedData inside the explicit tag e.
func (p *parser) encrypted(e der.Element, name, meaning string) encryptedData {
	var enc encryptedData
	s, ok := p.OpenExplicit(e, der.Sequence, name, meaning)
	if !ok {
		return enc
	}
	for {
		e, ok := p.Next(&s)
		if !ok {
			break
		}
		switch {
		case e.Is(der.Context(0)) && !enc.hasEType:
			n, value, ok := p.Int32(e, "etype")
			if !ok {
				continue
			}
			enc.etype, enc.hasEType = EType(n), true
			p.Leaf(value, "etype", number(n), enc.etype.String())
			if weak := enc.etype.Weak(); weak != "" {
				p.R.Find(annotate.KerberosWeakEtype, value.Offset, value.Size(), name+": "+enc.etype.String()+": "+weak)
			}
		case e.Is(der.Context(1)) && !enc.hasKVNO:
			n, value, ok := p.Int32(e, "kvno")
			if !ok {
				continue
			}
			enc.kvno, enc.hasKVNO = uint32(n), true
			p.Leaf(value, "kvno", annotate.Uint(uint64(enc.kvno)), "version of the key")
		case e.Is(der.Context(2)) && enc.length == 0:
			content, _ := p.Octets(e, "cipher", "encrypted")
			enc.length = len(content)
		default:
			p.Unknown(e, &s)
		}
	}
	p.Close(&s)
	return enc
}
