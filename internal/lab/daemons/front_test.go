//go:build unix

package daemons

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// fronts are the answers that curl gets through each front before an origin with
// Samba, in the shorthand of curl: alice, with a second request on her
// connection; a stranger; bob; alice again. An empty one was left to chance.
var fronts = map[string][4]string{
	"socat": {"401c 200 200", "401B", "401c 200", "401c 200"},

	"nginx/default":     {"401-", "401B", "401-", "401-"},
	"nginx/http11":      {"401c 401B", "401B", "401c 401B", "401c 401B"},
	"nginx/keepalive":   {"401c 200 200", "200", "200", "200"},
	"nginx/workers":     {"", "", "", ""},
	"nginx/balance":     {"401c 401B", "401B", "", ""},
	"nginx/affinity":    {"401c 200 200", "200", "200", "200"},
	"nginx/stream":      {"401c 200 200", "401B", "401c 200", "401c 200"},
	"nginx/stripauth":   {"401B", "401B", "401B", "401B"},
	"nginx/stripwww":    {"401-", "401-", "401-", "401-"},
	"nginx/basic":       {"401Basic", "401Basic", "401Basic", "401Basic"},
	"nginx/negotiate":   {"401B", "401B", "401B", "401B"},
	"nginx/clientclose": {"401c", "401B", "401c", "401c"},
	"nginx/poolclose":   {"401c", "401B", "", ""},
	"nginx/smallheader": {"401c 400", "401B", "", ""},
	"nginx/cache":       {"401c 200 200", "200", "200", "200"},
	"nginx/tls":         {"401c 200 200", "200", "200", "200"},
	"nginx/h2":          {"401c 200 200", "200", "200", "200"},

	"haproxy/http":             {"401c 200 200", "401B", "401c 200", "401c 200"},
	"haproxy/tcp":              {"401c 200 200", "401B", "401c 200", "401c 200"},
	"haproxy/reuse-never":      {"401c 200 200", "401B", "401c 200", "401c 200"},
	"haproxy/reuse-safe":       {"401c 200 200", "401B", "401c 200", "401c 200"},
	"haproxy/reuse-aggressive": {"401c 200 200", "401B", "401c 200", "401c 200"},
	"haproxy/reuse-always":     {"401c 200 200", "401B", "401c 200", "401c 200"},
	"haproxy/httpclose":        {"401-", "401B", "401-", "401-"},
	"haproxy/server-close":     {"401-", "401B", "401-", "401-"},
	"haproxy/balance":          {"401c 200 200", "401B", "401c 200", "401c 200"},
	"haproxy/balance-tcp":      {"401c 200 200", "401B", "401c 200", "401c 200"},
	"haproxy/balance-always":   {"401c 200 200", "401B", "401c 200", "401c 200"},
	"haproxy/balance-close":    {"401-", "401B", "401-", "401-"},
	"haproxy/balance-cookie":   {"401c 200 200", "401B", "401c 200", "401c 200"},
	"haproxy/stripauth":        {"401B", "401B", "401B", "401B"},
	"haproxy/stripwww":         {"401-", "401-", "401-", "401-"},
	"haproxy/idle":             {"401c 200 200", "401B", "401c 200", "401c 200"},
	"haproxy/cache":            {"401c 200 200", "200", "401c 200", "401c 200"},
	"haproxy/tls":              {"401c 200 200", "401B", "401c 200", "401c 200"},
	"haproxy/h2":               {"401c 200 200", "401B", "401c 200", "401c 200"},
	"haproxy/tls-relay":        {"401c 200 200", "401B", "401c 200", "401c 200"},

	"varnish/default":   {"401c 200 200", "200", "200", "200"},
	"varnish/pass":      {"401c 200 200", "200", "200", "200"},
	"varnish/pipe":      {"401-", "401B", "401-", "401-"},
	"varnish/pipe-auth": {"401-", "401B", "401-", "401-"},
	"varnish/pipe-keep": {"401c 200 200", "401B", "401c 200", "401c 200"},

	"apache/threads":      {"401c 200 200", "200", "200", "200"},
	"apache/processes":    {"401c 200 200", "", "", ""},
	"apache/disablereuse": {"401-", "401B", "401-", "401-"},
	"apache/initial":      {"401c 200 200", "401B", "401c 200", "401c 200"},
	"apache/prefork":      {"401c 200 200", "", "", ""},
	"apache/pinned":       {"401c 200 200", "401B", "401c 200", "401c 200"},

	"squid/default":  {"401B", "401B", "401B", "401B"},
	"squid/login":    {"401c 200 200", "401B", "401c 200", "401c 200"},
	"squid/pass":     {"401c 200 200", "401B", "401c 200", "401c 200"},
	"squid/passthru": {"401c 200 200", "401B", "401c 200", "401c 200"},
	"squid/auth-off": {"401-", "401-", "401-", "401-"},
}

