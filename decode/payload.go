package decode

import (
	"encoding/binary"
	"strconv"

	"golang.org/x/text/encoding"

	"github.com/ntlmctl/ntlmctl/decode/annotate"
)

// Payload is one of the <Name>Fields structures of an NTLM message (Len,
// MaxLen, BufferOffset; MS-NLMP 2.2.1) and the bytes it points at.
type Payload struct {
	Len, MaxLen uint16
	// Offset counts from the first byte of the message.
	Offset uint32
	// Bytes alias the token. They are fewer than Len where the buffer runs past
	// the end of the token, and nil where it begins past it.
	Bytes []byte
}

const payloadFieldsSize = 8

// cut reports whether some of the payload's bytes are not there.
func (p Payload) cut() bool { return len(p.Bytes) < int(p.Len) }

// appendFields writes the structure as it is.
func (p Payload) appendFields(dst []byte) []byte {
	dst = binary.LittleEndian.AppendUint16(dst, p.Len)
	dst = binary.LittleEndian.AppendUint16(dst, p.MaxLen)
	return binary.LittleEndian.AppendUint32(dst, p.Offset)
}

// place points the structure at next and returns where the one after it goes.
func (p *Payload) place(next uint32) uint32 {
	p.Len = uint16(len(p.Bytes))
	p.MaxLen, p.Offset = p.Len, next
	return next + uint32(p.Len)
}

// copyTo writes the payload's bytes where its Offset says, growing dst as
// needed; start is where the message begins in dst.
func (p Payload) copyTo(dst []byte, start int) []byte {
	if len(p.Bytes) == 0 {
		return dst
	}
	end := start + int(p.Offset) + len(p.Bytes)
	for len(dst) < end {
		dst = append(dst, make([]byte, end-len(dst))...)
	}
	copy(dst[start+int(p.Offset):], p.Bytes)
	return dst
}

// payloadNames are the names of a payload's structure and of its parts.
type payloadNames struct{ fields, length, maxLen, offset, payload string }

func payloadName(fields, payload string) payloadNames {
	return payloadNames{fields, payload + "Len", payload + "MaxLen", payload + "BufferOffset", payload}
}

// claim is a span of the message that a field has accounted for.
type claim struct {
	start, end int
	names      *payloadNames
}

// layout reads an NTLM message and keeps account of its bytes.
type layout struct {
	annotate.Recorder
	b []byte
	// page is how OEM text is read.
	page encoding.Encoding
	// core is the size of the part that every message of the type has.
	core int
	// header is where the fixed part ends: at the first payload, which may be
	// said to lie past the end of the token; noPayload while there is none.
	header int
	// reach is where the last payload ends, or is said to.
	reach  int
	claims [6]claim // no message has more payloads
	n      int
}

// noPayload is past every offset that fields keeps.
const noPayload = 1 << 30

