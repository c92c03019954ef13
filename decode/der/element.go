// Package der reads and writes ASN.1's basic encoding (X.690). The reader is
// lenient: it takes indefinite and non-minimal lengths and elements that are
// cut short, says so, and keeps every offset absolute. The writer produces the
// distinguished encoding (DER) only. Neither knows what the elements mean.
package der

import "math"

// The identifier octets that Kerberos and SPNEGO use (X.690 8.1.2).
const (
	Integer         = 0x02
	BitString       = 0x03
	OctetString     = 0x04
	OID             = 0x06
	Enumerated      = 0x0a
	UTF8String      = 0x0c
	GeneralizedTime = 0x18
	GeneralString   = 0x1b
	Sequence        = 0x30
)

// Context is the identifier octet of a constructed [n], n below 31.
func Context(n int) byte { return 0xa0 | byte(n&0x1f) }

// Application is the identifier octet of a constructed [APPLICATION n], n below 31.
func Application(n int) byte { return 0x60 | byte(n&0x1f) }

// The classes of a tag.
const (
	ClassUniversal   = 0
	ClassApplication = 1
	ClassContext     = 2
	ClassPrivate     = 3
)

// Element is one tag, length and content (X.690 8.1), clipped to what is there.
type Element struct {
	Class       uint8
	Constructed bool
	// Tag is the tag number; one that does not fit is math.MaxInt32.
	Tag int
	// Offset is that of the identifier octet, in the whole input.
	Offset int
	// HeaderLen is the size of identifier and length octets.
	HeaderLen int
	// Length is the size of the content that is there, without the
	// end-of-contents octets of an indefinite length.
	Length int
	// Declared is the length that the header gives; -1 for an indefinite length
	// and for a header that is cut. One that does not fit is math.MaxInt32.
	Declared int
	// Indefinite says that the content runs to end-of-contents octets.
	Indefinite bool
	// NonMinimal says that the tag or the length takes more octets than DER allows.
	NonMinimal bool
	// Truncated says that what holds the element ends before the element does.
	Truncated bool
}

// Content is the offset of the first octet of the content.
func (e Element) Content() int { return e.Offset + e.HeaderLen }

// ContentEnd is the offset past the last octet of the content.
func (e Element) ContentEnd() int { return e.Offset + e.HeaderLen + e.Length }

// End is the offset past the element, with its end-of-contents octets.
func (e Element) End() int {
	if e.Indefinite && !e.Truncated {
		return e.ContentEnd() + 2
	}
	return e.ContentEnd()
}

// Size is the number of octets from the identifier to End.
func (e Element) Size() int { return e.End() - e.Offset }

// Bytes is the content within b, the input that the element was read from.
func (e Element) Bytes(b []byte) []byte {
	return b[e.Content():e.ContentEnd():e.ContentEnd()]
}

// Is reports whether the element has this identifier octet.
func (e Element) Is(ident byte) bool {
	return e.Class == ident>>6 && e.Constructed == (ident&0x20 != 0) && e.Tag == int(ident&0x1f)
}

// IsContext reports whether the element is [n], primitive or constructed.
func (e Element) IsContext(n int) bool { return e.Class == ClassContext && e.Tag == n }

const tooLarge = math.MaxInt32

// Read reads the element at offset in b, of which only b[:end] counts. ok is
// false where nothing is there. A header that is cut gives an element without
// content, Truncated and with Declared -1.
func Read(b []byte, offset, end int) (e Element, ok bool) {
	if end > len(b) {
		end = len(b)
	}
	if offset < 0 || offset >= end {
		return Element{}, false
	}
	e = readHeader(b, offset, end)
	if e.Truncated {
		return e, true
	}
	room := end - e.Content()
	switch {
	case e.Indefinite:
		contentEnd, closed := endOfContents(b, e.Content(), end)
		e.Length, e.Truncated = contentEnd-e.Content(), !closed
	case e.Declared > room:
		e.Length, e.Truncated = room, true
	default:
		e.Length = e.Declared
	}
	return e, true
}

// readHeader reads identifier and length octets; it leaves Length at 0.
func readHeader(b []byte, offset, end int) Element {
	ident := b[offset]
	e := Element{
		Class:       ident >> 6,
		Constructed: ident&0x20 != 0,
		Tag:         int(ident & 0x1f),
		Offset:      offset,
		Declared:    -1,
	}
	cut := func() Element {
		e.HeaderLen, e.Truncated = end-offset, true
		return e
	}
	at := offset + 1
	if e.Tag == 0x1f {
		e.Tag = 0
		for i := 0; ; i++ {
			if at >= end {
				return cut()
			}
			c := b[at]
			at++
			if i == 0 && c == 0x80 {
				e.NonMinimal = true
			}
			if e.Tag > tooLarge>>7 {
				e.Tag = tooLarge
			} else {
				e.Tag = e.Tag<<7 | int(c&0x7f)
			}
			if c&0x80 == 0 {
				break
			}
		}
		e.NonMinimal = e.NonMinimal || e.Tag < 0x1f
	}
	if at >= end {
		return cut()
	}
	first := b[at]
	at++
	switch {
	case first < 0x80:
		e.Declared = int(first)
	case first == 0x80:
		e.Indefinite = true
	default:
		n, size := 0, int(first&0x7f)
		if size > end-at {
			return cut()
		}
		for _, c := range b[at : at+size] {
			if n > tooLarge>>8 {
				n = tooLarge
				break
			}
			n = n<<8 | int(c)
		}
		e.NonMinimal = e.NonMinimal || b[at] == 0 || n < 0x80
		at += size
		e.Declared = n
	}
	e.HeaderLen = at - offset
	return e
}

// endOfContents finds the end-of-contents octets that close an indefinite
// length whose content begins at at. It reads each header once, however deep
// the elements are nested.
func endOfContents(b []byte, at, end int) (contentEnd int, closed bool) {
	open := 1
	for at < end {
		if end-at >= 2 && b[at] == 0 && b[at+1] == 0 {
			if open--; open == 0 {
				return at, true
			}
			at += 2
			continue
		}
		e := readHeader(b, at, end)
		switch {
		case e.Truncated || e.Declared > end-e.Content():
			return end, false
		case e.Indefinite:
			open++
			at = e.Content()
		default:
			at = e.Content() + e.Declared
		}
	}
	return end, false
}
