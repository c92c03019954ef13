package decode

import (
	"encoding/binary"
	"slices"
	"strconv"

	"github.com/ntlmctl/ntlmctl/decode/annotate"
)

// AVID is an AvId (MS-NLMP 2.2.2.1).
type AVID uint16

// The ids of AV pairs.
const (
	MsvAvEOL AVID = iota
	MsvAvNbComputerName
	MsvAvNbDomainName
	MsvAvDNSComputerName
	MsvAvDNSDomainName
	MsvAvDNSTreeName
	MsvAvFlags
	MsvAvTimestamp
	MsvAvSingleHost
	MsvAvTargetName
	MsvAvChannelBindings
)

// avTable holds name, fixed length (-1: text, -2: any) and meaning by id.
var avTable = [...]struct {
	name    string
	length  int
	meaning string
}{
	MsvAvEOL:             {"MsvAvEOL", 0, "the end of the list"},
	MsvAvNbComputerName:  {"MsvAvNbComputerName", -1, "the server's NetBIOS name"},
	MsvAvNbDomainName:    {"MsvAvNbDomainName", -1, "the NetBIOS name of the server's domain"},
	MsvAvDNSComputerName: {"MsvAvDnsComputerName", -1, "the server's DNS name"},
	MsvAvDNSDomainName:   {"MsvAvDnsDomainName", -1, "the DNS name of the server's domain"},
	MsvAvDNSTreeName:     {"MsvAvDnsTreeName", -1, "the DNS name of the server's forest"},
	MsvAvFlags:           {"MsvAvFlags", 4, "what holds of this logon"},
	MsvAvTimestamp:       {"MsvAvTimestamp", 8, "the server's clock when it made the challenge"},
	MsvAvSingleHost:      {"MsvAvSingleHost", -2, "the client's machine, for its own server only"},
	MsvAvTargetName:      {"MsvAvTargetName", -1, "the SPN that the client meant to log on to"},
	MsvAvChannelBindings: {"MsvAvChannelBindings", 16, "MD5 of the TLS channel's bindings"},
}

// String is the id's name in MS-NLMP, or "AvId 11".
func (id AVID) String() string {
	if int(id) < len(avTable) {
		return avTable[id].name
	}
	return "AvId " + strconv.Itoa(int(id))
}

// IsText reports whether the pair's value is text, which is always UTF-16LE.
func (id AVID) IsText() bool { return int(id) < len(avTable) && avTable[id].length == -1 }

// The bits of MsvAvFlags.
const (
	AVFlagConstrained  = 1 << 0 // the account's authentication is constrained
	AVFlagMIC          = 1 << 1 // the AUTHENTICATE_MESSAGE carries a MIC
	AVFlagUntrustedSPN = 1 << 2 // the SPN comes from an untrusted source
)

var avFlagNames = [...]struct{ name, meaning string }{
	{"ACCOUNT_CONSTRAINED", "the account's authentication is constrained"},
	{"MIC_PROVIDED", "the AUTHENTICATE_MESSAGE carries a MIC"},
	{"UNTRUSTED_SPN_SOURCE", "the SPN in MsvAvTargetName comes from an untrusted source"},
}

// AVPair is one AV_PAIR structure (MS-NLMP 2.2.2.1).
type AVPair struct {
	ID AVID
	// Offset is where the value begins in the token; the pair begins 4 bytes earlier.
	Offset int
	// Value aliases the token.
	Value []byte
}

const avHeaderSize = 4

// Text is the value as text; see AVID.IsText.
func (p AVPair) Text() Text { return Text{Bytes: p.Value} }

// Uint32 is the value of MsvAvFlags; ok is false if it is not 4 bytes long.
func (p AVPair) Uint32() (n uint32, ok bool) {
	if len(p.Value) != 4 {
		return 0, false
	}
	return binary.LittleEndian.Uint32(p.Value), true
}

// FileTime is the value of MsvAvTimestamp; ok is false if it is not 8 bytes long.
func (p AVPair) FileTime() (t uint64, ok bool) {
	if len(p.Value) != 8 {
		return 0, false
	}
	return binary.LittleEndian.Uint64(p.Value), true
}

// AVPairs is a list of AV pairs in wire order, with MsvAvEOL where it is there.
type AVPairs []AVPair

// Get returns the first pair with the id.
func (l AVPairs) Get(id AVID) (AVPair, bool) {
	if p := l.find(id); p != nil {
		return *p, true
	}
	return AVPair{}, false
}

func (l AVPairs) find(id AVID) *AVPair {
	for i := range l {
		if l[i].ID == id {
			return &l[i]
		}
	}
	return nil
}

// Empty reports whether there is no pair before MsvAvEOL.
func (l AVPairs) Empty() bool { return len(l) == 0 || l[0].ID == MsvAvEOL }

// Text is the text of the first pair with the id, or empty.
func (l AVPairs) Text(id AVID) string {
	p, _ := l.Get(id)
	return p.Text().String()
}

// Append writes the list as it is: nothing is added, MsvAvEOL neither.
func (l AVPairs) Append(dst []byte) []byte {
	for _, p := range l {
		dst = binary.LittleEndian.AppendUint16(dst, uint16(p.ID))
		dst = binary.LittleEndian.AppendUint16(dst, uint16(len(p.Value)))
		dst = append(dst, p.Value...)
	}
	return dst
}

