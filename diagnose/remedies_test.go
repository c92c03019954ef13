package diagnose

import (
	"slices"
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
)

// TestRemedies wants each remedy that the laboratory can run to mend what it is
// for: the box that breaks handshakes, the same with the remedy applied, and what
// the catalogue says of it. Both are in the table of the real boxes.
func TestRemedies(t *testing.T) {
	table := openTable(t, "testdata/fronts.txt")
	at := func(front, help string) string {
		for cell, verdicts := range table.want {
			if f := strings.Fields(cell); slices.Equal(f, []string{front, "apache", "right", help}) {
				return verdicts[0]
			}
		}
		t.Fatalf("no cell for %s", front)
		return ""
	}
	for _, c := range []struct{ broken, product, remedy, mended string }{
		{"nginx/default", "nginx", "stream", "nginx/stream"},
		{"nginx/http11", "nginx", "stream", "nginx/stream"},
		{"nginx/keepalive", "nginx", "stream", "nginx/stream"},
		{"nginx/clientclose", "nginx", "stream", "nginx/stream"},
		{"haproxy/httpclose", "HAProxy", "httpclose", "haproxy/http"},
		{"haproxy/server-close", "HAProxy", "http-server-close", "haproxy/http"},
		{"haproxy/balance-close", "HAProxy", "http-server-close", "haproxy/balance"},
		{"haproxy/stripauth", "HAProxy", "del-header Authorization", "haproxy/http"},
		{"haproxy/stripwww", "HAProxy", "del-header WWW-Authenticate", "haproxy/http"},
		{"varnish/default", "Varnish", "unset bereq.http.connection", "varnish/pipe-keep"},
		{"varnish/pipe", "Varnish", "unset bereq.http.connection", "varnish/pipe-keep"},
		{"squid/default", "Squid", "login=PASS", "squid/login"},
		{"squid/auth-off", "Squid", "connection-auth=on", "squid/pass"},
	} {
		before := at(c.broken, "direct")
		code, _, _ := strings.Cut(before, " ")
		if before == "survives proven" || at(c.mended, "-") != "survives proven" {
			t.Errorf("%s: %s; mended: %s", c.broken, before, at(c.mended, "-"))
		}
		says := slices.ContainsFunc(verdict.RemediesFor(verdict.Code(code), c.product), func(r verdict.Remedy) bool {
			return r.Product == c.product && strings.Contains(r.Text, c.remedy)
		})
		if !says {
			t.Errorf("%s: the catalogue does not say %q for %s on %s", c.broken, c.remedy, code, c.product)
		}
	}
}
