//go:build unix

package main

import (
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/internal/lab/daemons"
)

// TestFetchThroughProxies logs on to Squid, which asks for a logon of its own, in
// absolute form and through CONNECT.
func TestFetchThroughProxies(t *testing.T) {
	backend := "http://" + daemons.Backend(t) + "/page"
	credentials := daemons.SambaUser + ":" + daemons.SambaPassword
	for _, p := range daemons.Proxies() {
		if p.Asks == nil {
			continue
		}
		t.Run(p.Name, func(t *testing.T) {
			for _, program := range p.Needs {
				daemons.Need(t, program)
			}
			_, port, _ := net.SplitHostPort(p.Start(t))
			for _, c := range []struct {
				name, args string
				fit        bool
			}{
				{"best", "", p.Asks[0] != "Basic"},
				{"ntlm", "--proxy-ntlm", slices.Contains(p.Asks, "NTLM")},
				{"negotiate", "--proxy-negotiate", slices.Contains(p.Asks, "Negotiate")},
				{"basic", "--proxy-basic", slices.Contains(p.Asks, "Basic")},
				{"any", "--proxy-anyauth", true},
			} {
				for _, tunnel := range []string{"", " --proxytunnel"} {
					args := strings.Fields("fetch -sf -w %{http_code}/%{http_connect} -x localhost:" + port + " " + c.args + tunnel)
					out, errs, code := call(t, nil, append(args, "-U", credentials, backend)...)
					if c.fit != (code == 0) {
						t.Errorf("%s%s: exit code %d: %s%s", c.name, tunnel, code, out, errs)
					}
					if c.fit && !strings.HasSuffix(out, map[bool]string{true: "200/200", false: "200/000"}[tunnel != ""]) {
						t.Errorf("%s%s: %s", c.name, tunnel, out)
					}
				}
			}
			out, errs, code := call(t, nil, "fetch", "-U", daemons.SambaUser+":Wr0ng-0ne", "-x", "localhost:"+port, backend)
			if takesAny := p.Name == "squid-proxy/fake"; (code == 0) != takesAny {
				t.Errorf("wrong password: exit code %d: %s%s", code, out, errs)
			}
			if strings.Contains(out+errs, "Wr0ng-0ne") {
				t.Error("the password is in the output")
			}
		})
	}
}
