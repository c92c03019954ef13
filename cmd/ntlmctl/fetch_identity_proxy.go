package main

import (
	"net/url"
	"strings"

	"github.com/ntlmctl/ntlmctl/negotiate"
	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
	"github.com/ntlmctl/ntlmctl/negotiate/wire"
)

// atProxy is as whom to log on to a proxy, nil for nobody: as -U says, as its own
// URL says, as the environment says. A nil proxy has no URL.
func (i *identities) atProxy(proxy *url.URL) (*identity, error) {
	o := i.o
	user := o.proxyUser
	if !user.given && proxy != nil && proxy.User != nil {
		password, _ := proxy.User.Password()
		return i.one(identityKey{name: proxy.User.Username(), password: password}, ntlm.Secret{}), nil
	}
	if name := i.w.Getenv(proxyUserVariable); !user.given && name != "" {
		user = optionalText{text: name, given: true}
	}
	if !user.given {
		if o.proxySecret.flagged() {
			return nil, usageError("-U USER, or "+proxyUserVariable, "a password for the proxy is given, and no user")
		}
		return nil, nil
	}
	name, password, given := strings.Cut(user.text, ":")
	switch {
	case name == "":
		return nil, usageError("give -U USER; Kerberos and the user who is logged on here come later", "-U names no user")
	case given && o.proxySecret.flagged():
		return nil, usageError("", "-U has a password, and a flag says where another one is")
	case given:
		return i.one(identityKey{name: name, password: password}, ntlm.Secret{}), nil
	}
	if err := i.find(&i.proxySecret, &o.proxySecret, name, " at the proxy"); err != nil {
		return nil, err
	}
	return i.one(identityKey{name: name, password: i.proxySecret.password, hashFile: o.proxySecret.ntHashFile}, i.proxySecret.hash), nil
}

// ontoSOCKS has a SOCKS5 proxy logged on to, which takes a name and a password and
// knows no schemes (RFC 1929).
func (i *identity) ontoSOCKS(p *wire.Proxy) error {
	with, ok := i.credentials.(negotiate.UserPassword)
	if !ok {
		return usageError("give a password", "SOCKS5 takes no NT hash")
	}
	p.User, p.Password = with.UserPassword()
	return nil
}
