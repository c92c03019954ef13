//go:build unix

package daemons

import (
	"math/rand/v2"
	"net"
	"strconv"
	"testing"
)

// Ports are taken from below those that systems hand out by themselves, so that
// no outgoing connection can take one before its daemon does.
const firstPort, lastPort = 20000, 29999

// freePort is a loopback port that nothing listens on. Until the test ends no
// other test gets it, in other processes neither: the UDP port of the same
// number is held in token of that.
func freePort(t testing.TB) string {
	t.Helper()
	for range 200 {
		port := strconv.Itoa(firstPort + rand.IntN(lastPort-firstPort+1))
		token, err := net.ListenPacket("udp", "127.0.0.1:"+port)
		if err != nil {
			continue
		}
		l, err := net.Listen("tcp", "127.0.0.1:"+port)
		if err != nil {
			token.Close()
			continue
		}
		l.Close()
		t.Cleanup(func() { token.Close() })
		return port
	}
	t.Fatalf("none of 200 ports between %d and %d is free", firstPort, lastPort)
	return ""
}
