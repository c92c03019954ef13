//go:build unix

package diagnose

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/internal/lab/daemons"
	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
	"github.com/ntlmctl/ntlmctl/negotiate/wire"
)

// TestProxies diagnoses forward proxies that ask for a logon: in the answer to a
// plain request, and to CONNECT. testdata/proxies.txt holds what is to come out.
func TestProxies(t *testing.T) {
	secure := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "hello") }))
	t.Cleanup(secure.Close)
	plain := "http://" + daemons.Backend(t)
	table := openTable(t, "testdata/proxies.txt")
	t.Run("cells", func(t *testing.T) {
		for _, p := range daemons.Proxies() {
			for how, target := range map[string]string{"plain": plain, "connect": secure.URL} {
				for _, password := range []string{daemons.SambaPassword, wrong, ""} {
					cell := fmt.Sprintf("%-21s %-7s %-5s", p.Name, how, passwordName(password))
					t.Run(table.cell(cell), func(t *testing.T) {
						t.Parallel()
						for _, program := range p.Needs {
							daemons.Need(t, program)
						}
						d := diagnoseProxy(t, p.Start(t), target, password)
						table.check(t, cell, codes(d))
						switch {
						case d.Spent > 1:
							t.Errorf("%d refused logons were spent", d.Spent)
						case len(p.Asks) > 0 && d.Verdict.Target != verdict.Proxy:
							t.Errorf("the verdict is about the %s", d.Verdict.Target)
						}
					})
				}
			}
		}
	})
	table.close(t)
}

// TestProxyAndServer has Squid want a logon, and Apache behind it, with and without
// a tunnel: through HAProxy, which ends TLS and HTTP/2 before Apache, and straight
// without TLS.
func TestProxyAndServer(t *testing.T) {
	squid, apache := daemons.SquidProxy(t, daemons.SquidProxyNTLM), daemons.Apache(t)
	front, roots := daemons.HAProxy(t, daemons.HAProxyH2, apache), trusted(t)
	for _, u := range []*url.URL{{Scheme: "http", Host: apache, Path: "/ntlm/"}, {Scheme: "https", Host: front, Path: "/ntlm/"}} {
		for _, c := range bothWant {
			t.Run(fmt.Sprintf("%s proxy %t server %t direct %t", u.Scheme, c.proxy, c.server, c.direct), func(t *testing.T) {
				t.Parallel()
				o := Options{
					URL: u, Wire: wire.Options{Recorder: new(wire.Recorder), Proxy: forward(t, squid), TLS: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}},
					Credentials: passed(daemons.User, daemons.Password, c.server), ProxyCredentials: passed(daemons.SambaUser, daemons.SambaPassword, c.proxy),
				}
				if c.direct {
					o.Direct = "http://" + apache
				}
				d, err := Run(t.Context(), o)
				if err != nil {
					t.Fatal(err)
				}
				if got := hops(d); !slices.Equal(got, c.want) {
					t.Errorf("%q, want %q", got, c.want)
				}
				if c.proxy {
					beyondProxy(t, d, u.Scheme == "https")
				}
				if d.Spent > 2 { // one for each account
					t.Errorf("%d refused logons were spent", d.Spent)
				}
			})
		}
	}
}

// beyondProxy wants those questions put to what is behind a proxy that keep to no
// connection of HTTP/1.1.
func beyondProxy(t *testing.T, d *Diagnosis, tunnel bool) {
	t.Helper()
	if got := outcome(t, d, OriginPrefix+experiment.NameFront); got.State != experiment.Passed {
		t.Errorf("%s %s: %s", got.Name, got.State, got.Text)
	}
	if !tunnel {
		return
	}
	if got := outcome(t, d, OriginPrefix+experiment.NameHTTP2); !strings.HasPrefix(got.Text, "HTTP/2 is spoken") {
		t.Errorf("%s %s: %s", got.Name, got.State, got.Text)
	}
}

func diagnoseProxy(t *testing.T, addr, target, password string) *Diagnosis {
	t.Helper()
	u, err := url.Parse(target + "/x")
	if err != nil {
		t.Fatal(err)
	}
	o := Options{URL: u, Wire: wire.Options{
		Recorder: new(wire.Recorder), Proxy: forward(t, addr), TLS: &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // the server's certificate is its own
	}}
	if password != "" {
		o.ProxyCredentials = account(daemons.SambaUser, password)
	}
	d, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
