package render

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// width is how many columns s takes.
func width(s string) int { return ansi.StringWidth(s) }

// wrap breaks s at spaces into lines of at most limit columns. A word that is
// longer is cut; nothing else is, so that times and names stay whole.
func wrap(s string, limit int) []string { return fold(s, limit, true) }

// fold breaks s at spaces, and cuts words only if it is told to.
func fold(s string, limit int, cut bool) []string {
	limit = max(limit, 8)
	if width(s) <= limit {
		return []string{s}
	}
	var lines []string
	line := ""
	for word := range strings.SplitSeq(s, " ") {
		if line != "" && width(line)+1+width(word) <= limit {
			line += " " + word
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for cut && width(word) > limit {
			head := ansi.Truncate(word, limit, "")
			if head == "" {
				break
			}
			lines = append(lines, head)
			word = word[len(head):]
		}
		line = word
	}
	return append(lines, line)
}

// pad fills s with spaces to n columns.
func pad(s string, n int) string {
	if missing := n - width(s); missing > 0 {
		return s + strings.Repeat(" ", missing)
	}
	return s
}
