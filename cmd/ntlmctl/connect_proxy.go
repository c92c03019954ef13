package main

import (
	"crypto/tls"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"sync"

	"github.com/spf13/pflag"
	"golang.org/x/net/http/httpproxy"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/wire"
)

// proxyOptions are the flags that name proxies.
type proxyOptions struct {
	proxy         optionalText
	noProxy       optionalText
	proxyTunnel   bool
	proxyHeaders  []string
	proxyCACert   string
	proxyInsecure bool
}

func (o *proxyOptions) define(flags *pflag.FlagSet) {
	flags.VarP(&o.proxy, "proxy", "x", "go through the proxy at `URL` (http, https, socks5, socks5h); empty for none")
	socks := func(scheme string) *called {
		return &called{set: func(host string) error { return o.proxy.Set(scheme + "://" + host) }}
	}
	flags.Var(socks("socks5"), "socks5", "go through the SOCKS5 proxy at `HOST[:PORT]`")
	flags.Var(socks("socks5h"), "socks5-hostname", "go through the SOCKS5 proxy at `HOST[:PORT]`, which resolves names")
	flags.Var(&o.noProxy, "noproxy", "go directly to these hosts: `NAME,...`, or *")
	flags.BoolVarP(&o.proxyTunnel, "proxytunnel", "p", false, "pass an HTTP proxy by CONNECT, for http, too")
	flags.StringArrayVar(&o.proxyHeaders, "proxy-header", nil, "send the header `NAME: VALUE` with CONNECT")
	flags.StringVar(&o.proxyCACert, "proxy-cacert", "", "trust the certificates in `FILE` for an https proxy")
	flags.BoolVar(&o.proxyInsecure, "proxy-insecure", false, "take any certificate of an https proxy")
}

const proxyHint = "a proxy is http://host:port or socks5h://host:port"

// fixedURL is the URL of -x. Without a port it is 1080, as in curl, save for https.
func (o *proxyOptions) fixedURL() (*url.URL, error) {
	if o.proxy.text == "" {
		return nil, nil
	}
	address := o.proxy.text
	if !strings.Contains(address, "://") {
		address = "http://" + address
	}
	u, err := url.Parse(address)
	if err != nil { // it quotes the URL, which may hold a password
		return nil, usageError(proxyHint, "the proxy's URL is none")
	}
	if u.Port() == "" && u.Scheme == "http" {
		u.Host += ":1080"
	}
	return u, nil
}

// via makes a proxy of its URL.
func (o *proxyOptions) via(u *url.URL) (*wire.Proxy, error) {
	p, err := wire.ProxyOf(u)
	if err != nil {
		return nil, usageError(proxyHint, "%s", strings.TrimPrefix(err.Error(), "wire: "))
	}
	p.Tunnel = o.proxyTunnel
	lines, err := headerLines(o.proxyHeaders)
	if err != nil {
		return nil, err
	}
	for _, line := range lines {
		if !line.remove {
			p.Header = append(p.Header, trace.Header{Name: line.name, Value: line.value})
		}
	}
	if p.Scheme == "https" {
		p.TLS = &tls.Config{InsecureSkipVerify: o.proxyInsecure, MinVersion: tls.VersionTLS12} //nolint:gosec // --proxy-insecure asks for it
		if p.TLS.RootCAs, err = pool(o.proxyCACert); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// proxyURLs says which proxy's URL, credentials and all, a URL goes through: that
// of -x, save for the hosts of --noproxy; else that of the environment, as net/http
// has it.
func (o *connectOptions) proxyURLs() (func(*url.URL) (*url.URL, error), error) {
	getenv := o.getenv
	if getenv == nil {
		getenv = func(string) string { return "" }
	}
	either := func(name string) string {
		if value := getenv(name); value != "" {
			return value
		}
		return getenv(strings.ToLower(name))
	}
	except := either("NO_PROXY")
	if o.noProxy.given {
		except = o.noProxy.text
	}
	if o.proxy.given {
		fixed, err := o.fixedURL()
		if fixed != nil {
			_, err = o.via(fixed) // what is wrong with it is said before anything is sent
		}
		return func(u *url.URL) (*url.URL, error) {
			if goesAround(except, u.Hostname()) {
				return nil, nil
			}
			return fixed, nil
		}, err
	}
	config := httpproxy.Config{
		HTTPProxy: either("HTTP_PROXY"), HTTPSProxy: either("HTTPS_PROXY"), NoProxy: except, CGI: getenv("REQUEST_METHOD") != "",
	}
	choose := config.ProxyFunc()
	return func(u *url.URL) (*url.URL, error) {
		via, err := choose(u)
		if err != nil {
			return nil, usageError(proxyHint, "the proxy that the environment names cannot be used")
		}
		return via, nil
	}, nil
}

// proxies says which proxy a URL goes through, nil for none. A proxy is made once,
// with the certificates that are read for it. It is safe for use by several goroutines.
func (o *connectOptions) proxies() (func(*url.URL) (*wire.Proxy, error), error) {
	choose, err := o.proxyURLs()
	if err != nil {
		return nil, err
	}
	var mu sync.Mutex
	known := map[string]*wire.Proxy{}
	return func(u *url.URL) (*wire.Proxy, error) {
		via, err := choose(u)
		if via == nil || err != nil {
			return nil, err
		}
		mu.Lock()
		defer mu.Unlock()
		key := via.String()
		if known[key] == nil {
			if known[key], err = o.via(via); err != nil {
				return nil, err
			}
		}
		return known[key], nil
	}, nil
}

// goesAround reports whether a host is in curl's list of those that are reached
// without a proxy: *, names and what is below them, addresses and networks.
func goesAround(list, host string) bool {
	if list == "*" {
		return true
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	ip, err := netip.ParseAddr(host)
	for _, entry := range strings.FieldsFunc(strings.ToLower(list), func(r rune) bool { return r == ',' || r == ' ' || r == '\t' }) {
		if err == nil {
			if network, bad := netip.ParsePrefix(entry); bad == nil && network.Contains(ip) {
				return true
			}
			if same := net.ParseIP(strings.Trim(entry, "[]")); same != nil && same.Equal(ip.AsSlice()) {
				return true
			}
			continue
		}
		name := strings.Trim(entry, ".")
		if name != "" && (host == name || strings.HasSuffix(host, "."+name)) {
			return true
		}
	}
	return false
}
