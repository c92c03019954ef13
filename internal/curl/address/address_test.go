package address

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for _, c := range []struct{ text, host, target, user string }{
		{"host", "host", "/", ""},
		{"HTTP://host:8080/a/../b?x=1#frag", "host:8080", "/b?x=1", ""},
		{"https://h?x", "h", "/?x", ""},
		{"h:80/a|b\"c", "h:80", "/a|b\"c", ""},
		{"http://u:p%40x@h/", "h", "/", "u:p@x"},
		{"http://DOM%5Cu@h/", "h", "/", `DOM\u`},
		{"http://a@b:c@h/", "h", "/", "a@b:c"},
		{"[::1]:80/x", "[::1]:80", "/x", ""},
		{"http://[fe80::1%25eth0]:80/", "[fe80::1%eth0]:80", "/", ""},
		{"[fe80::1%eth0]", "[fe80::1%eth0]", "/", ""},
		{"http://h/ü%2f%zz", "h", "/%C3%BC%2f%zz", ""},
		{"http://bücher.example/", "xn--bcher-kva.example", "/", ""},
		{"http://h//a//b", "h", "//a//b", ""},
		{"http://h/?", "h", "/?", ""},
		{"h/x?u=http://y/", "h", "/x?u=http://y/", ""},
		{"http:///h/x", "h", "/x", ""},
		{"http://h/a/./b/..", "h", "/a/", ""},
	} {
		u, err := Parse(c.text, false)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		user := ""
		if u.User != nil {
			user = u.User.Username()
			if p, ok := u.User.Password(); ok {
				user += ":" + p
			}
		}
		if u.Host != c.host || Target(u) != c.target || user != c.user {
			t.Errorf("%s: host %s, target %s, user %s", c.text, u.Host, Target(u), user)
		}
		if strings.Contains(Text(u), "@") {
			t.Errorf("%s: credentials in %s", c.text, Text(u))
		}
	}
}

func TestParseErrors(t *testing.T) {
	for _, text := range []string{"", "http://", "ftp://h/", "http://h/a b", "http://h:0/", "http://h:99999/", "http://secret%zz@h/", "http://[::1/", "http://a<b/", "http://u:secret@/", "http://u:secret/x@h/", "http://u:65536/secret@h/"} {
		_, err := Parse(text, false)
		if err == nil {
			t.Errorf("%s is taken", text)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("the error quotes credentials: %v", err)
		}
	}
}

func TestPathAsIs(t *testing.T) {
	u, err := Parse("http://h/a/../b", true)
	if err != nil || Target(u) != "/a/../b" {
		t.Errorf("%v, %v", u, err)
	}
}

func TestJoin(t *testing.T) {
	base, err := Parse("http://u:p@h:8/a/b?c", false)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ location, want string }{
		{"d", "http://h:8/a/d"},
		{"../d?x", "http://h:8/d?x"},
		{"/d e#f", "http://h:8/d%20e"},
		{"?y", "http://h:8/a/b?y"},
		{"//g/x", "http://g/x"},
		{"https://g", "https://g/"},
		{"a:b/c", ""},
		{"ftp://g/", ""},
		{"", "http://h:8/a/b?c"},
	} {
		u, err := Join(base, c.location, false)
		switch {
		case c.want == "":
			if err == nil {
				t.Errorf("%s is taken: %v", c.location, u)
			}
		case err != nil || Text(u) != c.want || u.User != nil:
			t.Errorf("%s: %v, %v, want %s", c.location, u, err, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("http://u:p@h:1/a/../b?c#d")
	f.Add("//h\\x")
	f.Fuzz(func(t *testing.T, text string) {
		u, err := Parse(text, false)
		if err != nil {
			return
		}
		again, err := Parse(Text(u), false)
		if err != nil {
			t.Fatalf("%q became %q, which is none: %v", text, Text(u), err)
		}
		if Text(again) != Text(u) {
			t.Errorf("%q, then %q", Text(u), Text(again))
		}
	})
}
