package krb5

import (
	"encoding/binary"

	"github.com/ntlmctl/ntlmctl/decode/annotate"
	"github.com/ntlmctl/ntlmctl/decode/der"
)

// eData reads e-data (RFC 4120 5.9.1). What it holds depends on the code and
// on who made it: METHOD-DATA, TYPED-DATA or, from Windows, KERB-ERROR-DATA
// (MS-KILE 2.2.2).
func (p *parser) eData(e der.Element) {
	content, offset := p.OctetContent(e, "e-data")
	if content == nil {
		return
	}
	p.m.EData = content
	if offset < 0 {
		p.Leaf(e, "e-data", annotate.Bytes(), "in segments")
		return
	}
	inner, ok := der.Read(p.B, offset, offset+len(content))
	if !ok || !inner.Is(der.Sequence) {
		p.R.Field("e-data", offset, len(content), annotate.Bytes(), "")
		return
	}
	s := p.Inside(inner, "e-data")
	first, ok := p.Peek(s)
	p.Check(inner, "e-data")
	p.R.Open("e-data", offset, len(content), annotate.Value{}, eDataMeaning(first, ok))
	for {
		e, ok := p.Next(&s)
		if !ok {
			break
		}
		switch {
		case e.Is(der.Sequence):
			p.typedData(e)
		case e.Is(der.Context(1)):
			if n, value, ok := p.Int32(e, "data-type"); ok {
				p.Leaf(value, "data-type", number(n), errorDataType(n))
			}
		case e.Is(der.Context(2)):
			if value, ok := p.Primitive(e, der.OctetString, "data-value"); ok {
				p.dataValue(value, "data-value")
			}
		default:
			p.Unknown(e, &s)
		}
	}
	if n := offset + len(content) - inner.End(); n > 0 {
		p.R.Find(annotate.TrailingData, inner.End(), n, "after e-data")
		p.R.Field("trailing data", inner.End(), n, annotate.Bytes(), "")
	}
	p.R.Close()
}

func eDataMeaning(first der.Element, ok bool) string {
	switch {
	case ok && first.Is(der.Sequence):
		return "METHOD-DATA or TYPED-DATA"
	case ok && first.IsContext(1):
		return "KERB-ERROR-DATA (MS-KILE 2.2.2)"
	}
	return ""
}

func errorDataType(n int64) string {
	switch n {
	case 2:
		return "KERB_AP_ERR_TYPE_SKEW_RECOVERY"
	case 3:
		return "KERB_ERR_TYPE_EXTENDED"
	}
	return ""
}

// typedData reads one PA-DATA ([1], [2]) or one element of TYPED-DATA ([0], [1]).
func (p *parser) typedData(e der.Element) {
	s := p.Open(e, "PA-DATA", "")
	at := len(p.R.Fields) - 1
	first, ok := p.Peek(s)
	base := 1
	if ok && first.IsContext(0) {
		base = 0
		if p.R.Annotate {
			p.R.Fields[at].Name = "TYPED-DATA"
		}
	}
	typeName, valueName := "padata-type", "padata-value"
	if base == 0 {
		typeName, valueName = "data-type", "data-value"
	}
	for {
		e, ok := p.Next(&s)
		if !ok {
			break
		}
		switch {
		case e.Is(der.Context(base)):
			n, value, ok := p.Int32(e, typeName)
			if !ok {
				continue
			}
			t := PADataType(n)
			if base == 1 {
				p.m.PADataTypes = append(p.m.PADataTypes, t)
			}
			p.Leaf(value, typeName, number(n), t.String())
		case e.Is(der.Context(base + 1)):
			if value, ok := p.Primitive(e, der.OctetString, valueName); ok {
				p.dataValue(value, valueName)
			}
		default:
			p.Unknown(e, &s)
		}
	}
	p.Close(&s)
}

// dataValue records an OCTET STRING and looks for KERB_EXT_ERROR in it: 12
// bytes, the NTSTATUS first, the flags 1 or 3 last (MS-KILE 2.2.1).
func (p *parser) dataValue(e der.Element, name string) {
	b := e.Bytes(p.B)
	if len(b) != 12 || binary.LittleEndian.Uint32(b[8:])&^3 != 0 || b[8] == 0 || b[3]&0xc0 != 0xc0 {
		p.Leaf(e, name, annotate.Bytes(), "")
		return
	}
	p.m.NTStatus = NTStatus(binary.LittleEndian.Uint32(b))
	p.R.Open(name, e.Offset, e.Size(), annotate.Value{}, "KERB_EXT_ERROR (MS-KILE 2.2.1)")
	at := e.Content()
	p.R.Field("status", at, 4, annotate.Hex32(uint32(p.m.NTStatus)), p.m.NTStatus.sentence())
	p.R.Field("reserved", at+4, 4, annotate.Hex32(binary.LittleEndian.Uint32(b[4:])), "")
	p.R.Field("flags", at+8, 4, annotate.Hex32(binary.LittleEndian.Uint32(b[8:])), "")
	p.R.Close()
	p.R.Find(annotate.KerberosError, at, 4, p.m.NTStatus.sentence())
}

// sentence is the name and the meaning.
func (s NTStatus) sentence() string {
	if name := s.String(); name != "" {
		return name + ": " + s.Meaning()
	}
	return string(annotate.AppendHex32(nil, uint32(s)))
}

// judge reports what is worth knowing about a message that was read.
func (p *parser) judge() {
	if p.m.UserToUser {
		p.R.Find(annotate.KerberosUserToUser, 0, len(p.B), "")
	}
}
