//go:build unix

package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/internal/lab/daemons"
)

// TestFetchRealServers logs on to Apache with gss-ntlmssp, straight and through
// nginx in the ways that keep and break a handshake.
func TestFetchRealServers(t *testing.T) {
	origin := daemons.Apache(t)
	via := func(v daemons.NginxVariant) func(*testing.T) string {
		return func(t *testing.T) string { return daemons.Nginx(t, v, origin) }
	}
	straight := func(*testing.T) string { return origin }
	for _, c := range []struct {
		name     string
		front    func(*testing.T) string
		path     string
		password string
		flags    []string
		code     int
		verdict  string
		auth     int // legs with a token
	}{
		{"straight", straight, "/ntlm/", daemons.Password, nil, 0, "survives", 2},
		{"straight, NTLM at once", straight, "/ntlm/", daemons.Password, []string{"--ntlm"}, 0, "survives", 2},
		{"straight, Negotiate at once", straight, "/ntlm/", daemons.Password, []string{"--negotiate"}, 0, "survives", 2},
		{"straight, wrong password", straight, "/ntlm/", "Wr0ng-0ne", nil, 6, "rejected-unattributed", 2},
		{"straight, open", straight, "/", daemons.Password, nil, 0, "open", 0},
		{"straight, not found after the logon", straight, "/ntlm/nothing", daemons.Password, []string{"-f"}, 7, "survives", 2},
		{"stream", via(daemons.NginxStream), "/ntlm/", daemons.Password, nil, 0, "survives", 2},
		{"default", via(daemons.NginxDefault), "/ntlm/", daemons.Password, nil, 6, "rejected-unattributed", 2},
		{"http11", via(daemons.NginxHTTP11), "/ntlm/", daemons.Password, nil, 6, "rejected-unattributed", 2},
		{"stripauth", via(daemons.NginxStripAuth), "/ntlm/", daemons.Password, nil, 6, "authorization-stripped", 1},
		{"stripwww", via(daemons.NginxStripWWW), "/ntlm/", daemons.Password, nil, 6, "offer-stripped", 0},
		{"clientclose", via(daemons.NginxClientClose), "/ntlm/", daemons.Password, nil, 6, "connection-closed", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			url := "http://" + c.front(t) + c.path
			args := append([]string{"fetch", "-u", daemons.User, "--password-stdin", "--format", "json"}, c.flags...)
			out, errs, code := call(t, []byte(c.password+"\n"), append(args, url)...)
			if code != c.code {
				t.Errorf("exit code %d, want %d: %s", code, c.code, errs)
			}
			if strings.Contains(out+errs, c.password) {
				t.Error("the password is in the output")
			}
			var report struct {
				Schema  string
				Verdict struct{ Code, Grade string }
				Legs    []struct {
					Connection int
					Tokens     []struct{ Direction string }
				}
				CredentialsSpent int `json:"credentials_spent"`
			}
			if err := json.Unmarshal([]byte(out), &report); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			auth := 0
			for _, leg := range report.Legs {
				if len(leg.Tokens) > 0 && leg.Tokens[0].Direction == "request" {
					auth++
				}
			}
			if report.Verdict.Code != c.verdict || auth != c.auth || report.Schema != "ntlmctl.fetch/v1" {
				t.Errorf("verdict %s with %d tokens sent, want %s with %d: %s", report.Verdict.Code, auth, c.verdict, c.auth, out)
			}
			if report.CredentialsSpent > 1 {
				t.Errorf("%d logons were refused on one run", report.CredentialsSpent)
			}
		})
	}
}
