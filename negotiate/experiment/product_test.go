package experiment

import (
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

func TestSightings(t *testing.T) {
	answer := func(name, body string, headers ...string) *Observation {
		r := &trace.Response{Status: 401}
		for _, h := range headers {
			field, value, _ := strings.Cut(h, ": ")
			r.Headers = append(r.Headers, trace.Header{Name: field, Value: value})
		}
		return &Observation{Experiment: name, Leg: &trace.Leg{Response: r}, Body: []byte(body)}
	}
	const haproxy = "<html><body><h1>400 Bad request</h1>\nYour browser sent an invalid request.\n</body></html>\n"
	for _, c := range []struct {
		name string
		seen []*Observation
		want string
	}{
		{"nothing", []*Observation{answer(NameOffer, "")}, ""},
		{"headers", []*Observation{answer(NameOffer, "", "server: NGINX/1.2", "X-Varnish: 5")}, "Varnish (X-Varnish: 5) nginx (Server: NGINX/1.2)"},
		{"a cookie", []*Observation{answer(NameOffer, "", "Set-Cookie: BIGipServer~pool=1.2.3; path=/", "Set-Cookie: AWSALBCORS=x")},
			"AWS Application Load Balancer (cookie AWSALBCORS) F5 BIG-IP (cookie BIGipServer~pool)"},
		{"a page that is asked for", []*Observation{answer(NameOffer, haproxy)}, ""},
		{"an error page", []*Observation{answer(NameOffer, "", "Server: Apache"), answer(NameFront, haproxy)},
			"Apache httpd (Server: Apache) HAProxy (its error page, in answer to a malformed request)"},
		{"both", []*Observation{answer(NameOffer, "", "Server: nginx"), answer(NameFront, "", "Server: nginx")},
			"nginx (Server: nginx; it answers a malformed request itself)"},
		{"a long value", []*Observation{answer(NameOffer, "", "Via: 1.1 varnish "+strings.Repeat("x", 500))},
			"Varnish (Via: 1.1 varnish " + strings.Repeat("x", 48) + "...)"},
		{"no answer", []*Observation{{Experiment: NameOffer}}, ""},
	} {
		var got []string
		for _, s := range Sightings(&Seen{Observations: c.seen}) {
			got = append(got, s.Product.Name+" ("+s.Evidence+")")
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
