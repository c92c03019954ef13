package render

import (
	"bufio"
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/diagnose"
	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/negotiate/product"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
)

// unattributed is a diagnosis of many parts: two verdicts, legs with tokens and
// views, products, and experiments of all states. Text is in whatever comes from a
// server.
func unattributed(t *testing.T, text string) *diagnose.Diagnosis {
	t.Helper()
	leg := func(n, conn int, name, instance string, status int, sent, got string) *trace.Leg {
		l := &trace.Leg{
			N: n, Connection: conn, Name: name, Experiment: name, Request: trace.Request{Method: "GET", Target: "/x" + text},
			Response: &trace.Response{Status: status, Reason: "Reason" + text, Headers: trace.Headers{{Name: "WWW-Authenticate", Value: "Negotiate"}, {Name: "WWW-Authenticate", Value: "NTLM"}}},
		}
		if instance != "" {
			l.OriginView = &trace.OriginView{Instance: instance, Connection: fmt.Sprint(40+n) + text}
		}
		if sent != "" {
			l.Tokens = append(l.Tokens, trace.TokenAt{Direction: trace.InRequest, Token: message(t, sent)})
		}
		if got != "" {
			l.Tokens = append(l.Tokens, trace.TokenAt{Direction: trace.InResponse, Token: message(t, got)})
		}
		return l
	}
	lost := &trace.Leg{N: 6, Connection: 3, Experiment: experiment.NameStrangers, Request: trace.Request{Method: "GET", Target: "/"}, Error: &trace.Failure{Text: "the peer closed" + text}}
	kept := leg(7, 4, experiment.NameStrangers, "", 200, "", "")
	kept.Response.Headers = trace.Headers{{Name: "Age", Value: "7" + text}}
	kept.ClosedBy = trace.Server
	return &diagnose.Diagnosis{
		Verdict: verdict.Verdict{
			Code: verdict.SessionShared, Target: verdict.Origin, Grade: verdict.Proven, Summary: verdict.SessionShared.Summary(),
			Evidence: []verdict.Evidence{{Leg: 1, Text: "401 without credentials" + text}, {Leg: 7, Text: "200, 8 bytes (sha256 a20e2d6813ca) to a stranger on a fresh connection, without credentials"}, {Text: "4 of 20 strangers were let in"}},
			Remedies: verdict.RemediesFor(verdict.SessionShared),
		},
		Others: []verdict.Verdict{{
			Code: verdict.RejectedUnattributed, Target: verdict.Proxy, Grade: verdict.Consistent, Summary: "the Type 3 was refused" + text,
			Evidence: []verdict.Evidence{{Leg: 3, Text: "401"}}, WouldProve: []string{"the same run straight to the server: if that logs on, the path broke the handshake" + text},
			Remedies: []verdict.Remedy{{Product: "nginx", Text: "proxy TCP"}},
		}},
		Products: []experiment.Sighting{{Product: &product.Product{Name: "Citrix NetScaler"}, Evidence: "Server: NS" + text}},
		Outcomes: []experiment.Outcome{
			{Name: "offer", State: experiment.Passed, Text: "401 without credentials" + text},
			{Name: "handshake", State: experiment.Failed, Text: "the Type 3 was answered with 401"},
			{Name: "front", State: experiment.Inconclusive, Text: "a malformed request got no answer in HTTP" + text},
			{Name: "carried", State: experiment.Skipped, Text: "the connection did not end with the challenge"},
			{Name: "second-request", State: experiment.Skipped, Text: "it needs a connection that is logged on"},
			{Name: "strangers", State: experiment.Skipped, Text: "it needs a connection that is logged on"},
			{Name: "epa", State: experiment.Skipped, Text: diagnose.AskedForBy + "--only epa"},
			{Name: "pauses", State: experiment.Skipped, Text: diagnose.AskedForBy + "--idle"},
		},
		Trace: &trace.Trace{Legs: []*trace.Leg{
			leg(1, 1, experiment.NameOffer, "one", 401, "", ""), leg(2, 1, experiment.NameHandshake, "two", 401, "curl-type1.b64", "samba-type2.b64"),
			leg(3, 1, experiment.NameHandshake, "one", 401, "samba-type3.b64", ""), leg(4, 2, experiment.NameFarm, "", 401, "curl-type1.b64", ""), lost, kept,
		}},
		Spent: 1,
	}
}