// fields reads the structure at offset into p, with as many of the bytes that
// it points at as there are. It reports whether the structure is there whole.
func (l *layout) fields(names *payloadNames, offset int, p *Payload) bool {
	if !l.need(names.fields, offset, payloadFieldsSize) {
		return false
	}
	b := l.b[offset : offset+payloadFieldsSize]
	p.Len = binary.LittleEndian.Uint16(b)
	p.MaxLen = binary.LittleEndian.Uint16(b[2:])
	p.Offset = binary.LittleEndian.Uint32(b[4:])
	if l.Annotate {
		l.Open(names.fields, offset, payloadFieldsSize, annotate.Buffer(p.Len, p.MaxLen, p.Offset), "")
		l.Part(names.length, offset, 2, annotate.Uint(uint64(p.Len)), "bytes")
		l.Part(names.maxLen, offset+2, 2, annotate.Uint(uint64(p.MaxLen)), "to be ignored")
		l.Part(names.offset, offset+4, 4, annotate.Uint(uint64(p.Offset)), "from the first byte of the message")
		l.Close()
	}
	if p.MaxLen != p.Len {
		l.Find(annotate.BufferMaxLen, offset+2, 2, names.fields+" "+strconv.Itoa(int(p.MaxLen))+" against "+strconv.Itoa(int(p.Len)))
	}
	if p.Len == 0 {
		if uint64(p.Offset) > uint64(len(l.b)) {
			l.Find(annotate.EmptyBufferOffset, offset+4, 4, names.fields)
		}
		return true
	}
	start := int(min(p.Offset, noPayload-1)) // fits an int of 32 bits, the end too
	end := start + int(p.Len)
	whole := end <= len(l.b)
	if whole {
		p.Bytes = l.b[start:end:end]
	} else {
		p.Bytes = annotate.Clip(l.b, start, int(p.Len))
		l.Find(annotate.PayloadOutOfBounds, offset, payloadFieldsSize, names.payload+" wants bytes "+
			strconv.FormatUint(uint64(p.Offset), 10)+" to "+strconv.FormatUint(uint64(p.Offset)+uint64(p.Len), 10)+" of "+strconv.Itoa(len(l.b)))
	}
	l.reach = max(l.reach, end)
	// A payload in the core cannot say where the header ends; one past the end
	// of the token can.
	switch {
	case start >= l.core:
		l.header = min(l.header, start)
	case whole:
		l.Find(annotate.PayloadInHeader, offset, payloadFieldsSize, names.payload+" at "+strconv.Itoa(start))
	}
	return true
}

// need reports whether the field at offset is there whole, and makes a finding
// and a field of what is left of it if not.
func (l *layout) need(name string, offset, length int) bool {
	return offset+length <= len(l.b) || l.lacks(name, offset, length) // small enough to be inlined
}

// lacks is need for a field that is not there whole.
func (l *layout) lacks(name string, offset, length int) bool {
	if offset < len(l.b) || !l.truncated() {
		l.Find(annotate.Truncated, offset, max(0, len(l.b)-offset), name+" at "+strconv.Itoa(offset)+" wants "+
			strconv.Itoa(length)+" bytes and has "+strconv.Itoa(max(0, len(l.b)-offset)))
	}
	if offset < len(l.b) {
		l.Field(name, offset, len(l.b)-offset, annotate.Bytes(), "cut short")
	}
	return false
}

// endsAt reports whether the fixed part was never meant to reach from end to
// next: a payload begins earlier, or there is none and the token stops at end.
func (l *layout) endsAt(end, next int) bool {
	return l.header < next || l.header == noPayload && len(l.b) == end
}

func (l *layout) truncated() bool {
	for _, f := range l.Findings {
		if f.Code == annotate.Truncated {
			return true
		}
	}
	return false
}

// claim accounts for the bytes of a payload.
func (l *layout) claim(names *payloadNames, p *Payload) {
	c := claim{int(p.Offset), int(p.Offset) + len(p.Bytes), names}
	i := l.n
	for ; i > 0 && l.claims[i-1].start > c.start; i-- { // kept sorted
		l.claims[i] = l.claims[i-1]
	}
	l.claims[i] = c
	l.n++
}

// and names both claimants; a nil claim is the fixed part's.
func (c *claim) and(other *claim) string {
	name := "the header"
	if c != nil {
		name = c.names.payload
	}
	return name + " and " + other.names.payload
}

// account makes findings of gaps, overlaps and trailing bytes. end is where
// the fixed part ended, as it was read.
func (l *layout) account(end int) {
	var previous *claim // nil: the fixed part
	for i := range l.n {
		c := &l.claims[i]
		switch {
		case c.start > end:
			l.unclaimed(annotate.Gap, end, c.start)
		case previous != nil && c.start == previous.start && c.end == previous.end:
			l.Find(annotate.PayloadShared, c.start, c.end-c.start, previous.and(c))
		case c.start < end && c.start >= l.core: // one in the core has its finding
			l.Find(annotate.PayloadOverlap, c.start, min(end, c.end)-c.start, previous.and(c))
		}
		if c.end > end {
			end, previous = c.end, c
		}
	}
	switch {
	case end >= len(l.b):
	case l.reach > len(l.b): // the message goes on where the token does not
		l.unclaimed(annotate.Gap, end, len(l.b))
	default:
		l.unclaimed(annotate.TrailingData, end, len(l.b))
	}
}

