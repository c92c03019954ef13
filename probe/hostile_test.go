package probe_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ntlmctl/ntlmctl/internal/lab/loopback"
	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
	"github.com/ntlmctl/ntlmctl/negotiate/wire"
	"github.com/ntlmctl/ntlmctl/probe"
)

// talks is a server that says what it likes on each connection, once it is asked.
func talks(t *testing.T, talk func(net.Conn)) string {
	t.Helper()
	return loopback.Talk(t, func(_ int, c net.Conn) {
		if _, err := c.Read(make([]byte, 4096)); err == nil {
			talk(c)
		}
	})
}

// say sends what may well not arrive; listen reads until there is no more.
func say(c net.Conn, text string) { _, _ = io.WriteString(c, text) }

func listen(c net.Conn) { _, _ = io.Copy(io.Discard, c) }

// TestHostile makes sure that whatever a server does, there is a result, in time
// and within bounds.
func TestHostile(t *testing.T) {
	limits := wire.Limits{Head: 64 << 10}
	for _, c := range []struct {
		name  string
		talk  func(net.Conn)
		class probe.Classification
		code  string // of the error
	}{
		{"endless headers", func(c net.Conn) {
			say(c, "HTTP/1.1 401 Unauthorized\r\n")
			for {
				if _, err := io.WriteString(c, "X-More: "+strings.Repeat("x", 1000)+"\r\n"); err != nil {
					return
				}
			}
		}, probe.Failed, "malformed"},
		{"an endless line", func(c net.Conn) {
			say(c, "HTTP/1.1 401 Unauthorized\r\nX-More: ")
			for {
				if _, err := io.WriteString(c, strings.Repeat("x", 1000)); err != nil {
					return
				}
			}
		}, probe.Failed, "malformed"},
		{"no HTTP", func(c net.Conn) {
			say(c, "SSH-2.0-OpenSSH_9.2\r\n")
			listen(c)
		}, probe.Failed, "malformed"},
		{"silence", func(c net.Conn) { listen(c) }, probe.Failed, "timeout"},
		{"a drip", func(c net.Conn) {
			say(c, "HTTP/1.1 401 Unauthorized\r\nX-Drip: ")
			for {
				if _, err := io.WriteString(c, "x"); err != nil {
					return
				}
				time.Sleep(5 * time.Millisecond)
			}
		}, probe.Failed, "timeout"},
		{"an endless body", func(c net.Conn) {
			say(c, "HTTP/1.1 200 OK\r\n\r\n")
			for {
				if _, err := c.Write(make([]byte, 4096)); err != nil {
					return
				}
			}
		}, probe.Open, ""},
		{"a closed door", func(net.Conn) {}, probe.Failed, "eof"},
		{"endless interim responses", func(c net.Conn) {
			for {
				if _, err := io.WriteString(c, "HTTP/1.1 100 Continue\r\n\r\n"); err != nil {
					return
				}
			}
		}, probe.Failed, "malformed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := probe.Options{Experiments: experiment.Full(0), Wire: wire.Options{Limits: limits}, Timeout: 300 * time.Millisecond}
			got := probed(t, "http://"+talks(t, c.talk)+"/", o)
			if got.Classification != c.class {
				t.Errorf("%s, want %s", got.Classification, c.class)
			}
			code := ""
			if got.Error != nil {
				code = got.Error.Code
			}
			if code != c.code {
				t.Errorf("error %q, want %q: %v", code, c.code, got.Error)
			}
		})
	}
}

// TestHugeChallenge reads challenges as long as a header may be.
func TestHugeChallenge(t *testing.T) {
	long := origin
	long.computer = strings.Repeat("\x1b[31mX", 1500)
	for _, size := range []int{48 << 10, 64 << 10} {
		raw := long.challenge()
		raw = append(raw, make([]byte, max(0, size-len(raw)))...)
		got := probed(t, "http://"+serve(t, then(always(offers("NTLM "+b64(raw))), "NTLM"))+"/", probe.Options{})
		odd := 0
		for _, f := range got.Findings {
			if f.Code == "challenge-odd" {
				odd++
			}
		}
		if odd < 2 { // its length, and the control characters in its name
			t.Errorf("%d bytes: findings %v", size, got.Findings)
		}
		if got.NTLM.State != probe.Accepted || got.Server.NBComputer != long.computer {
			t.Errorf("%d bytes: %s: %s", size, got.NTLM.State, got.NTLM.Evidence)
		}
	}
}

// TestLostHeader says why a challenge that is longer than a header line may be did
// not come.
func TestLostHeader(t *testing.T) {
	got := probed(t, "http://"+serve(t, then(always(offers("NTLM "+strings.Repeat("A", 100<<10))), "NTLM"))+"/", probe.Options{})
	if got.NTLM.State != probe.Untested || !strings.Contains(got.NTLM.Evidence, "a header line longer than") {
		t.Errorf("%s: %s", got.NTLM.State, got.NTLM.Evidence)
	}
}

