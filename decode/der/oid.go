package der

import (
	"encoding/hex"
	"math"
	"strconv"
	"strings"
)

// AppendOIDText appends the content of an OBJECT IDENTIFIER as text: in dotted
// decimals where it is canonical and each number fits in 63 bits, else as 0x
// and hexadecimal digits. So no two contents share a text, and AppendOID finds
// the way back. dotted says which of the two it was.
func AppendOIDText(dst, content []byte) (text []byte, dotted bool) {
	start := len(dst)
	first := true
	var arc uint64
	for i, c := range content {
		if arc == 0 && c == 0x80 && (i == 0 || content[i-1]&0x80 == 0) || arc > math.MaxInt64>>7 {
			return appendOIDHex(dst[:start], content), false
		}
		arc = arc<<7 | uint64(c&0x7f)
		if c&0x80 != 0 {
			continue
		}
		if first {
			first = false
			root := min(arc/40, 2)
			dst = append(dst, '0'+byte(root))
			arc -= root * 40
		}
		dst = append(dst, '.')
		dst = strconv.AppendUint(dst, arc, 10)
		arc = 0
	}
	if len(content) == 0 || content[len(content)-1]&0x80 != 0 {
		return appendOIDHex(dst[:start], content), false
	}
	return dst, true
}

func appendOIDHex(dst, content []byte) []byte {
	return hex.AppendEncode(append(dst, '0', 'x'), content)
}

// OIDText is AppendOIDText as a string.
func OIDText(content []byte) (text string, dotted bool) {
	var buf [64]byte
	b, dotted := AppendOIDText(buf[:0], content)
	return string(b), dotted
}

// AppendOID appends the content of the OBJECT IDENTIFIER that text stands for.
// ok is false, and dst comes back as it was, where text stands for none.
func AppendOID(dst []byte, text string) (content []byte, ok bool) {
	if digits, isHex := strings.CutPrefix(text, "0x"); isHex {
		b, err := hex.AppendDecode(dst, []byte(digits))
		if err != nil {
			return dst, false
		}
		return b, true
	}
	start := len(dst)
	var root uint64
	for i := 0; ; i++ {
		part, rest, more := strings.Cut(text, ".")
		arc, err := strconv.ParseUint(part, 10, 63)
		switch {
		case err != nil, i == 0 && (arc > 2 || !more), i == 1 && root < 2 && arc > 39,
			i == 1 && arc > math.MaxInt64-80:
			return dst[:start], false
		case i == 0:
			root = arc
		case i == 1:
			dst = appendArc(dst, root*40+arc)
		default:
			dst = appendArc(dst, arc)
		}
		if !more {
			return dst, true
		}
		text = rest
	}
}

func appendArc(dst []byte, arc uint64) []byte {
	shift := 0
	for arc>>shift > 0x7f {
		shift += 7
	}
	for ; shift > 0; shift -= 7 {
		dst = append(dst, byte(arc>>shift)|0x80)
	}
	return append(dst, byte(arc&0x7f))
}
