//go:build unix

package probe_test

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ntlmctl/ntlmctl/internal/lab/daemons"
	"github.com/ntlmctl/ntlmctl/internal/lab/loopback"
	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
	"github.com/ntlmctl/ntlmctl/negotiate/wire"
	"github.com/ntlmctl/ntlmctl/probe"
)

// TestRealServers classifies real servers and proxies.
func TestRealServers(t *testing.T) {
	plain := func(start func(testing.TB) string, path string) func(testing.TB) (string, wire.Options) {
		return func(t testing.TB) (string, wire.Options) { return "http://" + start(t) + path, wire.Options{} }
	}
	through := func(v daemons.SquidProxyVariant, target string) func(testing.TB) (string, wire.Options) {
		return func(t testing.TB) (string, wire.Options) {
			u, err := url.Parse("http://" + daemons.SquidProxy(t, v))
			if err != nil {
				t.Fatal(err)
			}
			proxy, err := wire.ProxyOf(u)
			if err != nil {
				t.Fatal(err)
			}
			return target, wire.Options{Proxy: proxy}
		}
	}
	const a, r, n, u = probe.Accepted, probe.Refused, probe.NotOffered, probe.Untested
	for _, c := range []struct {
		name            string
		start           func(testing.TB) (string, wire.Options)
		class           probe.Classification
		grade           verdict.Grade
		ntlm, negotiate probe.State
		clients         string // that get a challenge
		findings        string
	}{
		{"apache", plain(daemons.Apache, "/ntlm/"), probe.NegotiateNTLM, verdict.Proven, a, a, "windows go-ntlmssp gss-ntlmssp", "ntlm-over-http client-refused"},
		{"apache, open", plain(daemons.Apache, "/"), probe.Open, verdict.Proven, u, u, "", ""},
		{"apache, kerberos", plain(func(t testing.TB) string { address, _ := daemons.Kerberos(t); return address }, "/krb/"),
			probe.KerberosOnly, verdict.Proven, n, r, "", ""},
		{"apache, kerberos, connection bound", plain(daemons.KerberosBound, "/krb/"), probe.NegotiateNTLM, verdict.Proven, a, r, "windows go-ntlmssp gss-ntlmssp", ""},
		{"apache, kerberos, connection bound, without NTLM", plain(func(t testing.TB) string { return disguised(t, daemons.KerberosBound(t)) }, "/krb/"),
			probe.KerberosOnly, verdict.Proven, n, r, "", ""},
		{"apache, kerberos and NTLM", plain(daemons.KerberosAndNTLM, "/krb/"), probe.NegotiateNTLM, verdict.Proven, a, a, "windows go-ntlmssp gss-ntlmssp", "ntlm-beside-kerberos"},
		{"apache, digest", plain(daemons.ApacheDigest, "/digest/"), probe.Other, verdict.Proven, n, n, "", ""},
		{"nginx, plain HTTP to a port of TLS", plain(func(t testing.TB) string { return daemons.Nginx(t, daemons.NginxTLS, "127.0.0.1:1") }, "/"),
			probe.Open, verdict.Likely, u, u, "", "tls-wanted"},
		{"samba", plain(daemons.Samba, "/"), probe.NTLM, verdict.Proven, a, n, "windows go-ntlmssp gss-ntlmssp curl browsers", ""},
		{"squid, ntlm", through(daemons.SquidProxyNTLM, "http://intranet.test/"), probe.ProxyAuth, verdict.Proven, a, n, "windows go-ntlmssp gss-ntlmssp curl browsers", ""},
		{"squid, ntlm, CONNECT", through(daemons.SquidProxyNTLM, "https://intranet.test/"), probe.ProxyAuth, verdict.Proven, a, n, "windows go-ntlmssp gss-ntlmssp curl browsers", ""},
		{"squid, negotiate", through(daemons.SquidProxyNegotiate, "http://intranet.test/"), probe.ProxyAuth, verdict.Proven, n, a, "windows go-ntlmssp gss-ntlmssp curl browsers", ""},
		{"squid, negotiate, CONNECT", through(daemons.SquidProxyNegotiate, "https://intranet.test/"), probe.ProxyAuth, verdict.Proven, n, a, "windows go-ntlmssp gss-ntlmssp curl browsers", ""},
		{"squid, basic", through(daemons.SquidProxyBasic, "http://intranet.test/"), probe.ProxyAuth, verdict.Proven, n, n, "", "basic-over-http"},
		{"squid, all", through(daemons.SquidProxyAll, "https://intranet.test/"), probe.ProxyAuth, verdict.Proven, a, a, "windows go-ntlmssp gss-ntlmssp curl browsers", "basic-beside-ntlm"},
		{"squid, fake", through(daemons.SquidProxyFake, "http://intranet.test/"), probe.ProxyAuth, verdict.Proven, a, n, "windows gss-ntlmssp curl browsers", "client-refused challenge-odd"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			address, o := c.start(t)
			got := probed(t, address, probe.Options{Wire: o, Experiments: experiment.Full(0)})
			if got.Classification != c.class || got.Grade != c.grade || got.NTLM.State != c.ntlm || got.Negotiate.State != c.negotiate {
				t.Errorf("%s (%s), NTLM %s, Negotiate %s: %s; %s", got.Classification, got.Grade, got.NTLM.State, got.Negotiate.State, got.NTLM.Evidence, got.Negotiate.Evidence)
			}
			var clients []string
			for _, client := range got.Clients {
				if client.State == probe.Accepted {
					clients = append(clients, client.Name)
				}
			}
			if strings.Join(clients, " ") != c.clients {
				t.Errorf("clients %v, want %s", got.Clients, c.clients)
			}
			for _, code := range strings.Fields(c.findings) {
				if !found(got.Result, code) {
					t.Errorf("no finding %s among %v", code, got.Findings)
				}
			}
		})
	}
}

