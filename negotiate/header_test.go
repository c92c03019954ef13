package negotiate

import (
	"net/http"
	"strings"
	"testing"
)

func TestTemplate(t *testing.T) {
	for _, c := range []struct {
		name    string
		header  http.Header
		host    string
		order   []string
		leave   string
		cookies string
		want    string
	}{
		{"sorted, what logs on first", http.Header{"User-Agent": {"u"}, "Accept": {"*/*"}}, "", nil, "", "", "Proxy-Authorization: P|Authorization: A|Accept: */*|User-Agent: u"},
		{"in the caller's order and case", http.Header{"User-Agent": {"u"}, "Accept": {"*/*"}, "X-B": {"b"}, "X-A": {"a"}}, "", []string{"x-b", "Authorization", "user-agent"}, "", "",
			"Proxy-Authorization: P|x-b: b|Authorization: A|user-agent: u|Accept: */*|X-A: a"},
		{"several values, and none", http.Header{"X-A": {"1", "2"}, "X-B": nil, "X-C": {""}}, "", nil, "", "", "Proxy-Authorization: P|Authorization: A|X-A: 1|X-A: 2|X-C: "},
		{"another host", http.Header{}, "other.test", nil, "", "", "Host: other.test|Proxy-Authorization: P|Authorization: A"},
		{"the host in its place", http.Header{"X-A": {"1"}}, "", []string{"X-A", "host"}, "", "", "Proxy-Authorization: P|Authorization: A|X-A: 1|host: origin.test"},
		{"what the caller brings", http.Header{"Authorization": {"own"}, "Proxy-Authorization": {"own"}}, "", nil, "", "", "Proxy-Authorization: own|Authorization: own"},
		{"left out", http.Header{"Proxy-Authorization": {"own"}, "X-A": {"1"}}, "", nil, "Proxy-Authorization", "", "Proxy-Authorization: P|Authorization: A|X-A: 1"},
		{"cookies of its own", http.Header{"Cookie": {"a=1"}, "X-A": {"1"}}, "", nil, "", "", "Proxy-Authorization: P|Authorization: A|Cookie: a=1|X-A: 1"},
		{"cookies that changed", http.Header{"Cookie": {"a=1", "b=1"}, "X-A": {"1"}}, "", nil, "", "a=2", "Proxy-Authorization: P|Authorization: A|Cookie: a=2|X-A: 1"},
		{"cookies that came", http.Header{}, "", nil, "", "a=2", "Proxy-Authorization: P|Authorization: A|Cookie: a=2"},
		{"a name as it was written", http.Header{"x-odd": {"1"}}, "", nil, "", "", "Proxy-Authorization: P|Authorization: A|x-odd: 1"},
	} {
		req := &http.Request{URL: parse(t, "http://origin.test/"), Header: c.header, Host: c.host}
		var parts []string
		for _, h := range newTemplate(req, c.order, c.leave).fill("P", "A", c.cookies, c.cookies != "") {
			parts = append(parts, h.Name+": "+h.Value)
		}
		if got := strings.Join(parts, "|"); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}
