package offer

import "strings"

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// isTokenChar is tchar of RFC 9110 section 5.6.2.
func isTokenChar(c byte) bool {
	return isAlphanumeric(c) || strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0
}

func isToken(s string) bool {
	for i := range len(s) {
		if !isTokenChar(s[i]) {
			return false
		}
	}
	return s != ""
}

// token68Len is how many bytes at the beginning of s are a token68 (RFC 9110
// section 11.2).
func token68Len(s string) int {
	n := 0
	for n < len(s) && (isAlphanumeric(s[n]) || strings.IndexByte("-._~+/", s[n]) >= 0) {
		n++
	}
	if n == 0 {
		return 0
	}
	for n < len(s) && s[n] == '=' {
		n++
	}
	return n
}

// equalsAfterSpace reports whether s is space and then an equals sign: bad
// white space around the sign of a parameter.
func equalsAfterSpace(s string) bool {
	trimmed := strings.TrimLeft(s, " \t\r\n")
	return len(trimmed) < len(s) && strings.HasPrefix(trimmed, "=")
}
