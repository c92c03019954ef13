package annotate

import (
	"unicode/utf16"
	"unicode/utf8"
)

// AppendUTF16 appends UTF-16LE bytes as UTF-8. A lone surrogate becomes
// U+FFFD, and so does a last odd byte.
func AppendUTF16(dst, b []byte) []byte {
	for len(b) >= 2 {
		r := rune(b[0]) | rune(b[1])<<8
		b = b[2:]
		if r < utf8.RuneSelf {
			dst = append(dst, byte(r))
			continue
		}
		if utf16.IsSurrogate(r) {
			low := rune(-1)
			if len(b) >= 2 {
				low = rune(b[0]) | rune(b[1])<<8
			}
			if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
				b = b[2:]
			}
		}
		dst = utf8.AppendRune(dst, r)
	}
	if len(b) == 1 {
		dst = utf8.AppendRune(dst, utf8.RuneError)
	}
	return dst
}

// ValidUTF16 reports whether b is an even number of bytes without a lone
// surrogate; the offset is that of the first offending unit.
func ValidUTF16(b []byte) (offset int, ok bool) {
	for i := 0; i+1 < len(b); i += 2 {
		if b[i+1]&0xf8 != 0xd8 {
			continue
		}
		if b[i+1]&0x04 != 0 || i+3 >= len(b) || b[i+3]&0xfc != 0xdc {
			return i, false
		}
		i += 2
	}
	if len(b)%2 != 0 {
		return len(b) - 1, false
	}
	return 0, true
}

// EncodeUTF16 is s in UTF-16LE.
func EncodeUTF16(s string) []byte {
	out := make([]byte, 0, 2*len(s))
	for _, r := range s {
		if high, low := utf16.EncodeRune(r); high != utf8.RuneError {
			out = append(out, byte(high), byte(high>>8), byte(low), byte(low>>8))
			continue
		}
		out = append(out, byte(r), byte(r>>8))
	}
	return out
}
