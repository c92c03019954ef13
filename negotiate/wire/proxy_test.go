package wire

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// tunnelling is a proxy made of net/http: CONNECT by hijacking, all else in
// absolute form. Judge may refuse; it says so by returning true.
func tunnelling(judge func(http.ResponseWriter, *http.Request) bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if judge != nil && judge(w, r) {
			return
		}
		if r.Method != http.MethodConnect {
			r.RequestURI = ""
			answer, err := http.DefaultTransport.RoundTrip(r)
			if err != nil {
				http.Error(w, "no", http.StatusBadGateway)
				return
			}
			defer answer.Body.Close()
			w.Header().Set("Via", "1.1 test")
			w.WriteHeader(answer.StatusCode)
			io.Copy(w, answer.Body)
			return
		}
		far, err := net.Dial("tcp", r.Host)
		if err != nil {
			http.Error(w, "no", http.StatusBadGateway)
			return
		}
		near, buffered, _ := http.NewResponseController(w).Hijack()
		io.WriteString(near, "HTTP/1.1 200 Connection established\r\n\r\n")
		go func() { defer near.Close(); io.Copy(near, far) }()
		defer far.Close()
		io.Copy(far, buffered)
	})
}

func proxyTo(t testing.TB, server *httptest.Server) *Proxy {
	t.Helper()
	u, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	p, err := ProxyOf(u)
	if err != nil {
		t.Fatal(err)
	}
	p.TLS = &tls.Config{InsecureSkipVerify: true}
	return p
}

// Every kind of proxy to every kind of target.
func TestProxies(t *testing.T) {
	plain := httptest.NewServer(http.HandlerFunc(echo))
	defer plain.Close()
	secure := httptest.NewTLSServer(http.HandlerFunc(echo))
	defer secure.Close()
	plainProxy := httptest.NewServer(tunnelling(nil))
	defer plainProxy.Close()
	secureProxy := httptest.NewTLSServer(tunnelling(nil))
	defer secureProxy.Close()
	for _, proxy := range []*httptest.Server{plainProxy, secureProxy} {
		for _, origin := range []*httptest.Server{plain, secure} {
			for _, tunnel := range []bool{false, true} {
				t.Run(fmt.Sprintf("%.5s %.5s %v", proxy.URL, origin.URL, tunnel), func(t *testing.T) {
					p := proxyTo(t, proxy)
					p.Tunnel = tunnel
					p.Header = trace.Headers{{Name: "User-Agent", Value: "test"}, {Name: "Host", Value: "ignored"}}
					rec := &Recorder{}
					c := dial(t, serverTarget(t, origin), Options{Recorder: rec, Proxy: p, TLS: &tls.Config{InsecureSkipVerify: true}})
					for range 2 {
						body := readAll(t, roundTrip(t, c, &Request{Method: "POST", Target: "/a", Body: strings.NewReader("x"), ContentLength: 1}))
						if want := "POST /a " + c.Target().Address() + " x"; body != want {
							t.Errorf("body %q, want %q", body, want)
						}
					}
					tr := rec.Trace()
					info, legs := tr.Connections[0], tr.Legs
					tunnelled := tunnel || origin == secure
					if info.Via != proxy.URL || info.Tunnel != tunnelled || c.Absolute() == tunnelled || "http://"+info.Remote != proxy.URL && "https://"+info.Remote != proxy.URL {
						t.Errorf("connection %+v", info)
					}
					if (info.TLS != nil) != (origin == secure) || (info.ProxyTLS != nil) != (proxy == secureProxy) || (c.PeerCertificate() != nil) != (origin == secure) || (c.ProxyCertificate() != nil) != (proxy == secureProxy) {
						t.Errorf("TLS %v, with the proxy %v", info.TLS, info.ProxyTLS)
					}
					if !tunnelled {
						if len(legs) != 2 || legs[0].Request.Target != origin.URL+"/a" {
							t.Errorf("%d legs, target %q", len(legs), legs[0].Request.Target)
						}
						return
					}
					if len(legs) != 3 || legs[0].Request.Method != "CONNECT" || legs[0].Request.Target != c.Target().Address() || legs[0].Request.Headers.Get("Host") != c.Target().Address() ||
						legs[0].Request.Headers.Get("User-Agent") != "test" || legs[1].Request.Target != "/a" {
						t.Errorf("legs %+v", legs[0])
					}
				})
			}
		}
	}
}

