package render

import "strings"

// Message is a line for standard error, as "error: " and a text, escaped. For a
// terminal of so many columns it breaks between words, and what goes on is
// indented; 0 columns is no terminal. A word stays whole, so that it can be copied.
func Message(kind, text string, columns int) string {
	line := kind + ": " + Escape(text)
	if columns > 0 {
		const indent = "  "
		line = strings.Join(fold(line, columns-len(indent), false), "\n"+indent)
	}
	return line + "\n"
}
