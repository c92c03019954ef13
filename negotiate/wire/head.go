package wire

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// head is the head of a response as it could be read.
type head struct {
	statusLine
	fields trace.Headers
	notes  []string
	raw    []byte
	rawCut bool
}

// maxNotes is how many notes one head gives rise to.
const maxNotes = 8

// readHead reads a head up to the empty line that ends it. With an error it
// returns what was there if at least the status line was.
func readHead(br *bufio.Reader, limits *Limits) (*head, error) {
	r := headReader{br: br, limits: limits}
	line, err := r.first()
	if err != nil {
		return nil, err
	}
	h := &head{}
	if h.statusLine, err = parseStatusLine(line); err != nil {
		return nil, err
	}
	if h.note != "" {
		r.note(h.note)
	}
	err = r.lines()
	h.fields, h.notes, h.raw, h.rawCut = r.fields(), r.notes, r.raw, r.rawCut
	return h, err
}

// readTrailer reads the fields after the last chunk.
func readTrailer(br *bufio.Reader, limits *Limits) (trace.Headers, []string, error) {
	r := headReader{br: br, limits: limits}
	err := r.lines()
	return r.fields(), r.notes, err
}

// headReader reads lines within the limits.
type headReader struct {
	br     *bufio.Reader
	limits *Limits
	notes  []string
	raw    []byte
	rawCut bool
	used   int    // bytes read
	buf    []byte // the line at hand, where it did not lie in one piece
	// text has the fields' names and values, one behind the other; ends are where
	// each of them ends, two for a field.
	text []byte
	ends []int
	open bool // the last field may go on in the next line
	lost bool // the line before was lost, and with it what continues it
}

// maxLeadingLines is how many empty lines may come before a status line: what
// is left of a body whose length was wrong (RFC 9112 section 2.2).
const maxLeadingLines = 4

// first reads the status line, having made sure that it is one.
func (r *headReader) first() ([]byte, error) {
	for range maxLeadingLines {
		b, err := r.br.Peek(1)
		if err != nil {
			return nil, err
		}
		if b[0] != '\r' && b[0] != '\n' {
			break
		}
		if line, _, err := r.line(); err != nil {
			return nil, err
		} else if len(line) > 0 {
			return nil, malformedf("the response begins with %s", quoteStart(line))
		}
		r.note("an empty line came before the status line")
	}
	const magic = "HTTP/"
	start, err := r.br.Peek(len(magic))
	if len(start) == 0 {
		return nil, err
	}
	if !strings.EqualFold(string(start), magic) {
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		return nil, r.noHTTP(start)
	}
	line, cut, err := r.line()
	if err == nil && cut {
		err = malformedf("the status line is longer than %d bytes", r.limits.Line)
	}
	return line, err
}

// noHTTP says what came instead of a status line.
func (r *headReader) noHTTP(start []byte) error {
	if len(start) >= 4 && start[0] == 0 && start[3] == 4 { // a SETTINGS frame, RFC 9113 section 6.5
		return &malformed{trace.FailHTTP2, "the peer answered in HTTP/2"}
	}
	if len(start) >= 2 && (start[0] == 0x15 || start[0] == 0x16) && start[1] == 3 {
		return malformedf("the peer answered in TLS: it expects https")
	}
	more, _ := r.br.Peek(min(r.br.Buffered(), quoted))
	return malformedf("the response is not HTTP/1.x; it begins with %s", quoteStart(more))
}

// quoted is how much of what a peer sent goes into an error.
const quoted = 64

func quoteStart(b []byte) string {
	if len(b) > quoted {
		return fmt.Sprintf("%q...", b[:quoted])
	}
	return fmt.Sprintf("%q", b)
}

// line reads one line, without its end. What goes beyond Limits.Line is read
// and cut. The line is valid until the next call.
func (r *headReader) line() (line []byte, cut bool, err error) {
	r.buf = r.buf[:0]
	for {
		part, err := r.br.ReadSlice('\n')
		r.used += len(part)
		r.keep(part)
		if r.used > r.limits.Head {
			return nil, false, malformedf("the head of the response is longer than %d bytes", r.limits.Head)
		}
		if room := r.limits.Line + 2 - len(r.buf); len(part) > room {
			part, cut = part[:room], true
		}
		if len(r.buf) > 0 || err != nil {
			r.buf = append(r.buf, part...)
			part = r.buf
		}
		switch {
		case err == nil:
			line = bytes.TrimSuffix(part, []byte("\n"))
			return bytes.TrimSuffix(line, []byte("\r")), cut || len(line) > r.limits.Line+1, nil
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF):
			return nil, false, io.ErrUnexpectedEOF
		default:
			return nil, false, err
		}
	}
}

