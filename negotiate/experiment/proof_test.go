package experiment

import (
	"testing"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
)

// answer is an observation of a response.
func answer(name string, target verdict.Target, status int, fields ...trace.Header) *Observation {
	return &Observation{Experiment: name, Target: target, Leg: &trace.Leg{Response: &trace.Response{Status: status, Headers: fields}}}
}

// proven is the same, to a Type 3.
func proven(t *testing.T, target verdict.Target, status int) *Observation {
	t.Helper()
	o := answer(NameHandshake, target, status)
	// Bytes that name themselves an AUTHENTICATE_MESSAGE are enough of one.
	raw := append([]byte("NTLMSSP\x00\x03\x00\x00\x00"), make([]byte, 64)...)
	o.Leg.Tokens = []trace.TokenAt{{Direction: trace.InRequest, Token: decode.Decode(raw, decode.Options{})}}
	if !o.Proof() {
		t.Fatal("no proof")
	}
	return o
}

func TestLoggedOn(t *testing.T) {
	for _, c := range []struct {
		target verdict.Target
		status int
		want   bool
	}{
		{verdict.Origin, 200, true}, {verdict.Origin, 302, true}, {verdict.Origin, 403, true}, {verdict.Origin, 404, true},
		{verdict.Origin, 401, false}, {verdict.Origin, 400, false}, {verdict.Origin, 431, false}, {verdict.Origin, 500, false},
		{verdict.Proxy, 407, false}, {verdict.Proxy, 200, true}, {verdict.Proxy, 401, true},
	} {
		if got := proven(t, c.target, c.status).LoggedOn(); got != c.want {
			t.Errorf("%d at the %s: logged on %t", c.status, c.target, got)
		}
	}
	if answer(NameHandshake, verdict.Origin, 200).LoggedOn() {
		t.Error("logged on by nothing")
	}
}

func TestLetIn(t *testing.T) {
	for _, c := range []struct{ logon, stranger, want int }{
		{200, 200, 1}, {200, 401, 0}, {200, 404, 0}, {200, 429, 0}, {200, 503, 0}, {404, 404, 1}, {404, 200, 1}, {403, 403, 1}, {404, 401, 0},
	} {
		seen := &Seen{Observations: []*Observation{proven(t, verdict.Origin, c.logon)}}
		if got := seen.LetIn(answer(NameStrangers, verdict.Origin, c.stranger)); got != (c.want == 1) {
			t.Errorf("%d to the account, %d to a stranger: let in %t", c.logon, c.stranger, got)
		}
	}
}

func TestKept(t *testing.T) {
	for _, c := range []struct{ name, value, want string }{
		{"Age", "7", "Age: 7"}, {"Age", "0", ""}, {"X-Cache", "HIT from box", "X-Cache: HIT from box"}, {"x-cache-status", "hit", "X-Cache-Status: hit"},
		{"X-Cache", "MISS", ""}, {"X-Varnish", "32770 3", "X-Varnish: 32770 3"}, {"X-Varnish", "32770", ""}, {"Server", "HIT", ""},
	} {
		if got := answer(NameStrangers, verdict.Origin, 200, trace.Header{Name: c.name, Value: c.value}).Kept(); got != c.want {
			t.Errorf("%s: %s: %q, want %q", c.name, c.value, got, c.want)
		}
	}
}

func TestJar(t *testing.T) {
	var j jar
	if j.header() != nil {
		t.Error("cookies of nobody")
	}
	j.keep(answer(NameOffer, verdict.Origin, 401, trace.Header{Name: "Set-Cookie", Value: "a=1; Path=/"}, trace.Header{Name: "set-cookie", Value: " b = 2 ;HttpOnly"}))
	j.keep(answer(NameOffer, verdict.Origin, 401, trace.Header{Name: "Set-Cookie", Value: "a=3"}, trace.Header{Name: "Set-Cookie", Value: "nonsense"}))
	if got := j.header().Get("Cookie"); got != "a=3; b = 2" {
		t.Errorf("Cookie: %s", got)
	}
}