// threeLegs is a 407 that wants two steps on one connection, as NTLM does. The
// options say what it does wrong.
func threeLegs(closeFirst, closeSecond bool) (func(http.ResponseWriter, *http.Request) bool, *atomic.Int32) {
	var asked atomic.Int32
	stages := map[string]bool{} // by remote address: challenged; requests of one test come one at a time
	return func(w http.ResponseWriter, r *http.Request) bool {
		asked.Add(1)
		refuse := func(challenge string, end bool) bool {
			w.Header().Set("Proxy-Authenticate", challenge)
			if end {
				w.Header().Set("Connection", "close")
			}
			http.Error(w, "log on", http.StatusProxyAuthRequired)
			return true
		}
		switch a := r.Header.Get("Proxy-Authorization"); {
		case a == "":
			return refuse("NTLM", closeFirst)
		case a == "NTLM b25l":
			stages[r.RemoteAddr] = true
			return refuse("NTLM dHdv", closeSecond)
		case a == "NTLM dGhyZWU=" && stages[r.RemoteAddr]:
			return false
		}
		return refuse("NTLM", false)
	}, &asked
}

// stepper answers threeLegs.
func stepper(t *testing.T, seen *[]string) ProxyAuthFunc {
	return func(_ context.Context, s ProxyStep) (string, bool, error) {
		state := fmt.Sprint(s.N, " ", s.Closed)
		if s.Leg != nil {
			state += " " + s.Offers[0].Raw
			if s.Leg.Status() != 407 {
				t.Errorf("step after status %d", s.Leg.Status())
			}
		}
		*seen = append(*seen, state)
		switch {
		case s.N == 0:
			return "", true, nil
		case s.Closed && s.Offers[0].Token68 != "":
			return "", false, errors.New("the handshake was cut")
		case s.Offers[0].Token68 == "" && s.N > 2:
			return "", false, nil
		case s.Offers[0].Token68 == "":
			return "NTLM b25l", true, nil
		}
		return "NTLM dGhyZWU=", true, nil
	}
}

func TestProxyAuth(t *testing.T) {
	origin := httptest.NewTLSServer(http.HandlerFunc(echo))
	defer origin.Close()
	for _, test := range []struct {
		name                    string
		closeFirst, closeSecond bool
		seen                    string
		legs, connections       int
		fails                   string
	}{
		{name: "on one connection", seen: "0 false; 1 false NTLM; 2 false NTLM dHdv", legs: 3, connections: 1},
		{name: "closing after the first 407", closeFirst: true, seen: "0 false; 1 true NTLM; 2 false NTLM dHdv", legs: 3, connections: 2},
		{name: "closing with the challenge", closeSecond: true, seen: "0 false; 1 false NTLM; 2 true NTLM dHdv", legs: 2, connections: 1, fails: "the handshake was cut"},
	} {
		t.Run(test.name, func(t *testing.T) {
			judge, asked := threeLegs(test.closeFirst, test.closeSecond)
			server := httptest.NewServer(tunnelling(judge))
			defer server.Close()
			var seen []string
			rec := &Recorder{}
			p := proxyTo(t, server)
			p.Auth = stepper(t, &seen)
			c, err := Dial(patient(t), serverTarget(t, origin), Options{Recorder: rec, Proxy: p, TLS: &tls.Config{InsecureSkipVerify: true}})
			if test.fails != "" {
				if err == nil || !strings.Contains(err.Error(), test.fails) {
					t.Errorf("error %v", err)
				}
			} else if err != nil {
				t.Fatal(err)
			} else {
				defer c.Close()
				readAll(t, roundTrip(t, c, &Request{}))
			}
			if got := strings.Join(seen, "; "); got != test.seen {
				t.Errorf("steps %q, want %q", got, test.seen)
			}
			tr := rec.Trace()
			connects := 0
			for _, leg := range tr.Legs {
				if leg.Request.Method == "CONNECT" {
					connects++
				}
			}
			if connects != test.legs || int(asked.Load()) != test.legs || len(tr.Connections) != test.connections {
				t.Errorf("%d legs, %d connections", connects, len(tr.Connections))
			}
		})
	}
}

