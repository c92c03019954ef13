package probe_test

import (
	"math"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/decode/spnego"
	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
	"github.com/ntlmctl/ntlmctl/probe"
)

// refuses answers all with the same refusal.
func refuses(schemes ...string) func(asked) string {
	return func(asked) string { return offers(schemes...) }
}

// pooled is a server behind a pool with one upstream connection: a handshake
// that was begun there spoils those after it, whatever connection they come on.
func pooled(schemes ...string) func(asked) string {
	begun := false
	serve := ntlmServer(origin, schemes...)
	return func(a asked) string {
		if a.token != nil && begun {
			return offers(schemes...)
		}
		begun = begun || a.token != nil
		return serve(a)
	}
}

// then is a server that answers tokens in its own way.
func then(token func(asked) string, schemes ...string) func(asked) string {
	return func(a asked) string {
		if a.token == nil {
			return offers(schemes...)
		}
		return token(a)
	}
}

// rejectsOnce rejects the first token, as a spoilt upstream connection does, and
// answers all others the same.
func rejectsOnce(answer string) func(asked) string {
	first := true
	return then(func(asked) string {
		if first {
			first = false
			return offers("Negotiate " + resp(spnego.Reject, ""))
		}
		return answer
	}, "Negotiate")
}

// ownOrder takes Kerberos by one name, wherever it stands in a list.
func ownOrder(a asked) string {
	init, ok := a.tokenInit()
	switch {
	case !ok:
		return offers("Negotiate")
	case len(init.MechTypes) > 1:
		return offers("Negotiate " + resp(spnego.RequestMIC, spnego.OIDKerberos))
	}
	return offers("Negotiate " + resp(spnego.Reject, ""))
}

// oneToken takes Kerberos and keeps nothing from one request to the next, as
// mod_auth_gssapi does as it comes: what would take a second token gets bare names.
func oneToken(a asked) string {
	if init, ok := a.tokenInit(); ok && !slices.ContainsFunc(init.MechTypes, spnego.OID.Kerberos) {
		return offers("Negotiate " + resp(spnego.Reject, ""))
	}
	return offers("Negotiate")
}

// bareButFor answers NTLM with bare names, and a list of mechanisms with a token.
func bareButFor(token string) func(asked) string {
	return then(func(x asked) string {
		if x.token.NTLM() != nil {
			return offers("Negotiate")
		}
		return offers("Negotiate " + token)
	}, "Negotiate")
}

func always(text string) func(asked) string { return func(asked) string { return text } }

