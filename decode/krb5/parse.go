package krb5

import (
	"github.com/ntlmctl/ntlmctl/decode/annotate"
	"github.com/ntlmctl/ntlmctl/decode/der"
	"github.com/ntlmctl/ntlmctl/decode/der/walk"
)

// Sniff reports whether b begins like a Kerberos message, in the GSS-API's
// frame or bare, with or without its token id and application tag.
func Sniff(b []byte) bool {
	e, ok := der.Read(b, 0, len(b))
	if !ok {
		return false
	}
	if e.Is(der.Application(0)) {
		mech, ok := der.Read(b, e.Content(), e.ContentEnd())
		if !ok || !mech.Is(der.OID) || mech.Truncated {
			return false
		}
		var buf [64]byte
		oid, _ := der.AppendOIDText(buf[:0], mech.Bytes(b))
		return MechanismName(string(oid)) != ""
	}
	if e.Class == der.ClassApplication {
		// A letter may look like the tag; the SEQUENCE behind it tells.
		return e.Constructed && applicationType(e.Tag) != 0 && (e.Content() == len(b) || b[e.Content()] == 0x30)
	}
	if e.Is(der.Sequence) {
		return sequenceType(b, e) != 0
	}
	return len(b) > 2 && bareTokID(b) && Sniff(b[2:])
}

// bareTokID reports whether b begins with a token id that lost its frame.
func bareTokID(b []byte) bool {
	switch TokID(b[0])<<8 | TokID(b[1]) {
	case TokAPReq, TokAPRep, TokError, TokTGTReq, TokTGTRep:
		return true
	}
	return false
}

// applicationType is the type of the message with this application tag, 0
// where there is none.
func applicationType(tag int) MsgType {
	t := MsgType(tag)
	if t == MsgTGTReq || t == MsgTGTRep || t.String() == "" {
		return 0
	}
	return t
}

// sequenceType reads pvno and msg-type of a message without application tag; 0
// where e does not begin with them.
func sequenceType(b []byte, e der.Element) MsgType {
	pvno, ok := explicitInt(b, e.Content(), e.ContentEnd(), 0)
	if !ok {
		return 0
	}
	t, ok := explicitInt(b, pvno.end, e.ContentEnd(), 1)
	if !ok {
		return 0
	}
	if t := MsgType(t.n); t.String() != "" {
		return t
	}
	return 0
}

type intAt struct {
	n   int64
	end int
}

// explicitInt reads an INTEGER inside [tag] at offset.
func explicitInt(b []byte, offset, end, tag int) (v intAt, ok bool) {
	e, ok := der.Read(b, offset, end)
	if !ok || !e.Is(der.Context(tag)) {
		return v, false
	}
	inner, ok := der.Read(b, e.Content(), e.ContentEnd())
	if !ok || !inner.Is(der.Integer) {
		return v, false
	}
	v.n, ok = der.ParseInt(inner.Bytes(b))
	v.end = e.End()
	return v, ok
}

// Parse reads one message. It is never nil; one that cannot be read has Type 0
// and a finding. Fields and findings go to r; offsets count from the first byte
// of b. A nil r discards them.
func Parse(b []byte, r *annotate.Recorder) *Message {
	if r == nil {
		r = new(annotate.Recorder)
	}
	p := parser{Walker: walk.Walker{B: b, R: r}, m: &Message{}}
	all := p.All(0, "token")
	e, ok := p.Peek(all)
	switch {
	case !ok:
		r.Find(annotate.Unrecognised, 0, 0, "no bytes")
	case e.Is(der.Application(0)):
		p.Next(&all)
		p.frame(e)
	default:
		if len(b) > 2 && bareTokID(b) {
			p.tokID(&all)
		}
		p.message(&all)
	}
	p.Rest(&all)
	p.Done()
	p.judge()
	return p.m
}

type parser struct {
	walk.Walker
	m *Message
}

// frame is the InitialContextToken of RFC 2743 3.1, whose inside is that of
// RFC 4121 4.1.
func (p *parser) frame(e der.Element) {
	p.m.Framed = true
	s := p.Open(e, "InitialContextToken", "frame of the GSS-API (RFC 2743 3.1)")
	if mech, ok := p.Next(&s); ok {
		p.thisMech(mech)
	}
	if s.At() < s.End() {
		p.tokID(&s)
		if p.m.TokID == TokIAKERB {
			p.iakerbHeader(&s)
		}
		p.message(&s)
		p.judgeTokID(e)
	} else if !e.Truncated {
		p.R.Find(annotate.DERUnexpected, e.Offset, e.Size(), "no token follows thisMech")
	}
	p.Close(&s)
}

func (p *parser) thisMech(e der.Element) {
	if !e.Is(der.OID) {
		p.Unexpected(e, "thisMech", walk.Describe(e)+" where OBJECT IDENTIFIER is due")
		return
	}
	p.Check(e, "thisMech")
	if e.Truncated {
		p.Leaf(e, "thisMech", annotate.Bytes(), "an OID that is cut")
		return
	}
	text, ok := der.OIDText(e.Bytes(p.B))
	if !ok {
		p.R.Find(annotate.DERUnexpected, e.Offset, e.Size(), "thisMech: no valid OBJECT IDENTIFIER")
	}
	p.m.MechOID = text
	p.Leaf(e, "thisMech", annotate.Text(text), MechanismName(text))
	switch text {
	case OIDMSKerberos:
		p.R.Find(annotate.KerberosMSOID, e.Offset, e.Size(), "")
	case OIDUserToUser:
		p.m.UserToUser = true
	}
}

