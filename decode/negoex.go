package decode

import (
	"bytes"
	"encoding/binary"

	"github.com/ntlmctl/ntlmctl/decode/annotate"
	"github.com/ntlmctl/ntlmctl/decode/krb5"
)

// NEGOEX is what travels under the mechanism NEGOEX: a row of messages
// (MS-NEGOEX 2.2.6).
type NEGOEX struct {
	Messages []NEGOEXMessage
}

// NEGOEXMessage is one message (MS-NEGOEX 2.2.6). What its type does not carry is left at its
// zero value; slices alias the token.
type NEGOEXMessage struct {
	// Offset is where the message begins in the token.
	Offset int

	// The header (MS-NEGOEX 2.2.6.2).
	Type           NEGOEXType
	SequenceNum    uint32
	HeaderLength   uint32
	MessageLength  uint32
	ConversationID GUID

	// NEGO_MESSAGE (2.2.6.3).
	Random          []byte
	ProtocolVersion uint64
	AuthSchemes     []GUID
	Extensions      []NEGOEXExtension

	// AuthScheme is that of the other messages; HasAuthScheme says that it is there.
	AuthScheme    GUID
	HasAuthScheme bool
	// Exchange is the blob of an EXCHANGE_MESSAGE (2.2.6.4) and ExchangeOffset
	// where it begins in the token, -1 where it is absent.
	Exchange       []byte
	ExchangeOffset int
	// VERIFY_MESSAGE (2.2.6.5).
	ChecksumScheme uint32
	ChecksumType   uint32
	Checksum       []byte
	// ALERT_MESSAGE (2.2.6.6).
	ErrorCode krb5.NTStatus
	Alerts    []NEGOEXAlert
}

// NEGOEXExtension is EXTENSION (MS-NEGOEX 2.2.5.1.4).
type NEGOEXExtension struct {
	Type  uint32
	Value []byte
}

// Critical reports whether who does not know the extension must refuse.
func (e NEGOEXExtension) Critical() bool { return e.Type&(1<<31) != 0 }

// NEGOEXAlert is ALERT (MS-NEGOEX 2.2.5.1.1). Reason is that of an ALERT_PULSE.
type NEGOEXAlert struct {
	Type   uint32
	Value  []byte
	Reason uint32
}

// NEGOEXType is MESSAGE_TYPE (MS-NEGOEX 2.2.6.1).
type NEGOEXType uint32

// The message types.
const (
	NEGOEXInitiatorNego NEGOEXType = iota
	NEGOEXAcceptorNego
	NEGOEXInitiatorMetaData
	NEGOEXAcceptorMetaData
	NEGOEXChallenge
	NEGOEXAPRequest
	NEGOEXVerify
	NEGOEXAlertMessage
)

var negoexTypes = [...]string{
	"INITIATOR_NEGO", "ACCEPTOR_NEGO", "INITIATOR_META_DATA", "ACCEPTOR_META_DATA",
	"CHALLENGE", "AP_REQUEST", "VERIFY", "ALERT",
}

// String is the type's name, empty for an unknown one.
func (t NEGOEXType) String() string {
	if int64(t) < int64(len(negoexTypes)) {
		return negoexTypes[t]
	}
	return ""
}

// GUID is a GUID in the byte order of MS-DTYP 2.3.4.2.
type GUID [16]byte

// String is the usual form with hyphens, in lower case.
func (g GUID) String() string { return string(annotate.AppendGUID(nil, g[:])) }

// negoexSchemes are the AuthSchemes that are known. Windows sends the first one for PKU2U; MS-NEGOEX
// and MS-SPNG give the second.
var negoexSchemes = map[GUID]string{
	{0x5c, 0x33, 0x53, 0x0d, 0xea, 0xf9, 0x0d, 0x4d, 0xb2, 0xec, 0x4a, 0xe3, 0x78, 0x6e, 0xc3, 0x08}: "PKU2U",
	{0xad, 0x69, 0x5f, 0x23, 0xfb, 0x73, 0xbc, 0x4d, 0x82, 0x03, 0x06, 0x29, 0xe7, 0x39, 0x33, 0x9b}: "PKU2U",
}