func TestClassify(t *testing.T) {
	const a, r, n, u = probe.Accepted, probe.Refused, probe.NotOffered, probe.Untested
	skewed := origin
	skewed.at = time.Now().Add(-time.Hour)
	for _, c := range []struct {
		name            string
		answer          func(asked) string
		class           probe.Classification
		grade           verdict.Grade
		ntlm, negotiate probe.State
		others          string // codes
		findings        string // codes that have to be there
		requests        int
	}{
		{"open", always(page(200, "hello")), probe.Open, verdict.Proven, u, u, "", "", 1},
		{"not found", always(reply(404)), probe.Open, verdict.Likely, u, u, "", "", 1},
		{"forbidden", always(reply(403)), probe.Other, verdict.Likely, u, u, "", "", 1},
		{"out of order", always(reply(503)), probe.Failed, verdict.Proven, u, u, "", "", 1},
		{"redirect", always(reply(302, "Location: /there")), probe.Open, verdict.Likely, u, u, "", "", 1},
		{"redirect to a form", always(reply(302, "Location: https://sts.test/adfs/ls/?wa=wsignin1.0")), probe.Other, verdict.Likely, u, u, "", "redirects-to-login", 1},
		{"form", always(page(200, `<form><input TYPE="password" name=p></form>`)), probe.Other, verdict.Likely, u, u, "", "redirects-to-login", 1},
		{"form in single quotes", always(page(200, `<input name=p type='password'>`)), probe.Other, verdict.Likely, u, u, "", "redirects-to-login", 1},
		{"form without quotes", always(page(200, "<INPUT\nclass=x type = password>")), probe.Other, verdict.Likely, u, u, "", "redirects-to-login", 1},
		{"a page about forms", always(page(200, `<p>type="password"</p>`)), probe.Open, verdict.Proven, u, u, "", "", 1},
		{"NTLM with parameters, and bare names", refuses(`NTLM realm="x"`), probe.NTLM, verdict.Consistent, r, n, "authorization-stripped connection-not-pinned", "offer-hard-to-read type1-unanswered", 2},
		{"no offer", always(reply(401)), probe.OfferStripped, verdict.Proven, u, u, "", "offer-stripped", 1},
		{"basic", refuses(`Basic realm="x"`), probe.BasicOnly, verdict.Proven, n, n, "", "basic-over-http", 1},
		{"bearer", refuses(`Bearer error="invalid_token"`), probe.Other, verdict.Proven, n, n, "", "", 1},
		{"digest and basic", refuses(`Digest realm="x", nonce="y"`, `Basic realm="x"`), probe.Other, verdict.Proven, n, n, "", "basic-over-http", 1},
		{"ntlm", ntlmServer(origin, "NTLM"), probe.NTLM, verdict.Proven, a, n, "", "ntlm-over-http names-disclosed", 2},
		{"negotiate+ntlm", ntlmServer(origin, "Negotiate", "NTLM"), probe.NegotiateNTLM, verdict.Proven, a, a, "", "ntlm-beside-kerberos", 4},
		{"negotiate alone, with NTLM in it", ntlmServer(origin, "Negotiate"), probe.NegotiateNTLM, verdict.Proven, n, a, "", "", 3},
		{"kerberos", kerberosServer, probe.KerberosOnly, verdict.Proven, n, r, "", "", 5},
		{"kerberos, and a connection for each request", func(x asked) string {
			return strings.Replace(kerberosServer(x), "\r\n", "\r\nConnection: close\r\n", 1)
		}, probe.KerberosOnly, verdict.Proven, n, r, "", "", 5},
		{"kerberos behind nginx", func(x asked) string {
			return strings.Replace(kerberosServer(x), "\r\n", "\r\nServer: nginx\r\n", 1)
		}, probe.KerberosOnly, verdict.Proven, n, r, "", "", 5},
		{"kerberos, and NTLM by its own name", func(x asked) string {
			switch {
			case x.token == nil:
				return offers("Negotiate", "NTLM")
			case x.scheme == "NTLM":
				return offers("NTLM " + b64(origin.challenge()))
			}
			return kerberosServer(x)
		}, probe.NegotiateNTLM, verdict.Proven, a, r, "", "ntlm-beside-kerberos", 6},
		{"kerberos, by an order of the server's own", ownOrder, probe.KerberosOnly, verdict.Likely, n, r, "connection-not-pinned", "", 5},
		{"kerberos and NTLM rejected alike", then(always(offers("Negotiate "+resp(spnego.Reject, ""))), "Negotiate"),
			probe.KerberosOnly, verdict.Likely, n, r, "connection-not-pinned", "", 4},
		{"kerberos and NTLM rejected alike, behind nginx", then(always(reply(401, "Server: nginx", "WWW-Authenticate: Negotiate "+resp(spnego.Reject, ""))), "Negotiate"),
			probe.Negotiate, verdict.Consistent, n, r, "connection-not-pinned", "", 4},
		{"kerberos in one token", oneToken, probe.KerberosOnly, verdict.Proven, n, r, "", "", 7},
		{"kerberos in one token, behind nginx", func(x asked) string {
			return strings.Replace(oneToken(x), "\r\n", "\r\nServer: nginx\r\n", 1)
		}, probe.KerberosOnly, verdict.Likely, n, r, "connection-not-pinned", "", 7},
		{"kerberos in one token, and no answer when asked again", func() func(asked) string {
			rejections := 0
			return func(x asked) string {
				text := oneToken(x)
				if strings.Contains(text, "Negotiate "+resp(spnego.Reject, "")) {
					if rejections++; rejections > 1 {
						return ""
					}
				}
				return text
			}
		}(), probe.KerberosOnly, verdict.Likely, n, r, "connection-not-pinned", "", 5},
		{"kerberos, and no answer to the order", func(x asked) string {
			if init, ok := x.tokenInit(); ok && init.MechTypes[0] == spnego.OIDNTLM && len(init.MechTypes) > 1 {
				return ""
			}
			return kerberosServer(x)
		}, probe.KerberosOnly, verdict.Likely, n, r, "connection-not-pinned", "", 5},
		{"rejects once, then bare names", rejectsOnce(offers("Negotiate")), probe.Negotiate, verdict.Consistent, n, r, "connection-not-pinned", "", 5},
		{"rejects once, then a challenge", rejectsOnce(offers("Negotiate " + inSPNEGO(origin.challenge()))), probe.NegotiateNTLM, verdict.Proven, n, a, "", "", 4},
		{"bare names for NTLM, and Kerberos chosen before it", then(func(x asked) string {
			if init, ok := x.tokenInit(); ok && len(init.MechTypes) > 1 {
				return kerberosServer(x)
			}
			return offers("Negotiate")
		}, "Negotiate"), probe.KerberosOnly, verdict.Proven, n, r, "", "", 5},
		{"bare names for NTLM, and Kerberos chosen where it stands first", bareButFor(resp(spnego.AcceptIncomplete, spnego.OIDMSKerberos)),
			probe.Negotiate, verdict.Consistent, n, r, "connection-not-pinned", "", 5},
		{"bare names, and NTLM chosen", bareButFor(resp(spnego.AcceptIncomplete, spnego.OIDNTLM)), probe.NegotiateNTLM, verdict.Likely, n, a, "connection-not-pinned", "", 4},
		{"bare names, and all rejected", bareButFor(resp(spnego.Reject, "")), probe.KerberosOnly, verdict.Likely, n, r, "connection-not-pinned", "", 4},
		{"NTLM challenged, and a list with it rejected", then(func(x asked) string {
			if x.token.NTLM() != nil {
				return offers("Negotiate " + inSPNEGO(origin.challenge()))
			}
			return offers("Negotiate " + resp(spnego.Reject, ""))
		}, "Negotiate"), probe.NegotiateNTLM, verdict.Proven, n, a, "connection-not-pinned", "handshakes-share-a-connection", 3},
		{"kerberos, says who answers bare", refuses("Negotiate"), probe.KerberosOnly, verdict.Likely, n, r, "authorization-stripped connection-not-pinned", "", 4},
		{"ntlm, and bare names for it", refuses("NTLM"), probe.NTLM, verdict.Consistent, r, n, "authorization-stripped connection-not-pinned", "type1-unanswered", 2},
		{"both, and bare names for it", refuses("Negotiate", "NTLM"), probe.Negotiate, verdict.Consistent, r, r, "authorization-stripped connection-not-pinned", "type1-unanswered", 5},
		{"a pool", pooled("Negotiate", "NTLM"), probe.NegotiateNTLM, verdict.Proven, a, u, "connection-not-pinned", "handshakes-share-a-connection", 3},
		{"negotiate takes raw NTLM alone", then(func(x asked) string {
			if x.token.Kind == decode.KindNTLMNegotiate {
				return offers("Negotiate " + b64(origin.challenge()))
			}
			return offers("Negotiate " + resp(spnego.Reject, ""))
		}, "Negotiate"), probe.NegotiateNTLM, verdict.Proven, n, a, "", "", 4},
		{"negotiate wants something else", then(always(offers("Negotiate "+resp(spnego.AcceptIncomplete, spnego.OIDIAKERB))), "Negotiate"),
			probe.KerberosOnly, verdict.Proven, n, r, "", "", 4},
		{"negotiate chooses NTLM and sends no challenge", then(always(offers("Negotiate "+resp(spnego.AcceptIncomplete, spnego.OIDNTLM))), "Negotiate"),
			probe.NegotiateNTLM, verdict.Likely, n, a, "", "", 4},
		{"plain HTTP to Apache's port of TLS", always(page(400, "Reason: You're speaking plain HTTP to an SSL-enabled server port.<br />")), probe.Open, verdict.Likely, u, u, "", "tls-wanted", 1},
		{"a page about TLS", always(page(200, "You're speaking plain HTTP to an SSL-enabled server port.")), probe.Open, verdict.Proven, u, u, "", "", 1},
		{"a session of somebody's", then(always(page(200, "hello alice")), "NTLM"), probe.NTLM, verdict.Untested, u, n, "session-shared", "session-shared", 2},
		{"a first message is forbidden", then(always(reply(403)), "NTLM"), probe.NTLM, verdict.Consistent, r, n, "type1-refused authorization-stripped connection-not-pinned", "type1-unanswered", 2},
		{"a first message is too long", then(always(reply(431)), "NTLM"), probe.NTLM, verdict.Consistent, r, n, "header-too-large authorization-stripped connection-not-pinned", "", 2},
		{"a first message gets no answer", then(always(""), "NTLM"), probe.NTLM, verdict.Untested, u, n, "connection-closed", "", 2},
		{"a challenge that ends the connection", then(always(reply(401, "WWW-Authenticate: NTLM "+b64(origin.challenge()), "Connection: close")), "NTLM"),
			probe.NTLM, verdict.Proven, a, n, "connection-closed", "challenge-closes", 2},
		{"a challenge over HTTP/1.0", then(always(strings.Replace(offers("NTLM "+b64(origin.challenge())), "HTTP/1.1", "HTTP/1.0", 1)), "NTLM"),
			probe.NTLM, verdict.Proven, a, n, "http10-downgrade", "http10", 2},
		{"a mangled challenge", then(always(offers("NTLM "+b64(origin.challenge()[:30]))), "NTLM"), probe.NTLM, verdict.Proven, a, n, "challenge-mangled", "challenge-odd", 2},
		{"nonsense for a challenge", then(always(offers("NTLM "+b64([]byte("nonsense")))), "NTLM"), probe.NTLM, verdict.Untested, u, n, "challenge-mangled", "", 2},
		{"a refusal that names nothing any more", then(always(reply(401)), "NTLM"), probe.NTLM, verdict.Untested, u, n, "connection-not-pinned", "", 2},
		{"merged", refuses("Negotiate, NTLM, Basic realm=x"), probe.Negotiate, verdict.Consistent, r, r, "authorization-stripped connection-not-pinned", "offer-hard-to-read basic-beside-ntlm", 5},
		{"weaker first", ntlmServer(origin, "Basic realm=x", "NTLM", "Negotiate"), probe.NegotiateNTLM, verdict.Proven, a, a, "", "fallback-order basic-beside-ntlm", 4},
		{"NTLMv1 alone", ntlmServer(machine{domain: "LAB", bare: true, clear: decode.NegotiateTargetInfo | decode.NegotiateExtendedSessionSecurity}, "NTLM"), probe.NTLM, verdict.Proven, a, n, "", "ntlmv1-only", 2},
		{"key exchange", ntlmServer(machine{domain: "LAB", computer: "A", set: decode.NegotiateKeyExch}, "NTLM"), probe.NTLM, verdict.Proven, a, n, "", "client-refused", 2},
		{"OEM", ntlmServer(machine{domain: "LAB", computer: "A", set: decode.NegotiateOEM, clear: decode.NegotiateUnicode}, "NTLM"), probe.NTLM, verdict.Proven, a, n, "", "client-refused", 2},
		{"a clock that is late", ntlmServer(skewed, "NTLM"), probe.NTLM, verdict.Proven, a, n, "", "clock-skew", 2},
		{"Nego2", ntlmServer(origin, "Nego2"), probe.Other, verdict.Proven, n, n, "", "", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := probed(t, "http://"+serve(t, c.answer)+"/", probe.Options{})
			if got.Classification != c.class || got.Grade != c.grade {
				t.Errorf("%s (%s), want %s (%s)", got.Classification, got.Grade, c.class, c.grade)
			}
			if got.NTLM.State != c.ntlm || got.Negotiate.State != c.negotiate {
				t.Errorf("NTLM %s, Negotiate %s, want %s, %s: %s; %s", got.NTLM.State, got.Negotiate.State, c.ntlm, c.negotiate, got.NTLM.Evidence, got.Negotiate.Evidence)
			}
			if others := codes(got.Result); others != c.others {
				t.Errorf("others %q, want %q", others, c.others)
			}
			for _, code := range strings.Fields(c.findings) {
				if !found(got.Result, code) {
					t.Errorf("no finding %s among %v", code, got.Findings)
				}
			}
			if got.Requests != c.requests {
				t.Errorf("%d requests, want %d", got.Requests, c.requests)
			}
		})
	}
}

