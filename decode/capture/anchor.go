package capture

import (
	"encoding/binary"
	"sync"
)

// anchorKind says what an anchor is the beginning of.
type anchorKind uint8

const (
	anchorNone   anchorKind = iota
	anchorBase64            // base64 of NTLMSSP, at one of three alignments
	anchorHex               // hex of NTLMSSP, with or without separators
	anchorRaw               // NTLMSSP itself, or escaped as in a string literal
	anchorGSS               // the OID of SPNEGO in a frame of the GSS-API
	anchorScheme            // an authentication scheme's name
	anchorTrace             // a line of a curl trace
)

// anchor is a string that tokens begin with or contain. Tokens are searched
// for by the eight bytes of a window into it, all anchors at once, by Wu and
// Manber's algorithm: the last two bytes of the window tell how far the next
// one can be.
type anchor struct {
	text string
	fold bool
	kind anchorKind
	// window is where in text the eight bytes begin; chosen so that they end in
	// two bytes that are rare in logs.
	window int
	// align is, for base64, how many characters of the text's first group of
	// four stand before it.
	align int
}

const windowSize = 8

var anchors = []anchor{
	{text: "TlRMTVNTUA", kind: anchorBase64, window: 2, align: 0},
	{text: "5UTE1TU1AA", kind: anchorBase64, align: 2},
	{text: "OVExNU1NQA", kind: anchorBase64, align: 3},
	{text: "NTLMSSP\x00", kind: anchorRaw},
	{text: `NTLMSSP\`, kind: anchorRaw},
	{text: "\x06\x06\x2b\x06\x01\x05\x05\x02", kind: anchorGSS},
	{text: "4e544c4d53535000", fold: true, kind: anchorHex},
	{text: "4e 54 4c 4d", fold: true, kind: anchorHex},
	{text: "4e:54:4c:4d", fold: true, kind: anchorHex},
	{text: "4e,54,4c,4d", fold: true, kind: anchorHex},
	{text: "4e-54-4c-4d", fold: true, kind: anchorHex},
	{text: "4e%54%4c%4d", fold: true, kind: anchorHex},
	{text: "4e;54;4c;4d", fold: true, kind: anchorHex},
	{text: "4e, 54, 4c, 4d", fold: true, kind: anchorHex},
	{text: `4e\x54\x4c\x4d`, fold: true, kind: anchorHex},
	{text: `4e\u0054\u004c\u004d`, fold: true, kind: anchorHex},
	{text: "4e,0x54,0x4c,0x4d", fold: true, kind: anchorHex},
	{text: "4e, 0x54, 0x4c, 0x4d", fold: true, kind: anchorHex},
	{text: "4e 0x54 0x4c 0x4d", fold: true, kind: anchorHex},
	{text: "4e54 4c4d 5353 5000", fold: true, kind: anchorHex},
	{text: "4e544c4d 53535000", fold: true, kind: anchorHex},
	{text: "negotiate", fold: true, kind: anchorScheme},
	{text: "on: ntlm", fold: true, kind: anchorScheme},
	{text: "te: ntlm", fold: true, kind: anchorScheme},
	{text: "on: nego2", fold: true, kind: anchorScheme, window: 1},
	{text: "te: nego2", fold: true, kind: anchorScheme, window: 1},
	{text: "=> Send header", kind: anchorTrace},
	{text: "<= Recv header", kind: anchorTrace},
}

// anchorTable is the search table over all anchors.
type anchorTable struct {
	// shift is by how much the window's end may advance, by its last two bytes;
	// 0 where an anchor's window ends in them.
	shift [1 << 16]uint8
	cand  map[uint16][]candidate
}

// candidate is an anchor's window as a number, to be compared after or-ing.
type candidate struct {
	or, want uint64
	index    int
}

var searchTable = sync.OnceValue(func() *anchorTable {
	t := &anchorTable{cand: make(map[uint16][]candidate)}
	for i := range t.shift {
		t.shift[i] = windowSize - 1
	}
	for index, a := range anchors {
		w := a.text[a.window : a.window+windowSize]
		for j := 0; j+1 < windowSize; j++ {
			for _, first := range cases(w[j], a.fold) {
				for _, second := range cases(w[j+1], a.fold) {
					pair := uint16(first) | uint16(second)<<8
					t.shift[pair] = min(t.shift[pair], uint8(windowSize-2-j))
				}
			}
		}
		c := candidate{want: binary.LittleEndian.Uint64([]byte(w)), index: index}
		if a.fold {
			c.or = 0x2020202020202020
			c.want |= c.or
		}
		for _, first := range cases(w[6], a.fold) {
			for _, second := range cases(w[7], a.fold) {
				pair := uint16(first) | uint16(second)<<8
				t.cand[pair] = append(t.cand[pair], c)
			}
		}
	}
	return t
})

func cases(c byte, fold bool) []byte {
	if fold && 'a' <= c|0x20 && c|0x20 <= 'z' {
		return []byte{c | 0x20, c &^ 0x20}
	}
	return []byte{c}
}

// find returns the first anchor at or after from, and where it begins. Without
// one it returns nil and where the search is to go on when more has been read.
// An anchor that b ends within counts as found if final is not set: the caller
// will see that it needs more.
func (t *anchorTable) find(b []byte, from int, final bool) (*anchor, int) {
	i := from + windowSize - 1
	for i < len(b) {
		s := t.shift[uint16(b[i-1])|uint16(b[i])<<8]
		if s != 0 {
			i += int(s)
			continue
		}
		at := i - (windowSize - 1)
		got := binary.LittleEndian.Uint64(b[at:])
		for _, c := range t.cand[uint16(b[i-1])|uint16(b[i])<<8] {
			if got|c.or != c.want {
				continue
			}
			a := &anchors[c.index]
			start := at - a.window
			if start < from || !a.matches(b[start:], final) {
				continue
			}
			return a, start
		}
		i++
	}
	return nil, max(from, i-(windowSize-1)-maxLead)
}

// maxLead is the greatest window of all anchors: so much may stand before the
// eight bytes that were not found yet.
const maxLead = 2

// matches reports whether b begins with a, or ends within it and is not final.
func (a *anchor) matches(b []byte, final bool) bool {
	if len(b) < len(a.text) {
		if final {
			return false
		}
		b = b[:len(b):len(b)]
	} else {
		b = b[:len(a.text)]
	}
	if a.fold {
		return equalFold(b, a.text[:len(b)])
	}
	return string(b) == a.text[:len(b)]
}

// equalFold is bytes.EqualFold for ASCII, and does not take ſ for s.
func equalFold(b []byte, lower string) bool {
	if len(b) != len(lower) {
		return false
	}
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}
