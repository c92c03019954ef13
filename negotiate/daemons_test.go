//go:build unix

package negotiate

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/internal/lab/daemons"
	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
	"github.com/ntlmctl/ntlmctl/negotiate/wire"
)

// TestDaemons logs on to real servers.
func TestDaemons(t *testing.T) {
	apache, samba := "http://"+daemons.Apache(t)+"/ntlm/", "http://"+daemons.Samba(t)+"/x"
	for _, c := range []struct {
		name, address  string
		user, password string
		schemes        []string
		preemptive     bool
		want           []string // of two requests
	}{
		{"Apache", apache, daemons.User, daemons.Password, nil, false, []string{"survives 200 3 1 0", "survives 200 1 1 0"}},
		{"Apache, NTLM at once", apache, daemons.User, daemons.Password, []string{SchemeNTLM}, true, []string{"survives 200 2 1 0", "survives 200 1 1 0"}},
		{"Apache, Negotiate at once", apache, daemons.User, daemons.Password, []string{SchemeNegotiate}, true, []string{"survives 200 2 1 0", "survives 200 1 1 0"}},
		{"Apache, wrong password", apache, daemons.User, "Wr0ng-0ne", nil, false, []string{"rejected-unattributed 401 3 1 1", "rejected-unattributed 401 1 2 1"}},
		{"Samba", samba, daemons.SambaUser, daemons.SambaPassword, nil, false, []string{"survives 200 3 1 0", "survives 200 1 1 0"}},
		{"Samba, NTLM at once", samba, daemons.SambaUser, daemons.SambaPassword, []string{SchemeNTLM}, true, []string{"survives 200 2 1 0", "survives 200 1 1 0"}},
		{"Samba, wrong password", samba, daemons.SambaUser, "Wr0ng-0ne", nil, false, []string{"rejected-unattributed 401 3 1 1", "rejected-unattributed 401 1 2 1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			logon := as(c.user, c.password)
			logon.Schemes, logon.Preemptive = c.schemes, c.preemptive
			client := newTester(t, Options{Origin: logon})
			for _, want := range c.want {
				if _, err := client.do(t, request(t, "GET", c.address, nil)); err != nil {
					t.Fatal(err)
				}
				if got := client.outcome(t); got != want {
					t.Errorf("got %q, want %q; %+v", got, want, client.last(t).Verdict)
				}
			}
		})
	}
}

// TestKerberosOnly asks a server that takes Kerberos alone.
func TestKerberosOnly(t *testing.T) {
	address, _ := daemons.Kerberos(t)
	client := newTester(t, Options{Origin: as(alice, password)})
	if _, err := client.do(t, request(t, "GET", "http://"+address+"/krb/", nil)); err != nil {
		t.Fatal(err)
	}
	if got := client.outcome(t); got != "kerberos-only 401 2 1 0" || client.last(t).Verdict.Grade != "likely" {
		t.Errorf("%s %+v", got, client.last(t).Verdict)
	}
}

// fronts is what each box that breaks a handshake makes of it, before Apache and
// before Samba; empty for the second where it is the same. The others keep it, or
// share connections, which a single client cannot see.
var fronts = map[string][2]string{
	"nginx/basic":          {"scheme-not-offered 401 1 1 0"},
	"nginx/clientclose":    {"connection-closed 401 2 2 0"},
	"nginx/default":        {"rejected-unattributed 401 3 1 1", "connection-not-pinned 401 2 1 0"},
	"nginx/http11":         {"rejected-unattributed 401 3 1 1"},
	"nginx/negotiate":      {"authorization-stripped 401 2 1 0"},
	"nginx/poolclose":      {"connection-closed 401 2 2 0"},
	"nginx/smallheader":    {"header-too-large 400 3 1 0"},
	"nginx/stripauth":      {"authorization-stripped 401 2 1 0"},
	"nginx/stripwww":       {"offer-stripped 401 1 1 0"},
	"haproxy/httpclose":    {"rejected-unattributed 401 3 1 1", "connection-not-pinned 401 2 1 0"},
	"haproxy/server-close": {"rejected-unattributed 401 3 1 1", "connection-not-pinned 401 2 1 0"},
	"haproxy/stripauth":    {"authorization-stripped 401 2 1 0"},
	"haproxy/stripwww":     {"offer-stripped 401 1 1 0"},
	"varnish/pipe":         {"connection-closed 401 2 2 0", "connection-not-pinned 401 2 2 0"},
	"varnish/pipe-auth":    {"connection-closed 401 2 1 0", "connection-not-pinned 401 2 1 0"},
	"apache/disablereuse":  {"rejected-unattributed 401 3 1 1", "connection-not-pinned 401 2 1 0"},
	"squid/auth-off":       {"offer-stripped 401 1 1 0"},
	"squid/default":        {"authorization-stripped 401 2 1 0"},
}

