package render

import (
	"bufio"
	"encoding/hex"
	"io"
	"strconv"
	"strings"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/decode/annotate"
)

// Text writes results for people.
type Text struct {
	// Width is how many columns there are.
	Width int
	Style *Style
	// Brief leaves out flags and minor fields.
	Brief bool
	// HexDump adds the bytes, painted by field.
	HexDump bool
}

// titles are what people call each kind of token.
var titles = map[decode.Kind]string{
	decode.KindNTLMNegotiate:    "NTLM NEGOTIATE_MESSAGE (Type 1)",
	decode.KindNTLMChallenge:    "NTLM CHALLENGE_MESSAGE (Type 2)",
	decode.KindNTLMAuthenticate: "NTLM AUTHENTICATE_MESSAGE (Type 3)",
	decode.KindSPNEGOInit:       "SPNEGO NegTokenInit",
	decode.KindSPNEGOInit2:      "SPNEGO NegTokenInit2",
	decode.KindSPNEGOResp:       "SPNEGO NegTokenResp",
	decode.KindKRB5APReq:        "Kerberos AP-REQ",
	decode.KindKRB5APRep:        "Kerberos AP-REP",
	decode.KindKRB5Error:        "Kerberos KRB-ERROR",
	decode.KindKRB5TGTReq:       "Kerberos KRB-TGT-REQ (user to user)",
	decode.KindKRB5TGTRep:       "Kerberos KRB-TGT-REP (user to user)",
	decode.KindKRB5Other:        "Kerberos message",
	decode.KindNEGOEX:           "NEGOEX",
	decode.KindCredSSP:          "CredSSP TSRequest",
	decode.KindUnknown:          "Unrecognised bytes",
}

// Token writes one token: what it is, its fields, its findings; then the token
// inside it in the same way.
func (x Text) Token(w io.Writer, t *decode.Token) error {
	out := bufio.NewWriter(w)
	x.title(out, t)
	x.token(out, t)
	return out.Flush()
}

func (x Text) title(out *bufio.Writer, t *decode.Token) {
	line := x.Style.Title.Render(titles[t.Kind]) + x.Style.Meaning.Render(", "+strconv.Itoa(len(t.Raw))+" bytes")
	out.WriteString(line + "\n")
	if from := sourceLine(t); from != "" {
		for _, l := range wrap(from, x.Width-2) {
			out.WriteString("  " + x.Style.Meaning.Render(l) + "\n")
		}
	}
}

// sourceLine says where a token was found.
func sourceLine(t *decode.Token) string {
	if t.Source == nil {
		return ""
	}
	return "from " + strings.Join(append([]string{inputName(t.Source)}, place(t)...), ", ")
}

// inputName is the name of the input, for a sentence.
func inputName(s *decode.Source) string {
	if s.Name == "-" {
		return "standard input"
	}
	return Escape(s.Name)
}

// place is where in its input a token was found. The only line of an argument
// is not worth a word.
func place(t *decode.Token) []string {
	s := t.Source
	var parts []string
	if s.Line > 1 || s.Line == 1 && !strings.HasPrefix(s.Name, "argument ") {
		parts = append(parts, "line "+strconv.Itoa(s.Line))
	}
	if s.Packet > 0 {
		parts = append(parts, "packet "+strconv.Itoa(s.Packet))
	}
	if s.Stream != "" {
		parts = append(parts, Escape(s.Stream))
	}
	if s.Direction != "" {
		parts = append(parts, s.Direction)
	}
	switch {
	case s.Header != "" && t.Scheme != "":
		parts = append(parts, Escape(s.Header)+": "+Escape(t.Scheme))
	case s.Header != "" || t.Scheme != "":
		parts = append(parts, Escape(s.Header+t.Scheme))
	}
	return parts
}

func (x Text) token(out *bufio.Writer, t *decode.Token) {
	if text := summary(t); text != "" {
		for _, l := range wrap(text, x.Width-gap) {
			out.WriteString(strings.Repeat(" ", gap) + l + "\n")
		}
	}
	out.WriteByte('\n')
	if x.HexDump {
		x.hexDump(out, t)
		out.WriteByte('\n')
	}
	x.fields(out, t)
	x.findings(out, t.Findings)
	x.verified(out, t.Verified)
	if t.Inner != nil {
		out.WriteByte('\n')
		x.title(out, t.Inner)
		within := "carried by the " + titles[t.Kind]
		if t.InnerOffset >= 0 {
			within += " at offset " + strconv.Itoa(t.InnerOffset)
		}
		out.WriteString(strings.Repeat(" ", gap) + x.Style.Meaning.Render(within) + "\n")
		x.token(out, t.Inner)
	}
}

// columns are where the parts of a row begin.
type columns struct {
	offset int // the width of the offset
	bytes  int // how many bytes a row shows
	name   int // the width of the name
	value  int // where the value begins
	limit  int // how wide value and meaning may be
}

const gap = 2

func (x Text) columns(t *decode.Token) columns {
	c := columns{offset: max(2, len(strconv.Itoa(len(t.Raw)))), bytes: 4}
	switch {
	case x.Width >= 160:
		c.bytes = 16
	case x.Width >= 110:
		c.bytes = 8
	}
	for i := range t.Fields {
		f := &t.Fields[i]
		if !x.hidden(f) && f.Value.Kind != annotate.KindBit {
			c.name = max(c.name, 2*f.Depth+len(f.Name))
		}
	}
	c.name = min(c.name, max(20, x.Width/3)) // a longer name pushes its own row
	c.value = gap + c.offset + gap + c.bytesWidth() + gap + c.name + gap
	c.limit = max(16, x.Width-c.value)
	return c
}

