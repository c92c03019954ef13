package probe

import (
	"bytes"
	"net/url"
	"strings"
)

// loginWords are what the addresses of logon pages hold.
var loginWords = []string{"login", "logon", "signin", "sign-in", "saml", "oauth", "openid", "adfs/ls", "wsfed", "/sso", "wa=wsignin", "my.policy"}

// form says what else asks for a logon in place of a scheme; empty if nothing
// does.
func (c *classifier) form() string {
	if c.first.Leg == nil || c.first.Leg.Response == nil {
		return ""
	}
	status := c.first.Status()
	if status >= 300 && status < 400 {
		location := c.first.Leg.Response.Headers.Get("Location")
		u, err := url.Parse(location)
		if err != nil {
			return ""
		}
		where := strings.ToLower(u.Host + u.Path + "?" + u.RawQuery)
		for _, word := range loginWords {
			if strings.Contains(where, word) {
				u.RawQuery = "" // it may hold a request of kilobytes
				return "a redirect to " + u.String()
			}
		}
		return ""
	}
	if status == 200 && bytes.Contains(bytes.ToLower(c.first.Body), []byte(`type="password"`)) {
		return "the page asks for a password"
	}
	return ""
}
