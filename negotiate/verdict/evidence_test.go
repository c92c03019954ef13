package verdict

import (
	"errors"
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// What a verdict says beside its code and its grade: the summary, what the legs
// show, and what would raise the grade.
func TestEvidence(t *testing.T) {
	o, p := exchange{t, Origin}, exchange{t, Proxy}
	binding := strings.Repeat("ab", 16)
	refused := func(got ...string) []*trace.Leg {
		return []*trace.Leg{o.leg(1, 1, "", 401, "NTLM"), o.leg(2, 1, t1, 401, t2), o.leg(3, 1, t3, 401, got...)}
	}
	named := func(first string) []*trace.Leg {
		return []*trace.Leg{o.leg(1, 1, "", 401, first), o.leg(2, 1, t1, 401, "NTLM")}
	}
	for _, c := range []struct {
		name       string
		run        Run
		says, lack string // what is among it, and what is not
	}{
		{"nobody to log on", Run{Legs: refused("NTLM")[:1]}, "there were no credentials to log on with", "not finished"},
		{"not gone on with", Run{Legs: refused("NTLM")[:1], Wanted: []string{"NTLM"}}, "the logon was not finished", "no credentials"},
		{"held back", Run{Legs: refused("NTLM")[:1], Wanted: []string{"NTLM"}, Spent: 1}, "no credentials were sent: 1 refused logon cost", ""},
		{"held back after two", Run{Legs: refused("NTLM")[:1], Wanted: []string{"NTLM"}, Spent: 2}, "2 refused logons cost", ""},
		{"nothing to hold back", Run{Legs: refused("NTLM")[:1], Wanted: []string{"NTLM"}}, "", "no credentials were sent"},
		{"held back where nothing is wanted", Run{Legs: []*trace.Leg{o.leg(1, 1, "", 200)}, Spent: 1}, "", "no credentials were sent"},
		{"held back, and logged on before that", Run{Legs: []*trace.Leg{o.leg(1, 1, "", 200)}, LoggedOn: o.leg(9, 1, t3, 200), Spent: 1}, "", "no credentials were sent"},
		{"refused", Run{Legs: refused("NTLM")}, "straight at the server", "a new challenge came"},
		{"refused with a new challenge", Run{Legs: refused(t2)}, "a new challenge came with it", ""},
		{"refused with nonsense", Run{Legs: refused("NTLM AAAA"), Unable: errors.New("no NTLM message")}, "of no use: no NTLM message", ""},
		{"refused over HTTP/1.1", Run{Legs: refused("NTLM")}, "", "over HTTP/1.0"},
		{"refused over HTTP/1.0", Run{Legs: append(refused("NTLM")[:2], with(o.leg(3, 1, t3, 401, "NTLM"), old))}, "over HTTP/1.0", ""},
		{"challenged over HTTP/1.0", Run{Legs: []*trace.Leg{with(o.leg(1, 1, t1, 401, t2), old), o.leg(2, 1, t3, 401, "NTLM")}}, "over HTTP/1.0", ""},
		{"refused without TLS", Run{Legs: refused("NTLM")}, "", "another channel binding"},
		{"refused without a binding", Run{Legs: refused("NTLM"), Binding: binding}, "it has no channel binding, and the certificate's is " + binding, ""},
		{"refused with another binding", Run{Legs: append(refused()[:2], o.leg(3, 1, "NTLM samba-type3", 401, "NTLM")), Binding: binding}, "its channel binding is 0000", ""},
		{"refused with the binding", Run{Legs: append(refused()[:2], o.leg(3, 1, "NTLM samba-type3", 401, "NTLM")), Binding: strings.Repeat("0", 32)}, "a run with another channel binding", "it has no"},
		{"refused by a proxy", Run{Target: Proxy, Legs: []*trace.Leg{p.leg(1, 1, t1, 407, t2), p.leg(2, 1, t3, 407, "NTLM")}}, "ntlmctl serve --proxy", "straight at the server"},
		{"serve's reason", Run{Legs: []*trace.Leg{with(o.leg(1, 1, t1, 401, t2), seen("a", "1", "")), with(o.leg(2, 1, t3, 401, "NTLM"), seen("a", "1", ""), as("", "wrong-response"))}}, "it gives the reason wrong-response", ""},
		{"serve without a reason", Run{Legs: []*trace.Leg{with(o.leg(1, 1, t1, 401, t2), seen("a", "1", "")), with(o.leg(2, 1, t3, 401, "NTLM"), seen("a", "1", ""))}}, "", "reason"},
		{"the same names", Run{Legs: named("NTLM")}, "the same answer as without it", "without --ntlm"},
		{"another number of names", Run{Legs: []*trace.Leg{o.leg(1, 1, "", 401, "NTLM", "Negotiate"), o.leg(2, 1, t1, 401, "NTLM")}}, "", "the same answer"},
		{"other names", Run{Legs: named("Negotiate")}, "", "the same answer"},
		{"names at once", Run{Legs: named("NTLM")[1:]}, "without --ntlm", "the same answer"},
		{"too large, asked before", Run{Legs: []*trace.Leg{o.leg(1, 1, "", 401, "NTLM"), o.leg(2, 1, t1, 431)}}, "401 without one", ""},
		{"too large at once", Run{Legs: []*trace.Leg{o.leg(2, 1, t1, 431)}}, "431 in answer", "without one"},
		{"a proxy that offers nothing", Run{Target: Proxy, Legs: []*trace.Leg{p.leg(1, 1, "", 407)}}, "407 without a Proxy-Authenticate header", ""},
	} {
		if c.run.Target == "" {
			c.run.Target = Origin
		}
		v := c.run.Judge()
		text := v.Summary
		for _, e := range v.Evidence {
			text += "\n" + e.Text
		}
		text += "\n" + strings.Join(v.WouldProve, "\n")
		if !strings.Contains(text, c.says) || c.lack != "" && strings.Contains(text, c.lack) {
			t.Errorf("%s: wanted %q and not %q in: %s", c.name, c.says, c.lack, text)
		}
	}
}
