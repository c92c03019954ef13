package lab

import (
	"context"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
)

// state is a connection's, of the origin below.
type state struct {
	acceptor *ntlm.Acceptor
	accepted bool
}

type stateKey struct{}

// origin is a server that keeps the state of a logon with its connection.
// Refused counts the Type 3 that it refused.
func origin(t *testing.T, name string, refused *atomic.Int32) string {
	t.Helper()
	users, err := ntlm.ParseUsers(strings.NewReader("LAB:alice:Passw0rd!\n"))
	if err != nil {
		t.Fatal(err)
	}
	options := ntlm.AcceptorOptions{Users: users, Names: ntlm.Names{NbComputer: name, NbDomain: "LAB", Member: true}}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := r.Context().Value(stateKey{}).(*state)
		_, text, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		if in, err := base64.StdEncoding.DecodeString(text); !s.accepted && text != "" && err == nil {
			if s.acceptor == nil {
				s.acceptor = ntlm.NewAcceptor(options)
			}
			out, done, err := s.acceptor.Step(in)
			s.accepted = err == nil && done && s.acceptor.Result().Accepted
			if len(out) > 0 {
				w.Header().Set("WWW-Authenticate", "NTLM "+base64.StdEncoding.EncodeToString(out))
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			if !s.accepted {
				refused.Add(1)
				s.acceptor = nil
			}
		}
		if !s.accepted {
			w.Header().Set("WWW-Authenticate", "NTLM")
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		fmt.Fprintf(w, "hello from %s, asked in %s", name, r.Proto)
	}))
	server.Config.ConnContext = func(ctx context.Context, _ net.Conn) context.Context {
		return context.WithValue(ctx, stateKey{}, new(state))
	}
	server.Start()
	t.Cleanup(server.Close)
	return server.Listener.Addr().String()
}

// TestCurl logs on with curl through each, and asks again as a stranger.
func TestCurl(t *testing.T) {
	curl, err := exec.LookPath("curl")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	if version, _ := exec.Command(curl, "--version").Output(); !strings.Contains(string(version), " NTLM") {
		t.Skip("this curl speaks no NTLM")
	}
	for _, c := range []struct{ name, user, stranger string }{
		{"relay", "200", "401"},
		{"pinned", "200", "401"},
		{"pool", "200", "200"},
		{"pools", "200", "401"},
		{"unpinned", "401", "401"},
		{"round-robin", "401", "401"},
		{"strip-authorization", "401", "401"},
		{"strip-challenge", "401", "401"},
		{"basic-instead", "401", "401"},
		{"http10", "401", "401"},
		{"closer", "401", "401"},
		{"cache", "200", "200"},
		{"small-header", "431", "401"},
		{"small-body", "200", "401"},
		{"pool-closer", "401", "401"},
		{"sticky", "401", "401"},
		{"impatient", "200", "401"},
		{"connection-id", "401", "401"},
		{"connection-id-trust", "401", "401"},
		{"flaky", "200", "401"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var refused atomic.Int32
			origins := []string{origin(t, "ONE", &refused)}
			if c.name == "round-robin" || c.name == "sticky" {
				origins = append(origins, origin(t, "TWO", &refused))
			}
			addr, stop, err := Start(c.name, origins...)
			if err != nil {
				t.Fatal(err)
			}
			defer stop()
			for _, as := range []struct {
				want string
				args []string
			}{{c.user, []string{"--ntlm", "-u", `LAB\alice:Passw0rd!`}}, {c.stranger, nil}} {
				args := append([]string{"-s", "-m", "10", "-o", os.DevNull, "-w", "%{http_code}", "http://" + addr + "/"}, as.args...)
				out, err := exec.Command(curl, args...).Output()
				if got := string(out); got != as.want {
					t.Errorf("curl %v: status %s, want %s (%v)", as.args, got, as.want, err)
				}
			}
			if n := refused.Load(); n > 1 {
				t.Errorf("%d logons were refused for one run of curl", n)
			}
		})
	}
}

func TestStart(t *testing.T) {
	for _, c := range []struct {
		name    string
		origins []string
	}{{"no such box", []string{"a:1"}}, {"relay", nil}, {"round-robin", []string{"a:1"}}} {
		if _, _, err := Start(c.name, c.origins...); err == nil {
			t.Errorf("%s before %d origins was started", c.name, len(c.origins))
		}
	}
	for _, i := range All() {
		if i.Text == "" || i.Takes == "" || i.Origins == 0 {
			t.Errorf("%q is not described", i.Name)
		}
	}
}

// TestStop wants a box and all that goes through it gone.
func TestStop(t *testing.T) {
	for _, name := range []string{"relay", "pinned"} {
		var refused atomic.Int32
		addr, stop, err := Start(name, origin(t, "ONE", &refused))
		if err != nil {
			t.Fatal(err)
		}
		nc, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer nc.Close()
		fmt.Fprint(nc, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		if _, err := nc.Read(make([]byte, 4)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		stop()
		stop()
		if nc, err := net.Dial("tcp", addr); err == nil {
			nc.Close()
			t.Errorf("%s still listens", name)
		}
	}
}