func (r *headReader) keep(part []byte) {
	room := r.limits.Raw - len(r.raw)
	if r.raw == nil { // as a rule the whole head has come
		r.raw = make([]byte, 0, min(max(room, 0), len(part)+r.br.Buffered(), 1<<10))
	}
	if len(part) > room {
		part, r.rawCut = part[:max(room, 0)], true
	}
	r.raw = append(r.raw, part...)
}

// lines reads fields up to the empty line.
func (r *headReader) lines() error {
	for {
		line, cut, err := r.line()
		if err != nil || len(line) == 0 {
			return err
		}
		r.field(line, cut)
	}
}

func (r *headReader) field(line []byte, cut bool) {
	if line[0] == ' ' || line[0] == '\t' {
		r.fold(line, cut)
		return
	}
	r.open = false
	name, value, ok := bytes.Cut(line, []byte(":"))
	trimmed := bytes.TrimRight(name, " \t")
	switch {
	case cut:
		r.lose("a header line longer than %d bytes was left out; it begins with %s", r.limits.Line, quoteStart(line))
	case !ok:
		r.lose("a header line without a colon was left out: %s", quoteStart(line))
	case !isFieldName(trimmed):
		r.lose("a header line with a malformed name was left out: %s", quoteStart(line))
	case len(r.ends)/2 >= r.limits.Fields:
		r.lose("header lines after the first %d were left out", r.limits.Fields)
	default:
		if len(trimmed) != len(name) {
			r.note(fmt.Sprintf("white space stands between the name and the colon of %s", quoteStart(trimmed)))
		}
		r.lost, r.open = false, true
		r.text = append(r.text, trimmed...)
		r.ends = append(r.ends, len(r.text))
		r.text = append(r.text, bytes.Trim(value, " \t")...)
		r.ends = append(r.ends, len(r.text))
	}
}

// fold continues the line before (RFC 9112 section 5.2).
func (r *headReader) fold(line []byte, cut bool) {
	switch {
	case r.lost:
	case !r.open:
		r.lose("a header line that continues none was left out: %s", quoteStart(line))
	case cut || r.ends[len(r.ends)-1]-r.ends[len(r.ends)-2]+len(line) > r.limits.Line:
		r.lose("a folded header line longer than %d bytes was left out", r.limits.Line)
		r.ends, r.open = r.ends[:len(r.ends)-2], false
		r.text = r.text[:r.end()]
	default:
		r.note("a header line is folded")
		r.text = append(append(r.text, ' '), bytes.Trim(line, " \t")...)
		r.ends[len(r.ends)-1] = len(r.text)
	}
}

// end is where the text of the fields ends.
func (r *headReader) end() int {
	if len(r.ends) == 0 {
		return 0
	}
	return r.ends[len(r.ends)-1]
}

// fields are those read, their text in one piece.
func (r *headReader) fields() trace.Headers {
	if len(r.ends) == 0 {
		return nil
	}
	text, from := string(r.text), 0
	list := make(trace.Headers, len(r.ends)/2)
	for i := range list {
		name, value := r.ends[2*i], r.ends[2*i+1]
		list[i] = trace.Header{Name: text[from:name], Value: text[name:value]}
		from = value
	}
	return list
}

func (r *headReader) lose(format string, args ...any) {
	r.lost = true
	r.note(fmt.Sprintf(format, args...))
}

func (r *headReader) note(text string) {
	if len(r.notes) >= maxNotes {
		return
	}
	for _, old := range r.notes {
		if old == text {
			return
		}
	}
	r.notes = append(r.notes, text)
}

// isFieldName reports whether b is a token (RFC 9110 section 5.6.2).
func isFieldName(b []byte) bool {
	for _, c := range b {
		if !isTokenChar(c) {
			return false
		}
	}
	return len(b) > 0
}

func isTokenChar(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0
}
