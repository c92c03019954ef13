//go:build unix

package daemons

import "testing"

// Proxy is one way to be a forward proxy.
type Proxy struct {
	Name  string   // program and variant: "squid-proxy/ntlm"
	Needs []string // the programs
	Asks  []string // the schemes of its Proxy-Authenticate, in its order; none if it asks for nothing

	// Start starts it and returns host:port.
	Start func(t testing.TB) string
}

// Proxies are all forward proxies that ask for credentials by themselves, or for
// none. What each does is said at SquidProxyVariant.
func Proxies() []Proxy {
	var proxies []Proxy
	for _, p := range []struct {
		variant SquidProxyVariant
		asks    []string
	}{
		{SquidProxyOpen, nil},
		{SquidProxyAuthOff, nil},
		{SquidProxyNTLM, []string{"NTLM"}},
		{SquidProxyNTLMv1, []string{"NTLM"}},
		{SquidProxyNegotiate, []string{"Negotiate"}},
		{SquidProxyBasic, []string{"Basic"}},
		{SquidProxyAll, []string{"Negotiate", "NTLM", "Basic"}},
		{SquidProxyFake, []string{"NTLM"}},
	} {
		needs := []string{"squid"}
		if p.asks != nil && p.variant != SquidProxyFake {
			needs = append(needs, "winbindd", "ntlm_auth", "smbpasswd", "wbinfo")
		}
		proxies = append(proxies, Proxy{
			Name: "squid-proxy/" + string(p.variant), Needs: needs, Asks: p.asks,
			Start: func(t testing.TB) string { t.Helper(); return SquidProxy(t, p.variant) },
		})
	}
	return proxies
}
