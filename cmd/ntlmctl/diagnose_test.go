package main

import (
	"strconv"
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/internal/lab"
	"github.com/ntlmctl/ntlmctl/internal/lab/loopback"
	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
	"github.com/ntlmctl/ntlmctl/negotiate/origin"
)

// labOrigin starts an origin that knows alice and bob.
func labOrigin(t *testing.T, o origin.Options) string {
	t.Helper()
	users, err := ntlm.ParseUsers(strings.NewReader("LAB:alice:Passw0rd!\nLAB:bob:S3cret!12\n"))
	if err != nil {
		t.Fatal(err)
	}
	o.Acceptor = ntlm.AcceptorOptions{Users: users, Names: ntlm.Names{NbComputer: "ONE", NbDomain: "LAB", Member: true}}
	server, err := origin.New(o)
	if err != nil {
		t.Fatal(err)
	}
	address, _ := loopback.Serve(t, server.Serve)
	return address
}

// TestDiagnoseExits diagnoses boxes of the lab: the exit code, and what people read.
func TestDiagnoseExits(t *testing.T) {
	basic := origin.Options{Schemes: []string{origin.SchemeBasic}}
	for _, c := range []struct {
		name   string
		box    string
		origin origin.Options
		flags  []string
		direct bool
		code   int
		shows  []string
	}{
		{"survives", "relay", origin.Options{}, []string{"-u", `LAB\alice:Passw0rd!`}, false, 0,
			[]string{"✓ survives  proven", "✓ strangers", "conn 1 → 1", "GET, Type 3", "not asked for: second-user (--user2)"}},
		{"no credentials", "relay", origin.Options{}, nil, false, 0, []string{"? untested  whether a handshake survives", "was not tested", "give -u USER"}},
		{"open", "relay", origin.Options{}, []string{"--only", "front"}, false, 0, nil},
		{"rejected", "relay", origin.Options{}, []string{"-u", `LAB\alice:wrong`}, true, 4, []string{"✗ credentials-rejected  proven", "straight at the server", "✗ direct handshake"}},
		{"broken", "unpinned", origin.Options{}, []string{"-u", `LAB\alice:Passw0rd!`}, false, 6, []string{"✗ connection-not-pinned  proven", "conn 1 → 5"}},
		{"no scheme", "relay", basic, []string{"-u", `LAB\alice:Passw0rd!`}, false, 8, []string{"✗ scheme-not-offered  proven"}},
		{"danger", "pool", origin.Options{}, []string{"-u", `LAB\alice:Passw0rd!`}, false, 9, []string{"! session-shared  proven", "strangers were let in", "a stranger"}},
		{"two accounts", "pinned", origin.Options{}, []string{"-u", `LAB\alice:Passw0rd!`, "--user2", `LAB\bob:S3cret!12`}, false, 0, []string{"second-user"}},
		{"a pause", "impatient", origin.Options{}, []string{"-u", `LAB\alice:Passw0rd!`, "--idle", "3s"}, false, 6, []string{"✗ idle-timeout  proven"}},
		{"some of many", "flaky", origin.Options{}, []string{"-u", `LAB\alice:Passw0rd!`, "--attempts", "10"}, false, 6, []string{"intermittent"}},
		{"in no time", "relay", origin.Options{}, []string{"-u", `LAB\alice:Passw0rd!`, "--max-time", "1ns"}, false, 5, []string{"✗ timeout"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			addr := labOrigin(t, c.origin)
			through, stop, err := lab.Start(c.box, addr)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(stop)
			args := append([]string{"diagnose", "--width", "80", "http://" + through + "/"}, c.flags...)
			if c.direct {
				args = append(args, "--direct", addr)
			}
			out, errs, code := call(t, nil, args...)
			if code != c.code {
				t.Errorf("exit code %d, want %d: %s%s", code, c.code, out, errs)
			}
			for _, text := range c.shows {
				if !strings.Contains(out, text) {
					t.Errorf("%q is not shown: %s", text, out)
				}
			}
			for line := range strings.Lines(out) {
				if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > 80 {
					t.Errorf("a line of %s columns: %s", strconv.Itoa(n), line)
				}
			}
			if strings.Contains(out+errs, "Passw0rd") {
				t.Error("the password is in the output")
			}
		})
	}
}

// TestDiagnoseProxyURL logs on to a proxy as its URL says, as fetch does.
func TestDiagnoseProxyURL(t *testing.T) {
	proxy, addr := labOrigin(t, origin.Options{Proxy: true}), labOrigin(t, origin.Options{})
	for password, want := range map[string]string{"Passw0rd!": "✓ survives  proven", "Wr0ng-0ne": "✗ credentials-rejected  proven, at the proxy"} {
		t.Run(password, func(t *testing.T) {
			out, errs, _ := call(t, nil, "diagnose", "-u", `LAB\alice:Passw0rd!`, "-x", `http://LAB%5Calice:`+password+"@"+proxy, "http://"+addr+"/")
			if !strings.HasPrefix(out, want) {
				t.Errorf("want %s: %s%s", want, out, errs)
			}
			if strings.Contains(out+errs, password) {
				t.Error("the password is in the output")
			}
		})
	}
}