// parseAVPairs reads the list in b[start:end]. It returns the pairs, in room if
// that is large enough for them, and where the list ended, which is before end
// if MsvAvEOL comes early.
func parseAVPairs(room AVPairs, b []byte, start, end int, r *annotate.Recorder) (list AVPairs, stop int) {
	list = room[:0]
	var seen, repeated uint32
	for at := start; at < end; at = stop {
		rest := b[at:end:end]
		if len(rest) < avHeaderSize {
			r.Find(annotate.AVTruncated, at, len(rest), "an AV_PAIR at "+strconv.Itoa(at)+" has "+strconv.Itoa(len(rest))+" bytes of its header")
			r.Field("AV_PAIR", at, len(rest), annotate.Bytes(), "cut short")
			return list, end
		}
		id, length := AVID(binary.LittleEndian.Uint16(rest)), int(binary.LittleEndian.Uint16(rest[2:]))
		value := rest[avHeaderSize:]
		cut := length > len(value)
		if cut {
			r.Find(annotate.AVTruncated, at, len(rest), id.String()+" at "+strconv.Itoa(at)+" wants "+strconv.Itoa(length)+" bytes and has "+strconv.Itoa(len(value)))
		} else {
			value = value[:length:length]
		}
		if len(list) == cap(list) {
			list = slices.Grow(list, countAVPairs(rest))
		}
		list = append(list, AVPair{ID: id, Offset: at + avHeaderSize, Value: value})
		switch bit := uint32(1) << id; {
		case int(id) >= len(avTable):
			r.Find(annotate.AVUnknownID, at, 2, strconv.Itoa(int(id)))
		case seen&bit == 0:
			seen |= bit
		case repeated&bit == 0: // once an id
			repeated |= bit
			r.Find(annotate.AVDuplicate, at, 2, id.String())
		}
		readAVPair(&list[len(list)-1], length, r)
		if stop = at + avHeaderSize + len(value); id == MsvAvEOL || cut {
			return list, stop
		}
	}
	r.Find(annotate.AVMissingEOL, end, 0, "")
	return list, end
}

// countAVPairs is how many pairs parseAVPairs will find.
func countAVPairs(list []byte) (n int) {
	for len(list) >= avHeaderSize {
		n++
		id, end := binary.LittleEndian.Uint16(list), avHeaderSize+int(binary.LittleEndian.Uint16(list[2:]))
		if AVID(id) == MsvAvEOL || end > len(list) {
			break
		}
		list = list[end:]
	}
	return n
}

// readAVPair records one pair, whose AvLen is length: more than its value has
// if that is cut.
func readAVPair(p *AVPair, length int, r *annotate.Recorder) {
	if int(p.ID) < len(avTable) {
		if want := avTable[p.ID].length; want >= 0 && want != length {
			r.Find(annotate.AVLength, p.Offset, len(p.Value), p.ID.String()+" has "+strconv.Itoa(length)+" bytes, "+strconv.Itoa(want)+" are due")
		}
	}
	if r.Annotate {
		value, meaning := avValue(p)
		r.Open(p.ID.String(), p.Offset-avHeaderSize, avHeaderSize+len(p.Value), value, meaning)
		r.Part("AvId", p.Offset-4, 2, annotate.Uint(uint64(p.ID)), "")
		r.Part("AvLen", p.Offset-2, 2, annotate.Uint(uint64(length)), "")
		readAVValue(p, length, r)
		r.Close()
		return
	}
	readAVValue(p, length, r)
}

// readAVValue looks into a pair's value.
func readAVValue(p *AVPair, length int, r *annotate.Recorder) {
	switch p.ID {
	case MsvAvTimestamp:
		if t, ok := p.FileTime(); ok {
			checkFileTime(t, p.Offset, r)
		}
	case MsvAvSingleHost:
		readSingleHost(p, length, r)
	case MsvAvFlags:
		if bits, ok := p.Uint32(); ok && r.Annotate {
			for i, f := range avFlagNames {
				if bits&(1<<i) != 0 {
					r.Field(f.name, p.Offset, 1, annotate.Bit(1<<i), f.meaning)
				}
			}
		}
	default:
		if p.ID.IsText() && len(p.Value) == length {
			checkText(p.Text(), p.Offset, r)
		}
	}
}

// avValue is how a pair's value is shown: read from the pair's span, after its
// header.
func avValue(p *AVPair) (annotate.Value, string) {
	if int(p.ID) >= len(avTable) {
		return annotate.BytesAfter(avHeaderSize), "not defined by the specification"
	}
	meaning := avTable[p.ID].meaning
	switch {
	case p.ID.IsText():
		return annotate.UTF16After(avHeaderSize), meaning
	case p.ID == MsvAvFlags:
		if bits, ok := p.Uint32(); ok {
			return annotate.Hex32(bits), meaning
		}
	case p.ID == MsvAvTimestamp:
		if t, ok := p.FileTime(); ok {
			return annotate.FileTime(t), meaning
		}
	case p.ID == MsvAvChannelBindings && allZero(p.Value):
		meaning = "all zero: the client has no TLS channel to bind to"
	case p.ID == MsvAvEOL && len(p.Value) == 0, p.ID == MsvAvSingleHost && len(p.Value) >= singleHostSize:
		return annotate.Value{}, meaning
	}
	return annotate.BytesAfter(avHeaderSize), meaning
}
