package negotiate

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate/wire"
)

// fault is what a peer does in place of an answer.
type fault struct {
	name   string
	strike func(nc net.Conn)
}

var faults = []fault{
	{"reset", func(nc net.Conn) { nc.(*net.TCPConn).SetLinger(0); nc.Close() }},
	{"eof", func(nc net.Conn) { nc.Close() }},
	{"stall", func(nc net.Conn) { io.Copy(io.Discard, nc) }},
	{"garbage", func(nc net.Conn) { io.WriteString(nc, "\x16\x03\x01 what is this?\r\n\r\n"); io.Copy(io.Discard, nc) }},
	{"oversized head", func(nc net.Conn) {
		io.WriteString(nc, "HTTP/1.1 401 Unauthorized\r\n"+strings.Repeat("X-Filler: "+strings.Repeat("x", 500)+"\r\n", 40)+"\r\n")
		io.Copy(io.Discard, nc)
	}},
	{"slow drip", func(nc net.Conn) {
		io.WriteString(nc, "HTTP/1.1 401 Unauthorized\r\nX-Drip: ")
		drip := time.NewTicker(2 * time.Millisecond)
		defer drip.Stop()
		for range drip.C {
			if _, err := nc.Write([]byte("x")); err != nil {
				return
			}
		}
	}},
	{"1xx flood", func(nc net.Conn) {
		for {
			if _, err := io.WriteString(nc, "HTTP/1.1 100 Continue\r\n\r\n"); err != nil {
				return
			}
		}
	}},
	{"half a head", func(nc net.Conn) { io.WriteString(nc, "HTTP/1.1 401 Unauth"); nc.Close() }},
}

// struck answers with the list, and strikes in place of the one with the number n.
func struck(list []string, n int, f fault) func(net.Conn) {
	return func(nc net.Conn) {
		br := bufio.NewReader(nc)
		for i, text := range list {
			r, err := http.ReadRequest(br)
			if err != nil {
				return
			}
			io.Copy(io.Discard, r.Body)
			if i == n {
				f.strike(nc)
				return
			}
			io.WriteString(nc, text)
		}
		io.Copy(io.Discard, br)
	}
}

// soon is a deadline that passes while a test waits for it.
const soon = 200 * time.Millisecond

// Every fault at every point of an exchange ends in a verdict, before long.
func TestFaults(t *testing.T) {
	token := type2(t)
	legs := []string{response(401, "WWW-Authenticate: NTLM"), response(401, "WWW-Authenticate: NTLM "+token), response(200)}
	connects := []string{response(407, "Proxy-Authenticate: NTLM"), response(407, "Proxy-Authenticate: NTLM "+token), "HTTP/1.1 200 OK\r\n\r\n"}
	points := []struct {
		name    string
		tunnel  bool
		answers []string
		n       int
		want    map[string]string
	}{
		{"anonymous", false, legs, 0, map[string]string{"stall": "timeout", "slow drip": "timeout", "": "unreachable"}},
		{"Type 1", false, legs, 1, map[string]string{"stall": "timeout", "slow drip": "timeout", "reset": "connection-closed", "eof": "connection-closed", "half a head": "connection-closed", "": "challenge-mangled"}},
		{"Type 3", false, legs, 2, map[string]string{"stall": "timeout", "slow drip": "timeout", "reset": "connection-closed", "eof": "connection-closed", "half a head": "connection-closed", "": "challenge-mangled"}},
		{"CONNECT", true, connects, 0, map[string]string{"stall": "timeout", "slow drip": "timeout", "": "unreachable"}},
		{"CONNECT, Type 1", true, connects, 1, map[string]string{"stall": "timeout", "slow drip": "timeout", "reset": "connection-closed", "eof": "connection-closed", "half a head": "connection-closed", "": "challenge-mangled"}},
		{"CONNECT, Type 3", true, connects, 2, map[string]string{"stall": "timeout", "slow drip": "timeout", "reset": "connection-closed", "eof": "connection-closed", "half a head": "connection-closed", "": "challenge-mangled"}},
	}
	for _, p := range points {
		for _, f := range faults {
			t.Run(p.name+"/"+f.name, func(t *testing.T) {
				t.Parallel()
				o := Options{Wire: wire.Options{Limits: wire.Limits{Head: 8 << 10}}, Origin: as(alice, password), ProxyLogon: as(alice, password)}
				if p.want[f.name] == "timeout" { // only these are waited for
					o.Wire.Timeouts = wire.Timeouts{Head: soon, Idle: soon}
				}
				address := script(t, struck(p.answers, p.n, f), struck(p.answers, 0, f))
				if p.tunnel {
					o.Wire.Proxy = through(t, address)
					address = "https://origin.lab.test/"
				}
				client := newTester(t, o)
				_, err := client.do(t, request(t, "GET", address, nil))
				if err == nil {
					t.Fatal("no error")
				}
				want, special := p.want[f.name]
				if !special {
					want = p.want[""]
				}
				v := client.last(t).Verdict
				if string(v.Code) != want {
					t.Errorf("got %s %s %s, want %s: %v", v.Target, v.Code, v.Grade, want, v.Evidence)
				}
				if (v.Target == "proxy") != p.tunnel || client.Spent() != 0 || client.last(t).Response != nil {
					t.Errorf("%+v, %d spent", v, client.Spent())
				}
			})
		}
	}
}

