package capture

import (
	"bytes"
	"slices"
)

// state is the outcome of an attempt to read a token's text.
type state uint8

const (
	stateNone state = iota // no token here
	stateDone              // a token, complete
	stateMore              // perhaps a token; it needs more of the input
)

// run is the text of one token in a buffer.
type run struct {
	// start and end delimit the text.
	start, end int
	// plain says that nothing but characters of the two alphabets and padding
	// at the end is between them.
	plain bool
	// raw is what it says.
	raw []byte
}

const (
	class64 = 1 << iota // a character of one of the base64 alphabets
	classEscape
	classHex
)

var (
	class   [256]uint8
	value64 [256]uint8
)

func init() {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	for i := range alphabet {
		class[alphabet[i]] |= class64
		value64[alphabet[i]] = uint8(i)
	}
	class['-'], value64['-'] = class64, 62
	class['_'], value64['_'] = class64, 63
	class['%'] |= classEscape
	class['\\'] |= classEscape
	class['='] |= classEscape
	for _, c := range []byte("0123456789abcdefABCDEF") {
		class[c] |= classHex
	}
}

// maxWrapped is how long a token's text may be that is wrapped over lines.
const maxWrapped = 128 << 10

// unescape reads an escaped character of base64 at the beginning of b: percent
// encoding, or JSON's. char is '\n' for an escaped end of line. size is 0 if
// there is none. more says that b ends within what could be one.
func unescape(b []byte) (char byte, size int, more bool) {
	if len(b) == 0 {
		return 0, 0, true
	}
	switch b[0] {
	case '%':
		if len(b) < 3 {
			return 0, 0, true
		}
		return escaped(hexByte(b[1:3])), 3, false
	case '\\':
		if len(b) < 2 {
			return 0, 0, true
		}
		switch b[1] {
		case '/':
			return '/', 2, false
		case 'n', 'r':
			return '\n', 2, false
		case 'u':
			if len(b) < 6 {
				return 0, 0, true
			}
			if b[2] == '0' && b[3] == '0' {
				return escaped(hexByte(b[4:6])), 6, false
			}
		case 'x':
			if len(b) < 4 {
				return 0, 0, true
			}
			return escaped(hexByte(b[2:4])), 4, false
		}
	}
	return 0, 0, false
}

// escaped returns c if base64 text may have it in escaped form, else 0.
func escaped(c int) byte {
	switch c {
	case '+', '/', '=', '\n':
		return byte(c)
	case '\r':
		return '\n'
	}
	return 0
}

// hexByte reads two hexadecimal digits; -1 if they are none.
func hexByte(b []byte) int {
	hi, lo := hexDigit(b[0]), hexDigit(b[1])
	if hi < 0 || lo < 0 {
		return -1
	}
	return hi<<4 | lo
}

func hexDigit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// base64Back returns where the run of base64 characters begins that holds the
// byte at i, and how many characters that is before i; it looks at limit bytes
// at most.
func base64Back(b []byte, i, limit int) (start, chars int) {
	low := max(0, i-limit)
	s, n := i, 0
	for {
		for s > low && class[b[s-1]]&class64 != 0 {
			s--
			n++
		}
		if s == low || s == 0 {
			return s, n
		}
		switch b[s-1] {
		case '%', '\\':
			c, size, more := unescape(b[s-1 : min(len(b), i)])
			if more || size == 0 && b[s-1] == '\\' {
				return s, n
			}
			if size == 0 {
				size = 3
			}
			if c == '+' || c == '/' { // one character, of which size-1 were counted
				n -= size - 2
				s--
				continue
			}
			// Another escape: the run begins behind it.
			skip := min(size-1, n)
			return s + skip, n - skip
		}
		return s, n
	}
}

// base64Run reads the base64 text at start. What it decodes to is held against
// the length that it says it has, to tell whether it goes on in the next line.
func base64Run(b []byte, start int, final bool, limit int, mem *arena) (run, state) {
	r := run{start: start, plain: true}
	i, chars, pads := start, 0, 0
	stop := min(len(b), start+limit)
scan:
	for {
		if pads == 0 {
			for i < stop && class[b[i]]&class64 != 0 {
				i++
				chars++
			}
		}
		r.end = i
		if i >= stop {
			if stop < start+limit && !final {
				return r, stateMore
			}
			break
		}
		switch c := b[i]; c {
		case '=':
			if pads == 2 {
				break scan
			}
			if i+1 >= len(b) && !final {
				return r, stateMore
			}
			if i+1 < len(b) && (b[i+1] == '\r' || b[i+1] == '\n') && chars < charsNeeded(b[start:i], r.plain) {
				// A soft line break of quoted-printable text.
				next, st := continuation(b, i+1, final)
				if st == stateMore {
					return r, st
				}
				if st == stateDone {
					i, r.plain = next, false
					continue
				}
			}
			pads++
			i++
			r.end = i
		case '%', '\\':
			char, size, more := unescape(b[i:min(len(b), i+8)])
			if more && !final {
				return r, stateMore
			}
			switch {
			case char == '=' && pads < 2:
				pads++
			case char == '\n' && pads == 0:
			case (char == '+' || char == '/') && pads == 0:
				chars++
			default:
				break scan
			}
			r.plain = false
			i += size
			if char != '\n' {
				r.end = i
			}
		case '\r', '\n':
			if pads > 0 || i-start > maxWrapped {
				break scan
			}
			if chars >= charsNeeded(b[start:i], r.plain) {
				break scan
			}
			next, st := continuation(b, i, final)
			if st == stateMore {
				return r, st
			}
			if st == stateNone {
				break scan
			}
			r.plain = false
			i = next
		default:
			break scan
		}
	}
	if chars < 4 {
		return r, stateNone
	}
	r.raw = decode64(b[r.start:r.end], r.plain, mem)
	return r, stateDone
}