// TestOffersOf lists what is on offer in either header and with any status, and
// judges by what the status asks for alone.
func TestOffersOf(t *testing.T) {
	const www, proxy = "WWW-Authenticate: ", "Proxy-Authenticate: "
	for _, c := range []struct {
		answer   string
		class    probe.Classification
		offers   string
		ntlm     probe.State
		evidence string // of NTLM
		findings string
	}{
		{reply(401, proxy+`Basic realm="p"`, www+`Digest realm="o"`), probe.Other, "origin:Digest proxy:Basic", probe.NotOffered, "offers Digest", ""},
		{reply(407, www+"NTLM", proxy+`Basic realm="p"`), probe.ProxyAuth, "proxy:Basic origin:NTLM", probe.NotOffered, "offers Basic", "basic-over-http"},
		{reply(401, proxy+"NTLM"), probe.OfferStripped, "proxy:NTLM", probe.Untested, "NTLM stands in a header that clients heed with another status", "offer-stripped"},
		{reply(407, www+"NTLM"), probe.ProxyAuth, "origin:NTLM", probe.Untested, "the refusal names no scheme; NTLM", "offer-stripped"},
		{reply(407), probe.ProxyAuth, "", probe.Untested, "the refusal names no scheme", "offer-stripped"},
		{reply(403, www+"Negotiate", www+"NTLM"), probe.Other, "origin:Negotiate origin:NTLM", probe.Untested, "Negotiate, NTLM is on offer, which clients heed with 401 and 407 alone", ""},
		{reply(200, www+"Negotiate"), probe.Open, "origin:Negotiate", probe.Untested, "Negotiate is on offer", ""},
		{reply(401, proxy+"NTLM", www+`Basic realm="o"`), probe.BasicOnly, "origin:Basic proxy:NTLM", probe.NotOffered, "offers Basic", "basic-over-http"},
	} {
		got := probed(t, "http://"+serve(t, always(c.answer))+"/", probe.Options{})
		var list, codes []string
		for _, o := range got.Offers {
			list = append(list, string(o.From)+":"+o.Scheme)
		}
		for _, f := range got.Findings {
			codes = append(codes, f.Code)
		}
		if got.Classification != c.class || strings.Join(list, " ") != c.offers || got.NTLM.State != c.ntlm || !strings.Contains(got.NTLM.Evidence, c.evidence) {
			t.Errorf("%.60q: %s, %v, NTLM %s: %s", c.answer, got.Classification, list, got.NTLM.State, got.NTLM.Evidence)
		}
		if strings.Join(codes, " ") != c.findings {
			t.Errorf("%.60q: findings %v, want %q", c.answer, codes, c.findings)
		}
	}
}

