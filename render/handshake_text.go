package render

import (
	"bufio"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/lipgloss"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/decode/annotate"
)

// Handshake writes the messages of one logon side by side.
func (x Text) Handshake(w io.Writer, h *decode.Handshake) error {
	out := bufio.NewWriter(w)
	c := h.Compare()
	out.WriteString(x.Style.Title.Render("Handshake") + x.Style.Meaning.Render(", "+outcome(h)) + "\n")
	if from := h.Tokens()[0].Source; from != nil {
		for _, l := range wrap("from "+inputName(from), x.Width-gap) {
			out.WriteString("  " + x.Style.Meaning.Render(l) + "\n")
		}
	}
	out.WriteByte('\n')
	const label = 14
	for _, row := range rows(h, c) {
		for i, l := range wrap(row[1], x.Width-gap-label-gap) {
			name := row[0]
			if i > 0 {
				name = ""
			}
			out.WriteString("  " + x.Style.Name.Render(pad(name, label)) + "  " + x.Style.Value.Render(l) + "\n")
		}
	}
	x.flagTable(out, c)
	x.findings(out, c.Findings)
	return out.Flush()
}

func outcome(h *decode.Handshake) string {
	var parts []string
	switch h.SameConnection {
	case decode.Yes:
		parts = append(parts, "on one connection")
	case decode.No:
		parts = append(parts, "on different connections")
	default:
		parts = append(parts, "whether on one connection is not known")
	}
	switch {
	case h.Status != 0:
		parts = append(parts, "answered with "+strconv.Itoa(h.Status))
	case h.Authenticate == nil:
		parts = append(parts, "not finished")
	}
	return strings.Join(parts, ", ")
}

// rows are the facts of a handshake, a label and a text each.
func rows(h *decode.Handshake, c *decode.Comparison) [][2]string {
	var list [][2]string
	add := func(label, text string) {
		if text != "" {
			list = append(list, [2]string{label, text})
		}
	}
	for _, part := range [...]struct {
		label string
		token *decode.Token
	}{{"Type 1", h.Negotiate}, {"Type 2", h.Challenge}, {"Type 3", h.Authenticate}} {
		switch {
		case part.token == nil:
			add(part.label, "not found")
		case part.token.Source != nil:
			add(part.label, strings.Join(place(part.token), ", "))
		}
	}
	if m := c.Challenge; m != nil {
		add("target", Escape(m.Target().String()))
	}
	if m := c.Authenticate; m != nil {
		add("account", account(m))
		add("workstation", Escape(m.WorkstationName().String()))
		add("response", string(m.ResponseVersion)+", MIC "+string(m.MICState))
	}
	switch c.Answers {
	case decode.Yes:
		add("", "carries the target information of this challenge")
	case decode.No:
		add("", "carries other target information than this challenge's")
	}
	add("clocks", clocks(c))
	return list
}

// clocks compares the times of the Type 2 and of the Type 3.
func clocks(c *decode.Comparison) string {
	if c.Challenge == nil {
		return ""
	}
	p, _ := c.Challenge.AVPairs.Get(decode.MsvAvTimestamp)
	server, ok := p.FileTime()
	switch {
	case !ok && c.Authenticate != nil && c.Authenticate.NTLMv2 != nil:
		return "the client's " + string(annotate.AppendFileTime(nil, c.Authenticate.NTLMv2.TimeStamp)) + ", the server sent none"
	case !ok:
		return ""
	}
	text := "the server's " + string(annotate.AppendFileTime(nil, server))
	switch {
	case c.Skew != nil && *c.Skew < 0:
		text += ", the client's " + c.Skew.Abs().Round(time.Millisecond).String() + " earlier"
	case c.Skew != nil:
		text += ", the client's " + c.Skew.Round(time.Millisecond).String() + " later"
	case c.Authenticate != nil && c.Authenticate.NTLMv2 != nil:
		text += ", repeated by the client"
	}
	return text
}

// flagTable writes which message sets which flag.
func (x Text) flagTable(out *bufio.Writer, c *decode.Comparison) {
	if len(c.Flags) == 0 {
		return
	}
	names := len("flags")
	for _, f := range c.Flags {
		names = max(names, len(f.Name))
	}
	const column = 10
	names = max(0, min(names, x.Width-2-3*(2+column)))
	name := func(name string, style lipgloss.Style) {
		out.WriteString("  " + style.Render(pad(name, names)))
		if len(name) > names { // the marks go below it
			out.WriteString("\n  " + pad("", names))
		}
	}
	out.WriteByte('\n')
	name("flags", x.Style.Title)
	cells(out, column, cell{"offered", x.Style.Title}, cell{"answered", x.Style.Title}, cell{"settled", x.Style.Title})
	var sums, there [3]cell
	offered, answered, settled := c.FlagWords()
	present := [3]bool{c.Negotiate != nil, c.Challenge != nil, c.Authenticate != nil}
	for i, word := range [3]decode.Flags{offered, answered, settled} {
		if present[i] {
			sums[i] = cell{string(annotate.AppendHex32(nil, uint32(word))), x.Style.Value}
			there[i] = cell{"-", x.Style.Meaning}
		}
	}
	name("", x.Style.Name)
	cells(out, column, sums[:]...)
	dropped, unasked := c.Dropped(), c.Unasked()
	for _, f := range c.Flags {
		row := there
		for i, set := range [3]bool{f.Offered, f.Answered, f.Settled} {
			switch {
			case set && i == 1 && unasked.Has(f.Bit):
				row[i] = cell{"unasked", x.Style.Warning}
			case set:
				row[i] = cell{"yes", x.Style.Good}
			case i == 2 && dropped.Has(f.Bit):
				row[i] = cell{"dropped", x.Style.Note}
			}
		}
		name(f.Name, x.Style.Name)
		cells(out, column, row[:]...)
	}
}