// A proxy that closes after a bare 407 without saying so gets the same CONNECT
// on a new connection; one that closes on a challenge does not.
func TestProxyClosesSilently(t *testing.T) {
	var connections atomic.Int32
	target := listen(t, func(nc net.Conn) {
		switch connections.Add(1) {
		case 1:
			answers("HTTP/1.1 407 x\r\nProxy-Authenticate: NTLM\r\nContent-Length: 0\r\n\r\n")(nc)
		default:
			answers("HTTP/1.1 200 x\r\n\r\n"+empty, "")(nc)
		}
	})
	rec := &Recorder{}
	p := &Proxy{Scheme: "http", Host: target.Host, Port: target.Port, Tunnel: true}
	p.Auth = ProxyAuthFunc(func(context.Context, ProxyStep) (string, bool, error) { return "NTLM b25l", true, nil })
	c := dial(t, Target{Scheme: "http", Host: "nowhere.invalid", Port: "80"}, Options{Recorder: rec, Proxy: p})
	if connections.Load() != 2 || len(rec.Trace().Connections) != 2 || c.ID() != 2 {
		t.Errorf("%d connections", connections.Load())
	}

	connections.Store(0)
	target = listen(t, func(nc net.Conn) {
		connections.Add(1)
		answers("HTTP/1.1 407 x\r\nProxy-Authenticate: NTLM dHdv\r\nContent-Length: 0\r\n\r\n")(nc)
		readRequest(nc)
	})
	p.Host, p.Port = target.Host, target.Port
	_, err := Dial(patient(t), Target{Scheme: "http", Host: "nowhere.invalid", Port: "80"}, Options{Proxy: p})
	if e := failure(t, err, trace.FailEOF); e.Leg == nil || e.Leg.ClosedBy != trace.Server || connections.Load() != 1 {
		t.Errorf("%v after %d connections", err, connections.Load())
	}
}

func TestProxyRefuses(t *testing.T) {
	for _, test := range []struct {
		name, answer, want string
		kind               trace.FailureKind
	}{
		{"403", "HTTP/1.1 403 Forbidden\r\nContent-Length: 6\r\n\r\nnot so", "403", trace.FailProxy},
		{"407 without a mechanism", "HTTP/1.1 407 Log on\r\nProxy-Authenticate: NTLM\r\nContent-Length: 6\r\n\r\nnot so", "407", trace.FailProxy},
		{"body without end", "HTTP/1.1 502 Bad\r\n\r\nnot so", "502", trace.FailProxy},
		{"no HTTP", "220 ftp ready\r\n", "not HTTP", trace.FailMalformed},
		{"closes", "", "closed the connection", trace.FailEOF},
	} {
		t.Run(test.name, func(t *testing.T) {
			at := listen(t, answers(test.answer))
			rec := &Recorder{}
			_, err := Dial(patient(t), Target{Scheme: "https", Host: "nowhere.invalid", Port: "443"}, Options{Recorder: rec, Proxy: &Proxy{Scheme: "http", Host: at.Host, Port: at.Port}})
			e := failure(t, err, test.kind)
			if !strings.Contains(err.Error(), test.want) || e.Leg == nil || e.Connection != 1 || test.kind == trace.FailProxy && string(e.Body) != "not so" {
				t.Errorf("%v, body %q, leg %+v", err, e.Body, e.Leg)
			}
			if c := rec.Trace().Connections[0]; c.ClosedBy == "" {
				t.Errorf("connection %+v", c)
			}
		})
	}
}

// An endless 407 ends.
func TestProxyAuthEndless(t *testing.T) {
	at := listen(t, answers(slicesOf("HTTP/1.1 407 x\r\nProxy-Authenticate: NTLM dHdv\r\nContent-Length: 0\r\n\r\n", 100)...))
	n := 0
	auth := ProxyAuthFunc(func(context.Context, ProxyStep) (string, bool, error) { n++; return "NTLM b25l", true, nil })
	_, err := Dial(patient(t), Target{Scheme: "https", Host: "nowhere.invalid", Port: "443"}, Options{Proxy: &Proxy{Scheme: "http", Host: at.Host, Port: at.Port, Auth: auth}})
	failure(t, err, trace.FailProxy)
	if n > maxConnects {
		t.Errorf("asked %d times", n)
	}
}

func slicesOf(text string, n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = text
	}
	return list
}