const (
	negoexSignature = "NEGOEXTS"
	negoexHeader    = 40
)

// sniffNEGOEX reports whether b begins like a NEGOEX message.
func sniffNEGOEX(b []byte) bool { return bytes.HasPrefix(b, []byte(negoexSignature)) }

// parseNEGOEX reads the messages of a token. It is never nil.
func parseNEGOEX(raw []byte, r *annotate.Recorder) *NEGOEX {
	t := &NEGOEX{}
	at := 0
	for at < len(raw) {
		if !sniffNEGOEX(raw[at:]) {
			code := annotate.TrailingData
			if at == 0 || len(raw)-at < len(negoexSignature) && bytes.HasPrefix([]byte(negoexSignature), raw[at:]) {
				code = annotate.NEGOEXTruncated
			}
			r.Find(code, at, len(raw)-at, "no whole signature")
			r.Field("trailing data", at, len(raw)-at, annotate.Bytes(), "")
			break
		}
		m, size := parseNEGOEXMessage(raw, at, r)
		t.Messages = append(t.Messages, m)
		at += size
	}
	return t
}

// negoexReader reads one message; offsets within it are relative to its start.
type negoexReader struct {
	b     []byte // the message, clipped to what is there
	start int    // where it begins in the token
	r     *annotate.Recorder
	// read is how far the fixed part has been read; cut says that it went past
	// the end, which is reported once.
	read int
	cut  bool
	// payload are the spans that vectors claim, as start and end.
	payload [][2]int
}

// parseNEGOEXMessage reads the message at offset at and returns its size.
func parseNEGOEXMessage(raw []byte, at int, r *annotate.Recorder) (m NEGOEXMessage, size int) {
	m = NEGOEXMessage{Offset: at, ExchangeOffset: -1}
	b := raw[at:]
	size = len(b)
	if len(b) >= 24 {
		m.MessageLength = binary.LittleEndian.Uint32(b[20:])
		switch declared := int64(m.MessageLength); {
		case declared < negoexHeader:
			r.Find(annotate.NEGOEXVersion, at+20, 4, "cbMessageLength is less than a header")
			size = min(len(b), negoexHeader)
		case declared > int64(len(b)):
			r.Find(annotate.NEGOEXTruncated, at, len(b), "cbMessageLength is "+utoa(uint64(declared))+", "+utoa(uint64(len(b)))+" bytes are there")
		default:
			size = int(declared)
		}
	}
	p := &negoexReader{b: b[:size], start: at, r: r}
	name := "NEGOEX message"
	if size >= 12 {
		if n := NEGOEXType(binary.LittleEndian.Uint32(b[8:])).String(); n != "" {
			name = n
		}
	}
	r.Open(name, at, size, annotate.Value{}, "MS-NEGOEX 2.2.6")
	p.header(&m)
	p.body(&m)
	p.account(&m)
	r.Close()
	return m, size
}

func (p *negoexReader) header(m *NEGOEXMessage) {
	p.take("Signature", 8, annotate.Text(negoexSignature))
	m.Type = NEGOEXType(p.u32("MessageType", func(n uint32) string { return NEGOEXType(n).String() }))
	if p.read >= 12 && m.Type.String() == "" {
		p.r.Find(annotate.NEGOEXVersion, p.start+8, 4, "MessageType "+utoa(uint64(m.Type))+" is not defined")
	}
	m.SequenceNum = p.u32("SequenceNum", nil)
	m.HeaderLength = p.u32("cbHeaderLength", nil)
	p.u32("cbMessageLength", nil)
	m.ConversationID = p.guid("ConversationId")
}

func (p *negoexReader) body(m *NEGOEXMessage) {
	switch m.Type {
	case NEGOEXInitiatorNego, NEGOEXAcceptorNego:
		p.nego(m)
	case NEGOEXInitiatorMetaData, NEGOEXAcceptorMetaData, NEGOEXChallenge, NEGOEXAPRequest:
		p.authScheme(m)
		var at int
		if m.Exchange, at = p.byteVector("Exchange"); m.Exchange != nil {
			m.ExchangeOffset = p.start + at
		}
	case NEGOEXVerify:
		p.authScheme(m)
		p.checksum(m)
	case NEGOEXAlertMessage:
		p.authScheme(m)
		m.ErrorCode = krb5.NTStatus(p.hex32("ErrorCode", func(n uint32) string { return ntStatusText(krb5.NTStatus(n)) }))
		p.alerts(m)
	}
}

