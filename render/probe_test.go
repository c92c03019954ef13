package render

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
	"github.com/ntlmctl/ntlmctl/probe"
)

// unsafeText is text that no terminal may see as it is.
const unsafeText = "a\x1b[31m\nb\u202e"

func hostileResult() *probe.Result {
	skew := int64(-400_000)
	at := time.Date(2026, 3, 4, 5, 6, 7, 800, time.UTC)
	server := probe.Server{
		NBDomain: unsafeText, NBComputer: unsafeText, DNSDomain: unsafeText, DNSComputer: unsafeText, DNSTree: "x" + unsafeText,
		OS: "Windows", Version: "10.0.20348", Timestamp: &trace.Time{Time: at}, Instance: unsafeText,
	}
	return &probe.Result{
		URL: "http://intranet/" + unsafeText, FinalURL: "http://b/" + unsafeText, Status: 401, Classification: probe.NegotiateNTLM, Grade: verdict.Likely,
		OtherVerdicts: []verdict.Verdict{{
			Code: verdict.ConnectionNotPinned, Target: verdict.Origin, Grade: verdict.Likely, Summary: "s",
			Evidence: []verdict.Evidence{{Leg: 3, Text: unsafeText}}, WouldProve: []string{unsafeText}, Remedies: []verdict.Remedy{{Product: "nginx", Text: "t"}},
		}},
		Offers:    []probe.Offer{{Scheme: "NTLM" + unsafeText, Raw: unsafeText, From: verdict.Proxy, Warnings: []string{"merged-header"}}},
		NTLM:      probe.Acceptance{State: probe.Accepted, Grade: verdict.Proven, Evidence: unsafeText},
		Negotiate: probe.Acceptance{State: probe.Refused, Grade: verdict.Likely, Evidence: unsafeText, Choice: "Kerberos"},
		Server:    &server, ClockSkewMS: &skew, DateSkewMS: &skew,
		Backends:       []probe.Backend{{Server: server, Connections: 2, ClockSkewMS: &skew}},
		Intermediaries: []probe.Intermediary{{Product: "nginx", Evidence: unsafeText, Multiplexes: true}},
		TLS:            &trace.TLS{Version: "TLS 1.3", Cipher: "c", Subject: unsafeText, Issuer: unsafeText, CertificateSHA256: "00ff", ChannelBinding: "ff", NotAfter: trace.Time{Time: at}},
		HTTPVersions:   []string{"1.1", unsafeText},
		Clients:        []probe.Client{{Name: "curl", State: probe.Refused, Why: unsafeText}},
		Findings:       []probe.Finding{{Code: "clock-skew", Severity: "warning", Text: unsafeText, Remedy: "r"}},
		Experiments: []experiment.Outcome{
			{Name: "farm", State: experiment.Skipped, Text: unsafeText}, {Name: experiment.NameHeaderSize, State: experiment.Passed, Text: "all sizes pass" + unsafeText},
		},
		Error: &probe.Error{Code: "timeout", Text: unsafeText},
		Asked: trace.Time{Time: at}, Requests: 3, Connections: 2, DurationMS: 1.5,
	}
}

// safe makes sure that nothing of the unsafeText text got through.
func safe(t *testing.T, what, out string) {
	t.Helper()
	if strings.Contains(out, "\x1b") || strings.Contains(out, "\u202e") || strings.Contains(out, "a\n") {
		t.Errorf("%s lets control characters through: %q", what, out)
	}
}

func TestProbeText(t *testing.T) {
	x := Text{Width: 80, Style: NewStyle(false)}
	var line, page bytes.Buffer
	if err := x.ProbeLine(&line, hostileResult(), 0); err != nil {
		t.Fatal(err)
	}
	safe(t, "the table", line.String())
	if strings.Count(line.String(), "\n") != 1 || !strings.HasPrefix(line.String(), "negotiate+ntlm? 401  http://intranet/") {
		t.Errorf("%q", line.String())
	}
	err := x.ProbeReport(&page, probe.Report{Result: hostileResult(), Trace: &trace.Trace{Legs: []*trace.Leg{{
		N: 1, Connection: 1, Request: trace.Request{Method: "GET", Target: "/" + unsafeText},
		Response: &trace.Response{Status: 401, Reason: unsafeText, Headers: trace.Headers{{Name: "WWW-Authenticate", Value: "NTLM"}}},
	}}}})
	if err != nil {
		t.Fatal(err)
	}
	safe(t, "the report", page.String())
	for _, want := range []string{"negotiate+ntlm (likely)", "refused (likely)", "400.0 s ahead", "on the path", "clock-skew", "mend: r", "farm", "conn 1", "choice       Kerberos, from", "header-size  all sizes pass"} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("no %q in\n%s", want, page.String())
		}
	}
	for _, l := range strings.Split(page.String(), "\n") {
		if width(l) > 80 && !strings.Contains(l, `http://`) {
			t.Errorf("%d columns: %s", width(l), l)
		}
	}
}

