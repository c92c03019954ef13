package verdict

import (
	"slices"
	"testing"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// FuzzJudge puts legs together at random: whatever happened, there is one
// verdict, of the catalogue, with evidence for it, and none that blames a
// password without a proof.
func FuzzJudge(f *testing.F) {
	f.Add([]byte{0, 1, 0, 1, 1, 1, 2, 1, 2}, byte(0), true)
	f.Add([]byte{3, 2, 1, 0, 0, 1}, byte(3), false)
	f.Add([]byte{}, byte(9), false)
	sent := []string{"", t1, t3, "Negotiate curl-type1", "Negotiate curl-type3", "Basic eDp5", "Digest a", "NTLM A", "NTLM", "Negotiate oQcwBaADCgEA"}
	got := []string{"", "NTLM", t2, fakeT2, reject, "Basic", "NTLM A", "WWW-Authenticate: Negotiate, NTLM", "Digest stale=true", "NTLM curl-type1"}
	statuses := []int{0, 200, 401, 407, 400, 403, 413, 431, 500, 302}
	kinds := []trace.FailureKind{"", trace.FailDial, trace.FailTLS, trace.FailProxy, trace.FailTimeout, trace.FailCanceled, trace.FailReset, trace.FailEOF, trace.FailMalformed, trace.FailHTTP2, trace.FailRequest, trace.FailIO}
	f.Fuzz(func(t *testing.T, data []byte, failure byte, proxy bool) {
		run := Run{Target: Origin}
		if proxy {
			run.Target = Proxy
		}
		x := exchange{t, run.Target}
		for n := 0; len(data) >= 3 && n < 8; n++ {
			a, b, c := int(data[0]), int(data[1]), int(data[2])
			data = data[3:]
			leg := x.leg(n+1, 1+a/10%2, sent[a%10], statuses[b%10], got[c%10])
			if leg.Response != nil && b/10%3 == 1 {
				with(leg, old)
			}
			if b/10%5 == 2 {
				with(leg, closed)
			}
			if c/10%3 == 1 {
				with(leg, seen(string(rune('a'+c/30%2)), string(rune('1'+c/60%2)), "HTTP/1.1"))
			}
			if c/10%4 == 3 {
				with(leg, body(10, false))
			}
			run.Legs = append(run.Legs, leg)
		}
		if kind := kinds[int(failure)%len(kinds)]; kind != "" {
			run.Failure = &trace.Failure{Kind: kind, Text: "it failed"}
		}
		if failure > 200 && len(run.Legs) > 0 {
			run.LoggedOn = run.Legs[0]
		}
		v := run.Judge()
		known := slices.ContainsFunc(catalogue, func(e Entry) bool { return e.Code == v.Code })
		unnamed := v.Target == Proxy && slices.ContainsFunc(run.Legs, func(l *trace.Leg) bool { return l.Response != nil && l.Response.Status == 407 })
		if !known || v.Grade == "" || v.Target != run.Target && !unnamed || len(v.Evidence) == 0 || v.Evidence[0].Text == "" {
			t.Errorf("%+v", v)
		}
		views := slices.ContainsFunc(run.Legs, func(l *trace.Leg) bool { return l.OriginView != nil })
		basic := slices.ContainsFunc(run.Legs, func(l *trace.Leg) bool {
			value := l.Request.Headers.Get(run.Target.credentialsHeader())
			return value != "" && !tokenScheme(value[:min(len(value), 4)]) && !tokenScheme(value[:min(len(value), 9)])
		})
		if v.Code == CredentialsRejected && !views && !basic {
			t.Errorf("blames the credentials without a proof: %+v", v)
		}
		run.Others()
	})
}
