package capture

import (
	"bytes"
	"strconv"

	"github.com/ntlmctl/ntlmctl/decode"
)

// maxLine is how much of a line is looked at in one piece where lines matter.
const maxLine = 64 << 10

// lines is what the lines before say about a token, in input where they say
// something: a curl trace, HTTP as it was on the wire, a hex dump.
type lines struct {
	// stream names the connection, direction what the block at hand is.
	stream, direction string
	status            int
	curl              curlConnections
	dump              dump
	// traced says that the rows of the dump are of a curl trace, as text or hex.
	traced bool
}

// lineMatters reports whether input that has this line is to be read by lines.
func lineMatters(line []byte) bool {
	line = bytes.TrimRight(line, "\r\n")
	if _, ok := parseRow(line); ok {
		return true
	}
	_, rest := curlPrefix(line)
	switch {
	case len(rest) > 2 && rest[1] == ' ' && rest[0] == '*' && curlSays(rest[2:]):
		return true
	case len(rest) > 2 && rest[1] == ' ' && (rest[0] == '>' || rest[0] == '<'):
		return startsHTTP(append(bytes.Clone(rest[2:]), '\n')) == stateDone
	case isTraceLine(rest):
		return true
	}
	return startsHTTP(append(bytes.Clone(line), '\n')) == stateDone
}

// byLine reads one line and hands out the tokens in it; false if it needs more.
func (t *text) byLine(final bool) bool {
	b := t.w.buf
	if t.pos >= len(b) {
		if final {
			t.flush()
		}
		return false
	}
	if t.lineEnd <= t.pos { // a new line begins
		i := bytes.IndexByte(b[t.pos:min(len(b), t.pos+maxLine)], '\n')
		switch {
		case i >= 0:
			t.lineEnd = t.pos + i + 1
		case len(b)-t.pos >= maxLine:
			t.lineEnd = t.pos + maxLine
		case final:
			t.lineEnd = len(b)
		default:
			return false
		}
		if t.line(b[t.pos:t.lineEnd]) {
			t.pos = t.lineEnd
			return true
		}
	}
	a, at := t.table.find(b[:t.lineEnd], t.pos, true)
	if a == nil {
		t.pos = t.lineEnd
		return true
	}
	switch t.token(b, a, at, final) {
	case stateMore:
		t.wait(at)
		return false
	case stateNone:
		t.pos = at + 1
	}
	return true
}

// line takes note of what a line says, and reports whether that is all.
func (t *text) line(line []byte) (done bool) {
	l := &t.lines
	line = bytes.TrimRight(line, "\r\n")
	row, isRow := l.dump.row(line, l.traced)
	if isRow {
		row.offset, row.line = t.w.base+int64(t.pos), t.w.lineAt(t.pos)
		if !l.dump.add(row) {
			t.flush()
			l.dump.add(row)
		}
		if l.dump.full() {
			t.flush()
		}
		return true
	}
	t.flush()
	id, rest := curlPrefix(line)
	if isTraceLine(rest) {
		l.traced = true
		t.traceLine(id, rest)
		return true
	}
	switch {
	case len(rest) > 1 && rest[1] == ' ' && rest[0] == '*':
		l.stream = l.curl.note(id, rest[2:], l.stream)
	case len(rest) > 1 && rest[1] == ' ' && rest[0] == '<':
		l.stream = l.curl.byID(id, l.stream)
		t.statusLine(rest[2:], len(line)-len(rest)+2)
	case len(rest) > 1 && rest[1] == ' ' && rest[0] == '>':
		l.stream = l.curl.byID(id, l.stream)
	default:
		t.statusLine(line, 0)
	}
	return false
}

// statusLine notes the status if line is a status line. It stands lead bytes
// behind pos.
func (t *text) statusLine(line []byte, lead int) {
	if status := statusLine(line); status > 0 {
		t.noteStatus(status, t.w.base+int64(t.pos+lead), t.w.lineAt(t.pos))
	}
}

func (t *text) noteStatus(status int, offset int64, line int) {
	t.lines.status = status
	if status >= 200 {
		t.s.responded(Response{Status: status, Source: decode.Source{
			Line: line, Offset: offset*t.s.step + t.s.bom, Direction: response, Stream: t.lines.stream,
		}})
	}
}

// flush looks through the rows of a dump that were put together.
func (t *text) flush() {
	l := &t.lines
	d := &l.dump
	defer d.reset()
	if len(d.bytes) == 0 {
		return
	}
	report := func(r run, c context) {
		at := d.place(r.start)
		f := Found{
			Raw: r.raw, Scheme: c.scheme, Status: c.status,
			Source: decode.Source{Line: at.line, Offset: at.offset, Direction: c.direction, Header: c.header},
		}
		if l.traced {
			f.Source.Stream = l.stream
			f.Source.Direction = l.direction
			if l.direction == response {
				f.Status = l.status
			}
		}
		t.s.emit(f)
	}
	if l.traced {
		if status := statusLine(d.bytes); status > 0 && l.direction == response {
			at := d.place(0)
			t.noteStatus(status, at.offset, at.line)
		}
	} else if looksToken(d.bytes) {
		report(run{end: len(d.bytes), raw: bytes.Clone(d.bytes)}, context{})
		return
	}
	t.s.scanBlock(d.bytes, report)
}

