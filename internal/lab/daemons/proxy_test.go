//go:build unix

package daemons

import (
	"slices"
	"strings"
	"testing"
)

// TestProxies sends curl through every proxy that asks for something, by each
// scheme, for a plain request and for CONNECT.
func TestProxies(t *testing.T) {
	backend := "http://" + Backend(t) + "/p"
	env := gssUser(t, SambaUser, SambaPassword)
	credentials := SambaUser + ":" + SambaPassword
	clients := []struct {
		scheme string
		args   []string
		legs   string // where the scheme is asked for
	}{
		{"NTLM", []string{"--proxy-ntlm", "-U", credentials}, "407c 200"},
		{"Negotiate", []string{"--proxy-negotiate", "-U", ":"}, "407c 200"},
		{"Basic", []string{"--proxy-basic", "-U", credentials}, "200"},
	}
	for _, p := range Proxies() {
		if p.Asks == nil {
			continue
		}
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			for _, program := range p.Needs {
				Need(t, program)
			}
			_, port, _ := strings.Cut(p.Start(t), ":")
			for _, c := range clients {
				args := slices.Concat(c.args, []string{"-x", "localhost:" + port, backend}) // Negotiate needs a name
				got, tunnelled := curl(t, env, args...), curl(t, env, append(args, "--proxytunnel")...)
				if !slices.Contains(p.Asks, c.scheme) {
					if !strings.HasPrefix(got, "407") || strings.HasSuffix(got, "200") {
						t.Errorf("%s is not asked for, but: %s", c.scheme, got)
					}
					continue
				}
				if got != c.legs {
					t.Errorf("%s: %s, want %s", c.scheme, got, c.legs)
				}
				if want := c.legs + " 200"; tunnelled != want {
					t.Errorf("%s with CONNECT: %s, want %s", c.scheme, tunnelled, want)
				}
			}
			anonymous := curl(t, nil, "-x", "localhost:"+port, backend)
			if want := map[string]string{"Basic": "407Basic", "NTLM": "407B", "Negotiate": "407B"}[p.Asks[0]]; !strings.HasPrefix(anonymous, want) {
				t.Errorf("without credentials: %s, want %s", anonymous, want)
			}
			wrong := curl(t, nil, "--proxy-ntlm", "-U", SambaUser+":Wr0ng-0ne", "-x", "localhost:"+port, backend)
			if strings.HasSuffix(wrong, "200") != strings.HasSuffix(p.Name, "/fake") {
				t.Errorf("with a wrong password: %s", wrong)
			}
		})
	}
}

// TestOpenProxies sends NTLM for an origin through those that ask for nothing.
func TestOpenProxies(t *testing.T) {
	t.Parallel()
	origin := "http://" + Samba(t) + "/x"
	for variant, want := range map[SquidProxyVariant]string{
		SquidProxyOpen:    "401c 200 200",
		SquidProxyAuthOff: "401- 401-",
	} {
		proxy := SquidProxy(t, variant)
		if got := curl(t, nil, append(alice, "-x", proxy, origin, origin)...); got != want {
			t.Errorf("%s: %s, want %s", variant, got, want)
		}
		if got := curl(t, nil, append(alice, "--proxytunnel", "-x", proxy, origin)...); got != "200 401c 200" {
			t.Errorf("%s with CONNECT: %s, want 200 401c 200", variant, got)
		}
	}
}

// TestCntlm has cntlm log on to proxies that take NTLMv2 alone, and NTLMv1 too.
func TestCntlm(t *testing.T) {
	t.Parallel()
	backend := "http://" + Backend(t) + "/p"
	strict, lenient := SquidProxy(t, SquidProxyNTLM), SquidProxy(t, SquidProxyNTLMv1)
	for _, c := range []struct {
		auth            CntlmAuth
		strict, lenient string
	}{
		{CntlmNTLMv2, "200", "200"},
		{CntlmNTLM2SR, "407Basic", "200"}, // the Basic is cntlm's own
		{CntlmNTLM, "407Basic", "200"},
		{CntlmNT, "407Basic", "407Basic"},
		{CntlmLM, "407Basic", "407Basic"},
	} {
		if got := curl(t, nil, "-x", Cntlm(t, c.auth, strict), backend); got != c.strict {
			t.Errorf("%s where NTLMv2 is wanted: %s, want %s", c.auth, got, c.strict)
		}
		if got := curl(t, nil, "-x", Cntlm(t, c.auth, lenient), backend); got != c.lenient {
			t.Errorf("%s where NTLMv1 is taken: %s, want %s", c.auth, got, c.lenient)
		}
	}
}
