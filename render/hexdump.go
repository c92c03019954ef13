package render

import (
	"bufio"
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/decode/annotate"
)

// hexDump writes the bytes of t, painted by field, with the names of the fields
// that begin in a row beside it.
func (x Text) hexDump(out *bufio.Writer, t *decode.Token) {
	owner := owners(t)
	const row = 16
	digits := max(2, len(strconv.Itoa(len(t.Raw))))
	at := gap + digits + gap + 3*row + gap
	for start := 0; start < len(t.Raw); start += row {
		end := min(start+row, len(t.Raw))
		var line, names strings.Builder
		line.WriteString(strings.Repeat(" ", gap) + x.Style.Offset.Render(leftPad(strconv.Itoa(start), digits)) + strings.Repeat(" ", gap))
		for i := start; i < end; {
			run := i
			for run < end && owner[run] == owner[i] {
				run++
			}
			hue := x.Style.hues[(owner[i]+1)%len(x.Style.hues)]
			line.WriteString(hue.Render(spaced(t.Raw[i:run])) + " ")
			if owner[i] >= 0 && (i == 0 || owner[i-1] != owner[i]) {
				if names.Len() > 0 {
					names.WriteString(" ")
				}
				names.WriteString(hue.Render(t.Fields[owner[i]].Name))
			}
			i = run
		}
		line.WriteString(strings.Repeat(" ", 3*(row-(end-start))))
		list := wrap(names.String(), x.Width-at)
		out.WriteString(strings.TrimRight(line.String()+" "+list[0], " ") + "\n")
		for _, l := range list[1:] {
			out.WriteString(strings.Repeat(" ", at-1) + l + "\n")
		}
	}
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
