package main

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/ntlmctl/ntlmctl/negotiate/wire"
)

// connectOptions are the flags that say how to reach a server: those of every
// command that does.
type connectOptions struct {
	insecure       bool
	caCert         string
	resolve        []string
	proxy          string
	ipv4           bool
	ipv6           bool
	connectTimeout seconds
}

func (o *connectOptions) define(flags *pflag.FlagSet) {
	flags.BoolVarP(&o.insecure, "insecure", "k", false, "take any certificate")
	flags.StringVar(&o.caCert, "cacert", "", "trust the certificates in `FILE`")
	flags.StringArrayVar(&o.resolve, "resolve", nil, "take `HOST:PORT:ADDRESS` for granted")
	flags.StringVarP(&o.proxy, "proxy", "x", "", "go through the proxy at `URL` (http, https, socks5, socks5h)")
	flags.BoolVarP(&o.ipv4, "ipv4", "4", false, "use IPv4 only")
	flags.BoolVarP(&o.ipv6, "ipv6", "6", false, "use IPv6 only")
	flags.Var(&o.connectTimeout, "connect-timeout", "give up connecting after this many `SECONDS`")
}

// wire makes the options of a connection.
func (o *connectOptions) wire(recorder *wire.Recorder) (wire.Options, error) {
	options := wire.Options{Recorder: recorder, TLS: &tls.Config{InsecureSkipVerify: o.insecure}} //nolint:gosec // -k asks for it
	options.Timeouts.Connect = time.Duration(o.connectTimeout)
	switch {
	case o.ipv4:
		options.Network = "tcp4"
	case o.ipv6:
		options.Network = "tcp6"
	}
	if o.caCert != "" {
		certs, err := certificates(o.caCert)
		if err != nil {
			return options, err
		}
		options.TLS.RootCAs = x509.NewCertPool()
		for _, cert := range certs {
			options.TLS.RootCAs.AddCert(cert)
		}
	}
	if o.proxy != "" {
		address := o.proxy
		if !strings.Contains(address, "://") {
			address = "http://" + address
		}
		u, err := url.Parse(address)
		if err == nil {
			options.Proxy, err = wire.ProxyOf(u)
		}
		if err != nil {
			return options, usageError("a proxy is http://host:port or socks5h://host:port", "%v", err)
		}
	}
	resolve, err := o.resolver()
	options.Resolve = resolve
	return options, err
}

// resolver answers for the names of --resolve.
func (o *connectOptions) resolver() (func(host, port string) []string, error) {
	if len(o.resolve) == 0 {
		return nil, nil
	}
	known := map[string]string{}
	for _, r := range o.resolve {
		parts := strings.SplitN(r, ":", 3)
		if len(parts) != 3 {
			return nil, usageError("--resolve HOST:PORT:ADDRESS", "--resolve %s has not three parts", strconv.Quote(r))
		}
		known[net.JoinHostPort(parts[0], parts[1])] = strings.Trim(parts[2], "[]")
	}
	return func(host, port string) []string {
		if address, ok := known[net.JoinHostPort(host, port)]; ok {
			return []string{address}
		}
		return nil
	}, nil
}
