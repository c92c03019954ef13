package negotiate

import (
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
	"github.com/ntlmctl/ntlmctl/negotiate/origin"
)

func TestClient(t *testing.T) {
	ntlmOnly, nego := []string{SchemeNTLM}, []string{SchemeNegotiate}
	epa := origin.Options{Acceptor: ntlm.AcceptorOptions{RequireChannelBinding: true}}
	hash, err := ntlm.ParseNTHash("FC525C9683E8FE067095BA2DDC971889")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		origin origin.Options
		secure bool
		logon  Logon
		body   string
		want   string // see outcome
	}{
		{name: "the best offered", logon: as(alice, password), want: "survives 200 3 1 0"},
		{name: "NTLM alone is offered", origin: origin.Options{Schemes: ntlmOnly}, logon: as(alice, password), want: "survives 200 3 1 0"},
		{name: "a hash", logon: Logon{Credentials: NTLM{ntlm.ClientOptions{Account: ntlm.ParseAccount(alice), Secret: hash}}}, want: "survives 200 3 1 0"},
		{name: "NTLM at once", logon: at(ntlmOnly, true), want: "survives 200 2 1 0"},
		{name: "Negotiate at once", logon: at(nego, true), want: "survives 200 2 1 0"},
		{name: "Negotiate is wanted", logon: at(nego, false), want: "survives 200 3 1 0"},
		{name: "NTLM was guessed and Negotiate is offered", origin: origin.Options{Schemes: nego}, logon: at(nil, true), want: "survives 200 3 1 0"},
		{name: "NTLM is wanted and Negotiate is offered", origin: origin.Options{Schemes: nego}, logon: at(ntlmOnly, false), want: "scheme-not-offered 401 1 1 0"},
		{name: "nobody to log on", want: "rejected-unattributed 401 1 1 0"},
		{name: "a body goes out with the Type 3", logon: as(alice, password), body: "twelve bytes", want: "survives 200 2 1 0"},
		{name: "a body, and Negotiate is offered", origin: origin.Options{Schemes: nego}, logon: as(alice, password), body: "twelve bytes", want: "survives 200 3 1 0"},
		{name: "wrong password", logon: as(alice, "Wr0ng-0ne"), want: "credentials-rejected 401 3 1 1"},
		{name: "wrong password with a body", logon: as(alice, "Wr0ng-0ne"), body: "twelve bytes", want: "credentials-rejected 401 2 1 1"},
		{name: "Basic alone is offered", origin: origin.Options{Schemes: []string{SchemeBasic}}, logon: as(alice, password), want: "scheme-not-offered 401 1 1 0"},
		{name: "Basic is asked for", origin: origin.Options{Schemes: []string{SchemeBasic, SchemeNTLM}}, logon: at([]string{"basic"}, false), want: "survives 200 2 1 0"},
		{name: "Basic at once", origin: origin.Options{Schemes: []string{SchemeBasic}}, logon: at([]string{"basic"}, true), want: "survives 200 1 1 0"},
		{name: "Basic with a body", origin: origin.Options{Schemes: []string{SchemeBasic}}, logon: at([]string{"basic"}, false), body: "twelve bytes", want: "survives 200 1 1 0"},
		{name: "TLS", secure: true, logon: as(alice, password), want: "survives 200 3 1 0"},
		{name: "EPA", secure: true, origin: epa, logon: as(alice, password), want: "survives 200 3 1 0"},
		{name: "EPA, wrong binding", secure: true, origin: epa, logon: Logon{Credentials: NewPassword(alice, password, ntlm.ClientOptions{ChannelBinding: ntlm.ChannelBindingWrong})},
			want: "epa-mismatch 401 3 1 1"},
		{name: "each request anew", origin: origin.Options{PerRequest: true}, logon: as(alice, password), want: "survives 200 3 1 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.secure {
				c.origin.TLS = certificate(t)
			}
			address := serve(t, c.origin) + "/page"
			client := newTester(t, Options{Origin: c.logon})
			req := request(t, "GET", address, nil)
			if c.body != "" {
				req = request(t, "POST", address, once(c.body))
				req.ContentLength = int64(len(c.body))
			}
			body, err := client.do(t, req)
			if err != nil {
				t.Fatal(err)
			}
			if got := client.outcome(t); got != c.want {
				t.Errorf("got %q, want %q; %+v", got, c.want, client.last(t).Verdict)
			}
			if strings.HasPrefix(c.want, "survives") && (!strings.Contains(body, "alice") || c.body != "" && !strings.Contains(body, "12 bytes")) {
				t.Errorf("body %q", body)
			}
		})
	}
}

// at is alice's logon by the schemes, asked for or at once.
func at(schemes []string, preemptive bool) Logon {
	l := as(alice, password)
	l.Schemes, l.Preemptive = schemes, preemptive
	return l
}