// tokID reads the two octets of TOK_ID, which are not ASN.1.
func (p *parser) tokID(s *walk.Scope) {
	at := s.At()
	if s.End()-at < 2 {
		p.R.Find(annotate.DERTruncated, at, s.End()-at, "TOK_ID wants 2 bytes, "+itoa(s.End()-at)+" are there")
		p.R.Field("TOK_ID", at, s.End()-at, annotate.Bytes(), "cut")
		s.Skip(2)
		return
	}
	p.m.TokID, p.m.HasTokID = TokID(p.B[at])<<8|TokID(p.B[at+1]), true
	p.R.Field("TOK_ID", at, 2, annotate.Bytes(), p.m.TokID.String())
	s.Skip(2)
}

// judgeTokID compares the token id with the message that followed it in the
// frame e; of a message that is cut it is all there is to tell the type.
func (p *parser) judgeTokID(e der.Element) {
	announced, ok := tokTypes[p.m.TokID]
	switch {
	case !ok:
	case p.m.Type == 0:
		p.m.Type = announced
	case p.m.Type != announced:
		p.R.Find(annotate.DERUnexpected, e.Offset, e.Size(), "TOK_ID announces "+announced.String()+", "+p.m.Type.String()+" follows")
	}
}

var tokTypes = map[TokID]MsgType{
	TokAPReq: MsgAPReq, TokAPRep: MsgAPRep, TokError: MsgError, TokTGTReq: MsgTGTReq, TokTGTRep: MsgTGTRep,
}

// message reads one message; of one that is not known it records the bytes.
func (p *parser) message(s *walk.Scope) {
	e, ok := p.Next(s)
	if !ok {
		if p.m.HasTokID && !p.Cut {
			p.R.Find(annotate.DERUnexpected, s.At(), 0, "no message follows TOK_ID")
		}
		return
	}
	switch {
	case e.Class == der.ClassApplication && e.Constructed && applicationType(e.Tag) != 0:
		p.m.Type = applicationType(e.Tag)
		p.Check(e, p.m.Type.String())
		seq := p.Inside(e, p.m.Type.String())
		inner, ok := p.Next(&seq)
		if !ok || !inner.Is(der.Sequence) {
			p.hollow(e, inner, ok)
			return
		}
		p.body(e, inner)
		p.Rest(&seq)
	case e.Is(der.Sequence):
		// A TGT-REQ and TGT-REP have no application tag; of others it has been
		// seen missing.
		p.m.Type = sequenceType(p.B, e)
		if p.m.Type == 0 && p.m.TokID == TokTGTReq {
			p.m.Type = MsgTGTReq
		}
		if p.m.Type == 0 && p.m.TokID == TokTGTRep {
			p.m.Type = MsgTGTRep
		}
		p.body(e, e)
	default:
		p.Unexpected(e, "message", walk.Describe(e)+" where a Kerberos message is due")
	}
}

// hollow records a message whose application tag e holds no SEQUENCE but
// inner, or nothing.
func (p *parser) hollow(e, inner der.Element, ok bool) {
	name := p.m.Type.String()
	p.R.Open(name, e.Offset, e.Size(), annotate.Value{}, "RFC 4120")
	switch {
	case ok:
		p.Unexpected(inner, name, walk.Describe(inner)+" where SEQUENCE is due")
	case !e.Truncated:
		p.R.Find(annotate.DERUnexpected, e.Offset, e.Size(), name+": nothing inside its tag")
	}
	p.R.Close()
}

// body reads the SEQUENCE seq of the message that outer spans.
func (p *parser) body(outer, seq der.Element) {
	name, meaning := p.m.Type.String(), "RFC 4120"
	if name == "" {
		name, meaning = "message", "a Kerberos message of unknown type"
	}
	p.Check(seq, name)
	p.R.Open(name, outer.Offset, outer.Size(), annotate.Value{}, meaning)
	s := p.Inside(seq, name)
	read := func(der.Element) bool { return false }
	switch p.m.Type {
	case MsgAPReq:
		read = p.apReq
	case MsgAPRep:
		read = p.apRep
	case MsgError:
		read = p.krbError
	case MsgASReq, MsgTGSReq:
		read = p.kdcReq
	case MsgASRep, MsgTGSRep:
		read = p.kdcRep
	case MsgTGTReq:
		p.m.UserToUser = true
		read = p.tgtReq
	case MsgTGTRep:
		p.m.UserToUser = true
		read = p.tgtRep
	}
	var seen uint32
	for {
		e, ok := p.Next(&s)
		if !ok {
			break
		}
		again := e.Class != der.ClassContext || !e.Constructed || e.Tag > 31 || seen&(1<<e.Tag) != 0
		if !again {
			seen |= 1 << e.Tag
		}
		if again || !p.head(e) && !read(e) {
			p.Unknown(e, &s)
		}
	}
	p.Close(&s)
	p.complete(outer, seen)
}

// complete reports a message without pvno and msg-type or with other ones.
func (p *parser) complete(e der.Element, seen uint32) {
	want := uint32(1<<0|1<<1) << p.pvnoTag()
	switch {
	case p.m.Version != 5 && seen&want&-want != 0 && !p.Cut:
		p.R.Find(annotate.KerberosVersion, e.Offset, e.Size(), "pvno is "+itoa(p.m.Version))
	case seen&want != want && !p.Cut:
		p.R.Find(annotate.DERUnexpected, e.Offset, e.Size(), p.m.Type.String()+": pvno or msg-type is missing")
	}
}
