package ntlm

import "unicode"

// upcaseUTF16 is text in UTF-16LE in upper case as Windows makes it: one code
// unit for one, so surrogate pairs stay, and ß does too.
func upcaseUTF16(b []byte) []byte {
	out := append([]byte(nil), b...)
	for i := 0; i+1 < len(out); i += 2 {
		r := upcase(rune(out[i]) | rune(out[i+1])<<8)
		out[i], out[i+1] = byte(r), byte(r>>8)
	}
	return out
}

// upcase is Unicode's simple case mapping, but for letters that Windows' own
// table leaves alone: those whose upper case belongs to another letter (dotless
// i, long s, the micro sign) and those that gained one after Unicode 5.
func upcase(r rune) rune {
	switch {
	case r < 0x80:
		if 'a' <= r && r <= 'z' {
			r -= 'a' - 'A'
		}
		return r
	case r == 'µ', r == 'ı', r == 'ſ', r == 0x1fbe:
		return r
	case r >= 0x10d0 && r <= 0x10ff, r >= 0x13f8 && r <= 0x13fd, r >= 0xab70 && r <= 0xabbf: // Georgian, Cherokee
		return r
	}
	if up := unicode.ToUpper(r); up <= 0xffff {
		return up
	}
	return r
}
