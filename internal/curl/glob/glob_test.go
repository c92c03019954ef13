package glob

import (
	"strings"
	"testing"
)

func TestExpand(t *testing.T) {
	for _, c := range []struct{ pattern, want string }{
		{"http://a/x", "http://a/x"},
		{"http://a/{b,c}", "http://a/b http://a/c"},
		{"http://a/[1-3]", "http://a/1 http://a/2 http://a/3"},
		{"http://a/[08-10:2]x", "http://a/08x http://a/10x"},
		{"http://a/[a-c:2]", "http://a/a http://a/c"},
		{"http://{a,b}/[1-2]", "http://a/1 http://a/2 http://b/1 http://b/2"},
		{"http://[::1]:80/[1-2]", "http://[::1]:80/1 http://[::1]:80/2"},
		{`http://a/\{b\}`, "http://a/{b}"},
		{"http://a/{x,}", "http://a/x http://a/"},
	} {
		list, err := Expand(c.pattern)
		if err != nil {
			t.Errorf("%s: %v", c.pattern, err)
		}
		var urls []string
		for _, m := range list {
			urls = append(urls, m.URL)
		}
		if got := strings.Join(urls, " "); got != c.want {
			t.Errorf("%s: %s, want %s", c.pattern, got, c.want)
		}
	}
}

func TestExpandErrors(t *testing.T) {
	for _, pattern := range []string{"a{b", "a}", "a[1-", "a[]", "a{}", "a[3-1]", "a[1-9:0]", "a[x]", "[1-999][1-999]", "[0-2000000000]"} {
		if _, err := Expand(pattern); err == nil {
			t.Errorf("%s is taken", pattern)
		}
	}
}

func TestName(t *testing.T) {
	m := Match{Values: []string{"x", "y"}}
	if got := m.Name("f_#1-#2#3#"); got != "f_x-y#3#" {
		t.Error(got)
	}
}

func FuzzExpand(f *testing.F) {
	f.Add("http://{a,b}/[1-3:2]")
	f.Fuzz(func(t *testing.T, pattern string) {
		list, err := Expand(pattern)
		if err == nil && len(list) == 0 || len(list) > maxURLs {
			t.Errorf("%q: %d URLs", pattern, len(list))
		}
	})
}
