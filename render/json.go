package render

import (
	"encoding/hex"
	"strconv"
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
	return escapeTail(dst, len(dst)-len(s), '"')
}

const hexDigits = "0123456789abcdef"

// escapeTail makes dst[from:], which is UTF-8 or means to be, the inside of a
// JSON string and appends the closing quote. Control and bidirectional
// formatting characters are escaped too, so that the line is safe to print.
func escapeTail(dst []byte, from int, closing byte) []byte {
	at := from
	for at < len(dst) && dst[at] >= 0x20 && dst[at] < 0x7f && dst[at] != '"' && dst[at] != '\\' {
		at++
	}
	if at == len(dst) {
		return append(dst, closing)
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
			dst = append(dst, '\\', 'u', hexDigits[r>>12], hexDigits[r>>8&0xf], hexDigits[r>>4&0xf], hexDigits[r&0xf])
		default:
			dst = utf8.AppendRune(dst, r)
		}
	}
	return append(dst, closing)
}