func (l *layout) unclaimed(code annotate.Code, start, end int) {
	l.Find(code, start, end-start, "")
	l.Field("(unclaimed)", start, end-start, annotate.Bytes(), "no field of the message points here")
}

// payload accounts for a payload. Where none of its bytes are there it records
// that, and reports false.
func (l *layout) payload(names *payloadNames, p *Payload) bool {
	if len(p.Bytes) > 0 {
		l.claim(names, p)
		return true
	}
	at := int(min(uint64(p.Offset), uint64(len(l.b))))
	if p.Len > 0 {
		l.Field(names.payload, at, 0, annotate.Value{}, "outside the token")
	} else {
		l.Part(names.payload, at, 0, annotate.Value{}, "empty")
	}
	return false
}

// text records a name in the payload, in the encoding that messageText says.
func (l *layout) text(names *payloadNames, p *Payload, flags Flags, meaning string) {
	if !l.payload(names, p) {
		return
	}
	t := messageText(p.Bytes, flags, l.page)
	if l.Annotate {
		v := annotate.UTF16()
		if t.CodePage != nil {
			v = annotate.Text(t.String())
		}
		l.Field(names.payload, int(p.Offset), len(p.Bytes), v, meaning)
	}
	switch {
	case t.CodePage != nil && looksUTF16(p.Bytes):
		l.Find(annotate.UTF16InOEM, int(p.Offset), len(p.Bytes), names.payload)
	case !p.cut():
		checkText(t, int(p.Offset), &l.Recorder)
	}
}

// signature records the twelve bytes that all messages begin with.
func (l *layout) signature(messageType uint64, name string) {
	l.Field("Signature", 0, 8, annotate.Text(`NTLMSSP\0`), "")
	l.Field("MessageType", 8, 4, annotate.Uint(messageType), name)
}

// flags reads the NegotiateFlags at offset; ok is false if they are cut.
func (l *layout) flags(offset int) (flags Flags, ok bool) {
	if !l.need("NegotiateFlags", offset, 4) {
		return 0, false
	}
	flags = Flags(binary.LittleEndian.Uint32(l.b[offset:]))
	if l.Annotate {
		l.Open("NegotiateFlags", offset, 4, annotate.Hex32(uint32(flags)), "")
		flags.Each(func(bit int, info *FlagInfo) {
			l.Field(info.Name, offset+bit/8, 1, annotate.Bit(uint32(info.Bit)), info.Meaning)
		})
		l.Close()
	}
	if reserved := flags & ReservedFlags; reserved != 0 {
		l.Find(annotate.ReservedFlags, offset, 4, string(annotate.AppendHex32(nil, uint32(reserved))))
	}
	if flags&(NegotiateUnicode|NegotiateOEM) == 0 {
		l.Find(annotate.NoCharset, offset, 4, "")
	}
	return flags, true
}

// version reads the Version at offset if it is there: where the header has
// room for it, and the flag is set, the room is just that, or the bytes look
// like a version. It returns where the fixed part ends.
func (l *layout) version(offset int, flags Flags) (v Version, end int) {
	room := min(l.header, len(l.b)) - offset
	claimed := flags.Has(NegotiateVersion)
	if room >= versionSize {
		if claimed || room == versionSize || l.plausibleVersion(offset) {
			return readVersion(l.b, offset, flags, &l.Recorder), offset + versionSize
		}
	}
	if !claimed {
		return Version{}, offset
	}
	if len(l.b) > offset && l.header >= offset+versionSize {
		l.need("Version", offset, versionSize)
		return Version{}, len(l.b)
	}
	l.Find(annotate.VersionMissing, offset, max(0, room), "")
	return Version{}, offset
}
