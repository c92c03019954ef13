package wire

import (
	"fmt"
	"net"
	"net/url"
	"strings"
)

// Target is the server that a connection is for.
type Target struct {
	// Scheme is "http", "https", or "tcp": no TLS, no HTTP, for Conn.Hijack.
	Scheme string
	// Host has no brackets, Port is never empty.
	Host, Port string
}

// TargetOf is the target of an http or https URL.
func TargetOf(u *url.URL) (Target, error) {
	t := Target{Scheme: strings.ToLower(u.Scheme), Host: u.Hostname(), Port: u.Port()}
	switch t.Scheme {
	case "http", "https":
	default:
		return t, fmt.Errorf("wire: scheme %q is neither http nor https", u.Scheme)
	}
	if t.Port == "" {
		t.Port = t.defaultPort()
	}
	if t.Host == "" {
		return t, fmt.Errorf("wire: the URL has no host")
	}
	return t, nil
}

// Address is host:port, with brackets where they are due.
func (t Target) Address() string { return net.JoinHostPort(t.Host, t.Port) }

// Authority is the value of a Host field: without a scheme's default port.
func (t Target) Authority() string {
	host, _, _ := strings.Cut(t.Host, "%") // an IPv6 zone means nothing to the peer
	if t.Port != t.defaultPort() {
		return net.JoinHostPort(host, t.Port)
	}
	if strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	return host
}

func (t Target) defaultPort() string {
	switch t.Scheme {
	case "https":
		return "443"
	case "http":
		return "80"
	}
	return ""
}
