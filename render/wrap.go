package render

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// width is how many columns s takes.
func width(s string) int { return ansi.StringWidth(s) }

// wrap breaks s at spaces into lines of at most limit columns; words that are
// longer are cut.
func wrap(s string, limit int) []string {
	if limit < 8 {
		limit = 8
	}
	if width(s) <= limit {
		return []string{s}
	}
	return strings.Split(ansi.Wrap(s, limit, ""), "\n")
}

// pad fills s with spaces to n columns.
func pad(s string, n int) string {
	if missing := n - width(s); missing > 0 {
		return s + strings.Repeat(" ", missing)
	}
	return s
}
