package cookies

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

var now = time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC)

func newJar() *Jar { return &Jar{Now: func() time.Time { return now }} }

func address(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestHeader(t *testing.T) {
	for _, c := range []struct {
		name, from string
		lines      []string
		to, want   string
	}{
		{"same host", "http://a.lab/", []string{"x=1"}, "http://a.lab/y", "x=1"},
		{"other host", "http://a.lab/", []string{"x=1"}, "http://b.lab/", ""},
		{"host below, host only", "http://a.lab/", []string{"x=1"}, "http://b.a.lab/", ""},
		{"host below, domain", "http://w.a.lab/", []string{"x=1; Domain=.a.lab"}, "http://b.a.lab/", "x=1"},
		{"a stranger's domain", "http://a.lab/", []string{"x=1; domain=b.lab"}, "http://b.lab/", ""},
		{"public suffix", "http://a.co.uk/", []string{"x=1; domain=co.uk"}, "http://b.co.uk/", ""},
		{"address", "http://127.0.0.1/", []string{"x=1; domain=0.0.1"}, "http://127.0.0.1/", ""},
		{"address by itself", "http://127.0.0.1/", []string{"x=1; domain=127.0.0.1"}, "http://127.0.0.1/", "x=1"},
		{"path", "http://a/b/c", []string{"x=1"}, "http://a/b/d", "x=1"},
		{"path of another", "http://a/b/c", []string{"x=1"}, "http://a/bc", ""},
		{"path given", "http://a/b/c", []string{"x=1; path=/"}, "http://a/", "x=1"},
		{"longer path first", "http://a/b/c", []string{"x=1; path=/", "y=2; path=/b"}, "http://a/b", "y=2; x=1"},
		{"secure", "https://a/", []string{"x=1; secure"}, "http://a/", ""},
		{"secure to https", "https://a/", []string{"x=1; secure"}, "https://a/", "x=1"},
		{"secure from http", "http://a/", []string{"x=1; secure"}, "https://a/", ""},
		{"replaced", "http://a/", []string{"x=1", "x=2"}, "http://a/", "x=2"},
		{"removed", "http://a/", []string{"x=1", "x=; max-age=0"}, "http://a/", ""},
		{"expired", "http://a/", []string{"x=1; expires=Thu, 01 Jan 1970 00:00:00 GMT"}, "http://a/", ""},
		{"max-age before expires", "http://a/", []string{"x=1; max-age=5; expires=Thu, 01 Jan 1970 00:00:00 GMT"}, "http://a/", "x=1"},
		{"quotes stay", "http://a/", []string{`x="a b"`}, "http://a/", `x="a b"`},
		{"no name", "http://a/", []string{"=1", "novalue"}, "http://a/", ""},
		{"control character", "http://a/", []string{"x=1\x01"}, "http://a/", ""},
		{"prefix", "https://a/", []string{"__Host-x=1; secure; path=/", "__Host-y=1; path=/", "__Secure-z=1"}, "https://a/", "__Host-x=1"},
		{"too large", "http://a/", []string{"x=" + strings.Repeat("y", maxCookie)}, "http://a/", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			j := newJar()
			for _, line := range c.lines {
				j.Set(address(t, c.from), line)
			}
			if got := j.Header(address(t, c.to)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

const file = `# Netscape HTTP Cookie File

.a.lab	TRUE	/	FALSE	0	session	1
#HttpOnly_b.lab	FALSE	/x	TRUE	1795348800	later	a=b
b.lab	FALSE	/	FALSE	1	gone	1
b.lab	FALSE	/	FALSE	0	empty	
nonsense
Set-Cookie: fromhead=1; domain=c.lab
Set-Cookie: nowhere=1
`

func TestFile(t *testing.T) {
	j := newJar()
	if err := j.Load(strings.NewReader(file), true); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ to, want string }{
		{"http://w.a.lab/", "session=1"},
		{"https://b.lab/x/y", "later=a=b; empty="},
		{"http://b.lab/x", "empty="},
		{"http://c.lab/", "fromhead=1"},
	} {
		if got := j.Header(address(t, c.to)); got != c.want {
			t.Errorf("%s: %q, want %q", c.to, got, c.want)
		}
	}
	var first, second strings.Builder
	if err := j.Write(&first); err != nil {
		t.Fatal(err)
	}
	again := newJar()
	if err := again.Load(strings.NewReader(first.String()), true); err != nil {
		t.Fatal(err)
	}
	if err := again.Write(&second); err != nil || first.String() != second.String() {
		t.Errorf("written and read again: %v\n%s\n%s", err, first.String(), second.String())
	}
	junked := newJar()
	if err := junked.Load(strings.NewReader(file), false); err != nil || len(junked.All()) != 1 {
		t.Errorf("%v: %+v", err, junked.All())
	}
}

func FuzzJar(f *testing.F) {
	f.Add("x=1; domain=a.lab; path=/; max-age=5", file)
	f.Fuzz(func(t *testing.T, line, text string) {
		j := newJar()
		_ = j.Load(strings.NewReader(text), true)
		u := &url.URL{Scheme: "https", Host: "w.a.lab", Path: "/x"}
		j.Set(u, line)
		if h := j.Header(u); strings.ContainsAny(h, "\r\n") || len(h) > maxHeader {
			t.Errorf("%q", h)
		}
	})
}
