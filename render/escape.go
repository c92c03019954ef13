package render

import (
	"strconv"
	"strings"
	"unicode"
)

// unprintable reports what must not reach a terminal as it is: control
// characters, line separators, and formatting characters, which hide or turn
// text round.
func unprintable(r rune) bool {
	switch {
	case r < 0x20 || r >= 0x7f && r < 0xa0:
		return true
	case r < 0xad:
		return false
	}
	return r == 0x2028 || r == 0x2029 || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r)
}

// Escape makes text from outside fit for a terminal: what must not reach it is
// written as Go writes it in strings, \x1b or \u202e.
func Escape(s string) string {
	clean := true
	for _, r := range s {
		if unprintable(r) || r == '\\' {
			clean = r == '\\' && clean
			if !clean {
				break
			}
		}
	}
	if clean && strings.ToValidUTF8(s, "") == s {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if unprintable(r) {
			quoted := strconv.QuoteRuneToASCII(r)
			b.WriteString(quoted[1 : len(quoted)-1])
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}