// A body that breaks is an error of its reader; the logon was made all the same.
func TestFaultsInBody(t *testing.T) {
	const head = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nthe beginning"
	const chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
	for _, start := range []string{head, chunked} {
		for _, f := range faults {
			if f.name == "oversized head" || f.name == "1xx flood" || start == head && (f.name == "garbage" || f.name == "slow drip") {
				continue // a hundred bytes are a hundred bytes
			}
			t.Run(f.name, func(t *testing.T) {
				t.Parallel()
				address := script(t, func(nc net.Conn) {
					readRequest(nc)
					io.WriteString(nc, start)
					f.strike(nc)
				})
				o := Options{}
				if f.name == "stall" { // the only one that is waited for
					o.Wire.Timeouts.Idle = soon
				}
				client := newTester(t, o)
				_, err := client.do(t, request(t, "GET", address, nil))
				if err == nil {
					t.Error("no error")
				}
				if v := client.last(t).Verdict; v.Code != "open" {
					t.Errorf("%+v", v)
				}
				if n := len(client.idle); n != 0 {
					t.Errorf("%d connections kept", n)
				}
			})
		}
	}
}

// A refusal whose body does not end costs the connection, and the logon goes on
// with another; one that is too long does, too.
func TestFaultsInRefusal(t *testing.T) {
	refusal := "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: NTLM\r\nContent-Length: 1000000\r\n\r\n"
	rest := answers(response(401, "WWW-Authenticate: NTLM "+type2(t)), response(200))
	for _, c := range []struct {
		name  string
		first func(net.Conn)
	}{
		{"stalls", func(nc net.Conn) { readRequest(nc); io.WriteString(nc, refusal); io.Copy(io.Discard, nc) }},
		{"ends", func(nc net.Conn) { readRequest(nc); io.WriteString(nc, refusal+"the beginning") }},
		{"is long", func(nc net.Conn) {
			readRequest(nc)
			io.WriteString(nc, refusal+strings.Repeat("x", 1000000))
			io.Copy(io.Discard, nc)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := newTester(t, Options{Origin: as(alice, password), Wire: wire.Options{Timeouts: wire.Timeouts{Drain: soon}}})
			if _, err := client.do(t, request(t, "GET", script(t, c.first, rest), nil)); err != nil {
				t.Fatal(err)
			}
			if got := client.outcome(t); got != "survives 200 3 2 0" {
				t.Errorf("%s %+v", got, client.last(t).Verdict)
			}
		})
	}
	t.Run("of a challenge, and it is the answer", func(t *testing.T) {
		cut := strings.Replace(refusal, "NTLM", "NTLM "+type2(t), 1) + "the beginning"
		client := newTester(t, Options{Origin: at([]string{SchemeNTLM}, true)})
		body, err := client.do(t, request(t, "GET", script(t, func(nc net.Conn) { readRequest(nc); io.WriteString(nc, cut) }), nil))
		if err == nil || body != "the beginning" {
			t.Errorf("%q, %v", body, err)
		}
		if got := client.outcome(t); got != "connection-closed 401 1 1 0" {
			t.Errorf("%s %+v", got, client.last(t).Verdict)
		}
	})
}

// Redirects that lead nowhere end, and each leg was on the one connection.
func TestRedirectLoop(t *testing.T) {
	address := script(t, func(nc net.Conn) {
		br := bufio.NewReader(nc)
		for {
			if _, err := http.ReadRequest(br); err != nil {
				return
			}
			io.WriteString(nc, response(302, "Location: /again"))
		}
	})
	client := newTester(t, Options{})
	resp, err := (&http.Client{Transport: client}).Get(address)
	if err == nil {
		t.Fatal("no error")
	}
	resp.Body.Close()
	if n := len(client.results); n != 10 || len(client.recorder.Trace().Connections) != 1 {
		t.Errorf("%d requests, %d connections", n, len(client.recorder.Trace().Connections))
	}
}

// A context that ends, ends the request, wherever it is.
func TestCancel(t *testing.T) {
	for n := range 3 {
		reached := make(chan bool)
		legs := []string{response(401, "WWW-Authenticate: NTLM"), response(401, "WWW-Authenticate: NTLM "+type2(t)), response(200)}
		address := script(t, struck(legs, n, fault{"", func(nc net.Conn) {
			close(reached)
			io.Copy(io.Discard, nc)
		}}))
		client := newTester(t, Options{Origin: as(alice, password)})
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			<-reached
			cancel()
		}()
		_, err := client.do(t, request(t, "GET", address, nil).WithContext(ctx))
		if err == nil || client.last(t).Verdict.Grade != "untested" {
			t.Errorf("leg %d: %v, %+v", n, err, client.last(t).Verdict)
		}
	}
}