// TestProbeLineWidth cuts what is said beside the URL, and neither URL nor findings.
func TestProbeLineWidth(t *testing.T) {
	r := hostileResult()
	r.URL = "http://intranet.example.com/"
	for _, columns := range []int{40, 80, 120} {
		var out bytes.Buffer
		if err := (Text{Width: columns, Style: NewStyle(true)}).ProbeLine(&out, r, columns); err != nil {
			t.Fatal(err)
		}
		line := ansi.Strip(out.String())
		if columns > 70 && width(strings.TrimSuffix(line, "\n")) > columns {
			t.Errorf("%d columns of %d: %s", width(line), columns, line)
		}
		if !strings.Contains(line, r.URL) || !strings.Contains(line, "1 warning") || (columns == 80) != strings.Contains(line, "…") {
			t.Errorf("%d columns: %s", columns, line)
		}
	}
}

// TestProbeHeading stands above the columns that it names.
func TestProbeHeading(t *testing.T) {
	r := hostileResult()
	r.URL = "http://intranet/"
	for _, columns := range []int{0, 40, 60, 80, 120} {
		var head, line bytes.Buffer
		x := Text{Width: columns, Style: NewStyle(false)}
		if err := errors.Join(x.ProbeHeading(&head, columns), x.ProbeLine(&line, r, columns)); err != nil {
			t.Fatal(err)
		}
		for name, below := range map[string]string{"CLASS": "negotiate", "HTTP": "401", "URL": "http:", "NOTES": "1 warning"} {
			if at := strings.Index(head.String(), name); at >= 0 && at != strings.Index(line.String(), below) {
				t.Errorf("%d columns: %s is not above %s\n%s%s", columns, name, below, head.String(), line.String())
			}
		}
		if columns > 0 && width(strings.TrimSuffix(head.String(), "\n")) > columns || strings.Contains(head.String(), "NOTES") != (columns != 40) {
			t.Errorf("%d columns: %s", columns, head.String())
		}
	}
}

// TestProbeClients makes sure that reasons which are too long stay in their column.
func TestProbeClients(t *testing.T) {
	var page bytes.Buffer
	r := &probe.Result{Clients: []probe.Client{{Name: "go-ntlmssp", State: probe.Refused, Why: "it would refuse the challenge: key exchange requested but not supported"}}}
	if err := (Text{Width: 80, Style: NewStyle(false)}).ProbeReport(&page, probe.Report{Result: r}); err != nil {
		t.Fatal(err)
	}
	want := "  client       go-ntlmssp   refused   it would refuse the challenge: key\n" +
		strings.Repeat(" ", 38) + "exchange requested but not supported\n"
	if !strings.Contains(page.String(), want) {
		t.Errorf("%s", page.String())
	}
}

func TestProbeJSON(t *testing.T) {
	least := probe.Classify(new(experiment.Seen))
	least.URL = "http://a/"
	for name, r := range map[string]*probe.Result{"all": hostileResult(), "least": least} {
		line, err := AppendProbe(nil, r)
		if err != nil {
			t.Fatal(err)
		}
		safe(t, "JSON", strings.TrimSuffix(string(line), "\n"))
		if bytes.Count(line, []byte("\n")) != 1 || bytes.Contains(line, []byte("null")) {
			t.Errorf("%s: %s", name, line)
		}
		document, err := jsonschema.UnmarshalJSON(bytes.NewReader(line))
		if err != nil {
			t.Fatal(err)
		}
		if err := validate(SchemaProbe, document); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		back := ProbeDocument{Result: new(probe.Result)}
		d := json.NewDecoder(bytes.NewReader(line))
		d.DisallowUnknownFields()
		if err := d.Decode(&back); err != nil || back.URL != r.URL || back.Schema != SchemaProbe {
			t.Errorf("%s: %+v: %v", name, back, err)
		}
	}
}

func TestProbeCSV(t *testing.T) {
	var out bytes.Buffer
	w := NewProbeCSV(&out)
	formula := hostileResult()
	formula.Server.NBComputer = "=cmd|' /C calc'!A0"
	for _, r := range []*probe.Result{hostileResult(), formula, {URL: "http://b/", Classification: probe.Open}} {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	safe(t, "CSV", out.String())
	rows, err := csv.NewReader(&out).ReadAll()
	if err != nil || len(rows) != 4 || rows[0][0] != "url" || rows[3][0] != "http://b/" {
		t.Fatalf("%v: %v", rows, err)
	}
	for i, name := range rows[0] {
		switch name {
		case "nb_computer":
			if !strings.HasPrefix(rows[2][i], "'=") {
				t.Errorf("a formula: %s", rows[2][i])
			}
		case "clock_skew_ms":
			if rows[1][i] != "-400000" {
				t.Errorf("a skew of %s", rows[1][i])
			}
		case "findings":
			if rows[1][i] != "clock-skew" {
				t.Errorf("findings %s", rows[1][i])
			}
		}
	}
}