func TestProxyURLs(t *testing.T) {
	for text, want := range map[string]string{
		"http://proxy": "http://proxy:80", "https://u:p@proxy": "https://proxy:443", "socks5://u:secret@[::1]:9": "socks5://[::1]:9", "SOCKS5H://x": "socks5h://x:1080",
		"ftp://proxy": "", "http://": "",
	} {
		u, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		p, err := ProxyOf(u)
		if want == "" {
			if err == nil {
				t.Errorf("%s: no error", text)
			}
		} else if err != nil || p.URL() != want {
			t.Errorf("%s: %v, %v", text, p, err)
		}
	}
}

func TestConnectToTunnels(t *testing.T) {
	origin := httptest.NewServer(http.HandlerFunc(echo))
	defer origin.Close()
	proxy := httptest.NewServer(tunnelling(nil))
	defer proxy.Close()
	to := serverTarget(t, origin)
	rec := &Recorder{}
	c := dial(t, Target{Scheme: "http", Host: "intranet.test", Port: "80"}, Options{Recorder: rec, Proxy: proxyTo(t, proxy), ConnectTo: func(string, string) (string, string) { return to.Host, to.Port }})
	if got := readAll(t, roundTrip(t, c, &Request{})); got != "GET / intranet.test " || rec.Trace().Legs[0].Request.Target != to.Address() {
		t.Errorf("%q", got)
	}
}

// socksServer is a SOCKS5 server for one connection.
func socksServer(user, password string, asked chan<- string) func(net.Conn) {
	return func(nc net.Conn) {
		r := bufio.NewReader(nc)
		take := func(n int) []byte {
			b := make([]byte, n)
			io.ReadFull(r, b)
			return b
		}
		methods := string(take(int(take(2)[1])))
		if user == "" {
			nc.Write([]byte{5, 0})
		} else {
			if !strings.Contains(methods, "\x02") {
				nc.Write([]byte{5, 0xff})
				return
			}
			nc.Write([]byte{5, 2})
			u := string(take(int(take(2)[1])))
			p := string(take(int(take(1)[0])))
			if u != user || p != password {
				nc.Write([]byte{1, 1})
				return
			}
			nc.Write([]byte{1, 0})
		}
		head := take(4)
		var host string
		switch head[3] {
		case 1:
			host = net.IP(take(4)).String()
		case 4:
			host = net.IP(take(16)).String()
		case 3:
			host = string(take(int(take(1)[0])))
		}
		port := take(2)
		address := net.JoinHostPort(host, fmt.Sprint(int(port[0])<<8|int(port[1])))
		asked <- address
		far, err := net.Dial("tcp", address)
		if err != nil {
			nc.Write([]byte{5, 5, 0, 1, 0, 0, 0, 0, 0, 0})
			return
		}
		defer far.Close()
		nc.Write(append([]byte{5, 0, 0, 3, 4}, "here\x00\x01"...))
		go io.Copy(nc, far)
		io.Copy(far, r)
	}
}

