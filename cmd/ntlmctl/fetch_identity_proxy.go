package main

import (
	"net/url"

	"github.com/ntlmctl/ntlmctl/negotiate"
	"github.com/ntlmctl/ntlmctl/negotiate/wire"
)

// atProxy is as whom to log on to a proxy, nil for nobody: as -U says, as its own
// URL says, as the environment says. A nil proxy has no URL.
func (i *identities) atProxy(proxy *url.URL) (*identity, error) {
	if !i.o.proxyUser.given && proxy != nil && proxy.User != nil {
		password, _ := proxy.User.Password()
		return i.of(&i.proxy, account{proxy.User.Username(), password, true})
	}
	a, err := i.proxy.account(i.w)
	if err != nil || a == nil {
		return nil, err
	}
	return i.of(&i.proxy, *a)
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
