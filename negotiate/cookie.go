package negotiate

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// affinity are the cookies that the legs of one request set. They go out on the
// legs after: a load balancer keeps a client with its server by them.
type affinity struct {
	jar *cookiejar.Jar
	// set are the names that were set or removed.
	set map[string]bool
}

// take takes what a response sets.
func (a *affinity) take(u *url.URL, h trace.Headers) (cookies []*http.Cookie) {
	for _, line := range h.Values("Set-Cookie") {
		cookie, err := http.ParseSetCookie(line)
		if err != nil {
			continue
		}
		if a.set == nil {
			a.jar, _ = cookiejar.New(nil)
			a.set = map[string]bool{}
		}
		a.set[cookie.Name] = true
		cookies = append(cookies, cookie)
	}
	if cookies != nil {
		a.jar.SetCookies(u, cookies)
	}
	return cookies
}

// header is the Cookie field for the next leg: what the request has, with what
// was set in its place. It is false if nothing was set.
func (a *affinity) header(u *url.URL, own []string) (value string, changed bool) {
	if a.set == nil {
		return "", false
	}
	var pairs []string
	for _, line := range own {
		for pair := range strings.SplitSeq(line, ";") {
			pair = strings.TrimSpace(pair)
			if name, _, _ := strings.Cut(pair, "="); pair != "" && !a.set[name] {
				pairs = append(pairs, pair)
			}
		}
	}
	for _, cookie := range a.jar.Cookies(u) {
		pairs = append(pairs, cookie.String())
	}
	return strings.Join(pairs, "; "), true
}
