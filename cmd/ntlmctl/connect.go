package main

import (
	"time"

	"github.com/spf13/pflag"

	"github.com/ntlmctl/ntlmctl/negotiate/wire"
)

// connectOptions are the flags that say how to reach a server: those of every
// command that does. They have curl's names.
type connectOptions struct {
	tlsOptions
	proxyOptions

	resolve        []string
	connectTo      []string
	unix           string
	ipv4           bool
	ipv6           bool
	connectTimeout seconds
	// getenv is where the proxies and SSLKEYLOGFILE of the environment come from;
	// nil leaves the environment alone.
	getenv func(string) string
}

func (o *connectOptions) define(flags *pflag.FlagSet) {
	o.tlsOptions.define(flags)
	o.proxyOptions.define(flags)
	flags.StringArrayVar(&o.resolve, "resolve", nil, "take `HOST:PORT:ADDRESS[,ADDRESS]` for granted; HOST may be *")
	flags.StringArrayVar(&o.connectTo, "connect-to", nil, "connect to the second where the first is asked for: `HOST:PORT:HOST:PORT`")
	flags.StringVar(&o.unix, "unix-socket", "", "connect to the socket at `PATH`")
	flags.BoolVarP(&o.ipv4, "ipv4", "4", false, "use IPv4 only")
	flags.BoolVarP(&o.ipv6, "ipv6", "6", false, "use IPv6 only")
	flags.Var(&o.connectTimeout, "connect-timeout", "give up connecting after this many `SECONDS`")
}

// wire makes the options of a connection, without a proxy: which one a URL goes
// through, proxies says.
func (o *connectOptions) wire(recorder *wire.Recorder) (wire.Options, error) {
	options := wire.Options{Recorder: recorder, Unix: o.unix}
	options.Timeouts.Connect = time.Duration(o.connectTimeout)
	switch {
	case o.ipv4:
		options.Network = "tcp4"
	case o.ipv6:
		options.Network = "tcp6"
	}
	var err error
	if options.TLS, err = o.tlsConfig(o.getenv); err != nil {
		return options, err
	}
	if options.Resolve, err = resolver(o.resolve, o.ipv4, o.ipv6); err != nil {
		return options, err
	}
	options.ConnectTo, err = redirector(o.connectTo)
	return options, err
}
