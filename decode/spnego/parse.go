package spnego

import (
	"bytes"

	"github.com/ntlmctl/ntlmctl/decode/annotate"
	"github.com/ntlmctl/ntlmctl/decode/der"
	"github.com/ntlmctl/ntlmctl/decode/der/walk"
)

// Sniff reports whether b begins like a token of SPNEGO: a GSS-API frame with
// SPNEGO's OID (or cut before that could be told), or a bare NegTokenInit or
// NegTokenResp.
func Sniff(b []byte) bool {
	e, ok := der.Read(b, 0, len(b))
	if !ok {
		return false
	}
	if e.Is(der.Application(0)) {
		content := e.Bytes(b)
		return bytes.HasPrefix(content, thisMech) || bytes.HasPrefix(thisMech, content)
	}
	if !e.Is(der.Context(0)) && !e.Is(der.Context(1)) {
		return false
	}
	inner, ok := der.Read(b, e.Content(), e.ContentEnd())
	return e.Truncated && !ok || ok && inner.Is(der.Sequence)
}

// thisMech is SPNEGO's OID as it stands in the frame.
var thisMech = appendOID(nil, OIDSPNEGO)

// Parse reads one token. At most one of the results is not nil; both are nil
// where b is neither, with a finding. Fields and findings go to r; offsets
// count from the first byte of b. A nil r discards them.
func Parse(b []byte, r *annotate.Recorder) (*Init, *Resp) {
	if r == nil {
		r = new(annotate.Recorder)
	}
	p := parser{Walker: walk.Walker{B: b, R: r}}
	init, resp := p.token()
	p.Done()
	return init, resp
}

type parser struct{ walk.Walker }

// token is InitialContextToken (RFC 2743 3.1) or NegotiationToken (RFC 4178 4.2).
func (p *parser) token() (init *Init, resp *Resp) {
	all := p.All(0, "token")
	e, ok := p.Next(&all)
	switch {
	case !ok:
		p.R.Find(annotate.Unrecognised, 0, 0, "no bytes")
	case e.Is(der.Application(0)):
		init, resp = p.frame(e)
	case e.Is(der.Context(0)):
		p.R.Find(annotate.GSSFrameMissing, e.Offset, e.HeaderLen, "")
		init = p.init(e, false)
	case e.Is(der.Context(1)):
		resp = p.resp(e, false)
	default:
		p.Unexpected(e, "token", walk.Describe(e)+" where a NegotiationToken is due")
	}
	p.Rest(&all)
	return init, resp
}

func (p *parser) frame(e der.Element) (init *Init, resp *Resp) {
	s := p.Open(e, "InitialContextToken", "frame of the GSS-API (RFC 2743 3.1)")
	if mech, ok := p.Next(&s); ok {
		p.oid(mech, "thisMech")
	}
	inner, ok := p.Next(&s)
	switch {
	case !ok:
		init = &Init{Framed: true, MechTokenOffset: -1}
		if !e.Truncated {
			p.R.Find(annotate.DERUnexpected, e.Offset, e.Size(), "no token follows thisMech")
		}
	case inner.Is(der.Context(0)):
		init = p.init(inner, true)
	case inner.Is(der.Context(1)):
		resp = p.resp(inner, true)
	default:
		init = &Init{Framed: true, MechTokenOffset: -1}
		p.Unexpected(inner, "innerContextToken", walk.Describe(inner)+" where a NegTokenInit is due")
	}
	p.Close(&s)
	return init, resp
}

func (p *parser) init(e der.Element, framed bool) *Init {
	t := &Init{Framed: framed, MechTokenOffset: -1}
	s, ok := p.OpenExplicit(e, der.Sequence, "negTokenInit", "NegTokenInit (RFC 4178 4.2.1)")
	if !ok {
		return t
	}
	for p.initField(t, &s) {
	}
	p.Close(&s)
	p.judgeInit(t, e)
	return t
}

// initField reads one field of the SEQUENCE; false is its end.
func (p *parser) initField(t *Init, s *walk.Scope) bool {
	e, ok := p.Next(s)
	if !ok {
		return false
	}
	switch {
	case e.Is(der.Context(0)) && t.MechTypes == nil:
		p.mechTypes(t, e)
	case e.Is(der.Context(1)) && t.ReqFlags == nil:
		p.reqFlags(t, e)
	case e.Is(der.Context(2)) && t.MechToken == nil:
		t.MechToken, t.MechTokenOffset = p.Octets(e, "mechToken", "the first mechanism's token")
	case e.Is(der.Context(3)) && t.Hints == nil && p.holdsSequence(e):
		t.Init2 = true
		p.hints(t, e)
	case e.Is(der.Context(3)) && t.MechListMIC == nil && !t.Init2:
		t.MechListMIC, _ = p.Octets(e, "mechListMIC", "MIC over the list of mechanisms")
	case e.Is(der.Context(4)) && t.MechListMIC == nil:
		t.Init2 = true
		t.MechListMIC, _ = p.Octets(e, "mechListMIC", "MIC over the list of mechanisms")
	default:
		p.Unknown(e, s)
	}
	return true
}

