package ntlm

import (
	"strings"
	"testing"
	"time"
)

const labUsers = `# the lab's accounts
LAB:alice:Passw0rd!
LAB:bob:$NT$fc525c9683e8fe067095ba2ddc971889
LAB:carol:with:colons
:anywhere:Passw0rd!
`

func acceptorOptions(tb testing.TB) AcceptorOptions {
	tb.Helper()
	users, err := ParseUsers(strings.NewReader(labUsers))
	if err != nil {
		tb.Fatal(err)
	}
	return AcceptorOptions{
		Users: users,
		Names: Names{NbComputer: "ORIGIN", NbDomain: "LAB", DNSComputer: "origin.lab.test", DNSDomain: "lab.test", DNSTree: "lab.test"},
		Clock: func() time.Time { return time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC) },
	}
}
