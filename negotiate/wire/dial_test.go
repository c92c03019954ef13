package wire

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

func TestTargetOf(t *testing.T) {
	for text, want := range map[string]string{
		"http://h/":               "http h:80 h",
		"HTTPS://h":               "https h:443 h",
		"https://h:80":            "https h:80 h:80",
		"http://[::1]:8080/":      "http [::1]:8080 [::1]:8080",
		"http://[::1]":            "http [::1]:80 [::1]",
		"http://[fe80::1%25eth0]": "http [fe80::1%eth0]:80 [fe80::1]",
		"http://[fe80::1%25e]:81": "http [fe80::1%e]:81 [fe80::1]:81",
		"ftp://h":                 "",
		"http:///path":            "",
	} {
		u, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		target, err := TargetOf(u)
		if want == "" {
			if err == nil {
				t.Errorf("%s: no error", text)
			}
			continue
		}
		if got := target.Scheme + " " + target.Address() + " " + target.Authority(); err != nil || got != want {
			t.Errorf("%s: %q, %v", text, got, err)
		}
	}
}

func TestDialErrors(t *testing.T) {
	refused, _ := net.Listen("tcp", "127.0.0.1:0")
	nowhere := targetOf(t, "http://"+refused.Addr().String())
	refused.Close()
	broken := errors.New("no route")
	failing := func(context.Context, string, string) (net.Conn, error) { return nil, broken }
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	for _, test := range []struct {
		name   string
		ctx    context.Context
		target Target
		o      Options
		kind   trace.FailureKind
		text   string
	}{
		{"refused", context.Background(), nowhere, Options{}, trace.FailDial, "dial " + nowhere.Address() + ": connection refused"},
		{"refused everywhere", context.Background(), nowhere, Options{Resolve: func(string, string) []string { return []string{"127.0.0.1", "127.0.0.1"} }}, trace.FailDial,
			"dial: none of 2 addresses answered: dial " + nowhere.Address() + ": connection refused; dial " + nowhere.Address() + ": connection refused"},
		{"no such socket", context.Background(), nowhere, Options{Unix: filepath.Join(t.TempDir(), "none")}, trace.FailDial, "no such file or directory"},
		{"own dialer", context.Background(), nowhere, Options{Dial: failing}, trace.FailDial, "dial: no route"},
		{"ended", ended, nowhere, Options{}, trace.FailCanceled, "dial " + nowhere.Address() + ": operation was canceled"},
		{"in no time", context.Background(), nowhere, Options{Timeouts: Timeouts{Connect: time.Nanosecond}}, trace.FailTimeout, "dial " + nowhere.Address() + ": no answer in time"},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.o.Recorder = &Recorder{}
			c, err := Dial(test.ctx, test.target, test.o)
			if c != nil {
				t.Error("a connection")
			}
			e := failure(t, err, test.kind)
			tr := test.o.Recorder.Trace()
			if e.Connection != 1 || len(tr.Connections) != 1 || tr.Connections[0].Error == nil || tr.Connections[0].Error.Kind != test.kind {
				t.Errorf("connections %+v", tr.Connections)
			}
			if text := e.Error(); !strings.HasSuffix(text, test.text) || tr.Connections[0].Error.Text != text {
				t.Errorf("%q, and in the trace %q", text, tr.Connections[0].Error.Text)
			}
		})
	}
}

func TestDialWays(t *testing.T) {
	origin := httptest.NewServer(http.HandlerFunc(echo))
	defer origin.Close()
	at := serverTarget(t, origin)
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	local := &httptest.Server{Listener: l, Config: &http.Server{Handler: http.HandlerFunc(echo)}}
	local.Start()
	defer local.Close()
	named := Target{Scheme: "http", Host: "intranet.test", Port: at.Port}
	for _, test := range []struct {
		name string
		o    Options
	}{
		{"resolved", Options{Resolve: func(host, port string) []string {
			if host != "intranet.test" || port != at.Port {
				t.Errorf("asked to resolve %s %s", host, port)
			}
			return []string{"127.0.0.1"}
		}}},
		{"second address", Options{Network: "tcp4", Resolve: func(string, string) []string { return []string{"::1", "127.0.0.1"} }}},
		{"connect to", Options{ConnectTo: func(string, string) (string, string) { return at.Host, at.Port }}},
		{"socket file", Options{Unix: path}},
		{"pipe", Options{Dial: func(context.Context, string, string) (net.Conn, error) {
			near, far := net.Pipe()
			go func() {
				answers("HTTP/1.1 200 OK\r\nContent-Length: " + fmt.Sprint(len("GET / "+named.Authority()+" ")) + "\r\n\r\nGET / " + named.Authority() + " ")(far)
			}()
			return near, nil
		}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := dial(t, named, test.o)
			if got := readAll(t, roundTrip(t, c, &Request{})); got != "GET / "+named.Authority()+" " {
				t.Errorf("%q", got)
			}
		})
	}
}

