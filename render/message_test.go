package render_test

import (
	"testing"

	"github.com/ntlmctl/ntlmctl/render"
)

func TestMessage(t *testing.T) {
	const long = "http://intranet.example.com/a/path/that/is/longer/than/a/line"
	for _, c := range []struct {
		text    string
		columns int
		want    string
	}{
		{"a b c", 0, "hint: a b c\n"},
		{"one two three four five", 0, "hint: one two three four five\n"},
		{"one two three four five", 20, "hint: one two\n  three four five\n"},
		{"see " + long + " now", 40, "hint: see\n  " + long + "\n  now\n"},
		{"\x1b[31mred\nline", 40, `hint: \x1b[31mred\nline` + "\n"},
	} {
		if got := render.Message("hint", c.text, c.columns); got != c.want {
			t.Errorf("%q in %d columns: %q, want %q", c.text, c.columns, got, c.want)
		}
	}
}