func (c columns) bytesWidth() int { return 2*c.bytes + 1 } // one for the ellipsis

func (x Text) hidden(f *decode.Field) bool {
	return f.Minor || x.Brief && f.Value.Kind == annotate.KindBit
}

// fields writes a row for each field.
func (x Text) fields(out *bufio.Writer, t *decode.Token) {
	c := x.columns(t)
	for i := 0; i < len(t.Fields); i++ {
		f := &t.Fields[i]
		switch {
		case x.hidden(f):
		case f.Value.Kind == annotate.KindBit:
			run := i
			for run < len(t.Fields) && t.Fields[run].Value.Kind == annotate.KindBit {
				run++
			}
			x.bits(out, t.Fields[i:run], c)
			i = run - 1
		default:
			x.row(out, t, f, c)
		}
	}
}

// bitsRoom is how many columns the sentences of flags have at least; where there
// are fewer, each goes below its flag.
const bitsRoom = 24

// bits writes one line a flag, with its sentence.
func (x Text) bits(out *bufio.Writer, bits []decode.Field, c columns) {
	nested := 2 * (bits[0].Depth - 1)
	indent := gap + c.offset + gap + nested
	names := 0
	for i := range bits {
		names = max(names, len(bits[i].Name))
	}
	mask := x.Width >= 110
	if mask {
		indent += c.bytesWidth() + gap
	}
	at, below := indent+names+gap, false
	if x.Width-at < bitsRoom {
		at, below = indent+gap, true
	}
	for i := range bits {
		f := &bits[i]
		start := strings.Repeat(" ", indent)
		if mask {
			number := string(annotate.AppendHex32(nil, uint32(f.Value.Num)))
			start = strings.Repeat(" ", gap+c.offset+gap) + x.Style.Offset.Render(pad(number, c.bytesWidth())) + strings.Repeat(" ", gap+nested)
		}
		lines := wrap(f.Meaning, x.Width-at)
		if below {
			out.WriteString(start + x.Style.Name.Render(f.Name) + "\n")
		} else {
			out.WriteString(start + x.Style.Name.Render(pad(f.Name, names)) + strings.Repeat(" ", gap) + x.Style.Meaning.Render(lines[0]) + "\n")
			lines = lines[1:]
		}
		for _, l := range lines {
			out.WriteString(strings.Repeat(" ", at) + x.Style.Meaning.Render(l) + "\n")
		}
	}
}

// row writes offset, bytes, name, value and meaning. A meaning that does not
// fit beside the value goes below it.
func (x Text) row(out *bufio.Writer, t *decode.Token, f *decode.Field, c columns) {
	span := f.Span(t.Raw)
	shown := hex.EncodeToString(span[:min(len(span), c.bytes)])
	if len(span) > c.bytes {
		shown += "…"
	}
	name := strings.Repeat(" ", 2*f.Depth) + f.Name
	line := strings.Repeat(" ", gap) +
		x.Style.Offset.Render(leftPad(strconv.Itoa(f.Offset), c.offset)) + strings.Repeat(" ", gap) +
		x.Style.Bytes.Render(pad(shown, c.bytesWidth())) + strings.Repeat(" ", gap) +
		x.Style.Name.Render(pad(name, c.name))

	value := Escape(string(f.Value.Append(nil, span)))
	meaning := Escape(f.Meaning)
	if t.Inner != nil && f.Offset == t.InnerOffset && f.Length == len(t.Inner.Raw) {
		value, meaning = titles[t.Inner.Kind], "see below"
	}
	limit, at := c.limit, c.value
	if over := len(name) - c.name; over > 0 {
		limit, at = limit-over, at+over
	}
	var lines []string
	switch {
	case value == "" && meaning == "":
	case value == "":
		for _, l := range wrap(meaning, limit) {
			lines = append(lines, x.Style.Meaning.Render(l))
		}
	case meaning == "":
		lines = x.value(value, limit)
	case width(value)+gap+width(meaning) <= limit:
		lines = []string{x.Style.Value.Render(value) + strings.Repeat(" ", gap) + x.Style.Meaning.Render(meaning)}
	default:
		lines = x.value(value, limit)
		for _, l := range wrap(meaning, limit) {
			lines = append(lines, x.Style.Meaning.Render(l))
		}
	}
	if len(lines) == 0 {
		out.WriteString(strings.TrimRight(line, " ") + "\n")
		return
	}
	out.WriteString(line + strings.Repeat(" ", gap) + lines[0] + "\n")
	for _, l := range lines[1:] {
		out.WriteString(strings.Repeat(" ", at) + l + "\n")
	}
}

// valueLines is how many lines of a long value a row shows.
const valueLines = 2

func (x Text) value(value string, limit int) []string {
	lines := wrap(value, limit)
	if len(lines) > valueLines {
		lines = lines[:valueLines]
		lines[valueLines-1] += " …"
	}
	for i, l := range lines {
		lines[i] = x.Style.Value.Render(l)
	}
	return lines
}

func leftPad(s string, n int) string {
	return strings.Repeat(" ", max(0, n-len(s))) + s
}