func TestTLS(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s %s %d %s", tls.VersionName(r.TLS.Version), r.TLS.ServerName, len(r.TLS.PeerCertificates), r.TLS.NegotiatedProtocol)
	}))
	server.TLS = &tls.Config{ClientAuth: tls.RequestClientCert, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}
	server.StartTLS()
	defer server.Close()
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	at := serverTarget(t, server)
	target := Target{Scheme: "https", Host: "example.com", Port: at.Port}
	toServer := func(string, string) []string { return []string{at.Host} }
	var keys bytes.Buffer
	for _, test := range []struct {
		name   string
		config *tls.Config
		want   string
	}{
		{"default", &tls.Config{RootCAs: roots}, "TLS 1.3 example.com 0 http/1.1"},
		{"TLS 1.2", &tls.Config{RootCAs: roots, MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384}}, "TLS 1.2 example.com 0 http/1.1"},
		{"client certificate, keys", &tls.Config{RootCAs: roots, Certificates: server.TLS.Certificates, KeyLogWriter: &keys}, "TLS 1.3 example.com 1 http/1.1"},
		{"another name", &tls.Config{RootCAs: roots, ServerName: "www.example.com"}, "TLS 1.3 www.example.com 0 http/1.1"},
		{"unverified", &tls.Config{InsecureSkipVerify: true, ServerName: "x.test"}, "TLS 1.3 x.test 0 http/1.1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := dial(t, target, Options{Resolve: toServer, TLS: test.config})
			if got := readAll(t, roundTrip(t, c, &Request{})); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
			info := c.Info()
			if !strings.HasPrefix(test.want, info.TLS.Version+" "+info.TLS.ServerName) || !bytes.Equal(info.TLS.Certificate, server.Certificate().Raw) || !c.PeerCertificate().Equal(server.Certificate()) || info.TLS.Cipher == "" {
				t.Errorf("TLS %+v", info.TLS)
			}
			c.Update(func(info *trace.Connection) { info.TLS.ChannelBinding = "00" })
		})
	}
	if !strings.Contains(keys.String(), "CLIENT_TRAFFIC_SECRET_0") {
		t.Error("no keys were logged")
	}
}

