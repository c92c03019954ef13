package diagnose

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
)

// straight is the route to the server itself.
func (r *run) straight() (route, error) {
	scheme, host, port, err := directOf(r.Direct, r.URL.Scheme)
	if err != nil {
		return route{}, err
	}
	u := *r.URL
	if scheme != u.Scheme {
		if u.Port() == defaultPorts[u.Scheme] { // a Host field does not name it
			u.Host = strings.TrimSuffix(u.Host, ":"+u.Port())
		}
		u.Scheme = scheme
	}
	options := r.Wire
	options.Proxy = nil
	options.ConnectTo = func(string, string) (string, string) { return host, port }
	return r.way(&u, options)
}

var defaultPorts = map[string]string{"http": "80", "https": "443"}

// directOf reads Options.Direct. The scheme is that of the URL if none is given.
func directOf(text, usual string) (scheme, host, port string, err error) {
	scheme = usual
	if before, after, is := strings.Cut(text, "://"); is {
		scheme, text = strings.ToLower(before), strings.TrimSuffix(after, "/")
		if defaultPorts[scheme] == "" {
			return "", "", "", fmt.Errorf("%q is neither http nor https", before)
		}
		if u := (&url.URL{Host: text}); u.Port() == "" {
			text = net.JoinHostPort(u.Hostname(), defaultPorts[scheme])
		}
	}
	host, port, err = net.SplitHostPort(text)
	if err == nil && (host == "" || port == "" || strings.ContainsAny(host, "/@?#")) {
		err = errors.New("host and port of the server are wanted, and nothing more")
	}
	return scheme, host, port, err
}