// charsNeeded returns how many characters the token has whose text begins with
// b, or 0 if that is not to be told.
func charsNeeded(b []byte, plain bool) int {
	// 72 bytes hold all that tells the length of a token. Escaped text needs more for them.
	var buf [192]byte
	head := b[:min(len(b), 192)]
	if plain {
		head = b[:min(len(b), 96)]
	}
	raw := append64(buf[:0], head, plain)
	size, known, _ := tokenSize(raw)
	if !known {
		return 0
	}
	return (size*8 + 5) / 6
}

// continuation looks whether the line after the one that ends at i is base64
// from its first character to its last, and goes on with the token; it returns
// where that begins.
func continuation(b []byte, i int, final bool) (next int, st state) {
	if b[i] == '\r' {
		i++
	}
	if i < len(b) && b[i] == '\n' {
		i++
	}
	for i < len(b) && (b[i] == ' ' || b[i] == '\t') {
		i++
	}
	next = i
	if i+headChars > len(b) && !final && bytes.IndexByte(b[i:], '\n') < 0 {
		return 0, stateMore
	}
	var buf [headChars]byte
	if looksToken(base64Head(buf[:0], b[i:])) {
		return 0, stateNone // that is another one
	}
	for i < len(b) && class[b[i]]&class64 != 0 && i-next < maxWrapped {
		i++
	}
	end := i
	for i < len(b) && b[i] == '=' && i-end < 2 {
		i++
	}
	if i-end == 1 && i+2 <= len(b) && b[i] == '3' && b[i+1]|0x20 == 'd' {
		i += 2 // padding in quoted-printable text
	}
	for i < len(b) && (b[i] == '"' || b[i] == '\'' || b[i] == ' ' || b[i] == ',' || b[i] == ';') && i-end < 8 {
		i++
	}
	if i >= len(b) && !final {
		return 0, stateMore
	}
	if i < len(b) && b[i] != '\r' && b[i] != '\n' || end == next {
		return 0, stateNone
	}
	return next, stateDone
}

// decode64 decodes base64 text of either alphabet, padded or not.
func decode64(text []byte, plain bool, mem *arena) []byte {
	return mem.keep(append64(mem.grab(len(text)*3/4+3), text, plain))
}

// append64 appends what the base64 text says. What is no base64 character is
// passed over if text is not plain, and else only padding at the end is.
func append64(dst, text []byte, plain bool) []byte {
	if plain {
		for len(text) > 0 && text[len(text)-1] == '=' {
			text = text[:len(text)-1]
		}
		n := len(dst)
		dst = slices.Grow(dst, len(text)/4*3)
		out := dst[n : n+len(text)/4*3]
		dst = dst[:n+len(out)]
		for len(text) >= 4 && len(out) >= 3 {
			v := uint32(value64[text[0]])<<18 | uint32(value64[text[1]])<<12 | uint32(value64[text[2]])<<6 | uint32(value64[text[3]])
			out[0], out[1], out[2] = byte(v>>16), byte(v>>8), byte(v)
			text, out = text[4:], out[3:]
		}
	}
	var v uint32
	n := 0
	for i := 0; i < len(text); {
		c := text[i]
		size := 1
		if class[c]&classEscape != 0 {
			c, size, _ = unescape(text[i:])
			size = max(size, 1)
		}
		i += size
		if class[c]&class64 == 0 {
			continue
		}
		v = v<<6 | uint32(value64[c])
		if n++; n == 4 {
			dst = append(dst, byte(v>>16), byte(v>>8), byte(v))
			v, n = 0, 0
		}
	}
	switch n {
	case 2:
		dst = append(dst, byte(v>>4))
	case 3:
		dst = append(dst, byte(v>>10), byte(v>>2))
	}
	return dst
}
