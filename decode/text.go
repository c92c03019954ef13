package decode

import (
	"bytes"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"

	"github.com/ntlmctl/ntlmctl/decode/annotate"
)

// Text is a name as it stands in a message. It is decoded only when asked for.
type Text struct {
	// Bytes alias the token.
	Bytes []byte
	// CodePage is how the bytes are read; nil is UTF-16LE.
	CodePage encoding.Encoding
}

// Append appends the text in UTF-8. What cannot be decoded becomes U+FFFD;
// control characters stay, so whoever shows the text must escape it.
func (t Text) Append(dst []byte) []byte {
	switch page := t.CodePage.(type) {
	case nil:
		return annotate.AppendUTF16(dst, t.Bytes)
	case *charmap.Charmap:
		for _, b := range t.Bytes {
			if b < 0x80 {
				dst = append(dst, b)
			} else {
				dst = append(dst, string(page.DecodeByte(b))...)
			}
		}
		return dst
	default:
		out, _ := page.NewDecoder().Bytes(t.Bytes) // a decoder replaces what it cannot read
		return append(dst, out...)
	}
}

// String is the text in UTF-8; see Append.
func (t Text) String() string {
	if len(t.Bytes) == 0 {
		return ""
	}
	return string(t.Append(make([]byte, 0, len(t.Bytes))))
}

// EncodeText is the inverse of Text.String: UTF-16LE for a nil page, else the
// code page's bytes, with a substitute for what the page lacks.
func EncodeText(s string, page encoding.Encoding) []byte {
	if page == nil {
		return annotate.EncodeUTF16(s)
	}
	out, _ := encoding.ReplaceUnsupported(page.NewEncoder()).Bytes([]byte(s)) // replaces, so it cannot fail
	return out
}

// contains reports whether the text holds the ASCII character c. Its byte
// alone does not tell: it may be half of another character.
func (t Text) contains(c byte) bool {
	return bytes.IndexByte(t.Bytes, c) >= 0 && strings.IndexByte(t.String(), c) >= 0
}

// looksUTF16 reports whether b is ASCII text in UTF-16LE, which in an OEM code
// page would be text with a zero after each character.
func looksUTF16(b []byte) bool {
	if len(b) < 2 || len(b)%2 != 0 {
		return false
	}
	for i := 0; i < len(b); i += 2 {
		if b[i] == 0 || b[i+1] != 0 {
			return false
		}
	}
	return true
}

// plain reports whether the text is ASCII without control characters, as most
// names are.
func (t Text) plain() bool {
	b := t.Bytes
	if t.CodePage != nil {
		for _, c := range b {
			if c-0x20 >= 0x5f {
				return false
			}
		}
		return true
	}
	for ; len(b) >= 2; b = b[2:] {
		if b[0]-0x20 >= 0x5f || b[1] != 0 {
			return false
		}
	}
	return len(b) == 0
}

// checkText makes findings of what is wrong with a name.
func checkText(t Text, offset int, r *annotate.Recorder) {
	if t.plain() {
		return
	}
	if t.CodePage != nil {
		for i, b := range t.Bytes {
			if b < 0x20 || b == 0x7f {
				r.Find(annotate.ControlCharacters, offset+i, 1, "")
				return
			}
		}
		if strings.ContainsFunc(t.String(), unprintable) {
			r.Find(annotate.ControlCharacters, offset, len(t.Bytes), "")
		}
		return
	}
	if at, ok := annotate.ValidUTF16(t.Bytes); !ok {
		code := annotate.LoneSurrogate
		if at == len(t.Bytes)-1 {
			code = annotate.OddUTF16
		}
		r.Find(code, offset+at, min(2, len(t.Bytes)-at), "")
	}
	for i := 0; i+1 < len(t.Bytes); i += 2 {
		if unprintable(rune(t.Bytes[i]) | rune(t.Bytes[i+1])<<8) {
			r.Find(annotate.ControlCharacters, offset+i, 2, "")
			return
		}
	}
}

// unprintable reports control characters and the formatting characters that
// turn the direction of text round.
func unprintable(r rune) bool {
	switch {
	case r < 0x20, r >= 0x7f && r < 0xa0:
		return true
	case r < 0x200e:
		return r == 0x061c
	default:
		return r <= 0x200f || r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069
	}
}
