// Package cookies is a cookie jar (RFC 6265) that can be read from and written
// to a file in Netscape's format, as curl has it. What does not concern a server
// goes out as it came: quotes included.
package cookies

import (
	"cmp"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"
)

// Bounds on what servers may leave here.
const (
	maxCookie  = 4096 // name and value, in bytes
	maxCookies = 4096 // in a jar
	maxHeader  = 8190 // of a Cookie field, in bytes
	maxSent    = 150  // in a Cookie field
)

// Cookie is one cookie.
type Cookie struct {
	Name, Value string
	// Domain has no dot before it. HostOnly keeps the cookie from hosts below it.
	Domain   string
	HostOnly bool
	Path     string
	Secure   bool
	HTTPOnly bool
	// Expires is zero for a cookie of the session.
	Expires time.Time
}

// Jar holds cookies. It is for one goroutine.
type Jar struct {
	// Now is the clock.
	Now  func() time.Time
	list []Cookie
}

// All returns the cookies that have not expired, in the order in which they came.
func (j *Jar) All() []Cookie {
	j.expire()
	return slices.Clone(j.list)
}

// Set takes the value of a Set-Cookie field. What a server may not set is dropped.
func (j *Jar) Set(u *url.URL, line string) {
	host := strings.ToLower(u.Hostname())
	pair, attributes, _ := strings.Cut(line, ";")
	name, value, ok := strings.Cut(pair, "=")
	c := Cookie{
		Name: strings.Trim(name, " \t"), Value: strings.Trim(value, " \t"), Domain: host, HostOnly: true, Path: defaultPath(u.Path),
	}
	if !ok || c.Name == "" || len(c.Name)+len(c.Value) > maxCookie || hasControl(pair) {
		return
	}
	if !j.attributes(&c, host, attributes) {
		return
	}
	local := u.Scheme == "https" || host == "localhost"
	switch {
	case c.Secure && !local:
		return
	case strings.HasPrefix(c.Name, "__Secure-") && !c.Secure:
		return
	case strings.HasPrefix(c.Name, "__Host-") && !(c.Secure && c.HostOnly && c.Path == "/"):
		return
	}
	j.add(c)
}

// attributes reads what follows the first semicolon; false drops the cookie.
func (j *Jar) attributes(c *Cookie, host, text string) bool {
	aged := false
	for part := range strings.SplitSeq(text, ";") {
		name, value, _ := strings.Cut(part, "=")
		name, value = strings.ToLower(strings.Trim(name, " \t")), strings.Trim(value, " \t")
		switch name {
		case "secure":
			c.Secure = true
		case "httponly":
			c.HTTPOnly = true
		case "path":
			if value = strings.Trim(value, `"`); strings.HasPrefix(value, "/") {
				c.Path = value
			}
		case "domain":
			if !setDomain(c, host, value) {
				return false
			}
		case "max-age":
			if age, ok := seconds(value); ok {
				aged = true
				c.Expires = j.Now().Add(age)
			}
		case "expires":
			if at, ok := date(value); ok && !aged {
				c.Expires = at
			}
		}
	}
	return true
}

// setDomain widens a cookie to a domain, if the host may do so.
func setDomain(c *Cookie, host, domain string) bool {
	domain = strings.ToLower(strings.TrimPrefix(domain, "."))
	switch {
	case domain == "":
		return true
	case domain == host:
		c.HostOnly = net.ParseIP(host) != nil || host == suffixOf(host)
		return true
	case net.ParseIP(host) != nil || !strings.HasSuffix(host, "."+domain) || domain == suffixOf(domain):
		return false
	}
	c.Domain, c.HostOnly = domain, false
	return true
}

func suffixOf(domain string) string {
	suffix, _ := publicsuffix.PublicSuffix(domain)
	return suffix
}

// add puts a cookie in place of one of its name, domain and path.
func (j *Jar) add(c Cookie) {
	same := slices.IndexFunc(j.list, func(o Cookie) bool {
		return o.Name == c.Name && o.Domain == c.Domain && o.Path == c.Path && o.HostOnly == c.HostOnly
	})
	switch {
	case same >= 0:
		j.list[same] = c
	case len(j.list) < maxCookies:
		j.list = append(j.list, c)
	}
	j.expire()
}

func (j *Jar) expire() {
	now := j.Now()
	j.list = slices.DeleteFunc(j.list, func(c Cookie) bool { return !c.Expires.IsZero() && !c.Expires.After(now) })
}

// Header is the Cookie field for a request to u, empty if there is none.
func (j *Jar) Header(u *url.URL) string {
	j.expire()
	host, path := strings.ToLower(u.Hostname()), cmp.Or(u.Path, "/")
	var fit []Cookie
	for _, c := range j.list {
		if c.concerns(host, path) && (!c.Secure || u.Scheme == "https" || host == "localhost") {
			fit = append(fit, c)
		}
	}
	slices.Reverse(fit) // curl gives the newest first, where all else is alike
	slices.SortStableFunc(fit, func(a, b Cookie) int {
		return cmp.Or(cmp.Compare(len(b.Path), len(a.Path)), cmp.Compare(len(b.Domain), len(a.Domain)), cmp.Compare(len(b.Name), len(a.Name)))
	})
	var b strings.Builder
	for i, c := range fit {
		if i == maxSent || b.Len()+len(c.Name)+len(c.Value)+3 > maxHeader {
			break
		}
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(c.Name + "=" + c.Value)
	}
	return b.String()
}

func (c *Cookie) concerns(host, path string) bool {
	if c.Domain != host && (c.HostOnly || net.ParseIP(host) != nil || !strings.HasSuffix(host, "."+c.Domain)) {
		return false
	}
	return path == c.Path || strings.HasPrefix(path, c.Path) && (strings.HasSuffix(c.Path, "/") || path[len(c.Path)] == '/')
}

// defaultPath is RFC 6265 section 5.1.4.
func defaultPath(path string) string {
	last := strings.LastIndexByte(path, '/')
	if last <= 0 {
		return "/"
	}
	return path[:last]
}

func hasControl(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return r < 0x20 && r != '\t' || r == 0x7f })
}