// TestFronts logs on through real boxes.
func TestFronts(t *testing.T) {
	type origin struct{ address, path, user, password string }
	origins := [2]origin{
		{daemons.Apache(t), "/ntlm/", daemons.User, daemons.Password},
		{daemons.Samba(t), "/x", daemons.SambaUser, daemons.SambaPassword},
	}
	roots := x509.NewCertPool()
	if pem, err := os.ReadFile(daemons.TrustedBy(t)); err != nil || !roots.AppendCertsFromPEM(pem) {
		t.Fatal("no authority", err)
	}
	for _, f := range daemons.Fronts() {
		if f.Origins > 1 {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			for _, program := range f.Needs {
				daemons.Need(t, program)
			}
			wants, breaks := fronts[f.Name]
			if !breaks {
				wants[0] = "survives 200 3 1 0"
			}
			for i, want := range wants {
				if want == "" {
					continue
				}
				o := origins[i]
				address := "http://" + f.Start(t, o.address) + o.path
				if f.TLS {
					address = "https" + address[4:]
				}
				client := newTester(t, Options{Wire: wire.Options{TLS: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}, Origin: as(o.user, o.password)})
				if _, err := client.do(t, request(t, "GET", address, nil)); err != nil {
					t.Fatal(err)
				}
				if got := client.outcome(t); got != want {
					t.Errorf("got %q, want %q; %+v", got, want, client.last(t).Verdict)
				}
			}
		})
	}
}

// TestProxies logs on to real proxies, for a plain request and by CONNECT.
func TestProxies(t *testing.T) {
	backend := "http://" + daemons.Backend(t) + "/p"
	for _, p := range daemons.Proxies() {
		if p.Asks == nil {
			continue
		}
		t.Run(p.Name, func(t *testing.T) {
			for _, program := range p.Needs {
				daemons.Need(t, program)
			}
			address := "http://" + p.Start(t)
			for _, scheme := range p.Asks {
				for _, tunnel := range []bool{false, true} {
					for _, preemptive := range []bool{false, true} {
						proxy := through(t, address)
						proxy.Tunnel = tunnel
						logon := Logon{Credentials: NewPassword(daemons.SambaUser, daemons.SambaPassword, ntlm.ClientOptions{}), Schemes: []string{scheme}, Preemptive: preemptive}
						client := newTester(t, Options{Wire: wire.Options{Proxy: proxy}, ProxyLogon: logon})
						if _, err := client.do(t, request(t, "GET", backend, nil)); err != nil {
							t.Fatal(err)
						}
						legs := 3
						if scheme == SchemeBasic {
							legs = 2
						}
						if preemptive {
							legs--
						}
						if tunnel {
							legs++
						}
						want := fmt.Sprintf("open 200 %d 1 0", legs)
						if got := client.outcome(t); got != want || !strings.Contains(client.verdicts(t), "proxy survives") {
							t.Errorf("%s, tunnel %v: got %q, want %q; %s", scheme, tunnel, got, want, client.verdicts(t))
						}
					}
				}
			}
			if slices.Contains(p.Asks, SchemeNTLM) && !strings.HasSuffix(p.Name, "/fake") { // which takes any password
				client := newTester(t, Options{Wire: wire.Options{Proxy: through(t, address)}, ProxyLogon: as(daemons.SambaUser, "Wr0ng-0ne")})
				if _, err := client.do(t, request(t, "GET", backend, nil)); err != nil {
					t.Error(err)
				}
				if got := client.verdicts(t); got != "proxy rejected-unattributed" || client.Spent() != 1 {
					t.Errorf("wrong password: %s", got)
				}
			}
		})
	}
}