func TestTLSErrors(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(echo))
	server.TLS = &tls.Config{MaxVersion: tls.VersionTLS12}
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	plain := httptest.NewServer(http.HandlerFunc(echo))
	defer plain.Close()
	mute := listen(t, func(nc net.Conn) { io.Copy(io.Discard, nc) })
	closing := listen(t, func(nc net.Conn) { io.ReadFull(nc, make([]byte, 5)) })
	for _, test := range []struct {
		name   string
		target Target
		config *tls.Config
		kinds  []trace.FailureKind
	}{
		{"unknown authority", serverTarget(t, server), nil, []trace.FailureKind{trace.FailTLS}},
		{"no common version", serverTarget(t, server), &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS13}, []trace.FailureKind{trace.FailTLS}},
		{"no TLS", serverTarget(t, plain), nil, []trace.FailureKind{trace.FailTLS}},
		{"silence", mute, nil, []trace.FailureKind{trace.FailTimeout}},
		{"closing", closing, nil, []trace.FailureKind{trace.FailTLS}},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.target.Scheme = "https"
			rec := &Recorder{}
			o := Options{Recorder: rec, TLS: test.config}
			if test.name == "silence" {
				o.Timeouts.Connect = 50 * time.Millisecond
			}
			_, err := Dial(patient(t), test.target, o)
			kind := kindOf(err)
			e := failure(t, err, kind)
			if kind != test.kinds[0] && kind != test.kinds[len(test.kinds)-1] || e.Op != "tls" {
				t.Errorf("%s: %v", kind, err)
			}
			if f := rec.Trace().Connections[0].Error; f == nil || f.Kind != kind {
				t.Errorf("recorded %+v", f)
			}
		})
	}
	t.Run("HTTP/2 only", func(t *testing.T) {
		target := listen(t, func(nc net.Conn) {
			config := server.TLS.Clone()
			config.NextProtos = []string{"h3"} // crypto/tls lets http/1.1 pass where h2 is all there is
			tls.Server(nc, config).Handshake()
		})
		target.Scheme = "https"
		_, err := Dial(patient(t), target, Options{TLS: &tls.Config{InsecureSkipVerify: true}})
		failure(t, err, trace.FailHTTP2)
	})
	t.Run("client certificate missing", func(t *testing.T) {
		target := listen(t, func(nc net.Conn) {
			config := server.TLS.Clone()
			config.ClientAuth, config.MaxVersion = tls.RequireAnyClientCert, tls.VersionTLS13
			tls.Server(nc, config).Handshake()
			io.Copy(io.Discard, nc)
		})
		target.Scheme = "https"
		c := dial(t, target, Options{TLS: &tls.Config{InsecureSkipVerify: true}})
		c.AwaitClose(patient(t))
		_, err := c.RoundTrip(patient(t), &Request{})
		if e := failure(t, err, trace.FailTLS); e.Sent || e.Leg.ClosedBy != trace.Server || c.Info().ClosedHow != "tls" {
			t.Errorf("%v, connection %+v", err, c.Info())
		}
	})
	t.Run("https asked of by http", func(t *testing.T) {
		target := serverTarget(t, server)
		target.Scheme = "http"
		c := dial(t, target, Options{})
		r := roundTrip(t, c, &Request{}) // net/http's server answers in clear
		if r.Status != 400 {
			t.Errorf("status %d", r.Status)
		}
		r.Body.Close()
	})
}

// Many connections share a recorder while somebody reads it.
// TestRecorderForget keeps what is still open, and counts on.
func TestRecorderForget(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(echo))
	defer server.Close()
	rec := &Recorder{}
	var conns []*Conn
	for range 2 {
		c, err := Dial(patient(t), serverTarget(t, server), Options{Recorder: rec})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		conns = append(conns, c)
	}
	ask := func() {
		r, err := conns[1].RoundTrip(patient(t), &Request{})
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, r.Body)
	}
	ask()
	conns[0].Close()
	rec.Forget()
	ask()
	tr := rec.Trace()
	if len(tr.Legs) != 1 || tr.Legs[0].N != 2 || len(tr.Connections) != 1 || tr.Connections[0].ID != 2 {
		t.Errorf("%+v", tr)
	}
}

func TestRecorderShared(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(echo))
	defer server.Close()
	rec := &Recorder{}
	var wg sync.WaitGroup
	const connections, legs = 8, 10
	for range connections {
		wg.Go(func() {
			c, err := Dial(patient(t), serverTarget(t, server), Options{Recorder: rec})
			if err != nil {
				t.Error(err)
				return
			}
			defer c.Close()
			for range legs {
				r, err := c.RoundTrip(patient(t), &Request{Method: "POST", Body: strings.NewReader("x"), ContentLength: 1})
				if err != nil {
					t.Error(err)
					return
				}
				io.Copy(io.Discard, r.Body)
				rec.Update(func() { r.Leg.AddNote("seen") })
				_ = fmt.Sprintf("%+v", rec.Trace().Legs[0])
			}
		})
	}
	wg.Wait()
	tr := rec.Trace()
	if len(tr.Connections) != connections || len(tr.Legs) != connections*legs {
		t.Errorf("%d connections, %d legs", len(tr.Connections), len(tr.Legs))
	}
	for i, leg := range tr.Legs {
		if leg.N != i+1 || tr.Leg(leg.N) != leg || tr.Connection(leg.Connection) == nil || leg.Note != "seen" {
			t.Errorf("leg %+v", leg)
		}
	}
}