func TestSOCKS(t *testing.T) {
	plain := httptest.NewServer(http.HandlerFunc(echo))
	defer plain.Close()
	secure := httptest.NewTLSServer(http.HandlerFunc(echo))
	defer secure.Close()
	for _, test := range []struct {
		name, scheme, user, password, host string
		origin                             *httptest.Server
		asked                              string
		fails                              string
	}{
		{name: "by address", scheme: "socks5", host: "127.0.0.1", origin: plain, asked: "127.0.0.1"},
		{name: "name resolved here", scheme: "socks5", host: "localhost", origin: plain, asked: "127.0.0.1"},
		{name: "name resolved there", scheme: "socks5h", host: "localhost", origin: plain, asked: "localhost"},
		{name: "password, TLS", scheme: "socks5h", user: "alice", password: "secret", host: "localhost", origin: secure, asked: "localhost"},
		{name: "wrong password", scheme: "socks5h", user: "alice", password: "wrong", host: "localhost", origin: plain, fails: "refused user and password"},
		{name: "no password", scheme: "socks5h", user: "alice", host: "localhost", origin: plain, fails: "empty"},
	} {
		t.Run(test.name, func(t *testing.T) {
			asked := make(chan string, 1)
			want := test.user
			at := listen(t, socksServer(want, "secret", asked))
			target := serverTarget(t, test.origin)
			target.Host = test.host
			rec := &Recorder{}
			c, err := Dial(patient(t), target, Options{Recorder: rec, TLS: &tls.Config{InsecureSkipVerify: true},
				Proxy: &Proxy{Scheme: test.scheme, Host: at.Host, Port: at.Port, User: test.user, Password: test.password}})
			if test.fails != "" {
				failure(t, err, trace.FailProxy)
				if !strings.Contains(err.Error(), test.fails) || strings.Contains(err.Error(), "wrong") {
					t.Error(err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if got := readAll(t, roundTrip(t, c, &Request{})); got != "GET / "+target.Address()+" " {
				t.Errorf("body %q", got)
			}
			if got := <-asked; got != net.JoinHostPort(test.asked, target.Port) {
				t.Errorf("asked for %q", got)
			}
			if info := rec.Trace().Connections[0]; info.Via != test.scheme+"://"+at.Address() || info.Tunnel || c.Absolute() {
				t.Errorf("connection %+v", info)
			}
		})
	}
}

func TestSOCKSIPv6(t *testing.T) {
	asked := make(chan string, 1)
	at := listen(t, socksServer("", "", asked))
	_, err := Dial(patient(t), Target{Scheme: "http", Host: "::1", Port: "1"}, Options{Proxy: &Proxy{Scheme: "socks5", Host: at.Host, Port: at.Port}})
	failure(t, err, trace.FailProxy)
	if got := <-asked; got != "[::1]:1" {
		t.Errorf("asked for %q", got)
	}
}

func TestSOCKSHostile(t *testing.T) {
	for _, test := range []struct {
		name, greeting, reply string
		kind                  trace.FailureKind
	}{
		{"HTTP", "HTTP/1.1 400 Bad\r\n", "", trace.FailMalformed},
		{"closes", "", "", trace.FailEOF},
		{"cut greeting", "\x05", "", trace.FailEOF},
		{"no method", "\x05\xff", "", trace.FailProxy},
		{"a method not offered", "\x05\x02", "", trace.FailProxy},
		{"closes after the greeting", "\x05\x00", "", trace.FailEOF},
		{"another version", "\x05\x00", "\x04\x00\x00\x01", trace.FailMalformed},
		{"refused", "\x05\x00", "\x05\x05\x00\x01\x00\x00\x00\x00\x00\x00", trace.FailProxy},
		{"unknown reply", "\x05\x00", "\x05\x63\x00\x01\x00\x00\x00\x00\x00\x00", trace.FailProxy},
		{"unknown address", "\x05\x00", "\x05\x00\x00\x09\x00\x00\x00\x00\x00\x00", trace.FailMalformed},
		{"cut address", "\x05\x00", "\x05\x00\x00\x03\xff\x00", trace.FailEOF},
	} {
		t.Run(test.name, func(t *testing.T) {
			at := listen(t, func(nc net.Conn) {
				io.ReadFull(nc, make([]byte, 3))
				io.WriteString(nc, test.greeting)
				if test.reply != "" {
					io.ReadFull(nc, make([]byte, 10))
					io.WriteString(nc, test.reply)
				}
			})
			rec := &Recorder{}
			_, err := Dial(patient(t), Target{Scheme: "http", Host: "127.0.0.1", Port: "1"}, Options{Recorder: rec, Proxy: &Proxy{Scheme: "socks5", Host: at.Host, Port: at.Port}})
			if err != nil && kindOf(err) == trace.FailReset && test.kind == trace.FailEOF {
				return // it closed with our bytes unread
			}
			failure(t, err, test.kind)
			if f := rec.Trace().Connections[0].Error; f == nil || f.Kind != test.kind {
				t.Errorf("recorded %+v", f)
			}
		})
	}
	t.Run("silent", func(t *testing.T) {
		at := listen(t, func(nc net.Conn) { io.Copy(io.Discard, nc) })
		ctx, cancel := context.WithCancel(context.Background())
		rec := &Recorder{Observe: func(e Event) {
			if e.Kind == Dialled {
				cancel()
			}
		}}
		_, err := Dial(ctx, Target{Scheme: "http", Host: "127.0.0.1", Port: "1"}, Options{Recorder: rec, Proxy: &Proxy{Scheme: "socks5", Host: at.Host, Port: at.Port}})
		failure(t, err, trace.FailCanceled)
	})
}
