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
