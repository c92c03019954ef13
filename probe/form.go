package probe

import (
	"net/url"
	"regexp"
	"strings"
	"sync"
)

// loginWords are what the addresses of logon pages hold.
var loginWords = []string{"login", "logon", "signin", "sign-in", "saml", "oauth", "openid", "adfs/ls", "wsfed", "/sso", "wa=wsignin", "my.policy"}

// passwordField is an input of HTML for a password; quotes may be single, or missing.
var passwordField = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)<input\s[^>]*\btype\s*=\s*["']?password\b`)
})

// redirect is where the answer to the request without credentials leads, nil if
// nowhere.
func (c *classifier) redirect() *url.URL {
	if c.first.Status() < 300 || c.first.Status() >= 400 {
		return nil
	}
	u, err := url.Parse(c.first.Leg.Response.Headers.Get("Location"))
	if err != nil || *u == (url.URL{}) {
		return nil
	}
	return u
}

// shown is a redirect's address for people: its query may be a request of kilobytes.
func shown(u *url.URL) string {
	short := *u
	short.RawQuery = ""
	return short.String()
}

// form says what else asks for a logon in place of a scheme; empty if nothing
// does.
func (c *classifier) form() string {
	if u := c.redirect(); u != nil {
		where := strings.ToLower(u.Host + u.Path + "?" + u.RawQuery)
		for _, word := range loginWords {
			if strings.Contains(where, word) {
				return "a redirect to " + shown(u)
			}
		}
		return ""
	}
	if c.first.Status() == 200 && passwordField().Match(c.first.Body) {
		return "the page asks for a password"
	}
	return ""
}
