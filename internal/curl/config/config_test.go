package config

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	const text = "# a comment\n\nurl = \"http://a/?x=\\\"1\\\"\\t\"\n--user: alice:pw rest\n-o out\nX POST\nsilent\nmax-time=5\ndata = \"\"\n-H \"A: b\" # more\n"
	got, err := Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	want := []Option{
		{Name: "url", Value: "http://a/?x=\"1\"\t", HasValue: true, Line: 3},
		{Name: "user:", Value: "alice:pw", HasValue: true, Line: 4},
		{Name: "o", Short: true, Value: "out", HasValue: true, Line: 5},
		{Name: "X", Short: true, Value: "POST", HasValue: true, Line: 6},
		{Name: "silent", Line: 7},
		{Name: "max-time", Value: "5", HasValue: true, Line: 8},
		{Name: "data", HasValue: true, Line: 9},
		{Name: "H", Short: true, Value: "A: b", HasValue: true, Line: 10},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestParseErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"url = \"http://a", "line 1: the value of url has a quote that does not end"},
		{"\n= x", "line 2: there is no option's name"},
	} {
		_, err := Parse(strings.NewReader(c.text))
		if err == nil || err.Error() != c.want {
			t.Errorf("%q: %v, want %s", c.text, err, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("url = \"x\\")
	f.Add("-")
	f.Fuzz(func(t *testing.T, text string) {
		list, _ := Parse(strings.NewReader(text))
		for _, o := range list {
			if o.Name == "" || o.Line < 1 || o.Value != "" && !o.HasValue {
				t.Errorf("%+v", o)
			}
		}
	})
}
