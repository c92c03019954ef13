package verdict

import (
	"encoding/base64"
	"os"
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// legOf builds a leg: what was sent and what came back, in a few words.
func legOf(t *testing.T, n, connection int, sent string, status int, got ...string) *trace.Leg {
	t.Helper()
	leg := &trace.Leg{N: n, Connection: connection, HTTPVersion: "1.1", Request: trace.Request{Method: "GET", Target: "/"}}
	token := func(d trace.Direction, name string) {
		text, err := os.ReadFile("../../testdata/messages/" + name + ".b64")
		if err != nil {
			t.Fatal(err)
		}
		raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
		if err != nil {
			t.Fatal(err)
		}
		leg.Tokens = append(leg.Tokens, trace.TokenAt{Direction: d, Token: decode.Decode(raw, decode.Options{})})
	}
	if sent != "" {
		token(trace.InRequest, sent)
	}
	if status == 0 {
		return leg
	}
	leg.Response = &trace.Response{Status: status}
	header := Origin.challengeHeader()
	if status == 407 {
		header = Proxy.challengeHeader()
	}
	for _, value := range got {
		if name, is := strings.CutPrefix(value, "token "); is {
			token(trace.InResponse, name)
			value = "NTLM"
		}
		leg.Response.Headers = append(leg.Response.Headers, trace.Header{Name: header, Value: value})
	}
	return leg
}

func TestJudge(t *testing.T) {
	const t1, t2, t3 = "curl-type1", "curl-type2", "curl-type3"
	leg := func(n, connection int, sent string, status int, got ...string) *trace.Leg {
		return legOf(t, n, connection, sent, status, got...)
	}
	closed := func(l *trace.Leg) *trace.Leg { l.ClosedBy = trace.Server; return l }
	old := func(l *trace.Leg) *trace.Leg { l.HTTPVersion = "1.0"; return closed(l) }
	seen := func(l *trace.Leg, instance, connection string) *trace.Leg {
		l.OriginView = &trace.OriginView{Instance: instance, Connection: connection, AuthKey: connection}
		return l
	}
	cut := leg(2, 1, t1, 401, "token "+t2)
	cut.Tokens[1].Token = decode.Decode(cut.Tokens[1].Token.Raw[:60], decode.Options{})
	for _, c := range []struct {
		name    string
		target  Target
		legs    []*trace.Leg
		failure *trace.Failure
		want    string
	}{
		{"open", Origin, []*trace.Leg{leg(1, 1, "", 200)}, nil, "open proven"},
		{"no offer", Origin, []*trace.Leg{leg(1, 1, "", 401)}, nil, "offer-stripped proven"},
		{"basic only", Origin, []*trace.Leg{leg(1, 1, "", 401, `Basic realm="x"`)}, nil, "scheme-not-offered proven"},
		{"logged on", Origin, []*trace.Leg{leg(1, 1, "", 401, "NTLM"), leg(2, 1, t1, 401, "token "+t2), leg(3, 1, t3, 200)}, nil, "survives consistent"},
		{"not found is logged on", Origin, []*trace.Leg{leg(1, 1, "", 401, "NTLM"), leg(2, 1, t1, 401, "token "+t2), leg(3, 1, t3, 404)}, nil, "survives consistent"},
		{"proxy", Proxy, []*trace.Leg{leg(1, 1, "", 407, "NTLM"), leg(2, 1, t1, 407, "token "+t2), leg(3, 1, t3, 200)}, nil, "survives consistent"},
		{"forbidden", Origin, []*trace.Leg{leg(1, 1, t1, 401, "token "+t2), leg(2, 1, t3, 403)}, nil, "authenticated-forbidden likely"},
		{"refused", Origin, []*trace.Leg{leg(1, 1, "", 401, "NTLM"), leg(2, 1, t1, 401, "token "+t2), leg(3, 1, t3, 401, "NTLM")}, nil, "rejected-unattributed consistent"},
		{"500 after an unpinned Type 3", Origin, []*trace.Leg{leg(1, 1, t1, 401, "token "+t2), leg(2, 1, t3, 500)}, nil, "rejected-unattributed consistent"},
		{"Type 1 answered by names", Origin, []*trace.Leg{leg(1, 1, "", 401, "NTLM"), leg(2, 1, t1, 401, "NTLM", "Negotiate")}, nil, "authorization-stripped consistent"},
		{"Type 1 answered by nothing", Origin, []*trace.Leg{leg(1, 1, "", 401, "NTLM"), leg(2, 1, t1, 401)}, nil, "offer-stripped likely"},
		{"Type 1 let in", Origin, []*trace.Leg{leg(1, 1, "", 401, "NTLM"), leg(2, 1, t1, 200)}, nil, "session-shared likely"},
		{"Type 1 let in by a proxy", Proxy, []*trace.Leg{leg(1, 1, "", 407, "NTLM"), leg(2, 1, t1, 200)}, nil, "ip-surrogate likely"},
		{"Type 1 at once, let in", Origin, []*trace.Leg{leg(1, 1, t1, 200)}, nil, "open consistent"},
		{"Type 1 too large", Origin, []*trace.Leg{leg(1, 1, "", 401, "NTLM"), leg(2, 1, t1, 431)}, nil, "header-too-large consistent"},
		{"closed with the challenge", Origin, []*trace.Leg{leg(1, 1, "", 401, "NTLM"), closed(leg(2, 1, t1, 401, "token "+t2))}, nil, "connection-closed proven"},
		{"HTTP/1.0", Origin, []*trace.Leg{leg(1, 1, "", 401, "NTLM"), old(leg(2, 1, t1, 401, "token "+t2))}, nil, "http10-downgrade proven"},
		{"cut challenge", Origin, []*trace.Leg{leg(1, 1, "", 401, "NTLM"), cut}, nil, "challenge-mangled likely"},
		{"no answer to the Type 3", Origin, []*trace.Leg{leg(1, 1, t1, 401, "token "+t2), leg(2, 1, t3, 0)}, &trace.Failure{Kind: trace.FailEOF}, "connection-closed likely"},
		{"two servers", Origin, []*trace.Leg{seen(leg(1, 1, t1, 401, "token "+t2), "a", "1"), seen(leg(2, 1, t3, 401, "NTLM"), "b", "1")}, nil, "backend-switched proven"},
		{"two connections", Origin, []*trace.Leg{seen(leg(1, 1, t1, 401, "token "+t2), "a", "1"), seen(leg(2, 1, t3, 401, "NTLM"), "a", "2")}, nil, "connection-not-pinned proven"},
		{"no connection", Origin, nil, &trace.Failure{Kind: trace.FailDial, Text: "refused"}, "unreachable proven"},
		{"no TLS", Origin, nil, &trace.Failure{Kind: trace.FailTLS, Text: "bad certificate"}, "tls-failed proven"},
		{"no answer", Origin, []*trace.Leg{leg(1, 1, "", 0)}, &trace.Failure{Kind: trace.FailTimeout, Text: "deadline"}, "timeout proven"},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := Judge(c.target, c.legs, c.failure)
			if got := string(v.Code) + " " + string(v.Grade); got != c.want {
				t.Errorf("got %s, want %s; evidence %v", got, c.want, v.Evidence)
			}
			if v.Target != c.target || v.Summary == "" || len(v.Evidence) == 0 {
				t.Errorf("incomplete: %+v", v)
			}
			if v.Code == CredentialsRejected {
				t.Error("a password is never blamed on a refusal alone")
			}
		})
	}
}
