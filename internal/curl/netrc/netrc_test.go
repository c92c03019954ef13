package netrc

import (
	"strings"
	"testing"
)

const sample = `# who is who
machine a.lab login alice password "two words\"\\" # after
machine b.lab
  login bob
  account acc
  password p#w
macdef init
machine c.lab login no password no

machine A.LAB login carol password other
machine d.lab password alone
default login anonymous password guest
`

func TestFind(t *testing.T) {
	f, err := Parse(strings.NewReader(sample))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ host, user, wantUser, wantPassword string }{
		{"a.lab", "", "alice", `two words"\`},
		{"A.lab", "carol", "carol", "other"},
		{"b.lab", "", "bob", "p#w"},
		{"b.lab", "nobody", "", ""},
		{"c.lab", "", "anonymous", "guest"},
		{"d.lab", "dave", "dave", "alone"},
	} {
		l, ok := f.Find(c.host, c.user)
		if ok != (c.wantPassword != "") || ok && (l.User != c.wantUser || l.Password != c.wantPassword) {
			t.Errorf("%s@%s: %+v, %v", c.user, c.host, l, ok)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"machine", "line 1: nothing follows machine"},
		{"\nlogin x", "line 2: login comes before any machine"},
		{"machine a login \"secret", "line 1: a quote does not end"},
		{"machine a login \"secret\n\"", "line 1: a quote does not end"},
	} {
		_, err := Parse(strings.NewReader(c.text))
		if err == nil || err.Error() != c.want {
			t.Errorf("%q: %v, want %s", c.text, err, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(sample)
	f.Add("macdef x\n\n\n\"")
	f.Fuzz(func(t *testing.T, text string) {
		file, _ := Parse(strings.NewReader(text))
		for _, l := range file {
			if l.Password != "" && !l.HasPassword {
				t.Errorf("%+v", l)
			}
		}
	})
}