// TestFronts sends curl through every front.
func TestFronts(t *testing.T) {
	origins := []string{Samba(t), Samba(t)}
	authority := TrustedBy(t)
	for _, f := range Fronts() {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			want, known := fronts[f.Name]
			if !known {
				t.Fatal("no answers are noted for this front")
			}
			for _, program := range f.Needs {
				Need(t, program)
			}
			url := "http://" + f.Start(t, origins[:f.Origins]...) + "/x"
			if f.TLS {
				url = strings.Replace(url, "http:", "https:", 1)
			}
			ask := func(who []string, urls ...string) string {
				return curl(t, nil, slices.Concat([]string{"--http1.1", "--cacert", authority}, who, urls)...)
			}
			got := [4]string{ask(alice, url, url), ask(stranger, url), ask(bob, url), ask(alice, url)}
			for i, w := range want {
				if w != "" && got[i] != w && !strings.HasPrefix(got[i], w+" ") {
					t.Errorf("request %d: %s, want %s", i, got[i], w)
				}
			}
			t.Log(strings.Join(got[:], " | "))
			worked := strings.HasPrefix(got[0], "401c 200")
			letIn := got[1] == "200"
			may := []Effect{Keeps, Mixes, Varies}
			switch {
			case !worked:
				may = []Effect{Breaks, Strips, Varies}
			case letIn:
				may = []Effect{Shares, Mixes, Caches, Varies}
			}
			if !slices.Contains(may, f.Effect) {
				t.Errorf("%s, but logged on %t, stranger let in %t", f.Effect, worked, letIn)
			}
		})
	}
}

// TestFrontsTrace asks twice through those that show what they do in a header.
func TestFrontsTrace(t *testing.T) {
	t.Parallel()
	backend := Backend(t)
	for _, c := range []struct {
		name, address, header, want string // want is a part of it
		stored                      bool   // the second answer is the first
	}{
		{"nginx/cache", Nginx(t, NginxCache, backend), "X-Cache", "HIT", true},
		{"haproxy/cache", HAProxy(t, HAProxyCache, backend), "Age", "0", true},
		{"haproxy/balance-cookie", HAProxy(t, HAProxyBalanceCookie, backend, backend), "Set-Cookie", "SERVERID=s", false},
		{"varnish/default", Varnish(t, VarnishDefault, backend), "X-Varnish", " ", true},
		{"varnish/pass", Varnish(t, VarnishPass, backend), "X-Varnish", "", false},
	} {
		ask := func(path string) (http.Header, string) {
			resp, err := http.Get("http://" + c.address + path)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			body, err := io.ReadAll(resp.Body)
			if err != nil {
				t.Fatal(err)
			}
			return resp.Header, string(body)
		}
		_, first := ask("/a?1")
		header, second := ask("/a?1")
		if !strings.Contains(header.Get(c.header), c.want) || (first == second) != c.stored {
			t.Errorf("%s: %v, answers %q and %q", c.name, header, first, second)
		}
	}
}

// TestFrontsHTTP2 is what curl does over HTTP/2: the Type 1, and all again over
// HTTP/1.1. The Type 1 spoils nginx's pool.
func TestFrontsHTTP2(t *testing.T) {
	origin := Samba(t)
	authority := TrustedBy(t)
	for _, c := range []struct {
		name, address, want string
	}{
		{"nginx", Nginx(t, NginxH2, origin), "401c 401B 401B"},
		{"haproxy", HAProxy(t, HAProxyH2, origin), "401c 401c 200"},
	} {
		if got := curl(t, nil, slices.Concat([]string{"--cacert", authority}, alice, []string{"https://" + c.address + "/x"})...); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// TestIdle waits for HAProxy to close a connection on which nothing is asked.
func TestIdle(t *testing.T) {
	t.Parallel()
	front := HAProxy(t, HAProxyIdle, Backend(t))
	conn, err := net.Dial("tcp", front)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: front\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(conn)
	resp, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		t.Fatal(err)
	}
	if resp.Close {
		t.Error("it does not keep the connection at all")
	}
	if _, err := r.ReadByte(); !errors.Is(err, io.EOF) {
		t.Errorf("%v, want EOF", err)
	}
}
