package negotiate

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/internal/lab/loopback"
	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
	"github.com/ntlmctl/ntlmctl/negotiate/origin"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
	"github.com/ntlmctl/ntlmctl/negotiate/wire"
)

// byProxy is the logon to a proxy.
func byProxy(password string, preemptive bool, schemes ...string) Logon {
	l := as(`LAB\proxy`, password)
	l.Preemptive, l.Schemes = preemptive, schemes
	return l
}

// verdicts are the codes with their targets, the main one first.
func (r *tester) verdicts(t testing.TB) string {
	t.Helper()
	result := r.last(t)
	text := string(result.Verdict.Target) + " " + string(result.Verdict.Code)
	for _, v := range result.Others {
		text += ", " + string(v.Target) + " " + string(v.Code)
	}
	return text
}

func TestProxy(t *testing.T) {
	const good, bad = "Pr0xy-pw", "Wr0ng-0ne"
	both, basic := []string(nil), []string{SchemeBasic}
	bound := ntlm.AcceptorOptions{RequireChannelBinding: true}
	for _, c := range []struct {
		name          string
		proxy, origin origin.Options
		tls, proxyTLS bool
		tunnel        bool
		logon, via    Logon
		body          string
		want          string // status, legs, connections, refused logons: verdicts
	}{
		{name: "the proxy is asked, then the server", logon: as(alice, password), via: byProxy(good, false), want: "200 5 1 0: origin survives, proxy survives"},
		{name: "both at once", logon: at([]string{SchemeNTLM}, true), via: byProxy(good, true, SchemeNTLM), want: "200 3 1 0: origin survives, proxy survives"},
		{name: "Negotiate for both", logon: at([]string{SchemeNegotiate}, true), via: byProxy(good, true, SchemeNegotiate), want: "200 3 1 0: origin survives, proxy survives"},
		{name: "a body", logon: as(alice, password), via: byProxy(good, false), body: "twelve bytes", want: "200 3 1 0: origin survives, proxy survives"},
		{name: "Basic for the proxy", proxy: origin.Options{Schemes: basic}, logon: as(alice, password), via: byProxy(good, false, SchemeBasic), want: "200 4 1 0: origin survives, proxy survives"},
		{name: "Basic for both, at once", proxy: origin.Options{Schemes: basic}, origin: origin.Options{Schemes: basic}, logon: at(basic, true), via: byProxy(good, true, SchemeBasic),
			want: "200 1 1 0: origin survives, proxy survives"},
		{name: "one account for both, wrong", proxy: origin.Options{Schemes: basic}, origin: origin.Options{Schemes: basic}, logon: at(basic, true), via: byProxy(bad, true, SchemeBasic),
			want: "407 1 1 1: proxy credentials-rejected"},
		{name: "wrong password for the proxy", logon: as(alice, password), via: byProxy(bad, false), want: "407 3 1 1: proxy credentials-rejected"},
		{name: "wrong password for the server", logon: as(alice, bad), via: byProxy(good, false), want: "401 5 1 1: origin credentials-rejected, proxy survives"},
		{name: "nobody for the proxy", logon: as(alice, password), want: "407 1 1 0: proxy rejected-unattributed"},
		{name: "nobody for the server", via: byProxy(good, false), want: "401 3 1 0: origin rejected-unattributed, proxy survives"},
		{name: "Basic is not what the proxy offers", proxy: origin.Options{Schemes: []string{SchemeNTLM}}, via: byProxy(good, false, SchemeBasic), want: "407 1 1 0: proxy scheme-not-offered"},
		{name: "an https proxy that wants its channel binding", proxyTLS: true, proxy: origin.Options{Acceptor: bound}, logon: as(alice, password), via: byProxy(good, false),
			want: "200 5 1 0: origin survives, proxy survives"},
		{name: "CONNECT", tls: true, logon: as(alice, password), via: byProxy(good, false), want: "200 6 1 0: origin survives, proxy survives"},
		{name: "CONNECT for http", tunnel: true, logon: as(alice, password), via: byProxy(good, false), want: "200 6 1 0: origin survives, proxy survives"},
		{name: "CONNECT, both at once", tls: true, logon: at(both, true), via: byProxy(good, true, SchemeNTLM), want: "200 4 1 0: origin survives, proxy survives"},
		{name: "CONNECT by Negotiate", tls: true, logon: as(alice, password), via: byProxy(good, false, SchemeNegotiate), want: "200 6 1 0: origin survives, proxy survives"},
		{name: "CONNECT by Basic", tls: true, proxy: origin.Options{Schemes: basic}, logon: as(alice, password), via: byProxy(good, false, SchemeBasic), want: "200 5 1 0: origin survives, proxy survives"},
		{name: "CONNECT through an https proxy, both bound", tls: true, proxyTLS: true, proxy: origin.Options{Acceptor: bound}, origin: origin.Options{Acceptor: bound},
			logon: as(alice, password), via: byProxy(good, false), want: "200 6 1 0: origin survives, proxy survives"},
		{name: "CONNECT with the wrong password", tls: true, logon: as(alice, password), via: byProxy(bad, false), want: "0 3 1 1: proxy credentials-rejected"},
		{name: "CONNECT with the wrong password for the server", tls: true, logon: as(alice, bad), via: byProxy(good, false), want: "401 6 1 1: origin credentials-rejected, proxy survives"},
		{name: "CONNECT and nobody for the proxy", tls: true, want: "0 1 1 0: proxy rejected-unattributed"},
		{name: "each request anew", proxy: origin.Options{PerRequest: true}, origin: origin.Options{Schemes: basic}, logon: at(basic, true), via: byProxy(good, true, SchemeNTLM),
			want: "200 2 1 0: origin survives, proxy survives"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.proxy.Proxy = true
			if c.tls {
				c.origin.TLS = certificate(t)
			}
			if c.proxyTLS {
				c.proxy.TLS = certificate(t)
			}
			p := through(t, serve(t, c.proxy))
			p.Tunnel = c.tunnel
			client := newTester(t, Options{Origin: c.logon, ProxyLogon: c.via})
			p.TLS = client.o.Wire.TLS
			client.o.Proxy = func(*url.URL) (*wire.Proxy, error) { return p, nil }
			address := serve(t, c.origin)
			req := request(t, "GET", address, nil)
			if c.body != "" {
				req = request(t, "POST", address, once(c.body))
			}
			body, err := client.do(t, req)
			result, status := client.last(t), 0
			if result.Response != nil {
				status = result.Response.Status
			}
			got := fmt.Sprintf("%d %d %d %d: %s", status, len(result.Legs), len(client.recorder.Trace().Connections), result.Spent, client.verdicts(t))
			if got != c.want {
				t.Errorf("got %q, want %q; %+v", got, c.want, result.Verdict)
			}
			if refused := strings.HasPrefix(c.want, "0 "); refused != (err != nil) || refused && kind(err) != trace.FailProxy {
				t.Errorf("error %v", err)
			}
			if status == 200 && (!strings.Contains(body, "alice") || c.body != "" && !strings.Contains(body, "12 bytes")) {
				t.Errorf("body %q", body)
			}
			for _, leg := range result.Legs {
				if leg.Request.Method != "CONNECT" && leg.Request.Headers.Has(fieldProxyAuthorization) && (c.tls || c.tunnel) {
					t.Errorf("leg %d: the server was given the proxy's credentials", leg.N)
				}
			}
			if status != 200 {
				return
			}
			before := len(client.recorder.Trace().Legs)
			if _, err := client.do(t, request(t, "GET", address+"/next", nil)); err != nil {
				t.Fatal(err)
			}
			if after := client.recorder.Trace(); !c.proxy.PerRequest && len(after.Legs) != before+1 || len(after.Connections) != 1 || client.last(t).Response.Status != 200 {
				t.Errorf("the next request took %d legs, %d connections", len(after.Legs)-before, len(after.Connections))
			}
		})
	}
}

