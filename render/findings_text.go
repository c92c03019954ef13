package render

import (
	"bufio"
	"slices"
	"strconv"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/decode/annotate"
)

func (x Text) severity(s decode.Severity) lipgloss.Style {
	switch s {
	case annotate.Error:
		return x.Style.Error
	case annotate.Warning:
		return x.Style.Warning
	}
	return x.Style.Note
}

// findings writes the findings, worst first.
func (x Text) findings(out *bufio.Writer, findings []decode.Finding) {
	if len(findings) == 0 {
		return
	}
	out.WriteByte('\n')
	sorted := slices.Clone(findings)
	slices.SortStableFunc(sorted, func(a, b decode.Finding) int { return int(b.Severity()) - int(a.Severity()) })
	const label = 9 // "warning" and a gap
	for _, f := range sorted {
		text := Escape(f.Text())
		indent := strings.Repeat(" ", gap+label)
		notes := f.Code.String() + ", " + f.Reference()
		if f.Length > 0 {
			notes += ", " + Plural(f.Length, "byte") + " at offset " + strconv.Itoa(f.Offset)
		}
		lines := wrap(text, x.Width-gap-label)
		style := x.severity(f.Severity())
		out.WriteString(strings.Repeat(" ", gap) + style.Render(pad(f.Severity().String(), label)) + lines[0] + "\n")
		for _, l := range lines[1:] {
			out.WriteString(indent + l + "\n")
		}
		for _, l := range wrap(notes, x.Width-gap-label) {
			out.WriteString(indent + x.Style.Meaning.Render(l) + "\n")
		}
	}
}

// Plural is "1 byte", "2 bytes".
func Plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