func (p *negoexReader) authScheme(m *NEGOEXMessage) {
	m.AuthScheme = p.guid("AuthScheme")
	m.HasAuthScheme = !p.cut
}

// nego is NEGO_MESSAGE (MS-NEGOEX 2.2.6.3).
func (p *negoexReader) nego(m *NEGOEXMessage) {
	m.Random = p.take("Random", 32, annotate.Bytes())
	if b := p.take("ProtocolVersion", 8, annotate.Value{}); b != nil {
		m.ProtocolVersion = binary.LittleEndian.Uint64(b)
		p.value(annotate.Uint(m.ProtocolVersion), "")
		if m.ProtocolVersion != 0 {
			p.r.Find(annotate.NEGOEXVersion, p.start+p.read-8, 8, "ProtocolVersion is "+utoa(m.ProtocolVersion)+", 0 is the only one")
		}
	}
	if at, count := p.arrayVector("AuthSchemes", 16); count > 0 {
		p.r.Open("AuthSchemes", p.start+at, count*16, annotate.Value{}, "the preferred one first")
		m.AuthSchemes = make([]GUID, count)
		for i := range m.AuthSchemes {
			m.AuthSchemes[i] = GUID(p.b[at+16*i : at+16*i+16])
			p.r.Field("AuthScheme", p.start+at+16*i, 16, annotate.GUID(), negoexSchemes[m.AuthSchemes[i]])
		}
		p.r.Close()
	}
	if at, count := p.arrayVector("Extensions", 12); count > 0 {
		m.Extensions = make([]NEGOEXExtension, count)
		for i := range m.Extensions {
			e := &m.Extensions[i]
			e.Type, e.Value = p.typedVector("Extension", at+12*i)
		}
	}
}

// checksum is CHECKSUM (MS-NEGOEX 2.2.5.1.3).
func (p *negoexReader) checksum(m *NEGOEXMessage) {
	p.u32("Checksum.cbHeaderLength", nil)
	m.ChecksumScheme = p.u32("ChecksumScheme", func(n uint32) string {
		if n == 1 {
			return "RFC 3961"
		}
		return ""
	})
	m.ChecksumType = p.u32("ChecksumType", nil)
	m.Checksum, _ = p.byteVector("ChecksumValue")
}

func (p *negoexReader) alerts(m *NEGOEXMessage) {
	if !p.cut {
		p.r.Find(annotate.NEGOEXAlert, p.start+p.read-4, 4, ntStatusText(m.ErrorCode))
	}
	at, count := p.arrayVector("Alerts", 12)
	if count == 0 {
		return
	}
	m.Alerts = make([]NEGOEXAlert, count)
	for i := range m.Alerts {
		a := &m.Alerts[i]
		a.Type, a.Value = p.typedVector("Alert", at+12*i)
		if a.Type == 1 && len(a.Value) >= 8 { // ALERT_PULSE, 2.2.5.1.2
			a.Reason = binary.LittleEndian.Uint32(a.Value[4:])
		}
	}
}

// take records n bytes of the fixed part; nil where they are not all there,
// which is reported the first time.
func (p *negoexReader) take(name string, n int, v annotate.Value) []byte {
	if p.cut {
		return nil
	}
	if len(p.b)-p.read < n {
		p.cut = true
		p.r.Find(annotate.NEGOEXTruncated, p.start+p.read, len(p.b)-p.read, "the message ends inside "+name)
		if len(p.b) > p.read {
			p.r.Field(name, p.start+p.read, len(p.b)-p.read, annotate.Bytes(), "cut")
		}
		p.read = len(p.b)
		return nil
	}
	p.r.Field(name, p.start+p.read, n, v, "")
	p.read += n
	return p.b[p.read-n : p.read : p.read]
}

