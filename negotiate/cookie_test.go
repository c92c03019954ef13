package negotiate

import (
	"net/http"
	"net/http/cookiejar"
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

func TestAffinity(t *testing.T) {
	const at = "https://www.lab.test/a/b"
	for _, c := range []struct {
		name string
		own  string
		set  []string
		want string
	}{
		{"nothing set", "a=1", nil, "unchanged"},
		{"a new one", "a=1", []string{"lb=x; Path=/; HttpOnly"}, "a=1; lb=x"},
		{"in place of one", "a=1; lb=0", []string{"lb=x; Path=/"}, "a=1; lb=x"},
		{"taken away", "a=1; lb=0", []string{"lb=; Max-Age=0; Path=/"}, "a=1"},
		{"the only one taken away", "lb=0", []string{"lb=; Max-Age=0; Path=/"}, ""},
		{"for another path", "a=1", []string{"lb=x; Path=/elsewhere"}, "a=1"},
		{"for another host", "a=1", []string{"lb=x; Domain=other.test"}, "a=1"},
		{"for the domain", "", []string{"lb=x; Domain=lab.test; Path=/"}, "lb=x"},
		{"secure", "", []string{"lb=x; Secure; Path=/a"}, "lb=x"},
		{"no cookie", "a=1", []string{"=;"}, "unchanged"},
	} {
		var a affinity
		var h trace.Headers
		for _, line := range c.set {
			h = append(h, trace.Header{Name: "Set-Cookie", Value: line})
		}
		a.take(parse(t, at), h)
		got, changed := a.header(parse(t, at), []string{c.own})
		if !changed {
			got = "unchanged"
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// What a leg sets goes out with the next one, and into the jar.
func TestCookiesOfLegs(t *testing.T) {
	address := script(t, answers(
		response(401, "WWW-Authenticate: NTLM", "Set-Cookie: lb=one; Path=/", "Set-Cookie: gone=; Max-Age=0; Path=/"),
		response(401, "WWW-Authenticate: NTLM", "Set-Cookie: lb=two; Path=/"),
	))
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	jar.SetCookies(parse(t, address), []*http.Cookie{{Name: "gone", Value: "1", Path: "/"}, {Name: "own", Value: "1", Path: "/"}})
	client := newTester(t, Options{Origin: as(alice, password)})
	client.Jar = jar
	hc := http.Client{Transport: client, Jar: jar}
	resp, err := hc.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	var sent []string
	for _, leg := range client.last(t).Legs {
		sent = append(sent, leg.Request.Headers.Get("Cookie"))
	}
	if got := strings.Join(sent, " | "); got != "gone=1; own=1 | own=1; lb=one" {
		t.Errorf("sent %s", got)
	}
	if got := jar.Cookies(parse(t, address)); len(got) != 2 || got[1].Value != "two" {
		t.Errorf("in the jar: %v", got)
	}
}