func kind(err error) trace.FailureKind {
	var failed *wire.Error
	if !errors.As(err, &failed) {
		return ""
	}
	return failed.Kind
}

// A proxy that wants a logon for each request is seen by the second one.
func TestProxyEachAnew(t *testing.T) {
	p := through(t, serve(t, origin.Options{Proxy: true, PerRequest: true}))
	address := serve(t, origin.Options{Schemes: []string{SchemeBasic}})
	client := newTester(t, Options{Wire: wire.Options{Proxy: p}, Origin: at([]string{SchemeBasic}, true), ProxyLogon: byProxy("Pr0xy-pw", false)})
	for i, want := range []string{"origin survives, proxy survives", "origin survives, proxy auth-not-persistent"} {
		if _, err := client.do(t, request(t, "GET", address, nil)); err != nil {
			t.Fatal(err)
		}
		if got := client.verdicts(t); got != want {
			t.Errorf("request %d: %s", i, got)
		}
	}
}

// A proxy that lets us in and cannot reach the server is not to blame for the logon.
func TestProxyUnreached(t *testing.T) {
	p := through(t, serve(t, origin.Options{Proxy: true}))
	l := loopback.Listen(t)
	nowhere := "https://" + l.Addr().String()
	l.Close()
	client := newTester(t, Options{Wire: wire.Options{Proxy: p}, ProxyLogon: byProxy("Pr0xy-pw", false)})
	if _, err := client.do(t, request(t, "GET", nowhere, nil)); kind(err) != trace.FailProxy {
		t.Errorf("error %v", err)
	}
	if got := client.verdicts(t); got != "origin unreachable, proxy survives" {
		t.Errorf("%s %+v", got, client.last(t).Verdict)
	}
	client = newTester(t, Options{Wire: wire.Options{Proxy: through(t, nowhere)}, ProxyLogon: byProxy("Pr0xy-pw", false)})
	if _, err := client.do(t, request(t, "GET", "http://origin.lab.test/", nil)); err == nil {
		t.Error("no error")
	}
	if got := client.verdicts(t); got != "proxy unreachable" {
		t.Errorf("%s %+v", got, client.last(t).Verdict)
	}
}

