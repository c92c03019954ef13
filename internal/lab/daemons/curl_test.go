//go:build unix

package daemons

import (
	"context"
	"net/textproto"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// alice and bob log on with curl to what Samba guards, carol does not.
var (
	alice    = []string{"--ntlm", "-u", SambaUser + ":" + SambaPassword}
	bob      = []string{"--ntlm", "-u", SambaOtherUser + ":" + SambaOtherPassword}
	mistaken = []string{"--ntlm", "-u", SambaUser + ":Wr0ng-0ne"}
	stranger []string
)

// curl makes one request with a client nobody here wrote, and says what the
// answers were, in the shorthand of legs: "401c 200" is a 401 with a challenge and a 200.
// c: a challenge, B: a bare NTLM or Negotiate, -: a 401 or 407 that names no scheme; other
// schemes are named.
func curl(t *testing.T, env []string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	headers := filepath.Join(t.TempDir(), "headers")
	cmd := exec.CommandContext(ctx, Need(t, "curl"), append([]string{"-q", "-s", "-S", "-D", headers, "-m", "15"}, args...)...)
	cmd.Env = append(cmd.Environ(), env...)
	stderr := new(strings.Builder)
	cmd.Stderr = stderr
	failed := cmd.Run()
	data, err := os.ReadFile(headers)
	if err != nil || len(data) == 0 {
		t.Fatalf("curl %s: %v: %s", args, failed, stderr)
	}
	var legs []string
	for block := range strings.SplitSeq(strings.TrimSpace(string(data)), "\r\n\r\n") {
		legs = append(legs, leg(block))
	}
	return strings.Join(legs, " ")
}

// gssUser is the environment in which curl --negotiate logs on by NTLM, with
// gss-ntlmssp: that takes the account from a file.
func gssUser(t *testing.T, account, password string) []string {
	t.Helper()
	needFile(t, gssMechanism)
	path := filepath.Join(t.TempDir(), "user")
	write(t, path, gssLine(account, password))
	return []string{"NTLM_USER_FILE=" + path}
}

// leg is the shorthand for one answer.
func leg(header string) string {
	lines := strings.Split(header, "\r\n")
	fields := strings.Fields(lines[0])
	if len(fields) < 2 {
		return lines[0]
	}
	status := fields[1]
	if status != "401" && status != "407" {
		return status
	}
	offer := "-"
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ":")
		if name = textproto.CanonicalMIMEHeaderKey(name); name != "Www-Authenticate" && name != "Proxy-Authenticate" {
			continue
		}
		scheme, token, _ := strings.Cut(strings.TrimSpace(value), " ")
		switch {
		case scheme != "NTLM" && scheme != "Negotiate":
			offer = strings.TrimPrefix(offer, "-") + scheme
		case token != "":
			offer = "c"
		case offer == "-":
			offer = "B"
		}
	}
	return status + offer
}
