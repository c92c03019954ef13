package trace

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ntlmctl/ntlmctl/decode"
)

func TestHeaders(t *testing.T) {
	h := Headers{{"A", "1"}, {"b", "2, Close"}, {"a", "3"}}
	if h.Get("a") != "1" || !h.Has("B") || h.Has("c") || h.Get("c") != "" || h.Values("c") != nil {
		t.Error("lookup")
	}
	if diff := cmp.Diff([]string{"1", "3"}, h.Values("A")); diff != "" {
		t.Error(diff)
	}
	if !h.HasToken("B", "close") || h.HasToken("B", "clos") || h.HasToken("A", "close") {
		t.Error("tokens")
	}
	if diff := cmp.Diff(Headers{{"b", "2, Close"}}, h.Without("A", "c")); diff != "" {
		t.Error(diff)
	}
}

func TestOriginView(t *testing.T) {
	if OriginViewOf(Headers{{"X-Ntlmctl-Connection", "1"}}) != nil {
		t.Error("a view without an instance")
	}
	got := OriginViewOf(Headers{{"x-ntlmctl-instance", "i"}, {"X-Ntlmctl-Connection", "1"}, {"X-Ntlmctl-Request", "2"}, {"X-Ntlmctl-Auth-Key", "k"}, {"X-Ntlmctl-Protocol", "HTTP/1.0"}})
	if diff := cmp.Diff(&OriginView{Instance: "i", Connection: "1", Request: "2", AuthKey: "k", Protocol: "HTTP/1.0"}, got); diff != "" {
		t.Error(diff)
	}
	both := Headers{{"X-Ntlmctl-Proxy-Instance", "p"}, {"X-Ntlmctl-Proxy-State", "authenticated"}, {"X-Ntlmctl-Instance", "i"}, {"X-Ntlmctl-State", "refused mic-absent"}}
	if diff := cmp.Diff(&OriginView{Instance: "i", State: "refused", Reason: "mic-absent"}, OriginViewOf(both)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(&OriginView{Instance: "p", State: "authenticated"}, ProxyViewOf(both)); diff != "" {
		t.Error(diff)
	}
}

// The keys are the contract's.
func TestJSON(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 678901234, time.UTC)
	leg := &Leg{N: 1, Name: "type 1", Connection: 2, HTTPVersion: "1.1", Started: Stamp(at), DurationMS: MS(1234567 * time.Nanosecond),
		Request: Request{Method: "GET", Target: "/", Headers: Headers{{"A", "b"}}, Sent: true}, Response: &Response{Status: 401, Headers: Headers{}, Raw: []byte("raw")}}
	leg.AddNote("one")
	leg.AddNote("")
	leg.AddNote("two")
	got, err := json.Marshal(leg)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"n":1,"name":"type 1","connection":2,"http_version":"1.1","request":{"method":"GET","target":"/","headers":[{"name":"A","value":"b"}],"sent":true},` +
		`"response":{"status":401,"headers":[]},"started":"2026-01-02T03:04:05.6789012Z","duration_ms":1.235,"note":"one; two"}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
	got, err = json.Marshal(&Connection{ID: 1, Opened: Stamp(at), TLS: &TLS{Version: "TLS 1.3", Cipher: "c", Certificate: []byte("x")}})
	if err != nil {
		t.Fatal(err)
	}
	const wantConnection = `{"id":1,"tls":{"version":"TLS 1.3","cipher":"c"},"opened":"2026-01-02T03:04:05.6789012Z"}`
	if diff := cmp.Diff(wantConnection, string(got)); diff != "" {
		t.Error(diff)
	}
}

// authenticate is the AUTHENTICATE_MESSAGE of MS-NLMP 4.2.4.3.
func authenticate(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile("../../testdata/messages/nlmp-4.2.4-authenticate.hex")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := hex.DecodeString(strings.Join(strings.Fields(string(text)), ""))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestRedact(t *testing.T) {
	type1 := "TlRMTVNTUAABAAAAB4IIogAAAAAAAAAAAAAAAAAAAAAKAGFKAAAADw=="
	raw := authenticate(t)
	type3 := base64.StdEncoding.EncodeToString(raw)
	token := decode.Decode(raw, decode.Options{})
	token.Attribute("NTLM", nil)
	tr := &Trace{
		Legs: []*Leg{{
			Request: Request{Headers: Headers{
				{"Authorization", "NTLM " + type3}, {"authorization", "NTLM " + type1}, {"Proxy-Authorization", "Basic dXNlcjpwYXNz"},
				{"Authorization", "secret"}, {"Authorization", "NTLM !secret!"}, {"Authorization", "Negotiate"}, {"Authorization", `Digest response="secret"`}, {"Authorization", ""},
				{"Cookie", "a=secret; b=secret;secret"}, {"Host", "h"},
			}},
			Response: &Response{Headers: Headers{{"WWW-Authenticate", `Basic realm="r"`}, {"WWW-Authenticate", "Negotiate, NTLM"}, {"Set-Cookie", "AWSALB=secret; Path=/"}, {"Set-Cookie", "secret"}, {"Authentication-Info", `rspauth="secret", nc=1`}, {"Authentication-Info", `nextnonce="n"`}, {"Location", "http://u:secret@h/a@b"}, {"Location", "/a//b@c"}}, Raw: []byte("secret")},
			Interim:  []Interim{{Headers: Headers{{"Set-Cookie", "a=secret"}}}},
			Tokens:   []TokenAt{{Direction: InRequest, Header: "Authorization", Token: token}},
		}},
		Connections: []*Connection{{ID: 1}},
	}
	before, _ := json.Marshal(tr)
	safe := tr.Redact()
	after, err := json.Marshal(safe)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(after), "secret") {
		t.Errorf("a secret is left: %s", after)
	}
	h := safe.Legs[0].Request.Headers
	want := Headers{
		{"Authorization", "NTLM " + base64.StdEncoding.EncodeToString(decode.Redact(raw, decode.Options{}))}, {"authorization", "NTLM " + type1}, {"Proxy-Authorization", "Basic [redacted]"},
		{"Authorization", "[redacted]"}, {"Authorization", "NTLM [redacted]"}, {"Authorization", "Negotiate"}, {"Authorization", "Digest [redacted]"}, {"Authorization", ""},
		{"Cookie", "a=[redacted]; b=[redacted];[redacted]"}, {"Host", "h"},
	}
	if diff := cmp.Diff(want, h); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(Headers{{"WWW-Authenticate", `Basic realm="r"`}, {"WWW-Authenticate", "Negotiate, NTLM"}, {"Set-Cookie", "AWSALB=[redacted]; Path=/"}, {"Set-Cookie", "[redacted]"}, {"Authentication-Info", "[redacted]"}, {"Authentication-Info", `nextnonce="n"`}, {"Location", "http://[redacted]@h/a@b"}, {"Location", "/a//b@c"}}, safe.Legs[0].Response.Headers); diff != "" {
		t.Error(diff)
	}
	if got := safe.Legs[0].Tokens[0].Token; got.Kind != decode.KindNTLMAuthenticate || got.Scheme != "NTLM" || string(got.Raw) == string(raw) {
		t.Errorf("token %+v", got)
	}
	if same, _ := json.Marshal(tr); string(same) != string(before) || string(token.Raw) != string(raw) {
		t.Error("the original was changed")
	}
	if safe.Legs[0].TokenIn(InRequest) == nil || safe.Legs[0].TokenIn(InResponse) != nil || (&Leg{}).Status() != 0 {
		t.Error("lookup")
	}
}
