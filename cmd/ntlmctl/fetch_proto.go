package main

import (
	"net/url"
	"strings"
)

// protocols are those that may be used, as --proto and --proto-redir say; nil is
// all that fetch speaks.
type protocols map[string]bool

// parseProtocols reads curl's list, from left to right: +NAME and NAME add, -NAME
// takes away, =NAME is the only one so far; all is a name, too. Those that fetch
// does not speak may be named.
func parseProtocols(text string) protocols {
	p := protocols{"http": true, "https": true}
	for _, word := range strings.Split(text, ",") {
		name := strings.ToLower(strings.TrimLeft(word, "+-="))
		sign := word[:len(word)-len(name)]
		if strings.Contains(sign, "=") {
			clear(p)
		}
		names := []string{name}
		if name == "all" {
			names = []string{"http", "https"}
		}
		for _, one := range names {
			p[one] = !strings.Contains(sign, "-")
		}
	}
	return p
}

// allow reports whether a URL may be fetched.
func (p protocols) allow(u *url.URL) bool { return p == nil || p[u.Scheme] }