// TestCosts counts what a URL costs at the server, as docs/probe.md has it.
func TestCosts(t *testing.T) {
	for _, c := range []struct {
		name                  string
		answer                func(asked) string
		requests, connections int
	}{
		{"none of the two", refuses(`Basic realm="x"`), 1, 1},
		{"NTLM", ntlmServer(origin, "NTLM"), 2, 1},
		{"Negotiate, with NTLM in it", ntlmServer(origin, "Negotiate"), 3, 2},
		{"Negotiate, a rejection for NTLM, Kerberos chosen", kerberosServer, 5, 4},
		{"Negotiate, NTLM in it rejected, bare names for the list", oneToken, 7, 6},
		{"Negotiate, bare names for NTLM, and for the list", refuses("Negotiate"), 4, 3},
		{"Negotiate and NTLM", ntlmServer(origin, "Negotiate", "NTLM"), 4, 3},
		{"Negotiate and NTLM, bare names for all", refuses("Negotiate", "NTLM"), 5, 4},
	} {
		var requests, connections atomic.Int64
		address := serve(t, func(a asked) string {
			requests.Add(1)
			if a.n == 1 {
				connections.Add(1)
			}
			return c.answer(a)
		})
		got := probed(t, "http://"+address+"/", probe.Options{})
		if n, m := int(requests.Load()), int(connections.Load()); n != c.requests || m != c.connections || got.Requests != n || got.Connections != m {
			t.Errorf("%s: %d requests on %d connections, want %d on %d; the result says %d on %d", c.name, n, m, c.requests, c.connections, got.Requests, got.Connections)
		}
	}
}

