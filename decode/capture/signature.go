package capture

import (
	"bytes"
	"encoding/binary"
)

// The first bytes of NTLM (MS-NLMP 2.2.1) and NEGOEX messages (MS-NEGOEX 2.2.6).
var (
	ntlmssp  = []byte("NTLMSSP\x00")
	negoexts = []byte("NEGOEXTS")
)

// looksToken reports whether b begins as a token does. It reads no further than
// a few bytes, so that the beginning of a token is enough. Of NTLM it wants the
// signature, of ASN.1 the outer element and the one inside it.
func looksToken(b []byte) bool {
	if bytes.HasPrefix(b, ntlmssp) || bytes.HasPrefix(b, negoexts) {
		return true
	}
	_, ok := frame(b)
	return ok
}

// isMessage reports whether b begins as one of NTLM's three messages does.
func isMessage(b []byte) bool {
	return len(b) >= 12 && bytes.HasPrefix(b, ntlmssp) && 1 <= b[8] && b[8] <= 3 && b[9]|b[10]|b[11] == 0
}

// isMention reports whether b is NTLMSSP and ends before it says which message
// it is: so text speaks of tokens.
func isMention(b []byte) bool { return len(b) < 12 && bytes.HasPrefix(b, ntlmssp) }

// frame reads the outer element of an ASN.1 token and checks that its contents
// begin as they must. size is the element's length with its header, or 0 if
// that is indefinite.
func frame(b []byte) (size int, ok bool) {
	if len(b) < 4 {
		return 0, false
	}
	var inner string
	switch b[0] {
	case 0x60: // GSS-API, RFC 2743 3.1: an OID follows
		inner = "\x06"
	case 0xa0, 0xa1: // NegTokenInit and NegTokenResp, RFC 4178 4.2
		inner = "\x30"
	case 0x6e, 0x6f, 0x7e: // AP-REQ, AP-REP and KRB-ERROR, RFC 4120 5.5 and 5.9.1
		inner = "\x30"
	case 0x30: // TSRequest, MS-CSSP 2.2.1: version [0] INTEGER
	default:
		return 0, false
	}
	length, header, ok := berLength(b[1:])
	if !ok {
		return 0, false
	}
	header++
	rest := b[header:]
	if b[0] == 0x30 {
		if len(rest) < 4 || rest[0] != 0xa0 || rest[1] != 3 || rest[2] != 2 || rest[3] != 1 {
			return 0, false
		}
	} else if len(rest) == 0 || rest[0] != inner[0] {
		return 0, false
	}
	if length < 0 {
		return 0, true
	}
	// The next element must fit.
	n, h, ok := berLength(rest[1:])
	if !ok || n >= 0 && 1+h+n > length {
		return 0, false
	}
	return header + length, true
}

// berLength reads a length (X.690 8.1.3), of at most four bytes and 2^24, and
// says how many bytes it takes. The length is -1 if it is indefinite.
func berLength(b []byte) (length, size int, ok bool) {
	if len(b) == 0 {
		return 0, 0, false
	}
	c := int(b[0])
	switch {
	case c < 0x80:
		return c, 1, true
	case c == 0x80:
		return -1, 1, true
	case c > 0x84 || len(b) < 1+c-0x80:
		return 0, 0, false
	}
	for _, d := range b[1 : 1+c-0x80] {
		length = length<<8 | int(d)
	}
	if length > 1<<24 {
		return 0, 0, false
	}
	return length, 1 + c - 0x80, true
}

// payloads are where the buffers' descriptors stand in the three messages, and
// least is the shortest header of each (MS-NLMP 2.2.1 and what is seen).
var (
	payloads = [4][]int{1: {16, 24}, 2: {12, 40}, 3: {12, 20, 28, 36, 44, 52}}
	least    = [4]int{1: 16, 2: 32, 3: 52}
)

// ntlmSize returns how long the NTLM message at the beginning of b says it is,
// by the buffers that it describes. b need not be complete; sure is false if
// more of the header would be needed to tell.
func ntlmSize(b []byte) (size int, sure bool) {
	if len(b) < 12 {
		return 12, false
	}
	kind := binary.LittleEndian.Uint32(b[8:])
	if kind < 1 || kind > 3 {
		return 12, true
	}
	size = least[kind]
	if len(b) < size {
		return size, false
	}
	// Whatever the lowest payload offset leaves out was never in the header.
	lowest := len(b)
	for _, at := range payloads[kind] {
		if at+8 > lowest {
			break
		}
		if at+8 > len(b) {
			return max(size, at+8), false
		}
		n := int(binary.LittleEndian.Uint16(b[at:]))
		from := int(binary.LittleEndian.Uint32(b[at+4:]))
		if n == 0 {
			continue
		}
		if from < at || from > 1<<17 {
			continue // out of bounds: no guide to where the message ends
		}
		if from >= 16 {
			lowest = min(lowest, from)
		}
		size = max(size, from+n)
	}
	if kind == 1 && size == 16 {
		size = typeOneSize(b)
	}
	return size, true
}

// typeOneSize tells how long a NEGOTIATE_MESSAGE without names is: 16 bytes as
// the oldest clients send it, 32, or 40 if it has a version.
func typeOneSize(b []byte) int {
	if len(b) < 32 {
		return 16
	}
	for _, c := range b[16:20] {
		if c != 0 {
			return 16
		}
	}
	for _, c := range b[24:28] {
		if c != 0 {
			return 16
		}
	}
	const version = 0x02000000
	if flags := binary.LittleEndian.Uint32(b[12:]); flags&version != 0 && len(b) >= 40 {
		return 40
	}
	return 32
}

// tokenSize returns how long the token at the beginning of b says it is. known
// is false if its kind does not tell; sure is false if b is too short to be
// certain, and size then is a lower bound.
func tokenSize(b []byte) (size int, known, sure bool) {
	if bytes.HasPrefix(b, ntlmssp) {
		n, sure := ntlmSize(b)
		return n, true, sure
	}
	if n, ok := frame(b); ok && n > 0 {
		return n, true, true
	}
	return 0, false, true
}

// maxWrapper is how far before an NTLM message the frames around it may begin.
const maxWrapper = 1 << 10

// enclosing returns the part of b that is the token around the NTLM message at
// sig: the outermost frame that holds it, or else the message alone. end is
// where that is said to end, which may be past the end of b.
func enclosing(b []byte, sig int) (start, end int) {
	n, _ := ntlmSize(b[sig:])
	for q := max(0, sig-maxWrapper); q < sig; q++ {
		size, ok := frame(b[q:])
		if !ok || size > 0 && q+size < sig+12 || !leadsTo(b[q:], sig-q) {
			continue
		}
		if size == 0 {
			return q, len(b)
		}
		return q, q + size
	}
	return sig, sig + n
}

// leadsTo reports whether the elements of the frame at the beginning of b, one
// within or after the other, come upon the byte at sig as the contents of one.
func leadsTo(b []byte, sig int) bool {
	at := 0
	for at < sig {
		primitive := b[at]&0x20 == 0
		n, h, ok := berLength(b[at+1:])
		if !ok {
			return false
		}
		contents := at + 1 + h
		switch {
		case n >= 0 && contents+n <= sig:
			at = contents + n
		case contents == sig:
			return primitive
		case contents > sig:
			return false
		default:
			if _, token := frame(b[contents:]); primitive && !token {
				return false
			}
			at = contents
		}
	}
	// A mechanism's token may stand bare behind the OID of the GSS-API's frame.
	return at == sig
}
