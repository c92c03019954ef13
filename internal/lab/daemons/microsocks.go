//go:build unix

package daemons

import "testing"

// The account that MicroSOCKS wants (RFC 1929).
const (
	SOCKSUser     = "labsocks"
	SOCKSPassword = "S0cks!"
)

// MicroSOCKS starts microsocks, a SOCKS5 server, and returns host:port.
func MicroSOCKS(t testing.TB) string {
	t.Helper()
	program := Need(t, "microsocks")
	return listen(t, "microsocks", func(_, port string) command {
		return command{program: program, args: []string{"-i", "127.0.0.1", "-p", port, "-u", SOCKSUser, "-P", SOCKSPassword}}
	})
}