// TestRealErrors asks where nothing is to be judged.
func TestRealErrors(t *testing.T) {
	silent, gone := loopback.Listen(t), loopback.Listen(t) // nobody accepts
	gone.Close()
	for _, c := range []struct {
		name  string
		url   func(testing.TB) string
		limit time.Duration // 0 where the answer is not to wait for
		code  string
	}{
		{"a closed port", func(testing.TB) string { return "http://" + gone.Addr().String() + "/" }, 0, "unreachable"},
		{"a certificate that nobody trusts", func(t testing.TB) string { return "https://" + daemons.Nginx(t, "tls", daemons.Apache(t)) + "/" }, 0, "tls-failed"},
		{"socat before a server that says nothing", func(t testing.TB) string { return "http://" + daemons.Socat(t, silent.Addr().String()) + "/" }, time.Second, "timeout"},
		{"socat before a closed port", func(t testing.TB) string { return "http://" + daemons.Socat(t, gone.Addr().String()) + "/" }, 0, "eof"},
		{"nginx before a closed port", func(t testing.TB) string { return "http://" + daemons.Nginx(t, "default", gone.Addr().String()) + "/" }, 0, "http-status"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := probed(t, c.url(t), probe.Options{Experiments: experiment.Full(0), Timeout: c.limit})
			if got.Classification != probe.Failed || got.Error == nil || got.Error.Code != c.code {
				t.Errorf("%s, error %+v, want %s", got.Classification, got.Error, c.code)
			}
			if got.NTLM.State != probe.Untested || got.Negotiate.State != probe.Untested {
				t.Errorf("NTLM %s, Negotiate %s", got.NTLM.State, got.Negotiate.State)
			}
		})
	}
}