// TestSharingDoubt says what else a sign of a shared connection may be, where
// the handshakes that met, or did not, were of two kinds.
func TestSharingDoubt(t *testing.T) {
	for _, c := range []struct {
		schemes []string
		grade   verdict.Grade
		doubt   bool
	}{
		{[]string{"Negotiate", "NTLM"}, verdict.Consistent, true},
		{[]string{"Negotiate"}, verdict.Likely, false},
	} {
		got := probed(t, "http://"+serve(t, pooled(c.schemes...))+"/", probe.Options{})
		at := slices.IndexFunc(got.Findings, func(f probe.Finding) bool { return f.Code == "handshakes-share-a-connection" })
		if at < 0 || len(got.OtherVerdicts) != 1 {
			t.Fatalf("%v: %v, %v", c.schemes, got.Findings, got.OtherVerdicts)
		}
		if got.OtherVerdicts[0].Grade != c.grade || strings.Contains(got.Findings[at].Text, "by its own name alone") != c.doubt {
			t.Errorf("%v: %s; %s", c.schemes, got.OtherVerdicts[0].Grade, got.Findings[at].Text)
		}
	}
}

func codes(r *probe.Result) string {
	list := make([]string, len(r.OtherVerdicts))
	for i, v := range r.OtherVerdicts {
		list[i] = string(v.Code)
	}
	return strings.Join(list, " ")
}

