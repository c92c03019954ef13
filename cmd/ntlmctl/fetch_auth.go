package main

import (
	"net"
	"net/url"
	"strings"

	"github.com/spf13/pflag"

	"github.com/ntlmctl/ntlmctl/negotiate"
	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
)

// authOptions are the flags that say as whom and how to log on.
type authOptions struct {
	secretOptions
	proxySecret secretOptions

	user          optionalText
	proxyUser     optionalText
	netrc         bool
	netrcOptional bool
	netrcFile     string

	schemes       schemeFlags
	proxySchemes  schemeFlags
	insecureBasic bool

	workstation string
	binding     string
	targetName  string
	noMIC       bool
}

func (o *authOptions) define(flags *pflag.FlagSet) {
	flags.VarP(&o.user, "user", "u", "log on as `USER[:PASSWORD]`, USER being DOMAIN\\user, user@realm or user")
	flags.VarP(&o.proxyUser, "proxy-user", "U", "log on to the proxy as `USER[:PASSWORD]`")
	o.secretOptions.define(flags, "log on")
	o.proxySecret.proxy = true
	o.proxySecret.define(flags, "log on to the proxy")
	flags.BoolVarP(&o.netrc, "netrc", "n", false, "log on as ~/.netrc says")
	flags.BoolVar(&o.netrcOptional, "netrc-optional", false, "log on as ~/.netrc says where the URL does not")
	flags.StringVar(&o.netrcFile, "netrc-file", "", "log on as `FILE` says")
	o.schemes.define(flags, "", "")
	o.proxySchemes.define(flags, "proxy-", " to the proxy")
	flags.BoolVar(&o.insecureBasic, "insecure-basic", false, "let Basic's password go out unencrypted")
	flags.StringVar(&o.workstation, "workstation", "", "name this `MACHINE` in the Type 3")
	flags.StringVar(&o.binding, "channel-binding", "auto", "send the channel binding `auto|absent|zero|wrong|HEX`")
	flags.StringVar(&o.targetName, "target-name", "auto", "send the target name `auto|absent|NAME`")
	flags.BoolVar(&o.noMIC, "no-mic", false, "send no MIC")
}

// schemeFlags say which schemes are wanted; none are NTLM, alone or within
// Negotiate.
type schemeFlags struct{ ntlm, negotiate, digest, basic, any bool }

func (s *schemeFlags) define(flags *pflag.FlagSet, prefix, whom string) {
	flags.BoolVar(&s.ntlm, prefix+"ntlm", false, "log on"+whom+" with NTLM; alone, send its first message at once")
	flags.BoolVar(&s.negotiate, prefix+"negotiate", false, "log on"+whom+" with Negotiate, NTLM within it; alone, send its first token at once")
	flags.BoolVar(&s.digest, prefix+"digest", false, "log on"+whom+" with Digest")
	flags.BoolVar(&s.basic, prefix+"basic", false, "log on"+whom+" with Basic; alone, at once")
	flags.BoolVar(&s.any, prefix+"anyauth", false, "log on"+whom+" with the best of all schemes that are offered")
}

// list is the wanted schemes, the best first, as curl ranks them; nil where no
// flag names one.
func (s *schemeFlags) list() []string {
	var list []string
	for _, one := range []struct {
		on   bool
		name string
	}{
		{s.negotiate, negotiate.SchemeNegotiate}, {s.digest, negotiate.SchemeDigest},
		{s.ntlm, negotiate.SchemeNTLM}, {s.basic, negotiate.SchemeBasic},
	} {
		if one.on || s.any {
			list = append(list, one.name)
		}
	}
	return list
}

// preemptive reports whether the first token goes out at once: one scheme is
// named, and no answer has to be awaited to use it.
func (s *schemeFlags) preemptive() bool {
	list := s.list()
	return len(list) == 1 && !s.digest
}

// onlyBasic reports whether nothing but Basic is wanted.
func (s *schemeFlags) onlyBasic() bool { return s.basic && len(s.list()) == 1 }

// logon makes how to log on to a server or proxy. Basic is left out where its
// password would be readable on the way.
func (s *schemeFlags) logon(c negotiate.Credentials, u *url.URL, insecureBasic bool) negotiate.Logon {
	l := negotiate.Logon{Credentials: c, Preemptive: s.preemptive(), Schemes: s.list()}
	if l.Schemes == nil || insecureBasic || u == nil || confidential(u) {
		return l
	}
	kept := []string{}
	for _, scheme := range l.Schemes {
		if scheme != negotiate.SchemeBasic {
			kept = append(kept, scheme)
		}
	}
	l.Schemes = kept
	return l
}

// confidential reports whether nobody on the way can read what goes to a URL:
// it is TLS, or this machine.
func confidential(u *url.URL) bool {
	host := strings.ToLower(u.Hostname())
	if u.Scheme == "https" || host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

const basicHint = "--insecure-basic sends it all the same; https, or another scheme, keeps it safe"

// checkBasic refuses to send Basic's password for others to read.
func (o *authOptions) checkBasic(s *schemeFlags, u *url.URL) error {
	if s.onlyBasic() && !o.insecureBasic && u != nil && !confidential(u) {
		return usageError(basicHint, "Basic over plain HTTP lets anybody on the way to %s read the password", u.Hostname())
	}
	return nil
}

// clientOptions are what all tokens have in common.
func (o *authOptions) clientOptions() (ntlm.ClientOptions, error) {
	binding, err := ntlm.ParseChannelBindingMode(o.binding)
	if err != nil {
		return ntlm.ClientOptions{}, usageError("", "%v", err)
	}
	return ntlm.ClientOptions{
		Workstation: o.workstation, ChannelBinding: binding, TargetName: ntlm.TargetNameMode(o.targetName), NoMIC: o.noMIC,
	}, nil
}
