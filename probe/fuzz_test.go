package probe_test

import (
	"testing"

	"github.com/ntlmctl/ntlmctl/decode/spnego"
	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
	"github.com/ntlmctl/ntlmctl/negotiate/wire"
	"github.com/ntlmctl/ntlmctl/probe"
)

// FuzzClassify makes sure that any answers give a result that keeps its word: a
// grade, evidence for each state, and nothing accepted beyond doubt without a
// challenge to show.
func FuzzClassify(f *testing.F) {
	challenge := "NTLM " + b64(origin.challenge())
	reject, choice := "Negotiate "+resp(spnego.Reject, ""), "Negotiate "+resp(spnego.AcceptIncomplete, spnego.OIDMSKerberos)
	order := "Negotiate " + resp(spnego.RequestMIC, spnego.OIDKerberos)
	f.Add("Negotiate", "NTLM", 401, challenge, 401, reject, 401, "Negotiate", "", "")
	f.Add("Negotiate", "", 401, "", 401, reject, 401, choice, order, "")
	f.Add("Negotiate", "", 401, "", 401, reject, 401, "Negotiate", "", reject)
	f.Add("Negotiate, NTLM", "", 407, "NTLM", 407, "Negotiate "+inSPNEGO(origin.challenge()), 407, "", "", "")
	f.Add("", "", 200, "", 0, "", 0, "", "", "")
	type1 := experiment.Shapes()[0].Bytes()
	f.Fuzz(func(t *testing.T, offer1, offer2 string, status int, toNTLM string, status1 int, toNegotiate string, status2 int, toChoice, toOrder, toAgain string) {
		seen := &experiment.Seen{}
		add := func(name string, n, status int, sent string, values ...string) {
			o := &experiment.Observation{Experiment: name, Target: verdict.Origin, Leg: &trace.Leg{N: n, HTTPVersion: "1.1"}}
			if status == 407 {
				o.Target = verdict.Proxy
			}
			if sent != "" {
				o.Leg.Request.Headers = trace.Headers{{Name: "Authorization", Value: sent + " " + b64(type1)}}
				o.Leg.Tokens = wire.TokensOf(trace.InRequest, o.Leg.Request.Headers)
			}
			if status == 0 {
				o.Failure = &trace.Failure{Kind: trace.FailEOF, Text: "it ended"}
			} else {
				o.Leg.Response = &trace.Response{Status: status}
				for _, value := range values {
					for _, header := range []string{"WWW-Authenticate", "Proxy-Authenticate"} {
						o.Leg.Response.Headers = append(o.Leg.Response.Headers, trace.Header{Name: header, Value: value})
					}
				}
				o.Leg.Tokens = append(o.Leg.Tokens, wire.TokensOf(trace.InResponse, o.Leg.Response.Headers)...)
			}
			seen.Observations = append(seen.Observations, o)
		}
		add(experiment.NameOffer, 1, status, "", offer1, offer2)
		add(experiment.NameNTLM, 2, status1, "NTLM", toNTLM)
		add(experiment.NameNegotiateNTLM, 3, status2, "Negotiate", toNegotiate)
		add(experiment.NameNegotiateChoice, 4, status2, "Negotiate", toChoice)
		add(experiment.NameNegotiateOrder, 5, status2, "Negotiate", toOrder)
		for n, answer := range []string{toAgain, toAgain, toChoice} {
			add(experiment.NameNegotiateAgain, 6+n, status2, "Negotiate", answer)
		}
		r := probe.Classify(seen)
		if r.Classification == "" || r.Grade == "" {
			t.Fatalf("%+v", r)
		}
		for _, a := range []probe.Acceptance{r.NTLM, r.Negotiate} {
			if a.State == "" || a.Grade == "" || a.Evidence == "" {
				t.Fatalf("%+v", a)
			}
			if a.State == probe.Accepted && a.Grade == verdict.Proven && r.Server == nil {
				t.Fatalf("accepted without a challenge: %+v", a)
			}
		}
		if r.Classification == probe.KerberosOnly && r.Grade == verdict.Proven {
			_, inOrder := seen.PassedOver()
			if chosen := seen.Find(experiment.NameNegotiateNTLM).Choice(); chosen == "" && !inOrder && seen.Rejects() == nil {
				t.Fatal("Kerberos alone is proven without an answer that says so")
			}
		}
		if r.ClockSkewMS != nil && r.Server.Timestamp == nil {
			t.Fatal("a skew without a clock")
		}
	})
}
