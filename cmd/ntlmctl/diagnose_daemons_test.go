//go:build unix

package main

import (
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/internal/lab/daemons"
)

// TestForgedConnectionID has ntlmctl serve keep logons under a header that a real
// nginx sets, passes through, or takes out, and a stranger forge it.
func TestForgedConnectionID(t *testing.T) {
	for _, c := range []struct {
		variant daemons.NginxVariant
		code    int
		shows   []string
	}{
		{daemons.NginxConnectionID, 0, []string{"✓ survives  proven", "✓ forgery", "a forged X-Connection-Id is refused"}},
		{daemons.NginxConnectionIDTrust, 9, []string{"! session-shared  proven", "✗ forgery", "200 to a stranger with a forged X-Connection-Id"}},
		{daemons.NginxConnectionIDStrip, 6, []string{"✗ connection-not-pinned  proven", "second-request, forgery, strangers (it needs a connection that is logged on)"}},
	} {
		t.Run(string(c.variant), func(t *testing.T) {
			server := startServe(t, "--connection-id-header", daemons.ConnectionIDHeader)
			front := daemons.Nginx(t, c.variant, server.host)
			out, errs, code := call(t, []byte("Passw0rd!\n"), "diagnose", "--width", "200", "-u", `LAB\alice`, "--password-stdin",
				"--connection-id-header", daemons.ConnectionIDHeader, "http://"+front+"/")
			if code != c.code {
				t.Errorf("exit code %d, want %d: %s%s", code, c.code, out, errs)
			}
			for _, text := range c.shows {
				if !strings.Contains(out, text) {
					t.Errorf("%q is not shown: %s", text, out)
				}
			}
		})
	}
}
