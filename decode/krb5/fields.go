package krb5

import (
	"strconv"
	"strings"
	"time"

	"github.com/ntlmctl/ntlmctl/decode/annotate"
	"github.com/ntlmctl/ntlmctl/decode/der"
)

func itoa(n int) string { return strconv.Itoa(n) }

// number is the value of an INTEGER, which may be negative.
func number(n int64) annotate.Value {
	if n < 0 {
		return annotate.Text(strconv.FormatInt(n, 10))
	}
	return annotate.Uint(uint64(n))
}

func (p *parser) pvno(e der.Element) {
	if n, value, ok := p.Int32(e, "pvno"); ok {
		p.m.Version = int(n)
		p.Leaf(value, "pvno", number(n), "")
	}
}

func (p *parser) msgType(e der.Element) {
	n, value, ok := p.Int32(e, "msg-type")
	if !ok {
		return
	}
	t := MsgType(n)
	p.Leaf(value, "msg-type", number(n), t.String())
	if p.m.Type != 0 && p.m.Type != t {
		p.R.Find(annotate.DERUnexpected, value.Offset, value.Size(), "msg-type is "+itoa(int(n))+" in a message tagged "+p.m.Type.String())
	}
}

func (p *parser) microseconds(e der.Element, name string) int {
	n, value, ok := p.Int32(e, name)
	if !ok {
		return 0
	}
	p.Leaf(value, name, number(n), "microseconds")
	if n < 0 || n > 999999 {
		p.R.Find(annotate.DERUnexpected, value.Offset, value.Size(), name+": not between 0 and 999999")
		return 0
	}
	return int(n)
}

func withMicroseconds(t time.Time, n int) time.Time {
	if t.IsZero() {
		return t
	}
	return t.Truncate(time.Second).Add(time.Duration(n) * time.Microsecond)
}

// time reads a KerberosTime (RFC 4120 5.2.3).
func (p *parser) time(e der.Element, name, meaning string, microseconds int) time.Time {
	value, ok := p.Primitive(e, der.GeneralizedTime, name)
	if !ok || value.Truncated {
		return time.Time{}
	}
	t, err := time.Parse("20060102150405Z", string(value.Bytes(p.B)))
	if err != nil {
		p.R.Find(annotate.DERUnexpected, value.Offset, value.Size(), name+": no KerberosTime")
		p.Leaf(value, name, annotate.Text(string(value.Bytes(p.B))), meaning)
		return time.Time{}
	}
	if p.R.Annotate {
		p.Leaf(value, name, annotate.Text(t.Format(time.RFC3339)), meaning)
	}
	return withMicroseconds(t, microseconds)
}

// text reads a KerberosString (RFC 4120 5.2.1); UTF8String is taken as well.
func (p *parser) text(e der.Element, name, meaning string) string {
	inner, ok := p.Explicit(e, name)
	if !ok {
		return ""
	}
	return p.string(inner, name, meaning)
}

func (p *parser) string(e der.Element, name, meaning string) string {
	if !e.Is(der.GeneralString) && !e.Is(der.UTF8String) {
		p.Unexpected(e, name, "no GeneralString")
		return ""
	}
	p.Check(e, name)
	if e.Declared < 0 {
		return ""
	}
	s := string(e.Bytes(p.B))
	p.Leaf(e, name, annotate.Text(s), meaning)
	return s
}

// principal reads a PrincipalName (RFC 4120 5.2.2).
func (p *parser) principal(e der.Element, name string) (parts []string, t NameType) {
	s, ok := p.OpenExplicit(e, der.Sequence, name, "PrincipalName")
	if !ok {
		return nil, 0
	}
	at := len(p.R.Fields) - 1
	for {
		e, ok := p.Next(&s)
		if !ok {
			break
		}
		switch {
		case e.Is(der.Context(0)):
			if n, value, ok := p.Int32(e, "name-type"); ok {
				t = NameType(n)
				p.Leaf(value, "name-type", number(n), t.String())
			}
		case e.Is(der.Context(1)) && parts == nil:
			parts = p.nameString(e)
		default:
			p.Unknown(e, &s)
		}
	}
	p.Close(&s)
	if p.R.Annotate {
		p.R.Fields[at].Meaning = strings.Join(parts, "/")
	}
	return parts, t
}

func (p *parser) nameString(e der.Element) []string {
	s, ok := p.OpenExplicit(e, der.Sequence, "name-string", "")
	if !ok {
		return nil
	}
	parts := make([]string, 0, 2)
	for {
		e, ok := p.Next(&s)
		if !ok {
			break
		}
		if e.Is(der.GeneralString) || e.Is(der.UTF8String) {
			parts = append(parts, p.string(e, "component", ""))
		} else {
			p.Unknown(e, &s)
		}
	}
	p.Close(&s)
	return parts
}

// apOptions reads the BIT STRING of an AP-REQ's options.
func (p *parser) apOptions(e der.Element) {
	value, ok := p.Primitive(e, der.BitString, "ap-options")
	if !ok {
		return
	}
	content := value.Bytes(p.B)
	for i := 1; i <= 4 && i < len(content); i++ {
		p.m.APOptions |= APOptions(content[i]) << (32 - 8*i)
	}
	if p.m.APOptions&UseSessionKey != 0 {
		p.m.UserToUser = true
	}
	if p.R.Annotate {
		p.Leaf(value, "ap-options", annotate.Bytes(), strings.Join(p.m.APOptions.Names(), ", "))
	}
}

// opaque records what stands inside the explicit tag e without reading it.
func (p *parser) opaque(e der.Element, name string) {
	if inner, ok := p.Explicit(e, name); ok {
		p.Check(inner, name)
		p.R.Field(name, inner.Offset, inner.Size(), annotate.Bytes(), "not decoded")
	}
}