// TestDiagnosisGolden renders a diagnosis, and the demo's parts, at several widths,
// plain and in colour.
func TestDiagnosisGolden(t *testing.T) {
	d := unattributed(t, "")
	well := &diagnose.Diagnosis{Verdict: verdict.Verdict{Code: verdict.Survives, Grade: verdict.Proven, Summary: verdict.Survives.Summary()}, Trace: new(trace.Trace)}
	plan := diagnose.Options{Direct: "server:443", Skip: []string{"front"}}
	pages := map[string]func(Text, *bytes.Buffer) error{
		"diagnosis":     func(x Text, b *bytes.Buffer) error { return x.Diagnosis(b, d, false) },
		"diagnosis-all": func(x Text, b *bytes.Buffer) error { return x.Diagnosis(b, d, true) },
		"plan":          func(x Text, b *bytes.Buffer) error { return x.Plan(b, plan.Plan(), plan.Cost()) },
		"experiments":   func(x Text, b *bytes.Buffer) error { return x.Experiments(b, plan.Plan()) },
		"demo": func(x Text, b *bytes.Buffer) error {
			if err := x.DemoHead(b, 2); err != nil {
				return err
			}
			if err := x.DemoPath(b, 1, "pool", "one pool of upstream connections for all clients", d); err != nil {
				return err
			}
			return x.DemoTable(b, []DemoRow{{"pool", "an upstream connection for each client's, and none that is shared with others", d}, {"relay", "nothing", well}})
		},
	}
	for name, write := range pages {
		for _, columns := range []int{60, 80, 120} {
			var plain, colored bytes.Buffer
			text := Text{Width: columns, Style: NewStyle(false)}
			if err := write(text, &plain); err != nil {
				t.Fatal(err)
			}
			golden(t, fmt.Sprintf("%s-%d.txt", name, columns), plain.Bytes())
			text.Style = NewStyle(true)
			if err := write(text, &colored); err != nil {
				t.Fatal(err)
			}
			if stripped := ansi.Strip(colored.String()); stripped != plain.String() {
				t.Errorf("%s at %d: colour changes more than colour", name, columns)
			}
			for n, line := range strings.Split(plain.String(), "\n") {
				if w := width(line); w > columns {
					t.Errorf("%s at %d: line %d takes %d columns: %s", name, columns, n+1, w, line)
				}
				if strings.TrimRight(line, " ") != line {
					t.Errorf("%s at %d: line %d ends in a space: %q", name, columns, n+1, line)
				}
			}
		}
	}
}

// TestRungsOfBothSides tells legs straight at the server from those on the path.
func TestRungsOfBothSides(t *testing.T) {
	leg := func(n int, name string) *trace.Leg {
		return &trace.Leg{N: n, Connection: n, Name: name, Request: trace.Request{Method: "GET", Target: "/"}, Response: &trace.Response{Status: 200, Reason: "OK"}}
	}
	for _, c := range []struct {
		legs []*trace.Leg
		want string
	}{
		{[]*trace.Leg{leg(1, "offer"), leg(2, "repeat")}, "  1  conn 1  GET /  200 OK\n  2  conn 2  GET /  200 OK\n"},
		{
			[]*trace.Leg{leg(1, "direct offer"), leg(2, "direct ntlm"), leg(3, "offer")},
			"  straight at the server\n  1  conn 1  GET /  200 OK\n  2  conn 2  GET /  200 OK\n  through the path\n  3  conn 3  GET /  200 OK\n",
		},
	} {
		var b bytes.Buffer
		out := bufio.NewWriter(&b)
		Text{Width: 80, Style: NewStyle(false)}.rungs(out, c.legs)
		if err := out.Flush(); err != nil || b.String() != c.want {
			t.Errorf("%v\n%s", err, b.String())
		}
	}
}

// TestDiagnosisHostile wants no byte of a hostile server on the terminal as it is,
// and no line of it that has no end.
func TestDiagnosisHostile(t *testing.T) {
	d := unattributed(t, "\x1b[2J\u202e\x07\n"+strings.Repeat("A", 70000))
	d.Trace.Legs[1].Tokens[1].Token = decode.Decode(hostileType2(), decode.Options{})
	var out bytes.Buffer
	x := Text{Width: 80, Style: NewStyle(false)}
	if err := x.Diagnosis(&out, d, true); err != nil {
		t.Fatal(err)
	}
	if err := x.DemoPath(&out, 1, "pool", "text", d); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(out.String()) {
		line = strings.TrimSuffix(line, "\n")
		if w := width(line); w > 80 {
			t.Errorf("a line of %d columns: %.100q", w, line)
		}
		for i, r := range line {
			if unprintable(r) {
				t.Errorf("%U at %d of %.100q", r, i, line)
			}
		}
	}
	if out.Len() > 64<<10 {
		t.Errorf("%d bytes for one diagnosis", out.Len())
	}
}
