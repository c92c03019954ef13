package diagnose

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
)

// The pieces of which FuzzConclude makes lines for seenOf.
var (
	fuzzNames = []string{
		"offer", "handshake/type_1", "handshake/type_3", "second-request", "strangers/during", "strangers/during_unique", "ntlm", "farm",
		"farm/second_on_the_first_connection", "cache/unique", "carried/type_3", "attempts/1_type_1", "attempts/1_type_3", "pauses/5s_type_3",
		"bodies/0_type_3", "bodies/1024_type_3", "epa/right_type_3", "epa/absent_type_3", "header-size/2048", "forgery", "second-user/type_3",
		"second-user/the_first_account_again", "cookies/with_cookies", "cookies/without_cookies", "orphan/with_its_challenge", "front", "closing",
	}
	fuzzSent   = []string{"-", "1", "3", "3:bob"}
	fuzzStatus = []string{"0", "200", "401", "403", "404", "407", "413", "431", "500", "502"}
	fuzzWords  = []string{"", "NTLM", "Negotiate", "Basic", "c:ONE", "c:TWO", "close", "view=a:1", "view=a:2:HTTP/1.0", "view=b:1", "Age:7", "body=x", "Set-Cookie:a=b", "tls=aa",
		"view=a:1:HTTP/1.1:challenged", "view=a:2:HTTP/1.1:anonymous", "Server:x"}
)

// fuzzLines turns bytes into lines, four or five bytes each.
func fuzzLines(b []byte) string {
	var text strings.Builder
	for len(b) >= 5 && text.Len() < 4096 {
		status := fuzzStatus[int(b[3])%len(fuzzStatus)]
		word := fuzzWords[int(b[4])%len(fuzzWords)]
		if status == "0" {
			word = ""
		}
		fmt.Fprintln(&text, fuzzNames[int(b[0])%len(fuzzNames)], 1+int(b[1])%4, fuzzSent[int(b[2])%len(fuzzSent)], status, word)
		b = b[5:]
	}
	return text.String()
}

// FuzzConclude wants a verdict of any evidence: one of the catalogue, with what
// shows it, the same every time, and a password blamed only where something other
// than the path's refusal shows that it was judged.
func FuzzConclude(f *testing.F) {
	f.Add([]byte{0, 0, 0, 2, 1, 1, 0, 1, 2, 4, 2, 0, 2, 1, 11}, []byte{})
	f.Add([]byte{0, 0, 0, 2, 1, 1, 0, 1, 2, 4, 2, 0, 2, 2, 1}, []byte{0, 0, 0, 2, 1, 1, 0, 1, 2, 4, 2, 0, 2, 1, 11})
	f.Add([]byte{0, 0, 0, 2, 1, 7, 0, 1, 2, 4, 7, 1, 1, 2, 1}, []byte{})
	f.Add([]byte{4, 0, 0, 1, 0, 5, 0, 0, 1, 0}, []byte{0}) // strangers, and nobody asked before them
	f.Add([]byte{0, 0, 0, 5, 1}, []byte{})                 // a proxy that was asked nothing more
	f.Fuzz(func(t *testing.T, path, direct []byte) {
		e := &Evidence{Path: seenOf(t, fuzzLines(path)), Strangers: 2}
		if len(path)%2 == 0 {
			e.Wanted, e.ProxyWanted = []string{"NTLM"}, []string{"NTLM"}
		}
		if len(direct) > 0 {
			e.Direct = seenOf(t, fuzzLines(direct))
			e.Behind = e.Direct
		}
		main, others := Conclude(e)
		codes := map[verdict.Code]bool{}
		told := map[string]bool{}
		for _, v := range append([]verdict.Verdict{main}, others...) {
			known := slices.ContainsFunc(verdict.Catalogue(), func(c verdict.Entry) bool { return c.Code == v.Code })
			if !known || v.Grade != verdict.Proven && len(v.WouldProve) == 0 || v.Summary == "" || len(v.Evidence) == 0 || v.Grade == "" || v.Target == "" || told[string(v.Code)+string(v.Target)] {
				t.Errorf("not a verdict: %+v", v)
			}
			codes[v.Code], told[string(v.Code)+string(v.Target)] = true, true
		}
		if codes[verdict.CredentialsRejected] && e.Direct == nil && !slices.ContainsFunc(e.Path.Observations, func(o *experiment.Observation) bool { return view(o) != nil }) {
			t.Errorf("a password is blamed on a refusal alone: %+v", main)
		}
		if again, more := Conclude(e); !reflect.DeepEqual(main, again) || !reflect.DeepEqual(others, more) {
			t.Error("the same evidence came to another verdict")
		}
	})
}
