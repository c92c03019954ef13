//go:build unix

package daemons

import "testing"

// Socat starts a relay of TCP before an origin, the one that all others are
// compared with, and returns host:port.
func Socat(t testing.TB, origin string) string {
	t.Helper()
	program := Need(t, "socat")
	return listen(t, "socat", func(_, port string) command {
		return command{program: program, args: []string{"TCP-LISTEN:" + port + ",bind=127.0.0.1,fork,reuseaddr", "TCP:" + origin}}
	})
}

// socatFronts are the one: there is nothing to configure.
func socatFronts() []Front {
	return []Front{{
		Name: "socat", Needs: []string{"socat"}, Effect: Keeps, Origins: 1,
		Changed: func(t testing.TB, _ []Change, origins ...string) string { t.Helper(); return Socat(t, origins[0]) },
	}}
}
