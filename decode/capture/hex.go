package capture

import "bytes"

// separators are what may stand between two bytes in hex. The longer ones are
// before those that they begin with.
var separators = [][]byte{
	[]byte(""), []byte(`\u00`), []byte(`\U00`), []byte(`\x`), []byte(`\X`),
	[]byte(", 0x"), []byte(", 0X"), []byte(",0x"), []byte(",0X"), []byte(" 0x"), []byte(" 0X"),
	[]byte(", "), []byte(" "), []byte(":"), []byte(","), []byte("-"), []byte(";"), []byte("%"), []byte("\t"), []byte("0x"),
}

// maxGroup is how many digits a group of a dump may have: xxd's are of 4, those
// of a debugger of 8 or 16.
const maxGroup = 16

// hexStyle is how bytes are written: what stands between two of them, and how
// many digits follow each other if there are groups.
type hexStyle struct {
	sep   []byte
	group int
}

// styleAt finds out how the bytes are written of which the first is at i. more
// says that b ends too early to tell.
func styleAt(b []byte, i int) (style hexStyle, ok, more bool) {
	rest := b[min(i+2, len(b)):]
	for _, sep := range separators {
		if len(rest) < len(sep)+2 {
			n := min(len(rest), len(sep))
			more = more || bytes.Equal(rest[:n], sep[:n])
			continue
		}
		if !bytes.HasPrefix(rest, sep) || hexByte(rest[len(sep):len(sep)+2]) < 0 {
			continue
		}
		style = hexStyle{sep: sep}
		if len(sep) > 0 {
			return style, true, false
		}
		n := 0
		for i+n < len(b) && n <= maxGroup && class[b[i+n]]&classHex != 0 {
			n++
		}
		if i+n+2 >= len(b) && n <= maxGroup {
			more = true
		}
		if n <= maxGroup && n%2 == 0 && i+n+2 < len(b) && b[i+n] == ' ' && hexByte(b[i+n+1:i+n+3]) >= 0 {
			style.group = n
		}
		return style, true, more
	}
	return style, false, more
}

// hexBack returns where the run of bytes in that style begins that goes on at
// i; it looks at limit bytes at most.
func hexBack(b []byte, i int, style hexStyle, limit int) int {
	low := max(0, i-limit)
	s := i
	for {
		sep := style.sep
		if style.group > 0 && (i-s)%(style.group+1) == 0 && s > low && b[s-1] == ' ' {
			sep = []byte(" ")
		}
		p := s - len(sep) - 2
		if p < low || !bytes.Equal(b[p+2:s], sep) || hexByte(b[p:p+2]) < 0 {
			return s
		}
		if len(sep) == 1 && p > low && class[b[p-1]]&classHex != 0 && style.group == 0 {
			return s // digits before the separator, but not just two
		}
		s = p
	}
}

// hexRun reads the bytes in hex that begin at start.
func hexRun(b []byte, start int, final bool, limit int, mem *arena) (run, state) {
	r := run{start: start}
	style, ok, more := styleAt(b, start)
	if more && !final {
		return r, stateMore
	}
	if !ok {
		return r, stateNone
	}
	stop := min(len(b), start+limit)
	i, digits := start, 0
	var raw []byte
	for {
		if i+2 > stop {
			if stop < start+limit && !final {
				return r, stateMore
			}
			break
		}
		v := hexByte(b[i : i+2])
		if v < 0 {
			break
		}
		if raw == nil {
			raw = mem.grab(hexRoom(b[i:stop]))
		}
		raw = append(raw, byte(v))
		i += 2
		digits += 2
		r.end = i
		sep := style.sep
		if style.group > 0 && digits%style.group == 0 {
			sep = []byte(" ")
		}
		if i+len(sep)+2 > stop && stop < start+limit && !final {
			return r, stateMore
		}
		if bytes.HasPrefix(b[i:stop], sep) {
			i += len(sep)
			if i+2 <= stop && hexByte(b[i:i+2]) >= 0 {
				continue
			}
			i = r.end
		}
		// A line's end, perhaps: the token may go on in the next one.
		next, st := hexContinuation(b, i, style, final)
		if st == stateMore {
			return r, st
		}
		if st == stateNone || i-start > maxWrapped {
			break
		}
		if size, known, sure := tokenSize(raw); !known || sure && len(raw) >= size {
			break
		}
		i, digits = next, 0
	}
	if len(raw) < 4 {
		return r, stateNone
	}
	r.raw = mem.keep(raw)
	return r, stateDone
}

// hexRoom is how many bytes the hex text at the beginning of b can hold.
func hexRoom(b []byte) int {
	n := 0
	for n < len(b) && n < 2*arenaLarge && b[n] != '\n' {
		n++
	}
	return n/2 + 1
}

// hexContinuation looks whether bytes in hex end a line at i and go on in the
// next, and returns where.
func hexContinuation(b []byte, i int, style hexStyle, final bool) (next int, st state) {
	for i < len(b) && (b[i] == ' ' || b[i] == ',' || b[i] == ':' || b[i] == '-' || b[i] == '\\' || b[i] == '\r') {
		i++
	}
	if i < len(b) && b[i] != '\n' {
		return 0, stateNone
	}
	i++
	for i < len(b) && (b[i] == ' ' || b[i] == '\t') {
		i++
	}
	if prefix := bytes.TrimLeft(style.sep, ", "); len(prefix) > 0 && i < len(b) && bytes.HasPrefix(b[i:], prefix) {
		i += len(prefix)
	}
	if i+3 > len(b) && !final {
		return 0, stateMore
	}
	if i+2 > len(b) || hexByte(b[i:i+2]) < 0 {
		return 0, stateNone
	}
	if len(style.sep) > 0 && i+2 < len(b) && class[b[i+2]]&classHex != 0 {
		return 0, stateNone // an offset, or a word
	}
	return i, stateDone
}
