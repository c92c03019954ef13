package diagnose

import (
	"net/url"
	"slices"
	"testing"

	"github.com/ntlmctl/ntlmctl/internal/lab"
	"github.com/ntlmctl/ntlmctl/negotiate"
	"github.com/ntlmctl/ntlmctl/negotiate/origin"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
	"github.com/ntlmctl/ntlmctl/negotiate/wire"
)

// hops are the verdicts, each with whose it is.
func hops(d *Diagnosis) []string {
	var list []string
	for _, v := range append([]verdict.Verdict{d.Verdict}, d.Others...) {
		list = append(list, string(v.Target)+" "+string(v.Code)+" "+string(v.Grade))
	}
	return list
}

// bothWant are the verdicts where a proxy and the server behind it want a logon:
// whether the password for the proxy is right, that for the server, and whether the
// server is asked straight, too.
var bothWant = []struct {
	proxy, server, direct bool
	want                  []string
}{
	{true, true, false, []string{"proxy survives proven", "origin survives proven"}},
	{true, true, true, []string{"proxy survives proven", "origin survives proven"}},
	{true, false, false, []string{"origin rejected-unattributed consistent", "proxy survives proven"}},
	{true, false, true, []string{"origin credentials-rejected proven", "proxy survives proven"}},
	{false, true, false, []string{"proxy rejected-unattributed consistent"}},
	{false, true, true, []string{"proxy rejected-unattributed consistent"}},
	{false, false, false, []string{"proxy rejected-unattributed consistent"}},
	{false, false, true, []string{"origin credentials-rejected proven", "proxy rejected-unattributed consistent"}},
}

// passed is the account with the right password, or with a wrong one.
func passed(user, password string, right bool) negotiate.Credentials {
	if !right {
		password = wrong
	}
	return account(user, password)
}

// forward is a forward proxy at an address.
func forward(t *testing.T, addr string) *wire.Proxy {
	t.Helper()
	proxy, err := wire.ProxyOf(&url.URL{Scheme: "http", Host: addr})
	if err != nil {
		t.Fatal(err)
	}
	return proxy
}

// TestBothWant has a proxy and the server behind it want a logon, with and without
// a tunnel, and each account cost one refused logon at most.
func TestBothWant(t *testing.T) {
	for _, tunnel := range []bool{false, true} {
		for _, c := range bothWant {
			proxy, server := serveWith(t, "PROXY", origin.Options{Proxy: true, Dialect: origin.Samba}), serve(t, origin.IIS, "ONE")
			o := options(server.addr, "", blind)
			o.Credentials, o.ProxyCredentials = passed(`LAB\alice`, "Passw0rd!", c.server), passed(`LAB\bob`, "S3cret!12", c.proxy)
			o.Wire.Proxy = forward(t, proxy.addr)
			o.Wire.Proxy.Tunnel = tunnel
			if c.direct {
				o.Direct = server.addr
			}
			d, err := Run(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			if got := hops(d); !slices.Equal(got, c.want) {
				t.Errorf("proxy %t, server %t, direct %t, tunnel %t: %q, want %q", c.proxy, c.server, c.direct, tunnel, got, c.want)
			}
			spent := 0
			if !c.proxy {
				spent++
			}
			if !c.server && (c.proxy || c.direct) {
				spent++
			}
			if proxy.refused.Load() > 1 || server.refused.Load() > 1 || d.Spent != spent {
				t.Errorf("%d and %d logons were refused, %d counted, want %d", proxy.refused.Load(), server.refused.Load(), d.Spent, spent)
			}
		}
	}
}

// TestSameAccount has one account for both: it is refused once, and not by each.
func TestSameAccount(t *testing.T) {
	proxy, server := serveWith(t, "PROXY", origin.Options{Proxy: true}), serve(t, origin.IIS, "ONE")
	o := options(server.addr, wrong, blind)
	o.ProxyCredentials, o.Wire.Proxy, o.Direct = o.Credentials, forward(t, proxy.addr), server.addr
	d, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if n := proxy.refused.Load() + server.refused.Load(); n != 1 || d.Spent != 1 {
		t.Errorf("%d logons were refused, %d counted", n, d.Spent)
	}
}

// TestBoxBehindProxy wants a box behind a proxy found that takes the logon.
func TestBoxBehindProxy(t *testing.T) {
	for box, want := range map[string][]string{
		"pool":     {"origin session-shared proven", "proxy survives proven"},
		"unpinned": {"origin connection-not-pinned proven", "proxy survives proven"},
		"pinned":   {"proxy survives proven", "origin survives proven"},
	} {
		proxy, server := serveWith(t, "PROXY", origin.Options{Proxy: true}), serve(t, origin.IIS, "ONE")
		addr, stop, err := lab.Start(box, server.addr)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(stop)
		o := options(addr, "Passw0rd!", blind)
		o.ProxyCredentials, o.Wire.Proxy, o.Direct = o.Credentials, forward(t, proxy.addr), server.addr
		d, err := Run(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if got := hops(d); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", box, got, want)
		}
	}
}
