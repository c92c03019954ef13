package capture

import "bytes"

// bareLine looks at the line at pos while all lines so far held tokens: whether
// it is a bare token, in base64 or hex. It returns false if it needs more.
func (t *text) bareLine(final bool) bool {
	b := t.w.buf
	i := t.pos
	for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == '\r' || b[i] == '\n' || b[i] == '"' || b[i] == '\'' || b[i] == ',') {
		i++
	}
	t.pos = i
	const head = 1 << 10 // bytes that are enough to recognise a line by
	line := b[i:min(len(b), i+head)]
	end := bytes.IndexByte(line, '\n')
	if end < 0 && len(line) < head && !final {
		return false
	}
	if len(line) == 0 {
		return false
	}
	if end >= 0 {
		line = line[:end]
	}
	if line[0] == '#' && end >= 0 {
		t.pos = i + end
		return true
	}
	var r run
	var buf [headChars]byte
	st := stateNone
	if h := skipHexPrefix(line); looksToken(hexHead(buf[:0], line[h:])) {
		r, st = hexRun(b, i+h, final, t.s.MaxToken, &t.s.mem)
	} else if looksToken(base64Head(buf[:0], line)) {
		r, st = base64Run(b, i, final, t.s.MaxToken, &t.s.mem)
	}
	if st == stateMore {
		t.wait(i)
		return false
	}
	if st == stateDone && looksToken(r.raw) && endsLine(b[r.end:]) {
		t.found(r, describe(b, r.start, t.floor))
		return true
	}
	t.list = false
	if t.whole && lineMatters(line) {
		t.byLines, t.lineEnd = true, i
	}
	return true
}

// endsLine reports whether b, which follows a token, begins with what may follow
// one that has its line to itself.
func endsLine(b []byte) bool {
	if len(b) == 0 {
		return true
	}
	switch b[0] {
	case '\n', '\r', ' ', '\t', '"', '\'', ',', ']', '}', ';':
		return true
	}
	return false
}

// skipHexPrefix returns how long the mark is that hex may begin with.
func skipHexPrefix(b []byte) int {
	if len(b) > 2 && (b[0] == '0' || b[0] == '\\') && (b[1]|0x20 == 'x') {
		return 2
	}
	if len(b) > 4 && b[0] == '\\' && b[1]|0x20 == 'u' && b[2] == '0' && b[3] == '0' {
		return 4
	}
	return 0
}

// hexHead decodes the first bytes of what may be hex into dst.
func hexHead(dst, b []byte) []byte {
	if len(b) < 8 || hexByte(b) < 0 {
		return nil
	}
	style, ok, _ := styleAt(b, 0)
	if !ok {
		return nil
	}
	i := 0
	for n := 1; len(dst) < cap(dst) && i+2 <= len(b) && hexByte(b[i:i+2]) >= 0; n++ {
		dst = append(dst, byte(hexByte(b[i:i+2])))
		i += 2 + len(style.sep)
		if style.group > 0 && (2*n)%style.group == 0 {
			i++
		}
	}
	return dst
}

// headChars is how many characters of base64 a token is recognised by.
const headChars = 32

// base64Head decodes the first bytes of what may be base64 into dst.
func base64Head(dst, b []byte) []byte {
	n, plain := 0, true
	for n < len(b) && n < headChars && class[b[n]] != 0 && b[n] != '=' {
		plain = plain && class[b[n]]&class64 != 0
		n++
	}
	return append64(dst, b[:n], plain)
}