// fronts says what is seen of the ways to stand before Apache: what a probe
// without credentials can tell, and what it cannot. One that is not named takes
// NTLM and shows no sign.
var fronts = map[string]struct {
	class    probe.Classification
	findings string // those there have to be; - before those that may not be
}{
	"nginx/balance":     {probe.NegotiateNTLM, "ntlm-behind-multiplexer handshakes-share-a-connection"},
	"nginx/affinity":    {probe.NegotiateNTLM, "ntlm-behind-multiplexer handshakes-share-a-connection"},
	"nginx/basic":       {probe.BasicOnly, "basic-over-http"},
	"nginx/cache":       {probe.NegotiateNTLM, "ntlm-behind-multiplexer handshakes-share-a-connection"},
	"nginx/clientclose": {probe.NegotiateNTLM, "ntlm-behind-multiplexer challenge-closes"},
	"nginx/default":     {probe.NegotiateNTLM, "ntlm-behind-multiplexer -handshakes-share-a-connection"},
	"nginx/h2":          {probe.NegotiateNTLM, "ntlm-behind-multiplexer handshakes-share-a-connection http2 tls-names-another"},
	"nginx/http11":      {probe.NegotiateNTLM, "ntlm-behind-multiplexer -handshakes-share-a-connection"},
	"nginx/keepalive":   {probe.NegotiateNTLM, "ntlm-behind-multiplexer handshakes-share-a-connection"},
	"nginx/negotiate":   {probe.KerberosOnly, ""},
	"nginx/poolclose":   {probe.NegotiateNTLM, "challenge-closes"},
	"nginx/smallheader": {probe.NegotiateNTLM, "handshakes-share-a-connection header-limit"},
	"nginx/stripauth":   {probe.Negotiate, "type1-unanswered"},
	"nginx/stripwww":    {probe.OfferStripped, "offer-stripped"},
	"nginx/tls":         {probe.NegotiateNTLM, "handshakes-share-a-connection"},
	"nginx/workers":     {probe.NegotiateNTLM, "ntlm-behind-multiplexer"}, // two pools: as chance has it
	"haproxy/stripauth": {probe.Negotiate, "type1-unanswered"},
	"haproxy/stripwww":  {probe.OfferStripped, "offer-stripped"},
	"haproxy/h2":        {probe.NegotiateNTLM, "http2 -ntlm-behind-multiplexer"},
	"haproxy/balance":   {probe.NegotiateNTLM, "backends -handshakes-share-a-connection"},
	"varnish/default":   {probe.NegotiateNTLM, "ntlm-behind-multiplexer handshakes-share-a-connection"},
	"varnish/pass":      {probe.NegotiateNTLM, "ntlm-behind-multiplexer handshakes-share-a-connection"},
	"varnish/pipe":      {probe.NegotiateNTLM, "challenge-closes"},
	"varnish/pipe-auth": {probe.NegotiateNTLM, "challenge-closes"},
	"apache/threads":    {probe.NegotiateNTLM, "handshakes-share-a-connection"},
	"apache/processes":  {probe.NegotiateNTLM, ""},
	"apache/prefork":    {probe.NegotiateNTLM, ""},
	"squid/auth-off":    {probe.OfferStripped, "offer-stripped"},
	"squid/default":     {probe.Negotiate, "type1-unanswered"},
}

// TestRealFronts asks Apache through every front that the laboratory has.
func TestRealFronts(t *testing.T) {
	for _, f := range daemons.Fronts() {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			for _, program := range f.Needs {
				daemons.Need(t, program)
			}
			origins := make([]string, f.Origins)
			for i := range origins {
				origins[i] = daemons.ApacheNamed(t, fmt.Sprintf("ORIGIN%d", i))
			}
			scheme, o := "http", wire.Options{TLS: &tls.Config{InsecureSkipVerify: true}}
			if f.TLS {
				scheme = "https"
			}
			got := probed(t, scheme+"://"+f.Start(t, origins...)+"/ntlm/", probe.Options{
				Wire: o, Experiments: append(experiment.Full(0), experiment.Farm{Connections: 4}),
			})
			want, named := fronts[f.Name]
			if !named {
				want.class, want.findings = probe.NegotiateNTLM, "-handshakes-share-a-connection -challenge-closes -ntlm-behind-multiplexer"
			}
			if got.Classification != want.class {
				t.Errorf("%s (%s), want %s: %s; %s", got.Classification, got.Grade, want.class, got.NTLM.Evidence, got.Negotiate.Evidence)
			}
			for _, code := range strings.Fields(want.findings) {
				code, absent := strings.CutPrefix(code, "-")
				if found(got.Result, code) == absent {
					t.Errorf("finding %s: %v among %v", code, !absent, got.Findings)
				}
			}
			if f.Effect == daemons.Keeps && len(got.OtherVerdicts) > 0 {
				t.Errorf("a false alarm: %+v", got.OtherVerdicts)
			}
		})
	}
}

