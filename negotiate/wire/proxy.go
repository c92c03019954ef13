package wire

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/ntlmctl/ntlmctl/negotiate/offer"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// Proxy is what stands between the program and the target.
type Proxy struct {
	// Scheme is "http", "https", "socks5" (names are resolved here) or
	// "socks5h" (names are resolved by the proxy).
	Scheme string
	// Host has no brackets, Port is never empty.
	Host, Port string
	// User and Password are for SOCKS5 only (RFC 1929).
	User, Password string
	// TLS is for https proxies, as Options.TLS is for targets.
	TLS *tls.Config
	// Tunnel asks for CONNECT where an http target would do without.
	Tunnel bool
	// Header goes out with each CONNECT, after Host.
	Header trace.Headers
	// Auth answers 407 to CONNECT; nil takes the first one for an answer.
	Auth ProxyAuth
}

// ProxyOf is the proxy of a URL. Its credentials are taken for SOCKS5 and
// ignored otherwise.
func ProxyOf(u *url.URL) (*Proxy, error) {
	p := &Proxy{Scheme: strings.ToLower(u.Scheme), Host: u.Hostname(), Port: u.Port()}
	switch p.Scheme {
	case "http", "https", "socks5", "socks5h":
	default:
		return nil, fmt.Errorf("wire: proxy scheme %q is none of http, https, socks5, socks5h", u.Scheme)
	}
	if p.Host == "" {
		return nil, fmt.Errorf("wire: the proxy's URL has no host")
	}
	if p.Port == "" {
		p.Port = map[string]string{"http": "80", "https": "443", "socks5": "1080", "socks5h": "1080"}[p.Scheme]
	}
	if u.User != nil && p.SOCKS() {
		p.User = u.User.Username()
		p.Password, _ = u.User.Password()
	}
	return p, nil
}

// URL is the proxy's URL, without credentials.
func (p *Proxy) URL() string { return p.Scheme + "://" + net.JoinHostPort(p.Host, p.Port) }

// SOCKS reports whether it speaks SOCKS5 and not HTTP.
func (p *Proxy) SOCKS() bool { return p.Scheme == "socks5" || p.Scheme == "socks5h" }

// ProxyAuth steps an authentication through CONNECT. It is asked before each
// CONNECT, the first one included.
type ProxyAuth interface {
	// Step returns the value of Proxy-Authorization for the next CONNECT, empty
	// for none, and whether to send one at all: not again means that the last
	// response is the answer. An error ends the dial.
	Step(ctx context.Context, s ProxyStep) (authorization string, again bool, err error)
}

// ProxyAuthFunc is a function that is a ProxyAuth.
type ProxyAuthFunc func(ctx context.Context, s ProxyStep) (authorization string, again bool, err error)

// Step calls f.
func (f ProxyAuthFunc) Step(ctx context.Context, s ProxyStep) (string, bool, error) { return f(ctx, s) }

// ProxyStep is where a CONNECT stands.
type ProxyStep struct {
	// N counts the CONNECTs that were answered: 0 before the first.
	N int
	// Leg is the last CONNECT, answered with 407; nil before the first.
	Leg *trace.Leg
	// Offers are the challenges of its answer.
	Offers []offer.Challenge
	// Closed says that the proxy closed the connection after it, or announced
	// to: another CONNECT goes out on a new connection, where a handshake has to
	// begin anew.
	Closed bool
	// Certificate is that of an https proxy, else nil.
	Certificate *x509.Certificate
}
