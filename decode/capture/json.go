package capture

import (
	"strconv"
	"unicode/utf8"
)

// jsonReader reads JSON front to back, a value at a time, and holds no more of
// it than the string that was asked for. It is lenient: what it cannot
// make sense of ends the reading, with bad set.
type jsonReader struct {
	c    cursor
	line int
	// bad says that the input ended early, or is no JSON from here on.
	bad bool
	// stop, if it returns true, ends the reading.
	stop func() bool
}

// maxString is how much is kept of a string.
const maxString = 1 << 20

// maxDepth is how deep values may be nested.
const maxDepth = 1000

// jsonText is a string, and where its first character stands.
type jsonText struct {
	b      []byte
	offset int64
	line   int
	// escaped says that offsets in b are not those in the input.
	escaped bool
}

func newJSON(w *window) *jsonReader {
	w.binary = true
	j := &jsonReader{c: cursor{w: w}, line: 1}
	if head, ok := j.c.take(3); !ok || string(head) != "\xef\xbb\xbf" {
		j.c.pos = 0
	}
	return j
}

// fail notes where the reading ends.
func (j *jsonReader) fail() {
	j.bad = true
}

// leave ends the reading of JSON. If it ended before the input did, the rest is
// searched as text.
func (s *scan) leave(j *jsonReader) {
	s.stats.Truncated = j.bad && !s.stopped
	if !j.bad || s.stopped || !j.c.need(1) {
		return
	}
	t := newText(s)
	t.list = false
	t.pos, t.floor = j.c.pos, j.c.pos
	s.in.binary, s.in.counted, s.in.lines = false, j.c.pos, j.line-1
	t.run()
}

// peek returns the next byte that is no white space, 0 at the end.
func (j *jsonReader) peek() byte {
	for !j.bad {
		if j.stop != nil && j.stop() || !j.c.need(1) {
			j.fail()
			return 0
		}
		switch c := j.c.w.buf[j.c.pos]; c {
		case '\n':
			j.line++
			fallthrough
		case ' ', '\t', '\r':
			j.c.pos++
		default:
			return c
		}
	}
	return 0
}

// expect passes over c.
func (j *jsonReader) expect(c byte) bool {
	if j.peek() != c {
		j.fail()
		return false
	}
	j.c.pos++
	return true
}

// object reads an object and has member read the value of each key. Of what is
// no object nothing is made.
func (j *jsonReader) object(member func(key string)) {
	if j.peek() != '{' {
		j.skip()
		return
	}
	j.c.pos++
	for first := true; !j.bad; first = false {
		switch c := j.peek(); {
		case c == '}':
			j.c.pos++
			return
		case c == ',' && !first:
			j.c.pos++
			continue
		}
		key := j.str(256)
		if !j.expect(':') {
			return
		}
		member(string(key.b))
	}
}

// array reads an array and has element read each value.
func (j *jsonReader) array(element func()) {
	if j.peek() != '[' {
		j.skip()
		return
	}
	j.c.pos++
	for !j.bad {
		switch j.peek() {
		case ']':
			j.c.pos++
			return
		case ',':
			j.c.pos++
		default:
			before := j.c.offset()
			element()
			if j.c.offset() == before {
				j.fail()
			}
		}
	}
}

// scalar reads a string, or a number or word as its text. Of objects and arrays
// it makes nothing.
func (j *jsonReader) scalar() jsonText {
	switch c := j.peek(); c {
	case '"':
		return j.str(maxString)
	case '{', '[':
		j.skip()
		return jsonText{}
	default:
		return j.word()
	}
}

// word reads a number, true, false or null.
func (j *jsonReader) word() jsonText {
	t := jsonText{offset: j.c.offset(), line: j.line}
	for j.c.need(1) {
		c := j.c.w.buf[j.c.pos]
		if !isAlnum(c) && c != '-' && c != '+' && c != '.' {
			break
		}
		if len(t.b) < 64 {
			t.b = append(t.b, c)
		}
		j.c.pos++
	}
	if len(t.b) == 0 {
		j.fail()
	}
	return t
}

// str reads a string and keeps the first limit bytes of it.
func (j *jsonReader) str(limit int) jsonText {
	if !j.expect('"') {
		return jsonText{}
	}
	t := jsonText{offset: j.c.offset(), line: j.line}
	for {
		if !j.c.need(1) {
			j.fail()
			return t
		}
		b := j.c.w.buf[j.c.pos:]
		n := 0
		for n < len(b) && b[n] != '"' && b[n] != '\\' {
			n++
		}
		t.b = append(t.b, b[:min(n, max(0, limit-len(t.b)))]...)
		j.c.pos += n
		if n == len(b) {
			continue
		}
		if b[n] == '"' {
			j.c.pos++
			return t
		}
		t.escaped = true
		var out [utf8.UTFMax]byte
		esc := j.escape(out[:0])
		if len(t.b)+len(esc) <= limit {
			t.b = append(t.b, esc...)
		}
		if j.bad {
			return t
		}
	}
}

// escape reads one escape and appends what it says.
func (j *jsonReader) escape(dst []byte) []byte {
	e, ok := j.c.take(2)
	if !ok {
		j.fail()
		return dst
	}
	switch e[1] {
	case 'b':
		return append(dst, '\b')
	case 'f':
		return append(dst, '\f')
	case 'n':
		return append(dst, '\n')
	case 'r':
		return append(dst, '\r')
	case 't':
		return append(dst, '\t')
	case 'u':
		hex, ok := j.c.take(4)
		if !ok {
			j.fail()
			return dst
		}
		v, err := strconv.ParseUint(string(hex), 16, 16)
		if err != nil {
			return append(dst, '?')
		}
		return utf8.AppendRune(dst, rune(v))
	}
	return append(dst, e[1])
}

// skip passes over one value.
func (j *jsonReader) skip() {
	depth := 0
	for !j.bad {
		switch j.peek() {
		case '"':
			j.str(0)
		case '{', '[':
			j.c.pos++
			if depth++; depth > maxDepth {
				j.fail()
			}
			continue
		case '}', ']':
			j.c.pos++
			depth--
		case ',', ':':
			if depth == 0 {
				j.fail()
				return
			}
			j.c.pos++
			continue
		default:
			j.word()
		}
		if depth <= 0 {
			return
		}
	}
}