func found(r *probe.Result, code string) bool {
	return slices.ContainsFunc(r.Findings, func(f probe.Finding) bool { return f.Code == code })
}

// TestSpoiltConnections puts a server before upstream connections that may have
// been spoilt, and has each token meet any of them, in every way there is. By proof,
// a server that takes NTLM may pass for one of Kerberos alone only where each token
// meets just the state that it would have to meet, and no token meets a fresh
// connection; and a server of Kerberos alone may never pass for one of NTLM.
func TestSpoiltConnections(t *testing.T) {
	const (
		fresh = iota
		first // token on a spoilt connection
		later // ones
		states
	)
	takesNTLM := func(a asked) string {
		if init, ok := a.tokenInit(); ok && init.MechTypes[0] == spnego.OIDNTLM {
			return offers("Negotiate " + inSPNEGO(origin.challenge()))
		}
		return kerberosServer(a)
	}
	for name, c := range map[string]struct {
		server func(asked) string
		never  probe.Classification
		faked  []int
	}{
		"a server of both":              {takesNTLM, probe.KerberosOnly, []int{first, later, first, first, later}},
		"a server of Kerberos":          {kerberosServer, probe.NegotiateNTLM, nil},
		"a server of Kerberos, unbound": {oneToken, probe.NegotiateNTLM, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var way, met []int
			address := "http://" + serve(t, then(func(a asked) string {
				if a.token.Kind != decode.KindSPNEGOInit { // NTLM without SPNEGO is no matter here
					return offers("Negotiate")
				}
				state := fresh
				if len(met) < len(way) {
					state = way[len(met)]
				}
				met = append(met, state)
				switch state {
				case first:
					return offers("Negotiate " + resp(spnego.Reject, ""))
				case later:
					return offers("Negotiate")
				}
				return c.server(a)
			}, "Negotiate")) + "/"
			const tokens = 5 // NTLM and the list, and what is asked again
			proven := 0
			for n := range int(math.Pow(states, tokens)) {
				way, met = nil, nil
				for ; len(way) < tokens; n /= states {
					way = append(way, n%states)
				}
				got := probed(t, address, probe.Options{})
				if len(met) > tokens {
					t.Fatalf("%d tokens", len(met))
				}
				if got.Grade == verdict.Proven {
					proven++
				}
				if got.Classification == c.never && got.Grade == verdict.Proven != slices.Equal(met, c.faked) {
					t.Errorf("states %v: %s (%s): %s", met, got.Classification, got.Grade, got.Negotiate.Evidence)
				}
			}
			if proven == 0 {
				t.Error("nothing was proven, so nothing was tested")
			}
		})
	}
}

// TestFallbackOrder makes sure that the order is found fault with once.
func TestFallbackOrder(t *testing.T) {
	got := probed(t, "http://"+serve(t, refuses("Basic realm=x", "NTLM", "Negotiate"))+"/", probe.Options{})
	var texts []string
	for _, f := range got.Findings {
		if f.Code == "fallback-order" {
			texts = append(texts, f.Text)
		}
	}
	if len(texts) != 1 || !strings.HasSuffix(texts[0], "Basic stands before NTLM and Negotiate") {
		t.Errorf("%q", texts)
	}
}

