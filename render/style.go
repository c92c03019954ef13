// Package render turns results into what people and programs read: text for a
// terminal, and JSON. It knows the result types, never where they came from.
package render

import (
	"io"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"
)

// Style holds the colours of text output: attributes and the sixteen ANSI
// colours, which every terminal maps to what suits its background.
type Style struct {
	Title, Name, Offset, Bytes, Value, Meaning, Good, Note, Warning, Error lipgloss.Style
	// hues paint the bytes of neighbouring fields apart in a hex dump.
	hues []lipgloss.Style
}

// NewStyle makes the styles, without colour or attribute if color is false.
// Nothing is asked of the terminal.
func NewStyle(color bool) *Style {
	r := lipgloss.NewRenderer(io.Discard, termenv.WithUnsafe())
	r.SetColorProfile(termenv.Ascii)
	if color {
		r.SetColorProfile(termenv.ANSI)
	}
	r.SetHasDarkBackground(true) // never asked for; set so that nothing looks
	plain := r.NewStyle()
	hue := func(n string) lipgloss.Style { return plain.Foreground(lipgloss.Color(n)) }
	if !color {
		return &Style{
			Title: plain, Name: plain, Offset: plain, Bytes: plain, Value: plain, Meaning: plain,
			Good: plain, Note: plain, Warning: plain, Error: plain, hues: []lipgloss.Style{plain},
		}
	}
	return &Style{
		Title: plain.Bold(true), Name: plain, Offset: plain.Faint(true), Bytes: hue("6"), Value: plain.Bold(true),
		Meaning: plain.Faint(true), Good: hue("2"), Note: hue("6"), Warning: hue("3").Bold(true), Error: hue("1").Bold(true),
		hues: []lipgloss.Style{hue("6"), hue("5"), hue("2"), hue("3"), plain},
	}
}
