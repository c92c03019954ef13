//go:build unix

package main

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/internal/lab/daemons"
)

// TestFetchPaths fetches by every way that its users have, as they would, and
// holds status, verdict, tokens, connections and exit code; go test -v shows what
// was written.
func TestFetchPaths(t *testing.T) {
	apache, samba := daemons.Apache(t), daemons.Samba(t)
	squid := daemons.SquidProxy(t, daemons.SquidProxyNTLM)
	alice, labalice := daemons.User+":"+daemons.Password, daemons.SambaUser+":"+daemons.SambaPassword
	s := startServe(t)
	for _, c := range []struct {
		name string
		host string
		path string
		args []string
		want string // status, verdict, grade, tokens and connections; exit code
	}{
		{"Apache", apache, "/ntlm/", []string{"-u", alice}, "200 survives consistent 2 1, exit 0"},
		{"Samba", samba, "/x", []string{"-u", labalice}, "200 survives consistent 2 1, exit 0"},
		{"Squid demanding 407", apache, "/ntlm/", []string{"-x", squid, "-U", labalice, "-u", alice}, "200 survives consistent 4 1, exit 0"},
		{"Squid demanding 407, CONNECT", apache, "/ntlm/", []string{"-px", squid, "-U", labalice, "-u", alice}, "200 survives consistent 4 1, exit 0"},
		{"Squid, wrong password", apache, "/ntlm/", []string{"-px", squid, "-U", daemons.SambaUser + ":Wr0ng-0ne", "-u", alice}, "000 rejected-unattributed consistent 2 1, exit 6"},
		{"nginx default", daemons.Nginx(t, daemons.NginxDefault, apache), "/ntlm/", []string{"-u", alice}, "401 rejected-unattributed consistent 2 1, exit 6"},
		{"nginx default before Samba", daemons.Nginx(t, daemons.NginxDefault, samba), "/x", []string{"-u", labalice}, "401 connection-not-pinned consistent 1 1, exit 6"},
		{"nginx keepalive", daemons.Nginx(t, daemons.NginxKeepalive, apache), "/ntlm/", []string{"-u", alice}, "200 survives consistent 2 1, exit 0"},
		{"nginx stream", daemons.Nginx(t, daemons.NginxStream, apache), "/ntlm/", []string{"-u", alice}, "200 survives consistent 2 1, exit 0"},
		{"HAProxy http", daemons.HAProxy(t, daemons.HAProxyHTTP, apache), "/ntlm/", []string{"-u", alice}, "200 survives consistent 2 1, exit 0"},
		{"HAProxy httpclose", daemons.HAProxy(t, daemons.HAProxyHTTPClose, apache), "/ntlm/", []string{"-u", alice}, "401 rejected-unattributed consistent 2 1, exit 6"},
		{"wrong password", apache, "/ntlm/", []string{"-u", daemons.User + ":Wr0ng-0ne"}, "401 rejected-unattributed consistent 2 1, exit 6"},
		{"serve behind nginx default", daemons.Nginx(t, daemons.NginxDefault, s.host), "/", []string{"-u", alice}, "401 http10-downgrade proven 2 1, exit 6"},
		{"serve behind nginx with HTTP/1.1", daemons.Nginx(t, daemons.NginxHTTP11, s.host), "/", []string{"-u", alice}, "401 connection-not-pinned proven 2 1, exit 6"},
		{"serve behind nginx keepalive", daemons.Nginx(t, daemons.NginxKeepalive, s.host), "/", []string{"-u", alice}, "200 survives consistent 2 1, exit 0"},
		{"serve behind nginx stripauth", daemons.Nginx(t, daemons.NginxStripAuth, s.host), "/", []string{"-u", alice}, "401 authorization-stripped proven 1 1, exit 6"},
		{"serve behind nginx stream, wrong password", daemons.Nginx(t, daemons.NginxStream, s.host), "/", []string{"-u", daemons.User + ":Wr0ng-0ne"}, "401 credentials-rejected proven 2 1, exit 4"},
	} {
		t.Run(c.name, func(t *testing.T) {
			args := append([]string{"fetch", "-v", "-o", "/dev/null", "-w", "%{http_code} %{verdict} %{auth_legs} %{connections}"}, c.args...)
			out, errs, code := call(t, nil, append(args, "http://"+c.host+c.path)...)
			t.Logf("%s\n%s", errs, out)
			f := strings.Fields(out)
			if len(f) != 4 {
				t.Fatalf("-w wrote %q", out)
			}
			grade := regexp.MustCompile(regexp.QuoteMeta(f[1]) + ` \((\w+), \w+\)`).FindStringSubmatch(errs)
			if len(grade) == 0 {
				t.Fatal("-v has no verdict")
			}
			if got := fmt.Sprintf("%s %s %s %s %s, exit %d", f[0], f[1], grade[1], f[2], f[3], code); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if strings.Contains(errs, daemons.Password) || strings.Contains(errs, "Wr0ng-0ne") {
				t.Error("a password is in the output")
			}
		})
	}
}