// TestServer reads what a challenge tells.
func TestServer(t *testing.T) {
	m := origin
	m.at = time.Now().Add(-10 * time.Minute)
	got := probed(t, "http://"+serve(t, ntlmServer(m, "NTLM"))+"/", probe.Options{})
	s := got.Server
	if s == nil || s.NBComputer != "ORIGIN" || s.NBDomain != "LAB" || s.DNSComputer != "origin.lab.test" || s.DNSTree != "forest.test" {
		t.Fatalf("%+v", s)
	}
	if s.Version != "10.0.17763" || s.OS != "Windows 10 (1809) or Server 2019" {
		t.Errorf("version %s, %s", s.Version, s.OS)
	}
	if skew := *got.ClockSkewMS; skew < 590_000 || skew > 610_000 {
		t.Errorf("a skew of %d ms", skew)
	}
}

// TestConnections makes sure that a handshake never shares a connection with
// another, nor leaves one behind, and that the offer's connection is made use of.
func TestConnections(t *testing.T) {
	var tokens [16]int
	got := probed(t, "http://"+serve(t, func(a asked) string {
		if a.token != nil {
			tokens[a.conn]++
		}
		return ntlmServer(origin, "Negotiate", "NTLM")(a)
	})+"/", probe.Options{Experiments: experiment.Full(0)})
	for conn, n := range tokens {
		if n > 1 {
			t.Errorf("connection %d carried %d handshakes", conn, n)
		}
	}
	if got.Connections >= got.Requests {
		t.Errorf("%d connections for %d requests", got.Connections, got.Requests)
	}
}

// TestClients asks in the shapes of clients.
func TestClients(t *testing.T) {
	strict := func(a asked) string {
		if a.token != nil && len(a.token.NTLM().Raw) < 40 {
			return offers("NTLM")
		}
		return ntlmServer(origin, "NTLM")(a)
	}
	got := probed(t, "http://"+serve(t, strict)+"/", probe.Options{Experiments: experiment.Full(0)})
	want := map[string]probe.State{
		"windows": probe.Accepted, "go-ntlmssp": probe.Accepted, "gss-ntlmssp": probe.Accepted, "curl": probe.Refused, "browsers": probe.Refused,
	}
	if len(got.Clients) != len(want) {
		t.Errorf("clients %v", got.Clients)
	}
	for _, c := range got.Clients {
		if c.State != want[c.Name] {
			t.Errorf("%s is %s: %s", c.Name, c.State, c.Why)
		}
	}
}

// TestFarm holds connections to several servers.
func TestFarm(t *testing.T) {
	for _, c := range []struct {
		name     string
		answer   func(asked) string
		backends int
		finding  string
	}{
		{"two servers", func(a asked) string {
			return ntlmServer(machine{computer: []string{"EVEN", "ODD"}[a.conn%2], domain: "LAB"}, "NTLM")(a)
		}, 2, "backends"},
		{"one connection to two servers", func(a asked) string {
			return ntlmServer(machine{computer: []string{"EVEN", "ODD"}[a.n%2], domain: "LAB"}, "NTLM")(a)
		}, 1, "connection-switched"},
		{"clocks", func(a asked) string {
			return ntlmServer(machine{computer: []string{"EVEN", "ODD"}[a.conn%2], domain: "LAB", at: time.Now().Add(time.Duration(a.conn%2) * 2 * time.Minute)}, "NTLM")(a)
		}, 2, "clocks-differ"},
		{"a pool", pooled("NTLM"), 0, "handshakes-share-a-connection"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := probed(t, "http://"+serve(t, c.answer)+"/", probe.Options{Experiments: append(experiment.Core(0), experiment.Farm{Connections: 6})})
			if len(got.Backends) != c.backends || !found(got.Result, c.finding) {
				t.Errorf("backends %v, findings %v", got.Backends, got.Findings)
			}
			if c.name == "a pool" && got.Requests != 3 {
				t.Errorf("%d requests: it went on after the first sign", got.Requests)
			}
		})
	}
}
