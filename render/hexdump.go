package render

import (
	"bufio"
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/decode/annotate"
)

// hexDump writes the bytes of t, painted by field, with the names of the fields
// that begin in a row beside it.
func (x Text) hexDump(out *bufio.Writer, t *decode.Token) {
	owner := owners(t)
	hues := x.paint(owner)
	row := 16
	if x.Width < 100 {
		row = 8
	}
	digits := max(2, len(strconv.Itoa(len(t.Raw))))
	at := gap + digits + gap + 3*row - 1 + gap
	for start := 0; start < len(t.Raw); start += row {
		end := min(start+row, len(t.Raw))
		out.WriteString(strings.Repeat(" ", gap) + x.Style.Offset.Render(leftPad(strconv.Itoa(start), digits)) + strings.Repeat(" ", gap))
		var names []cell
		for i := start; i < end; {
			run := i
			for run < end && owner[run] == owner[i] {
				run++
			}
			if i > start {
				out.WriteByte(' ')
			}
			out.WriteString(hues[i].Render(spaced(t.Raw[i:run])))
			if owner[i] >= 0 && (i == 0 || owner[i-1] != owner[i]) {
				names = append(names, cell{t.Fields[owner[i]].Name, hues[i]})
			}
			i = run
		}
		column := gap + digits + gap + 3*(end-start) - 1
		for i, name := range names {
			switch {
			case i > 0 && column+1+len(name.text) <= x.Width:
				out.WriteByte(' ')
				column++
			case i > 0:
				out.WriteByte('\n')
				column = 0
				fallthrough
			default:
				out.WriteString(strings.Repeat(" ", at-column))
				column = at
			}
			out.WriteString(name.style.Render(name.text))
			column += len(name.text)
		}
		out.WriteByte('\n')
	}
}

// cell is a piece of a line.
type cell struct {
	text  string
	style lipgloss.Style
}

// cells writes pieces side by side, each padded to columns but for the last
// that is not empty, and ends the line.
func cells(out *bufio.Writer, columns int, list ...cell) {
	for len(list) > 0 && list[len(list)-1].text == "" {
		list = list[:len(list)-1]
	}
	for i, c := range list {
		out.WriteString(strings.Repeat(" ", gap))
		if i < len(list)-1 {
			c.text = pad(c.text, columns)
		}
		out.WriteString(c.style.Render(c.text))
	}
	out.WriteByte('\n')
}

// paint gives each byte the hue of its field, the next one at each change.
func (x Text) paint(owner []int) []lipgloss.Style {
	hues := make([]lipgloss.Style, len(owner))
	turn := 0
	for i := range owner {
		if i > 0 && owner[i] != owner[i-1] {
			turn++
		}
		hues[i] = x.Style.hues[turn%len(x.Style.hues)]
		if owner[i] < 0 {
			hues[i] = x.Style.Offset
		}
	}
	return hues
}

// spaced is b in hexadecimal with spaces between the bytes.
func spaced(b []byte) string {
	var s strings.Builder
	for i := range b {
		if i > 0 {
			s.WriteByte(' ')
		}
		s.WriteString(hex.EncodeToString(b[i : i+1]))
	}
	return s.String()
}

// owners gives each byte of t the index of the deepest field that a view for
// people shows and that covers it, -1 where there is none.
func owners(t *decode.Token) []int {
	owner := make([]int, len(t.Raw))
	for i := range owner {
		owner[i] = -1
	}
	for i := range t.Fields {
		f := &t.Fields[i]
		if f.Minor || f.Value.Kind == annotate.KindBit {
			continue
		}
		for at := max(0, f.Offset); at < min(len(owner), f.Offset+f.Length); at++ {
			owner[at] = i
		}
	}
	return owner
}
