package origin_test

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/internal/lab/loopback"
	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
	"github.com/ntlmctl/ntlmctl/negotiate/origin"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/render"
)

func proxyOptions(t *testing.T) origin.Options {
	o := options(t)
	o.Proxy, o.Body = true, render.AppendServeBody
	return o
}

// logOnTo logs on to a proxy with requests that begin with line.
func (p *peer) logOnTo(line string) answer {
	p.tb.Helper()
	h := p.client("NTLM", `LAB\alice`, password)
	var in []byte
	var a answer
	for range 2 {
		out, _, err := h.client.Step(in)
		if err != nil {
			p.tb.Fatal(err)
		}
		a = p.do(line + " HTTP/1.1\r\nHost: o\r\nProxy-Authorization: NTLM " + base64.StdEncoding.EncodeToString(out) + "\r\n\r\n")
		in = a.token("NTLM")
	}
	return a
}

// TestForward passes requests on to a server that says what it was asked.
func TestForward(t *testing.T) {
	behind := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Keep-Alive", "x")
		w.Header().Set("X-Path", r.URL.String())
		if r.URL.Path == "/flush" {
			_ = http.NewResponseController(w).Flush() // so the length is not known
		}
		fmt.Fprintf(w, "%s %s te=%q auth=%q via=%t secret=%q", r.Method, body, r.Header.Get("TE"), r.Header.Get("Proxy-Authorization"), r.Header.Get("Via") != "", r.Header.Get("X-Named"))
	}))
	defer behind.Close()
	p := dial(t, start(t, proxyOptions(t)))
	if a := p.do("GET " + behind.URL + "/ HTTP/1.1\r\n\r\n"); a.StatusCode != 407 || a.offers() != "Negotiate, NTLM" || a.Header.Get("WWW-Authenticate") != "" {
		t.Fatalf("%d %v", a.StatusCode, a.Header)
	}
	const plain = `GET  te="" auth="" via=true secret=""`
	if a := p.logOnTo("GET " + behind.URL + "/one"); a.StatusCode != 200 || a.body != plain || a.Header.Get(trace.ProxyHeader(trace.HeaderConnection)) != "1" || a.Header.Get(trace.HeaderInstance) != "" {
		t.Fatalf("%d %q", a.StatusCode, a.body)
	}
	for _, c := range []struct{ request, want string }{
		{"GET " + behind.URL + "/x?y HTTP/1.1\r\nTE: trailers\r\nConnection: x-named, keep-alive\r\nX-Named: yes\r\n\r\n", plain},
		{"GET " + behind.URL + "/flush HTTP/1.1\r\n\r\n", plain},
		{"POST " + behind.URL + "/ HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello", strings.Replace(plain, "GET ", "POST hello", 1)},
		{"POST " + behind.URL + "/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", strings.Replace(plain, "GET ", "POST hello", 1)},
		{"HEAD " + behind.URL + "/ HTTP/1.1\r\n\r\n", ""},
	} {
		a := p.do(c.request)
		if a.StatusCode != 200 || a.body != c.want || a.Header.Get("Keep-Alive") != "" {
			t.Errorf("%.20q: %d %q %v", c.request, a.StatusCode, a.body, a.Header)
		}
	}
	if a := p.get("/itself"); a.StatusCode != 200 || a.report(t).Target != "/itself" {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	behind.CloseClientConnections()
	if a := p.do("GET " + behind.URL + "/again HTTP/1.1\r\n\r\n"); a.StatusCode != 200 {
		t.Errorf("a connection that went stale: %d %s", a.StatusCode, a.body)
	}
	behind.Close()
	if a := p.do("GET " + behind.URL + "/gone HTTP/1.1\r\n\r\n"); a.StatusCode != 502 || !strings.Contains(a.report(t).Note, "refused") {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	if a := p.do("GET ftp://x/ HTTP/1.1\r\n\r\n"); a.StatusCode != 400 {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
}

// TestForwardKeepsHandshakes logs on to an origin behind the proxy.
func TestForwardKeepsHandshakes(t *testing.T) {
	o := options(t)
	o.Body = render.AppendServeBody
	behind := start(t, o)
	p := dial(t, start(t, proxyOptions(t)))
	p.logOnTo("GET http://" + behind + "/")
	client, err := ntlm.NewClient(ntlm.ClientOptions{Account: ntlm.ParseAccount(`LAB\alice`), Secret: ntlm.Password(password)})
	if err != nil {
		t.Fatal(err)
	}
	var in []byte
	var a answer
	for range 2 {
		out, _, err := client.Step(in)
		if err != nil {
			t.Fatal(err)
		}
		a = p.do("GET http://" + behind + "/ HTTP/1.1\r\n" + authorization("NTLM", out) + "\r\n\r\n")
		in = a.token("NTLM")
	}
	if doc := a.report(t); a.StatusCode != 200 || doc.Account != `LAB\alice` || doc.AuthKey != "connection 1" {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	if got := a.Header.Values(trace.HeaderInstance); len(got) != 1 || got[0] != a.report(t).Instance {
		t.Errorf("the origin does not speak for itself: %q", got)
	}
	if got := a.Header.Values(trace.ProxyHeader(trace.HeaderInstance)); len(got) != 1 || got[0] == a.report(t).Instance {
		t.Errorf("the proxy does not speak for itself: %q", got)
	}
}

// TestLoop sends a proxy to itself.
func TestLoop(t *testing.T) {
	o := proxyOptions(t)
	o.Schemes = []string{origin.SchemeBasic}
	address := start(t, o)
	basic := "Proxy-Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(`LAB\alice:`+password)) + "\r\n\r\n"
	// The credentials end at the first hop, so the second asks for them.
	if a := dial(t, address).do("GET http://" + address + "/ HTTP/1.1\r\n" + basic); a.StatusCode != 407 {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	server, address, _ := startServer(t, o)
	via := "Via: 1.1 ntlmctl-" + server.Instance() + "\r\n"
	if a := dial(t, address).do("GET http://" + address + "/ HTTP/1.1\r\n" + via + basic); a.StatusCode != http.StatusLoopDetected {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
}

// TestTunnel goes through CONNECT and closes each side in turn.
func TestTunnel(t *testing.T) {
	echo := loopback.Talk(t, func(_ int, conn net.Conn) {
		br := bufio.NewReader(conn)
		line, _ := br.ReadString('\n')
		fmt.Fprintf(conn, "echo %s", line)
		_, _ = io.Copy(conn, br)
	})
	server, address, _ := startServer(t, proxyOptions(t))
	p := dial(t, address)
	h := p.client("NTLM", `LAB\alice`, password)
	type1, _, _ := h.client.Step(nil)
	line := "CONNECT " + echo + " HTTP/1.1\r\nHost: o\r\nProxy-Authorization: NTLM "
	a := p.do(line + base64.StdEncoding.EncodeToString(type1) + "\r\n\r\n")
	type3, _, err := h.client.Step(a.token("NTLM"))
	if a.StatusCode != 407 || err != nil {
		t.Fatalf("%d %v", a.StatusCode, err)
	}
	// What is sent before the answer came belongs to the tunnel.
	p.send(line + base64.StdEncoding.EncodeToString(type3) + "\r\n\r\nearly\n")
	r, err := http.ReadResponse(p.br, &http.Request{Method: "CONNECT"})
	if err != nil || r.StatusCode != 200 || r.Header.Get("Content-Length") != "" || r.Header.Get(trace.ProxyHeader(trace.HeaderInstance)) == "" {
		t.Fatalf("%+v %v", r, err)
	}
	r.Body.Close()
	p.send("late")
	if err := p.conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if all, err := io.ReadAll(p.br); string(all) != "echo early\nlate" || err != nil {
		t.Errorf("%q %v", all, err)
	}
	p.conn.Close()
	awaitEmpty(t, server)
}

func TestTunnelToNowhere(t *testing.T) {
	o := proxyOptions(t)
	o.Dial = func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("no way") }
	p := dial(t, start(t, o))
	if a := p.logOnTo("CONNECT nowhere.test:443"); a.StatusCode != 502 || !strings.Contains(a.body, "no way") {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	if a := p.do("CONNECT nowhere HTTP/1.1\r\n\r\n"); a.StatusCode != 400 {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
}
