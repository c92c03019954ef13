package render

import (
	"unicode/utf16"
	"unicode/utf8"
)

// appendEscaped appends JSON that encoding/json wrote, with what must not reach
// a terminal written as \u: encoding/json lets DEL, C1 controls and formatting
// characters through. Such characters stand in strings only, so the document
// stays the same.
func appendEscaped(dst, line []byte) []byte {
	start := 0
	for i := 0; i < len(line); {
		if c := line[i]; c < utf8.RuneSelf && c != 0x7f {
			i++
			continue
		}
		r, size := utf8.DecodeRune(line[i:])
		if unprintable(r) {
			dst = append(dst, line[start:i]...)
			for _, unit := range utf16.AppendRune(nil, r) {
				dst = appendEscape(dst, rune(unit))
			}
			start = i + size
		}
		i += size
	}
	return append(dst, line[start:]...)
}
