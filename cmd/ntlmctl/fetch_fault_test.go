package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ntlmctl/ntlmctl/internal/lab/loopback"
	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
)

// strikes are what a peer does in place of an answer. Those of a byte are what may
// happen where HTTP has not begun. Late ones last as long as they are let.
var strikes = []struct {
	name       string
	byte, late bool
	do         func(net.Conn)
}{
	{"reset", true, false, func(nc net.Conn) { _ = nc.(*net.TCPConn).SetLinger(0) }},
	{"eof", true, false, func(net.Conn) {}},
	{"stall", true, true, func(nc net.Conn) { _, _ = io.Copy(io.Discard, nc) }},
	{"garbage", true, false, func(nc net.Conn) {
		_, _ = io.WriteString(nc, "\x05\xff\x01 what is this?\r\n\r\n")
		_, _ = io.Copy(io.Discard, nc)
	}},
	{"oversized head", false, false, func(nc net.Conn) {
		_, _ = io.WriteString(nc, "HTTP/1.1 401 Unauthorized\r\n"+strings.Repeat("X-Filler: "+strings.Repeat("x", 1000)+"\r\n", 300)+"\r\n")
		_, _ = io.Copy(io.Discard, nc)
	}},
	{"slow drip", false, true, func(nc net.Conn) {
		_, err := io.WriteString(nc, "HTTP/1.1 401 Unauthorized\r\nX-Drip: ")
		for drip := time.NewTicker(2 * time.Millisecond); err == nil; <-drip.C {
			_, err = io.WriteString(nc, "x")
		}
	}},
	{"1xx flood", false, false, func(nc net.Conn) {
		for err := error(nil); err == nil; {
			_, err = io.WriteString(nc, "HTTP/1.1 100 Continue\r\n\r\n")
		}
	}},
}

// struckServer answers the requests of the first connection with the list, and
// strikes in place of the one with the number n, as at the first of each later
// connection. One below 0 strikes at the first byte.
func struckServer(t *testing.T, list []string, n int, strike func(net.Conn)) (address string) {
	t.Helper()
	return loopback.Talk(t, func(count int, nc net.Conn) {
		n := n
		if count > 1 {
			n = min(n, 0)
		}
		br := bufio.NewReader(nc)
		if n < 0 {
			_, _ = br.ReadByte()
			strike(nc)
			return
		}
		for i := range n + 1 {
			if i == len(list) { // what follows is no request: TLS
				_, _ = br.ReadByte()
			} else if r, err := http.ReadRequest(br); err == nil {
				_, _ = io.Copy(io.Discard, r.Body)
			}
			if i == n {
				strike(nc)
				return
			}
			_, _ = io.WriteString(nc, list[i])
		}
	})
}

// Whatever a peer does, at whatever point of an exchange: fetch ends, with the
// verdict and the exit code of that.
func TestFetchFaults(t *testing.T) {
	token := challengeFor(t, ntlm.AcceptorOptions{}, "TlRMTVNTUAABAAAAB4IIAAAAAAAAAAAAAAAAAAAAAAA=")
	answer := func(status int, fields ...string) string {
		return fmt.Sprintf("HTTP/1.1 %d Status\r\n%s\r\nContent-Length: 0\r\n\r\n", status, strings.Join(fields, "\r\n"))
	}
	origin := []string{answer(401, "WWW-Authenticate: NTLM"), answer(401, "WWW-Authenticate: NTLM "+token)}
	proxy := []string{answer(407, "Proxy-Authenticate: NTLM"), answer(407, "Proxy-Authenticate: NTLM "+token)}
	tunnel := []string{"HTTP/1.1 200 OK\r\n\r\n"}
	secured := map[string]string{"": "tls-failed 5", "stall": "timeout 5"}
	nothing := map[string]string{"": "unreachable 5", "stall": "timeout 5", "slow drip": "timeout 5"}
	begun := map[string]string{"": "challenge-mangled 6", "eof": "connection-closed 6", "reset": "connection-closed 6", "stall": "timeout 5", "slow drip": "timeout 5"}
	for _, p := range []struct {
		name string
		list []string
		n    int
		args string            // ADDRESS is the server
		want map[string]string // verdict and exit code, of all others under ""
	}{
		{"TLS", nil, -1, "https://ADDRESS/", secured},
		{"SOCKS", nil, -1, "-x socks5://ADDRESS http://127.0.0.1/", nothing},
		{"https proxy", nil, -1, "-x https://ADDRESS http://127.0.0.1/", secured},
		{"TLS in a tunnel", tunnel, 1, "-x http://ADDRESS https://127.0.0.1/", secured},
		{"first request", origin, 0, "http://ADDRESS/", nothing},
		{"Type 1", origin, 1, "http://ADDRESS/", begun},
		{"Type 3", origin, 2, "http://ADDRESS/", begun},
		{"Type 1 at once", origin[1:], 0, "--ntlm http://ADDRESS/", begun},
		{"proxy, first request", proxy, 0, "-x http://ADDRESS http://127.0.0.1/", nothing},
		{"proxy, Type 1", proxy, 1, "-x http://ADDRESS http://127.0.0.1/", begun},
		{"proxy, Type 3", proxy, 2, "-x http://ADDRESS http://127.0.0.1/", begun},
		{"CONNECT", proxy, 0, "-x http://ADDRESS https://127.0.0.1/", nothing},
		{"CONNECT, Type 1", proxy, 1, "-x http://ADDRESS https://127.0.0.1/", begun},
		{"CONNECT, Type 3", proxy, 2, "-x http://ADDRESS https://127.0.0.1/", begun},
	} {
		for _, s := range strikes {
			if (p.n < 0 || p.name == "TLS in a tunnel") && !s.byte {
				continue
			}
			t.Run(p.name+"/"+s.name, func(t *testing.T) {
				t.Parallel()
				most := "60"
				if s.late {
					most = "0.5"
				}
				args := []string{"fetch", "-s", "-m", most, "-u", `LAB\alice:x`, "-U", `LAB\bob:y`, "-w", "%{verdict}"}
				args = append(args, strings.Fields(strings.ReplaceAll(p.args, "ADDRESS", struckServer(t, p.list, p.n, s.do)))...)
				out, _, code := call(t, nil, args...)
				want := p.want[s.name]
				if want == "" {
					want = p.want[""]
				}
				if got := fmt.Sprintf("%s %d", out, code); got != want {
					t.Errorf("%s, want %s", got, want)
				}
			})
		}
	}
}
