package verdict

import (
	"slices"
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/negotiate/product"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// Every code that is a fault names a way out, and no remedy is without a product.
func TestRemedies(t *testing.T) {
	for _, code := range []Code{
		OfferStripped, OfferRewritten, SchemeNotOffered, KerberosOnly, AuthorizationStripped, ChallengeMangled, ConnectionClosed, HTTP10Downgrade,
		ConnectionNotPinned, BackendSwitched, EPAMismatch, AuthNotPersistent, SessionShared, ResponseCached, IPSurrogate, HeaderTooLarge, IdleTimeout,
		HTTP2Only, BodyRefused, Type1Refused, Intermittent,
	} {
		list := RemediesFor(code)
		if len(list) == 0 {
			t.Errorf("%s has no remedy", code)
		}
		for _, r := range list {
			if r.Product == "" || r.Text == "" {
				t.Errorf("%s: %+v", code, r)
			}
		}
	}
	if list := RemediesFor(Survives); list != nil {
		t.Errorf("survives needs none: %v", list)
	}
}

// What gives itself away gets its own remedies, and no other product's.
func TestRemediesOfProducts(t *testing.T) {
	o := exchange{t, Origin}
	for _, c := range []struct {
		name  string
		field string
		want  string
	}{
		{"nginx", "Server: nginx/1.22.1", product.Nginx},
		{"Varnish", "Via: 1.1 varnish (Varnish/7.1)", product.Varnish},
		{"a balancer by its cookie", "Set-Cookie: AWSALB=x; Path=/", product.ALB},
		{"NetScaler", "Set-Cookie: NSC_abc=1", product.NetScaler},
	} {
		run := Run{Target: Origin, Legs: []*trace.Leg{o.leg(1, 1, "", 401, "NTLM"), with(o.leg(2, 1, t1, 401, t2, c.field), closed)}}
		v := run.Judge()
		found := false
		for _, r := range v.Remedies {
			found = found || r.Product == c.want
			if r.Product != c.want && r.Product != productAny {
				t.Errorf("%s: a remedy for %s", c.name, r.Product)
			}
		}
		if !found {
			t.Errorf("%s: no remedy among %v", c.name, v.Remedies)
		}
	}
}

// What is not attributed has remedies for a box that is known to stand between, and
// none for what may be the server; a proxy's verdicts have what is about proxies.
func TestRemediesOfTargets(t *testing.T) {
	o, p := exchange{t, Origin}, exchange{t, Proxy}
	for _, c := range []struct {
		name string
		run  Run
		want bool
	}{
		{"not attributed, behind nginx", Run{Target: Origin, Legs: []*trace.Leg{o.leg(1, 1, t1, 401, t2), o.leg(2, 1, t3, 401, "NTLM", "Server: nginx/1.22.1")}}, true},
		{"not attributed, at Apache", Run{Target: Origin, Legs: []*trace.Leg{o.leg(1, 1, t1, 401, t2), o.leg(2, 1, t3, 401, "NTLM", "Server: Apache/2.4.66")}}, false},
		{"not attributed, at Squid", Run{Target: Origin, Legs: []*trace.Leg{o.leg(1, 1, t1, 401, t2), o.leg(2, 1, t3, 401, "NTLM", "Server: squid/5.7")}}, false},
		{"not attributed, nobody known", Run{Target: Origin, Legs: []*trace.Leg{o.leg(1, 1, t1, 401, t2), o.leg(2, 1, t3, 401, "NTLM")}}, false},
		{"a proxy that offers nothing", Run{Target: Proxy, Legs: []*trace.Leg{p.leg(1, 1, "", 407)}}, false},
		{"a proxy that remembers", Run{Target: Proxy, Legs: []*trace.Leg{p.leg(1, 1, "", 407, "NTLM"), p.leg(2, 1, t1, 200)}}, true},
		{"a proxy that takes no long header", Run{Target: Proxy, Legs: []*trace.Leg{p.leg(1, 1, t1, 431)}}, true},
	} {
		if v := c.run.Judge(); len(v.Remedies) > 0 != c.want {
			t.Errorf("%s: %s has the remedies %v", c.name, v.Code, v.Remedies)
		}
	}
}

// What a program changes in a configuration is what the text says.
func TestChanges(t *testing.T) {
	for code, list := range remedies {
		for _, r := range list {
			for _, c := range r.Changes {
				take := strings.TrimRight(c.Take, " .;")
				if !strings.Contains(r.Text, take) || !strings.Contains(r.Text, c.Put) {
					t.Errorf("%s, %s: %+v is not in %q", code, r.Product, c, r.Text)
				}
			}
		}
	}
}

// A server that is recognised says nothing of the box before it.
func TestRemediesBehindAServer(t *testing.T) {
	list := RemediesFor(ConnectionNotPinned, product.Apache)
	if !slices.ContainsFunc(list, func(r Remedy) bool { return r.Product == product.Varnish }) {
		t.Errorf("no remedy for a box that stands before Apache: %v", list)
	}
	for _, r := range RemediesFor(SchemeNotOffered, product.Apache) {
		if r.Product == product.IIS {
			t.Errorf("Apache is recognised, and a remedy is for IIS: %v", r)
		}
	}
}