// TestRedirects follows some and no more.
func TestRedirects(t *testing.T) {
	loop := "http://" + serve(t, always(reply(302, "Location: /again")))
	longer := "http://" + serve(t, func(a asked) string { return reply(302, "Location: "+a.URL.Path+"x") })
	for _, c := range []struct {
		url, text string
		requests  int
	}{
		{loop, "redirects lead in a circle, back to " + loop + "/again", 2},
		{longer, "there are more than 3 redirects, the next one to " + longer + "/xxxx", 4},
	} {
		got := probed(t, c.url+"/", probe.Options{Redirects: 3})
		if got.Classification != probe.Failed || got.Grade != verdict.Proven || got.Status != 302 || got.Requests != c.requests || *got.Error != (probe.Error{Code: "redirects", Text: c.text}) {
			t.Errorf("%s (%s), status %d, error %+v", got.Classification, got.Grade, got.Status, got.Error)
		}
		if got := probed(t, c.url+"/", probe.Options{}); got.Classification != probe.Open || !strings.HasSuffix(got.NTLM.Evidence, "nothing asked for a logon (-L follows)") {
			t.Errorf("%s: %s", got.Classification, got.NTLM.Evidence)
		}
	}
	there := serve(t, ntlmServer(origin, "NTLM"))
	here := serve(t, always(reply(301, "Location: http://"+there+"/app#part")))
	got := probed(t, "http://"+here+"/", probe.Options{Redirects: 10})
	if got.Classification != probe.NTLM || got.URL != "http://"+here+"/" || got.FinalURL != "http://"+there+"/app" {
		t.Errorf("%s at %s", got.Classification, got.FinalURL)
	}
	got = probed(t, "http://"+here+"/", probe.Options{})
	if got.Status != 301 || got.Requests != 1 {
		t.Errorf("status %d, %d requests", got.Status, got.Requests)
	}
	for _, location := range []string{"file:///etc/passwd", "http://user:pw@" + there + "/", "javascript:alert(1)", "http://", "%zz"} {
		here := serve(t, always(reply(302, "Location: "+location)))
		if got := probed(t, "http://"+here+"/", probe.Options{Redirects: 10}); got.FinalURL != "" {
			t.Errorf("%s was followed to %s", location, got.FinalURL)
		}
	}
}

// TestRetries repeats what carries no token, and only where the transport failed.
func TestRetries(t *testing.T) {
	address := serve(t, func(a asked) string {
		if a.conn < 3 {
			return ""
		}
		return ntlmServer(origin, "NTLM")(a)
	})
	if got := probed(t, "http://"+address+"/", probe.Options{Experiments: experiment.Core(3)}); got.Classification != probe.NTLM {
		t.Errorf("%s: %v", got.Classification, got.Error)
	}
	var n int
	address = serve(t, func(asked) string { n++; return reply(503) })
	probed(t, "http://"+address+"/", probe.Options{Experiments: experiment.Core(3)})
	if n != 1 {
		t.Errorf("a status was asked for %d times", n)
	}
}

// TestProxy asks a proxy that wants a logon, for plain requests and for CONNECT.
func TestProxy(t *testing.T) {
	address := serve(t, func(a asked) string {
		if a.token == nil {
			return reply(407, "Proxy-Authenticate: NTLM", "Proxy-Authenticate: Negotiate", "X-Squid-Error: ERR_CACHE_ACCESS_DENIED 0")
		}
		if a.Header.Get("Proxy-Authorization") == "" {
			return reply(400)
		}
		text := b64(origin.challenge())
		if a.scheme == "Negotiate" {
			text = inSPNEGO(origin.challenge())
		}
		return reply(407, "Proxy-Authenticate: "+a.scheme+" "+text)
	})
	host, port, _ := net.SplitHostPort(address)
	for _, scheme := range []string{"http", "https"} {
		o := probe.Options{Proxy: func(u *url.URL) (*wire.Proxy, error) {
			if u.Host != "intranet.test" {
				t.Errorf("the proxy for %s", u)
			}
			return &wire.Proxy{Scheme: "http", Host: host, Port: port}, nil
		}}
		got := probed(t, scheme+"://intranet.test/", o)
		if got.Classification != probe.ProxyAuth || got.NTLM.State != probe.Accepted || got.Negotiate.State != probe.Accepted {
			t.Errorf("%s: %s, NTLM %s, Negotiate %s: %s", scheme, got.Classification, got.NTLM.State, got.Negotiate.State, got.Negotiate.Evidence)
		}
		if len(got.Offers) != 2 || got.Offers[0].From != verdict.Proxy || got.Server == nil || got.Server.NBComputer != "ORIGIN" {
			t.Errorf("%s: %+v, %+v", scheme, got.Offers, got.Server)
		}
		if len(got.Intermediaries) != 1 || got.Intermediaries[0].Product != "Squid" {
			t.Errorf("%s: %v", scheme, got.Intermediaries)
		}
	}
}

// TestPace asks before each request, within the time that a URL has.
func TestPace(t *testing.T) {
	n := 0
	address := serve(t, ntlmServer(origin, "Negotiate", "NTLM"))
	got := probed(t, "http://"+address+"/", probe.Options{Timeout: time.Minute, Pace: func(ctx context.Context, host string) error {
		if n++; host != address {
			return fmt.Errorf("paced for %s", host)
		}
		return ctx.Err()
	}})
	if n != got.Requests || got.Classification != probe.NegotiateNTLM {
		t.Errorf("%s: paced %d times for %d requests", got.Classification, n, got.Requests)
	}
}