func (p *parser) mechTypes(t *Init, e der.Element) {
	s, ok := p.OpenExplicit(e, der.Sequence, "mechTypes", "the mechanisms on offer, the preferred one first")
	if !ok {
		return
	}
	list, _ := p.Peek(p.Inside(e, ""))
	t.MechTypeList = p.B[list.Offset:list.End():list.End()]
	t.MechTypes = make([]OID, 0, min(5, (s.End()-s.At()+1)/2))
	for {
		m, ok := p.Next(&s)
		if !ok {
			break
		}
		if oid := p.oid(m, "mechType"); oid != "" {
			t.MechTypes = append(t.MechTypes, oid)
		}
	}
	p.Close(&s)
}

// oid records an OBJECT IDENTIFIER; it is empty where another element stands.
func (p *parser) oid(e der.Element, name string) OID {
	if !e.Is(der.OID) {
		p.Unexpected(e, name, walk.Describe(e)+" where OBJECT IDENTIFIER is due")
		return ""
	}
	p.Check(e, name)
	if e.Declared < 0 || e.Truncated {
		p.Leaf(e, name, annotate.Bytes(), "an OID that is cut")
		return ""
	}
	oid, ok := oidOf(e.Bytes(p.B))
	if !ok {
		p.R.Find(annotate.DERUnexpected, e.Offset, e.Size(), name+": no valid OBJECT IDENTIFIER")
	}
	if p.R.Annotate {
		m := oid.mechanism()
		meaning := m.name
		if m.meaning != "" {
			meaning += ": " + m.meaning
		}
		p.Leaf(e, name, annotate.Text(string(oid)), meaning)
	}
	return oid
}

func (p *parser) reqFlags(t *Init, e der.Element) {
	bits, ok := p.Primitive(e, der.BitString, "reqFlags")
	if !ok {
		return
	}
	t.ReqFlags = bits.Bytes(p.B)
	if p.R.Annotate {
		meaning := ""
		for i, name := range t.FlagNames() {
			if i > 0 {
				meaning += ", "
			}
			meaning += name
		}
		p.Leaf(bits, "reqFlags", annotate.Bytes(), meaning)
	}
}

// holdsSequence tells negHints from mechListMIC, which share the tag [3].
func (p *parser) holdsSequence(e der.Element) bool {
	inner, ok := p.Peek(p.Inside(e, ""))
	return ok && inner.Is(der.Sequence)
}

func (p *parser) hints(t *Init, e der.Element) {
	s, ok := p.OpenExplicit(e, der.Sequence, "negHints", "NegHints (MS-SPNG 2.2.1)")
	if !ok {
		return
	}
	t.Hints = &Hints{}
	for {
		e, ok := p.Next(&s)
		if !ok {
			break
		}
		switch {
		case e.Is(der.Context(0)) && !t.Hints.Named:
			if name, ok := p.Primitive(e, der.GeneralString, "hintName"); ok {
				t.Hints.Name, t.Hints.Named = string(name.Bytes(p.B)), true
				p.Leaf(name, "hintName", annotate.Text(t.Hints.Name), hintMeaning(t.Hints.Name))
			}
		case e.Is(der.Context(1)) && t.Hints.Address == nil:
			t.Hints.Address, _ = p.Octets(e, "hintAddress", "")
		default:
			p.Unknown(e, &s)
		}
	}
	p.Close(&s)
}

func hintMeaning(name string) string {
	if name == PleaseIgnore {
		return "the usual placeholder"
	}
	return "a hint at the server's principal"
}

func (p *parser) resp(e der.Element, framed bool) *Resp {
	t := &Resp{Framed: framed, ResponseTokenOffset: -1}
	s, ok := p.OpenExplicit(e, der.Sequence, "negTokenResp", "NegTokenResp (RFC 4178 4.2.2)")
	if !ok {
		return t
	}
	for {
		e, ok := p.Next(&s)
		if !ok {
			break
		}
		switch {
		case e.Is(der.Context(0)) && t.State == StateAbsent:
			p.negState(t, e)
		case e.Is(der.Context(1)) && t.SupportedMech == "":
			if mech, ok := p.Explicit(e, "supportedMech"); ok {
				t.SupportedMech = p.oid(mech, "supportedMech")
			}
		case e.Is(der.Context(2)) && t.ResponseToken == nil:
			t.ResponseToken, t.ResponseTokenOffset = p.Octets(e, "responseToken", "the mechanism's token")
		case e.Is(der.Context(3)) && t.MechListMIC == nil:
			t.MechListMIC, _ = p.Octets(e, "mechListMIC", "MIC over the initiator's list of mechanisms")
		default:
			p.Unknown(e, &s)
		}
	}
	p.Close(&s)
	p.judgeResp(t, e)
	return t
}

func (p *parser) negState(t *Resp, e der.Element) {
	value, ok := p.Primitive(e, der.Enumerated, "negState")
	if !ok || value.Truncated {
		return
	}
	n, ok := der.ParseInt(value.Bytes(p.B))
	if !ok || n < 0 || n >= 1<<31 {
		p.R.Find(annotate.DERUnexpected, value.Offset, value.Size(), "negState: no valid ENUMERATED")
		p.Leaf(value, "negState", annotate.Bytes(), "")
		return
	}
	t.State = State(n) + 1
	if t.State > RequestMIC {
		p.R.Find(annotate.DERUnexpected, value.Offset, value.Size(), "negState: a value that RFC 4178 does not define")
		p.Leaf(value, "negState", annotate.Uint(uint64(n)), "unknown")
		return
	}
	p.Leaf(value, "negState", annotate.Text(t.State.String()), t.State.Meaning())
}
