//go:build unix

package main

import (
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/internal/lab/daemons"
)

// TestFetchWays logs on to Apache by every way to it that is not a plain proxy
// with a logon tied to the connection: each leg on one connection from end to end.
func TestFetchWays(t *testing.T) {
	apache := "http://" + daemons.Apache(t) + "/ntlm/"
	authority := daemons.TrustedBy(t)
	squid := daemons.SambaUser + ":" + daemons.SambaPassword
	secure := "https://" + daemons.SquidProxyTLS(t, daemons.SquidProxyAll)
	digest, socks := daemons.SquidProxy(t, daemons.SquidProxyDigest), daemons.MicroSOCKS(t)
	for _, c := range []struct {
		name string
		args []string
		want string // status, verdict, tokens and connections; or the exit code of a wrong password
	}{
		{"https proxy, Negotiate", []string{"-x", secure, "--proxy-negotiate", "-U", squid}, "200 survives 4 1"},
		{"https proxy, NTLM", []string{"-x", secure, "--proxy-ntlm", "-U", squid}, "200 survives 4 1"},
		{"https proxy, Basic", []string{"-x", secure, "--proxy-basic", "-U", squid}, "200 survives 3 1"},
		{"https proxy, CONNECT, Negotiate", []string{"-px", secure, "--proxy-negotiate", "-U", squid}, "200 survives 4 1"},
		{"https proxy, CONNECT, NTLM", []string{"-px", secure, "--proxy-ntlm", "-U", squid}, "200 survives 4 1"},
		{"https proxy, CONNECT, Basic", []string{"-px", secure, "--proxy-basic", "-U", squid}, "200 survives 3 1"},
		{"https proxy, wrong password", []string{"-x", secure, "--proxy-ntlm", "-U", daemons.SambaUser + ":Wr0ng-0ne"}, "407 rejected-unattributed 2 1, exit 6"},
		{"Digest", []string{"-x", digest, "--proxy-digest", "-U", daemons.DigestUser + ":" + daemons.Password}, "200 survives 3 1"},
		{"CONNECT, Digest", []string{"-px", digest, "--proxy-digest", "-U", daemons.DigestUser + ":" + daemons.Password}, "200 survives 3 1"},
		{"Digest, wrong password", []string{"-x", digest, "--proxy-digest", "-U", daemons.DigestUser + ":Wr0ng-0ne"}, "407 credentials-rejected 1 1, exit 4"},
		{"SOCKS5", []string{"-x", "socks5://" + socks, "-U", daemons.SOCKSUser + ":" + daemons.SOCKSPassword}, "200 survives 2 1"},
		{"SOCKS5, names resolved there", []string{"-x", "socks5h://" + socks, "-U", daemons.SOCKSUser + ":" + daemons.SOCKSPassword}, "200 survives 2 1"},
		{"SOCKS5, wrong password", []string{"-x", "socks5://" + socks, "-U", daemons.SOCKSUser + ":Wr0ng-0ne"}, "000 unreachable 0 1, exit 5"},
	} {
		t.Run(c.name, func(t *testing.T) {
			want, exit, _ := strings.Cut(c.want, ", exit ")
			args := append([]string{"fetch", "-so", "/dev/null", "-w", "%{http_code} %{verdict} %{auth_legs} %{connections}",
				"--proxy-cacert", authority, "-u", `LAB\alice:` + daemons.Password}, c.args...)
			out, errs, code := call(t, nil, append(args, apache)...)
			if out != want || exit == "" && code != 0 || exit != "" && string(rune('0'+code)) != exit {
				t.Errorf("got %s, exit %d: %s", out, code, errs)
			}
			if strings.Contains(out+errs, "Wr0ng-0ne") {
				t.Error("the password is in the output")
			}
		})
	}
}
