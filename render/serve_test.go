package render

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
	"github.com/ntlmctl/ntlmctl/negotiate/origin"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// exchanges are requests as serve sees them: one with everything in it, what a
// hostile client sends among it, and one with as little as can be.
func exchanges(t testing.TB) []*origin.Exchange {
	t.Helper()
	hostile := "\x1b[31m\u202e\"\\\n"
	type1, type2, type3 := message(t, "curl-type1.b64"), message(t, "curl-type2.b64"), message(t, "curl-type3.b64")
	return []*origin.Exchange{
		{
			Instance: "00112233445566ff", Connection: 12, Request: 1, AuthKey: "connection 12", Leg: 1, Protocol: "HTTP/1.1", Method: "GET",
			Target: "/path", Local: "127.0.0.1:80", Remote: "127.0.0.1:81", State: origin.StateChallenged, Scheme: "NTLM", Status: 401,
			Headers: trace.Headers{{Name: "Host", Value: "a"}}, Checks: &ntlm.Result{},
			Tokens: []trace.TokenAt{{Direction: trace.InRequest, Header: "Authorization", Token: type1}, {Direction: trace.InResponse, Header: "WWW-Authenticate", Token: type2}},
		},
		{
			Instance: "00112233445566ff", Connection: 12, Request: 2, AuthKey: "key " + hostile, Leg: 2, Protocol: "HTTP/1.0", Method: "GET",
			Target: "/" + hostile + strings.Repeat("long", 40), Local: "127.0.0.1:80", Remote: "127.0.0.1:81", State: origin.StateRefused, Scheme: hostile, Status: 403,
			Headers: trace.Headers{{Name: "Host", Value: hostile}},
			TLS:     &trace.TLS{Version: "TLS 1.3", Cipher: "TLS_AES_128_GCM_SHA256", ServerName: hostile, Resumed: true},
			Checks: &ntlm.Result{
				Done: true, SPNEGO: true, Reason: ntlm.ReasonWrongResponse, Detail: hostile, User: hostile, Domain: hostile, Workstation: hostile,
				ClientTargetName: hostile, ResponseVersion: decode.ResponseNTLMv2, LMResponseVersion: decode.LMv2, NTResponse: decode.Mismatch,
				LMResponse: decode.Mismatch, MIC: decode.Match, ChannelBinding: ntlm.Absent, TargetName: decode.Untested, MechListMIC: decode.Match, Notes: []string{hostile},
			},
			Tokens:    []trace.TokenAt{{Direction: trace.InRequest, Header: hostile, Token: type3}},
			BodyBytes: 17, BodySHA256: strings.Repeat("a5", 32), Upstream: hostile, Note: hostile, Account: hostile,
		},
		{
			Instance: "00112233445566ff", Connection: 12, Request: 3, AuthKey: "connection 12", Leg: 3, Protocol: "HTTP/1.1", Method: "GET", Target: "/path",
			Local: "127.0.0.1:80", Remote: "127.0.0.1:81", State: origin.StateAuthenticated, Account: `LAB\alice`, Status: 200,
		},
		{Instance: "00112233445566ff", Connection: 13, Request: 1, AuthKey: "connection 13", Local: "a", Remote: "b", Status: 400, State: origin.StateAnonymous},
	}
}

func serveEvents(t testing.TB) []origin.Event {
	t.Helper()
	at := time.Date(2026, 11, 22, 12, 34, 56, 789_123_400, time.UTC)
	list := []origin.Event{
		{Kind: origin.EventListening, Time: at, Local: "127.0.0.1:8080", URL: "http://127.0.0.1:8080"},
		{Kind: origin.EventOpened, Time: at, Connection: 12, Local: "127.0.0.1:8080", Remote: "127.0.0.1:5555"},
	}
	for i, x := range exchanges(t) {
		x.Duration = time.Duration(i) * 1001 * time.Microsecond
		list = append(list, origin.Event{Kind: origin.EventAnswered, Time: at, Connection: x.Connection, Local: x.Local, Remote: x.Remote, Exchange: x})
	}
	return append(list,
		origin.Event{Kind: origin.EventClosed, Time: at, Connection: 12, Local: "a", Remote: "b", Requests: 3, ClosedBy: trace.Client},
		origin.Event{Kind: origin.EventClosed, Time: at, Connection: 13, Local: "a", Remote: "b", ClosedBy: trace.Server,
			Error: &trace.Failure{Kind: trace.FailTLS, Text: "no \x1b[31m"}},
		origin.Event{Kind: origin.EventStopped, Time: at, Connection: 13, Requests: 4})
}

// TestServeDocuments holds the writers, the types and the schemas of serve
// together, as TestDocuments does decode's.
func TestServeDocuments(t *testing.T) {
	log := []byte(`{"schema":"` + SchemaServeLog + `","events":[`)
	for i, e := range serveEvents(t) {
		if err := checkLine(AppendServeEventLine(nil, &e)); err != nil {
			t.Errorf("%s: %v", e.Kind, err)
		}
		if i > 0 {
			log = append(log, ',')
		}
		log = AppendServeEvent(log, &e)
		if e.Exchange == nil {
			continue
		}
		body := AppendServeBody(nil, e.Exchange)
		if err := checkLine(body); err != nil {
			t.Errorf("body: %v: %s", err, body)
		}
		if strings.Contains(string(body), `"notes":["\u001b[31m`) {
			t.Error("notes for whoever runs the server are in the body")
		}
	}
	if err := checkLine(append(log, "]}\n"...)); err != nil {
		t.Error(err)
	}
}

// TestServeLog draws events at several widths, plain and in colour.
func TestServeLog(t *testing.T) {
	for _, c := range []struct {
		name  string
		width int
		color bool
	}{{"80", 80, false}, {"120", 120, false}, {"120-color", 120, true}} {
		x := Text{Width: c.width, Style: NewStyle(c.color)}
		log := x.ServeLog()
		var out []byte
		for _, e := range serveEvents(t) {
			out = log.Append(out, &e)
		}
		golden(t, "serve-log-"+c.name+".txt", out)
		for line := range strings.Lines(string(out)) {
			if n := ansi.StringWidth(strings.TrimSuffix(line, "\n")); n > c.width {
				t.Errorf("%s: a line of %d columns: %s", c.name, n, line)
			}
		}
		if !c.color && strings.ContainsRune(string(out), 0x1b) {
			t.Error("an escape character reaches the terminal")
		}
	}
}