// The caller's own Proxy-Authorization replaces the logon, and goes to nobody
// but the proxy.
func TestProxyAuthorizationOfTheCaller(t *testing.T) {
	value := "Basic " + base64.StdEncoding.EncodeToString([]byte(`LAB\proxy:Pr0xy-pw`))
	for _, secure := range []bool{false, true} {
		o := origin.Options{}
		if secure {
			o.TLS = certificate(t)
		}
		p := through(t, serve(t, origin.Options{Proxy: true, Schemes: []string{SchemeBasic, SchemeNTLM}}))
		client := newTester(t, Options{Wire: wire.Options{Proxy: p}, Origin: as(alice, password), ProxyLogon: byProxy("Wr0ng-0ne", true)})
		req := request(t, "GET", serve(t, o), nil)
		req.Header.Set(fieldProxyAuthorization, value)
		if _, err := client.do(t, req); err != nil {
			t.Fatal(err)
		}
		result := client.last(t)
		if result.Verdict.Code != verdict.Survives || result.Spent != 0 {
			t.Errorf("%+v", result.Verdict)
		}
		for _, leg := range result.Legs {
			if to := leg.Request.Method == "CONNECT" || !secure; to != leg.Request.Headers.Has(fieldProxyAuthorization) {
				t.Errorf("tls %v, leg %d: %v", secure, leg.N, leg.Request.Headers)
			}
		}
	}
}

// A proxy is told by its URL whether the credentials are for it.
func TestProxyFor(t *testing.T) {
	address := serve(t, origin.Options{Proxy: true})
	logon := byProxy("Pr0xy-pw", true)
	asked := ""
	logon.For = func(u *url.URL) bool { asked = u.String(); return false }
	client := newTester(t, Options{Wire: wire.Options{Proxy: through(t, address)}, ProxyLogon: logon})
	if _, err := client.do(t, request(t, http.MethodGet, "http://origin.lab.test/", nil)); err != nil {
		t.Fatal(err)
	}
	if result := client.last(t); asked != address || len(result.Legs) != 1 || result.Response.Status != 407 {
		t.Errorf("asked for %q, %d legs", asked, len(result.Legs))
	}
}
