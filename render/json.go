package render

import (
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// The functions of this file append pieces of JSON. Keys are the program's own
// and are not escaped; strings that may come from a token are. A comma is put
// before a key or element unless an object or array has just been opened.

func comma(dst []byte) []byte {
	if last := dst[len(dst)-1]; last != '{' && last != '[' {
		dst = append(dst, ',')
	}
	return dst
}

func appendKey(dst []byte, key string) []byte {
	dst = append(comma(dst), '"')
	dst = append(dst, key...)
	return append(dst, '"', ':')
}

func appendInt(dst []byte, key string, n int64) []byte {
	return strconv.AppendInt(appendKey(dst, key), n, 10)
}

// appendWord appends a key and a string of the program's own.
func appendWord(dst []byte, key, word string) []byte {
	dst = append(appendKey(dst, key), '"')
	dst = append(dst, word...)
	return append(dst, '"')
}

// appendText appends a key and a string that may come from a token.
func appendText(dst []byte, key, s string) []byte {
	return appendQuoted(appendKey(dst, key), s)
}

func appendHexKey(dst []byte, key string, b []byte) []byte {
	dst = append(appendKey(dst, key), '"')
	dst = hex.AppendEncode(dst, b)
	return append(dst, '"')
}

func appendQuoted(dst []byte, s string) []byte {
	dst = append(dst, '"')
	dst = append(dst, s...)
	return escapeTail(dst, len(dst)-len(s))
}

const hexDigits = "0123456789abcdef"

// plainPrefix is how much of b is printable ASCII without a quote or backslash.
// It looks at eight bytes at a time: most of what a line of JSON holds is plain.
func plainPrefix(b []byte) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	at := 0
	for ; at+8 <= len(b); at += 8 {
		x := binary.LittleEndian.Uint64(b[at:])
		quote, slash, del := x^'"'*ones, x^'\\'*ones, x^0x7f*ones
		// A byte below 0x20, or equal to one of the three, borrows from its high bit.
		if (x|(x-0x20*ones)&^x|(quote-ones)&^quote|(slash-ones)&^slash|(del-ones)&^del)&highs != 0 {
			break
		}
	}
	for at < len(b) && b[at] >= 0x20 && b[at] < 0x7f && b[at] != '"' && b[at] != '\\' {
		at++
	}
	return at
}

// appendEscape writes one UTF-16 code unit as \u and four digits.
func appendEscape(dst []byte, unit rune) []byte {
	return append(dst, '\\', 'u', hexDigits[unit>>12], hexDigits[unit>>8&0xf], hexDigits[unit>>4&0xf], hexDigits[unit&0xf])
}

// escapeTail makes dst[from:], which is UTF-8 or means to be, the inside of a
// JSON string and appends the closing quote. Control and bidirectional
// formatting characters are escaped too, so that the line is safe to print.
func escapeTail(dst []byte, from int) []byte {
	at := from + plainPrefix(dst[from:])
	if at == len(dst) {
		return append(dst, '"')
	}
	rest := string(dst[at:])
	dst = dst[:at]
	for _, r := range rest {
		switch {
		case r == '"' || r == '\\':
			dst = append(dst, '\\', byte(r))
		case r == '\n':
			dst = append(dst, '\\', 'n')
		case r == '\t':
			dst = append(dst, '\\', 't')
		case unprintable(r) && r <= 0xffff:
			dst = appendEscape(dst, r)
		case unprintable(r):
			high, low := utf16.EncodeRune(r)
			dst = appendEscape(appendEscape(dst, high), low)
		default:
			dst = utf8.AppendRune(dst, r)
		}
	}
	return append(dst, '"')
}