// curlConnections follows which connection a curl log is about.
type curlConnections struct {
	// names are the connections by curl's number; opened counts how often each
	// number was given out, as each run of curl begins at 0.
	names  map[string]string
	opened map[string]int
	next   int
}

// curlSays reports whether info is what curl says of its connections.
func curlSays(info []byte) bool {
	for _, p := range []string{"Connected to ", "Connection #", "Re-using existing", "Trying ", "  Trying ", "Host ", "Established connection", "Uses proxy env"} {
		if bytes.HasPrefix(info, []byte(p)) {
			return true
		}
	}
	return false
}

// note takes what curl says on a line with an asterisk, and returns the name of
// the connection at hand. id is the one of --trace-ids, or empty.
func (k *curlConnections) note(id string, info []byte, current string) string {
	switch {
	case bytes.HasPrefix(info, []byte("Connected to ")), bytes.HasPrefix(info, []byte("Established connection")):
		number := numberAfter(info, "(#")
		if number == "" {
			number = id
		}
		if number == "" {
			number = strconv.Itoa(k.next)
		}
		if n, err := strconv.Atoi(number); err == nil && n >= k.next && n < 1<<30 {
			k.next = n + 1
		}
		if k.names == nil || len(k.names) > 1<<12 {
			k.names, k.opened = make(map[string]string), make(map[string]int)
		}
		name := "curl connection " + number
		if k.opened[number]++; k.opened[number] > 1 {
			name += " (" + strconv.Itoa(k.opened[number]) + ")"
		}
		k.names[number] = name
		return name
	case bytes.HasPrefix(info, []byte("Re-using existing")):
		number := numberAfter(info, "#")
		if number == "" {
			number = id
		}
		if name := k.names[number]; name != "" {
			return name
		}
	}
	return current
}

// byID returns the connection with that number, or the current one.
func (k *curlConnections) byID(id, current string) string {
	if name := k.names[id]; id != "" && name != "" {
		return name
	}
	return current
}

// numberAfter returns the digits after the last mark, or "".
func numberAfter(b []byte, mark string) string {
	i := bytes.LastIndex(b, []byte(mark))
	if i < 0 {
		return ""
	}
	return leadingDigits(b[i+len(mark):])
}

func leadingDigits(b []byte) string {
	n := 0
	for n < len(b) && isDigit(b[n]) && n < 9 {
		n++
	}
	return string(b[:n])
}

// curlPrefix takes off what --trace-time and --trace-ids put before a line:
// "12:34:56.789012 " and "[0-1] ", of which id is the connection's number.
func curlPrefix(line []byte) (id string, rest []byte) {
	const clock = "00:00:00.000000 "
	if len(line) > len(clock) && isDigit(line[0]) && line[2] == ':' && line[5] == ':' && line[8] == '.' {
		i := 9
		for i < len(clock) && isDigit(line[i]) {
			i++
		}
		if line[i] == ' ' {
			line = line[i+1:]
		}
	}
	if len(line) > 6 && line[0] == '[' && isDigit(line[1]) {
		inside, _, ok := bytes.Cut(line[1:min(len(line), 24)], []byte("] "))
		_, conn, both := bytes.Cut(inside, []byte("-"))
		if ok && both {
			line = line[1+len(inside)+2:]
			if len(conn) > 0 && isDigit(conn[0]) {
				id = string(conn)
			}
		}
	}
	return id, line
}

// isTraceLine reports whether a line of --trace or --trace-ascii tells what
// follows.
func isTraceLine(line []byte) bool {
	return bytes.HasPrefix(line, []byte("== Info: ")) || bytes.HasPrefix(line, []byte("=> Send ")) || bytes.HasPrefix(line, []byte("<= Recv "))
}

// traceLine takes a line that begins a block of a trace.
func (t *text) traceLine(id string, line []byte) {
	l := &t.lines
	if info, ok := bytes.CutPrefix(line, []byte("== Info: ")); ok {
		l.stream = l.curl.note(id, info, l.stream)
		return
	}
	l.stream = l.curl.byID(id, l.stream)
	l.direction = request
	if line[0] == '<' {
		l.direction = response
	}
	// "=> Send header, 83 bytes (0x53)"
	if _, size, ok := bytes.Cut(line, []byte(", ")); ok {
		l.dump.expect, _ = strconv.Atoi(leadingDigits(size))
	}
}
