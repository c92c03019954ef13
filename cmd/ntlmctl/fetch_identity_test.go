package main

import (
	"net/url"
	"testing"
)

// Each proxy of the environment gets its own credentials; the same ones are one
// identity, at a server, too, and so have one budget.
func TestProxyIdentities(t *testing.T) {
	w := &world{Getenv: func(string) string { return "" }}
	who, err := (&authOptions{user: optionalText{"al:one", true}, binding: "auto", targetName: "auto"}).newIdentities(w)
	if err != nil {
		t.Fatal(err)
	}
	at := func(text string) *identity {
		u, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		one, err := who.atProxy(u)
		if err != nil {
			t.Fatal(err)
		}
		return one
	}
	if at("http://proxy:1") != nil {
		t.Error("somebody for a proxy that nobody was given for")
	}
	if at("http://al:one@proxy:1") != who.main {
		t.Error("the same name and password are two identities")
	}
	if one, two := at("http://al:two@proxy:1"), at("http://bob:two@proxy:2"); one == two || one == who.main || one == nil || two == nil {
		t.Error("two identities are one")
	}
	who.o.proxyUser = optionalText{"carol:three", true}
	if one, two := at("http://al:two@proxy:1"), at("http://proxy:2"); one != two || one == nil {
		t.Error("-U does not go before the URL")
	}
}