// TestSpoiltPool asks servers that offer Negotiate alone and take NTLM in it, behind
// shared upstream connections that somebody's unfinished handshakes spoilt, and
// boxes that show no sign of themselves. They answer as a server of Kerberos alone
// does, with rejections: that must not pass for proof.
func TestSpoiltPool(t *testing.T) {
	servers := []struct {
		name, path string
		start      func(testing.TB) string
	}{{"NTLM", "/ntlm/", daemons.Apache}, {"Kerberos and NTLM", "/krb/", daemons.KerberosAndNTLM}}
	for _, f := range daemons.Fronts() {
		if f.Name != "nginx/keepalive" && f.Name != "varnish/default" {
			continue
		}
		for _, server := range servers {
			t.Run(f.Name+" before "+server.name, func(t *testing.T) {
				t.Parallel()
				for _, program := range f.Needs {
					daemons.Need(t, program)
				}
				address := "http://" + disguised(t, f.Start(t, server.start(t))) + server.path
				begin := func() probe.Report {
					return probed(t, address, probe.Options{Experiments: []experiment.Experiment{experiment.Offer{}, experiment.NegotiateNTLM{}}})
				}
				if first := begin(); first.Classification != probe.NegotiateNTLM {
					t.Fatalf("%s before anything was spoilt: %s", first.Classification, first.Negotiate.Evidence)
				}
				rejections := 0
				for n := range 9 {
					got := probed(t, address, probe.Options{})
					if len(got.Intermediaries) > 0 {
						t.Fatalf("no disguise: %v", got.Intermediaries)
					}
					if got.Negotiate.State == probe.Refused && (got.Grade == verdict.Proven || !strings.Contains(codes(got.Result), string(verdict.ConnectionNotPinned))) {
						t.Errorf("%s (%s), others %s: %s", got.Classification, got.Grade, codes(got.Result), got.Negotiate.Evidence)
					}
					if strings.Contains(got.Negotiate.Evidence, "rejects") {
						rejections++
					}
					if n == 3 { // several at once spoil several connections
						var all sync.WaitGroup
						for range 8 {
							all.Go(func() { begin() })
						}
						all.Wait()
					}
				}
				if rejections == 0 {
					t.Error("no rejection came, so nothing was tested")
				}
			})
		}
	}
}

// telltale are the header lines that disguised takes out.
var telltale = regexp.MustCompile(`(?m)^(WWW-Authenticate: NTLM|Server|Via|X-Varnish|Age)\b.*\r\n`)

// disguised passes a server on, without the lines that name NTLM, or what stands
// before it.
func disguised(t testing.TB, server string) string {
	return loopback.Talk(t, func(_ int, client net.Conn) {
		upstream, err := net.Dial("tcp", server)
		if err != nil {
			return
		}
		defer upstream.Close()
		go func() {
			defer upstream.Close()
			io.Copy(upstream, client)
		}()
		for answer := make([]byte, 64<<10); ; { // heads come in one piece here
			n, err := upstream.Read(answer)
			client.Write(telltale.ReplaceAll(answer[:n], nil))
			if err != nil {
				return
			}
		}
	})
}