// value gives the field that was recorded last its value.
func (p *negoexReader) value(v annotate.Value, meaning string) {
	if p.r.Annotate {
		f := &p.r.Fields[len(p.r.Fields)-1]
		f.Value, f.Meaning = v, meaning
	}
}

func (p *negoexReader) u32(name string, meaning func(uint32) string) uint32 {
	b := p.take(name, 4, annotate.Value{})
	if b == nil {
		return 0
	}
	n := binary.LittleEndian.Uint32(b)
	if p.r.Annotate {
		text := ""
		if meaning != nil {
			text = meaning(n)
		}
		p.value(annotate.Uint(uint64(n)), text)
	}
	return n
}

func (p *negoexReader) hex32(name string, meaning func(uint32) string) uint32 {
	n := p.u32(name, meaning)
	if p.r.Annotate && !p.cut {
		p.r.Fields[len(p.r.Fields)-1].Value = annotate.Hex32(n)
	}
	return n
}

func (p *negoexReader) guid(name string) (g GUID) {
	if b := p.take(name, 16, annotate.GUID()); b != nil {
		g = GUID(b)
		p.value(annotate.GUID(), negoexSchemes[g])
	}
	return g
}

// byteVector reads a BYTE_VECTOR (MS-NEGOEX 2.2.5.2.3) and what it points at.
func (p *negoexReader) byteVector(name string) (content []byte, at int) {
	b := p.take(name+" (offset, length)", 8, annotate.Bytes())
	if b == nil {
		return nil, 0
	}
	at, length, ok := p.claim(name, binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint32(b[4:]))
	if !ok {
		return nil, 0
	}
	p.r.Field(name, p.start+at, length, annotate.Bytes(), "")
	return p.b[at : at+length : at+length], at
}

// arrayVector reads a vector of elements of the given size: ULONG offset,
// USHORT count and two bytes of padding.
func (p *negoexReader) arrayVector(name string, size int) (at, count int) {
	b := p.take(name+" (offset, count)", 8, annotate.Bytes())
	if b == nil {
		return 0, 0
	}
	n := uint32(binary.LittleEndian.Uint16(b[4:]))
	at, length, ok := p.claim(name, binary.LittleEndian.Uint32(b), n*uint32(size))
	if !ok {
		return 0, 0
	}
	return at, length / size
}

// typedVector reads and records an EXTENSION or ALERT: a type and a
// BYTE_VECTOR, and what that points at.
func (p *negoexReader) typedVector(name string, at int) (kind uint32, value []byte) {
	b := p.b[at : at+12]
	kind = binary.LittleEndian.Uint32(b)
	p.r.Open(name, p.start+at, 12, annotate.Value{}, "")
	p.r.Field("Type", p.start+at, 4, annotate.Uint(uint64(kind)), "")
	p.r.Field("Value (offset, length)", p.start+at+4, 8, annotate.Bytes(), "")
	p.r.Close()
	name += "Value"
	start, length, ok := p.claim(name, binary.LittleEndian.Uint32(b[4:]), binary.LittleEndian.Uint32(b[8:]))
	if !ok {
		return kind, nil
	}
	p.r.Field(name, p.start+start, length, annotate.Bytes(), "")
	return kind, p.b[start : start+length : start+length]
}

// claim clips a span of the payload to what is there. ok is false where it is
// empty or nothing of it is there.
func (p *negoexReader) claim(name string, offset, length uint32) (at, n int, ok bool) {
	if length == 0 {
		return 0, 0, false
	}
	end := int64(offset) + int64(length)
	if end > int64(len(p.b)) {
		p.r.Find(annotate.NEGOEXTruncated, p.start+p.read-8, 8, name+" wants bytes "+utoa(uint64(offset))+" to "+utoa(uint64(end))+" of a message of "+utoa(uint64(len(p.b))))
	}
	if int64(offset) >= int64(len(p.b)) {
		return 0, 0, false
	}
	at, n = int(offset), int(min(end, int64(len(p.b)))-int64(offset))
	p.payload = append(p.payload, [2]int{at, at + n})
	return at, n, true
}
