package diagnose

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
)

// The legs that most cases begin with.
const (
	anonymous = "offer 1 - 401 Negotiate NTLM\n"
	logon     = anonymous + "handshake/type_1 1 1 401 c:ONE\nhandshake/type_3 1 3 200 body=alice\n"
	persists  = logon + "second-request 1 - 200 body=alice\n"
	refusal   = anonymous + "handshake/type_1 1 1 401 c:ONE\nhandshake/type_3 1 3 401 Negotiate NTLM\n"
	rejected  = "negotiate-ntlm 1 1 401 Negotiate_oQcwBaADCgEC\n"
	rejected2 = "negotiate-again 3 1 401 Negotiate_oQcwBaADCgEC\n"
	again     = rejected + "negotiate-choice 2 - 401 Negotiate\n" + rejected2 + rejected2
	chosen    = rejected + "negotiate-choice 2 - 401 Negotiate_oRQwEqADCgEBoQsGCSqGSIL3EgECAg==\n"
	refused   = "strangers/during 2 - 401 NTLM\nstrangers/during_unique 3 - 401 NTLM\n"
)

// TestConclude joins what was seen, rule by rule: each case has the legs that
// decide, and close rivals beside it.
func TestConclude(t *testing.T) {
	for _, c := range []struct {
		name, path, direct string
		want               string
	}{
		{"a proxy takes the logon, and does not reach the server", "offer 1 - 407 NTLM\nhandshake/type_1 1 1 407 c:ONE\nhandshake/type_3 1 3 503\n", "", "unreachable likely + survives consistent"},
		{"all is well", persists + refused, "", "survives proven"},
		{"too few strangers", persists + "strangers/during 2 - 401 NTLM\n", "", "survives consistent"},
		{"a limit turned a stranger away", persists + "strangers/during 2 - 429\nstrangers/idle 3 - 401 NTLM\n", "", "survives consistent"},
		{"nothing was tried", anonymous + "ntlm 1 1 401 c:ONE\n", "", "survives untested"},
		{"open", "offer 1 - 200\n", "", "open proven"},
		{"no time", "", "", "timeout untested"},
		{"let in and refused by turns", anonymous + "repeat 2 - 200\n", "", "intermittent likely"},
		{"open and refused by turns", "offer 1 - 200\nrepeat 2 - 401 NTLM\n", "", "intermittent likely"},
		{"by turns before a logon, too", anonymous + "repeat 2 - 200\nhandshake/type_1 1 1 401 c:ONE\nhandshake/type_3 1 3 200\nsecond-request 1 - 200\nstrangers/during_unique 3 - 200\n", "",
			"session-shared likely + intermittent likely"},
		{"a shape is refused", anonymous + "ntlm 1 1 401 NTLM Negotiate\nclients/windows 2 1 401 c:ONE\n", "", "type1-refused likely"},
		{"rejected once", "offer 1 - 401 Negotiate\n" + rejected, "", "kerberos-only likely"},
		{"rejected each time", "offer 1 - 401 Negotiate\n" + again + "negotiate-again 4 - 401 Negotiate\n", "", "kerberos-only proven"},
		{"rejected each time, and the list too", "offer 1 - 401 Negotiate\n" + again + "negotiate-again 4 - 401 Negotiate_oQcwBaADCgEC\n", "", "kerberos-only likely"},
		{"rejected each time, and no more asked", "offer 1 - 401 Negotiate\n" + again, "", "kerberos-only likely"},
		{"rejected each time behind what shares connections", "offer 1 - 401 Negotiate X-Varnish:1\n" + again + "negotiate-again 4 - 401 Negotiate\n", "", "kerberos-only likely"},
		{"passed over", "offer 1 - 401 Negotiate X-Varnish:1\n" + chosen + "negotiate-order 3 1 401 Negotiate_oRQwEqADCgEBoQsGCSqGSIb3EgECAg==\n", "", "kerberos-only proven"},
		{"passed over, by an order of the server's own", "offer 1 - 401 Negotiate\n" + chosen + "negotiate-order 3 1 401 Negotiate_oRQwEqADCgEBoQsGCSqGSIL3EgECAg==\n", "", "kerberos-only likely"},
		{"no answer", "offer 1 - 0\n", "", "unreachable proven"},

		// Danger.
		{"a stranger is let in", persists + "strangers/during 2 - 401 NTLM\nstrangers/during_unique 3 - 200 body=alice\n", "", "session-shared proven"},
		{"a stranger gets the account's 404", anonymous + "handshake/type_1 1 1 401 c:ONE\nhandshake/type_3 1 3 404\nsecond-request 1 - 404\n" +
			"strangers/during_unique 2 - 404\nstrangers/during 3 - 401 NTLM\n", "", "session-shared proven"},
		{"a stranger is let in, and straight at the server, too", persists + "strangers/during_unique 2 - 200\n", persists + "strangers/during_unique 9 - 200\n", "survives consistent"},
		{"a cache answers", persists + "strangers/during 2 - 200 Age:7 body=alice\nstrangers/during_unique 3 - 401 NTLM\n", "", "response-cached proven"},
		{"a cache answers, and a pool", persists + "strangers/during 2 - 200 X-Cache:HIT body=alice\nstrangers/during_unique 3 - 200\n", "",
			"session-shared proven + response-cached likely"},
		{"Age: 0 of a cache", persists + "strangers/during 2 - 200 Age:0 body=alice\nstrangers/during_unique 3 - 401 NTLM\n", "", "response-cached proven"},
		{"the first answer came from a cache", "offer 1 - 200 Age:9\ncache/unique 2 - 401 NTLM\n", "", "response-cached proven"},
		{"held handshakes meet", anonymous + "ntlm 1 1 401 c:ONE\nfarm 2 1 401 NTLM Negotiate\n", "", "session-shared likely"},
		{"a Type 1 is let in", anonymous + "ntlm 1 1 200\n", "", "session-shared likely"},
		{"a Type 1 is let in by a proxy", "offer 1 - 407 NTLM\nntlm 1 1 200\n", "", "ip-surrogate likely"},
		{"strangers are let in by a proxy", "offer 1 - 407 NTLM\nhandshake/type_1 1 1 407 c:ONE\nhandshake/type_3 1 3 200\nsecond-request 1 - 200\nstrangers/during_unique 2 - 200\n",
			"", "ip-surrogate likely"},
		{"two clients on one connection", anonymous + "ntlm 1 1 401 c:ONE view=a:5:HTTP/1.1:challenged\nfarm 2 1 401 c:ONE view=a:5\n", "", "session-shared likely"},
		{"two clients on one connection, before anybody logs on", "offer 1 - 401 NTLM view=a:5:HTTP/1.1:anonymous\nntlm 2 1 401 c:ONE view=a:5:HTTP/1.1:challenged\n", "", "survives untested"},
		{"carried over", anonymous + "handshake/type_1 1 1 401 c:ONE close\ncarried/type_1 2 1 401 c:ONE close\ncarried/type_3 3 3 200\n", "",
			"session-shared likely + connection-closed proven"},
		{"accounts mixed up", persists + "second-user/type_1 2 1 401 c:ONE\nsecond-user/type_3 2 3 200 body=bob\nsecond-user/the_first_account_again 1 - 200 body=bob\n", "",
			"session-shared proven"},
		{"accounts mixed up, by name", strings.ReplaceAll(persists, "body=alice", "X-User:Alice") +
			"second-user/type_1 2 1 401 c:ONE\nsecond-user/type_3 2 3:bob 200 X-User:bob\nsecond-user/the_first_account_again 1 - 200 X-User:bob\n", "", "session-shared proven"},
		{"accounts on pages that are new each time", persists + refused +
			"second-user/type_1 2 1 401 c:ONE\nsecond-user/type_3 2 3:bob 200 body=1\nsecond-user/the_first_account_again 1 - 200 body=2\n", "", "survives proven"},
		{"accounts mixed up, says serve", strings.ReplaceAll(persists, " 200 body=alice", " 200 view=a:1") + refused +
			"second-user/type_1 2 1 401 c:ONE\nsecond-user/type_3 2 3:bob 200 view=a:2\nsecond-user/the_first_account_again 1 - 200 view=a:2\n", "",
			"session-shared proven + connection-not-pinned proven"},
		{"a forged header", persists + "forgery 2 - 200\n", "", "session-shared proven"},
		{"strangers are let in, and none asked for an address of its own", persists + "strangers/during 2 - 200\n", "", "session-shared proven"},
		{"strangers on an open page", "offer 1 - 200\nstrangers/during_unique 2 - 200\n", "", "open proven"},
		{"strangers on an open page, from a cache", "offer 1 - 200\nstrangers/during 2 - 200 Age:7\nstrangers/during_unique 3 - 401 NTLM\n", "", "open proven"},
		{"open out of a cache, and at the server", "offer 1 - 200 Age:9\ncache/unique 2 - 200\n", "", "open proven"},
		{"open each time", "offer 1 - 200\nrepeat 2 - 200\n", "", "open proven"},
		{"an error by turns", anonymous + "repeat 2 - 500\nrepeat 3 - 0\n", "", "survives untested"},
		{"a cache by turns", anonymous + "repeat 2 - 200 Age:7\n", "", "survives untested"},
		{"not carried over", anonymous + "handshake/type_1 1 1 401 c:ONE close\ncarried/type_1 2 1 401 c:ONE close\ncarried/type_3 3 3 401 NTLM\n", "", "connection-closed proven"},
		{"not carried over, says 403", anonymous + "handshake/type_1 1 1 401 c:ONE close\ncarried/type_1 2 1 401 c:ONE close\ncarried/type_3 3 3 403\n", "", "connection-closed proven"},
		{"a forged header that is not believed", persists + refused + "forgery 2 - 401 NTLM\n", "", "survives proven"},
		{"refused, and rejected within Negotiate each time", refusal + again + "negotiate-again 4 - 401 Negotiate\n", "", "rejected-unattributed consistent"},

		// What the path breaks.
		{"HTTP/1.0 behind it", anonymous + "handshake/type_1 1 1 401 c:ONE view=a:1:HTTP/1.0\nhandshake/type_3 1 3 401 NTLM view=a:2:HTTP/1.0\n", "", "http10-downgrade proven"},
		{"seen apart", anonymous + "handshake/type_1 1 1 401 c:ONE view=a:1\nhandshake/type_3 1 3 401 NTLM view=a:2\n", "", "connection-not-pinned proven"},
		{"seen at two servers", anonymous + "handshake/type_1 1 1 401 c:ONE view=a:1\nhandshake/type_3 1 3 401 NTLM view=b:1\n", "", "backend-switched proven"},
		{"two names on one connection", refusal + "farm 2 1 401 c:ONE\nfarm/second_on_the_first_connection 2 1 401 c:TWO\n", "", "backend-switched proven"},
		{"two names on two connections", refusal + "farm 2 1 401 c:ONE\nfarm 3 1 401 c:TWO\n", "", "rejected-unattributed consistent"},
		{"two names, and cookies that nobody sent back", refusal + "farm 2 1 401 c:ONE Set-Cookie:NODE=1\nfarm/second_on_the_first_connection 2 1 401 c:TWO\n", "",
			"backend-switched likely"},
		{"the offer is gone", "offer 1 - 401\n", anonymous, "offer-stripped proven"},
		{"the offer is another", "offer 1 - 401 Basic\n", anonymous, "offer-rewritten proven"},
		{"the offer lacks NTLM", "offer 1 - 401 Negotiate\n", anonymous, "offer-rewritten proven"},
		{"a Type 1 is not seen", anonymous + "ntlm 1 1 401 NTLM Negotiate\n", "", "authorization-stripped consistent"},
		{"a Type 1 is not seen, and is straight", anonymous + "ntlm 1 1 401 NTLM Negotiate\n", anonymous + "ntlm 8 1 401 c:ONE\n", "authorization-stripped likely"},
		{"Type 1 are not seen, and are straight", anonymous + "ntlm 1 1 401 NTLM Negotiate\nntlm 1 1 401 NTLM Negotiate\nnegotiate-ntlm 2 1 401 NTLM Negotiate\n",
			anonymous + "ntlm 8 1 401 c:ONE\n", "authorization-stripped proven"},
		{"two Type 1 are not seen, and are straight", anonymous + "ntlm 1 1 401 NTLM Negotiate\nnegotiate-ntlm 2 1 401 NTLM Negotiate\n", anonymous + "ntlm 8 1 401 c:ONE\n", "authorization-stripped likely"},
		{"Type 1 are not seen on one connection, and are straight", anonymous + "ntlm 1 1 401 NTLM Negotiate\nntlm 1 1 401 NTLM Negotiate\nnegotiate-ntlm 1 1 401 NTLM Negotiate\n",
			anonymous + "ntlm 8 1 401 c:ONE\n", "authorization-stripped likely"},
		{"Type 1 are not seen but for one that fails, and are straight", anonymous + "ntlm 1 1 401 NTLM Negotiate\nntlm 1 1 401 NTLM Negotiate\nnegotiate-ntlm 2 1 401 NTLM Negotiate\nnegotiate-ntlm 2 1 500\n",
			anonymous + "ntlm 8 1 401 c:ONE\n", "authorization-stripped likely"},
		{"all shapes are taken", anonymous + "ntlm 1 1 401 c:ONE\nclients/windows 2 1 401 c:ONE\n", "", "survives untested"},
		{"a Type 1 is blocked, and is not straight", anonymous + "ntlm 1 1 403\n", anonymous + "ntlm 8 1 401 c:ONE\n", "type1-refused proven"},
		{"a Type 1 is blocked, on another site than straight", anonymous + "ntlm 1 1 403\n", "offer 1 - 401 NTLM body=x\nntlm 8 1 401 c:ONE\n", "type1-refused likely"},
		{"a challenge is taken out", anonymous + "ntlm 1 1 401 NTLM view=a:1:HTTP/1.1:challenged\n", "", "offer-rewritten proven"},
		{"a Type 1 is not seen by serve", anonymous + "ntlm 1 1 401 NTLM Negotiate view=a:1\n", "", "authorization-stripped proven"},
		{"a second Type 1 is not, which serve may refuse", refusal + "farm 2 1 401 c:ONE view=a:2\nfarm/second_on_the_first_connection 2 1 401 NTLM view=a:2\n", "",
			"rejected-unattributed consistent"},
		{"works straight", refusal, logon, "connection-not-pinned likely"},
		{"works straight, and a long header passes", refusal + "header-size/2048 2 - 401 NTLM\n", logon, "connection-not-pinned proven"},
		{"works straight, and a long header does not pass", refusal + "header-size/2048 2 - 500\n", logon, "header-too-large proven"},
		{"works straight, where the server has another name", strings.ReplaceAll(refusal, "c:ONE", "c:TWO") + "header-size/2048 2 - 401 NTLM\n", logon, "connection-not-pinned likely"},
		{"works straight, where the refusal is another page", strings.Replace(refusal, "Negotiate", "body=other Negotiate", 1) + "header-size/2048 2 - 401 NTLM\n", logon, "connection-not-pinned likely"},
		{"works straight, and there are 500s", strings.Replace(refusal, "1 3 401", "1 3 500", 1) + "header-size/2048 2 - 401 NTLM\n", logon, "connection-not-pinned likely"},
		{"works straight, and there are 500s of the server", strings.Replace(refusal, "1 3 401", "1 3 500 X-Powered-By:Express", 1) + "header-size/2048 2 - 401 NTLM\nfront 3 - 400\n",
			strings.Replace(logon, "offer 1 - 401", "offer 1 - 401 X-Powered-By:Express", 1), "connection-not-pinned proven"},
		{"works straight, and there are 500s of a box like the server", strings.Replace(refusal, "1 3 401", "1 3 500 Server:x", 1) + "header-size/2048 2 - 401 NTLM\nfront 3 - 400 Server:x\n",
			strings.Replace(logon, "offer 1 - 401", "offer 1 - 401 Server:x", 1), "connection-not-pinned likely"},
		{"works straight, and a gateway fails", strings.Replace(refusal, "1 3 401", "1 3 502", 1) + "header-size/2048 2 - 401 NTLM\n", logon, "connection-not-pinned likely"},
		{"works straight without TLS", strings.ReplaceAll(refusal, "3 401", "3 401 tls=aa") + "header-size/2048 2 - 401 NTLM\n", logon, "connection-not-pinned likely"},
		{"works straight, where the server remembers", refusal + "farm 3 1 401 c:ONE\nfarm/second_on_the_first_connection 3 1 401 c:ONE\n",
			logon + "farm 8 1 401 c:ONE\nfarm/second_on_the_first_connection 8 1 401 NTLM\n", "connection-not-pinned proven"},
		{"works straight, where another certificate is", anonymous + "handshake/type_1 1 1 401 c:ONE\nhandshake/type_3 1 3 401 NTLM tls=aa\n",
			anonymous + "handshake/type_1 7 1 401 c:ONE\nhandshake/type_3 7 3 200 tls=bb\n", "epa-mismatch consistent + connection-not-pinned consistent + rejected-unattributed consistent"},
		{"the offer is taken back", anonymous + "ntlm 1 1 401\n", anonymous + "ntlm 8 1 401 c:ONE\n", "connection-not-pinned likely"},
		{"the offer is taken back, as by the server", anonymous + "ntlm 1 1 401\n", anonymous + "ntlm 8 1 401 c:ONE\nclosing 9 1 401\n", "connection-not-pinned proven"},
		{"closed with the challenge", anonymous + "ntlm 1 1 401 c:ONE close\n", "", "connection-closed proven"},
		{"some logons fail", logon + "attempts/1_type_1 2 1 401 c:ONE\nattempts/1_type_3 2 3 401 NTLM\n", "", "intermittent proven"},
		{"too long for a header", anonymous + "handshake/type_1 1 1 401 c:ONE\nhandshake/type_3 1 3 431\nheader-size/2048 2 - 431\n", "", "header-too-large proven"},
		{"too long for a header that no logon needs", persists + refused + "header-size/2048 2 - 431\n", "", "survives proven"},
		{"a body is refused", logon + "bodies/0_type_1 2 1 401 c:ONE\nbodies/0_type_3 2 3 200\nbodies/1024_type_1 3 1 401 c:ONE\nbodies/1024_type_3 3 3 413\n", "", "body-refused proven"},
		{"a pause ends it", logon + "pauses/5s_type_1 2 1 401 c:ONE close\n", "", "idle-timeout proven"},
		{"a rest ends it", logon + "pauses/5s_type_1 2 1 401 c:ONE\npauses/5s_type_3 2 3 200\npauses/5s_after_a_rest 2 - 401 NTLM\n", "", "idle-timeout likely"},
		{"another binding is taken", refusal + "epa/right_type_1 2 1 401 c:ONE\nepa/right_type_3 2 3 401 NTLM\nepa/absent_type_1 3 1 401 c:ONE\nepa/absent_type_3 3 3 200\n", "",
			"epa-mismatch proven"},

		// The account.
		{"a refusal alone", refusal, "", "rejected-unattributed consistent"},
		{"a 500 alone", anonymous + "handshake/type_1 1 1 401 c:ONE\nhandshake/type_3 1 3 500\n", "", "rejected-unattributed consistent"},
		{"a 403, and not logged on", anonymous + "handshake/type_1 1 1 401 c:ONE\nhandshake/type_3 1 3 403\nsecond-request 1 - 401 NTLM\n", "", "rejected-unattributed likely"},
		{"a 403, and logged on", anonymous + "handshake/type_1 1 1 401 c:ONE\nhandshake/type_3 1 3 403\nsecond-request 1 - 403\n", "", "authenticated-forbidden proven"},
		{"refused straight at the server", anonymous + "ntlm 1 1 401 c:ONE\n", refusal, "credentials-rejected proven"},
		{"refused straight at the server, and a bad request on the path", anonymous + "handshake/type_1 1 1 401 c:ONE\nhandshake/type_3 1 3 400\n", refusal,
			"credentials-rejected proven + header-too-large consistent"},
		{"no answer straight at the server", anonymous + "ntlm 1 1 401 c:ONE\n", anonymous + "handshake/type_1 1 1 401 c:ONE\nhandshake/type_3 1 3 0\n", "survives untested"},
		{"an error straight at the server", anonymous + "ntlm 1 1 401 c:ONE\n", anonymous + "handshake/type_1 1 1 401 c:ONE\nhandshake/type_3 1 3 503\n", "survives untested"},
		{"refused straight, and the path is broken", anonymous + "farm 3 1 401 c:ONE\nfarm/second_on_the_first_connection 3 1 401 c:ONE\n",
			refusal + "farm 8 1 401 c:ONE\nfarm/second_on_the_first_connection 8 1 401 NTLM\n", "connection-not-pinned proven + credentials-rejected proven"},
		{"refused on a connection that serve saw whole", anonymous + "handshake/type_1 1 1 401 c:ONE view=a:1\nhandshake/type_3 1 3 401 NTLM view=a:1\n", "", "credentials-rejected proven"},
		{"at times", logon + "second-request 1 - 401 NTLM\nsecond-request/during 1 - 200\n", "", "intermittent proven"},
		{"each request anew", logon + "second-request 1 - 401 NTLM\n", "", "auth-not-persistent likely"},
		{"each request anew, says the server", anonymous + "handshake/type_1 1 1 401 c:ONE\nhandshake/type_3 1 3 200 Persistent-Auth:false\nsecond-request 1 - 401 NTLM\n", "", "auth-not-persistent proven"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := &Evidence{Path: seenOf(t, c.path), Strangers: 2}
			if strings.Contains(c.path+c.direct, "handshake") {
				e.Wanted, e.ProxyWanted = []string{"NTLM"}, []string{"NTLM"}
			}
			if c.direct != "" {
				e.Direct = seenOf(t, c.direct)
			}
			main, others := Conclude(e)
			d := &Diagnosis{Verdict: main, Others: others}
			if got := codes(d); got != c.want {
				t.Errorf("%s, want %s; %v", got, c.want, main.Evidence)
			}
			for _, v := range append(others, main) {
				if v.Summary == "" || v.Target == "" || len(v.Evidence) == 0 || v.Grade != verdict.Proven && len(v.WouldProve) == 0 {
					t.Errorf("incomplete: %+v", v)
				}
			}
			again, more := Conclude(e)
			if !reflect.DeepEqual(main, again) || !reflect.DeepEqual(others, more) {
				t.Error("the same evidence came to another verdict")
			}
		})
	}
}

// TestToLogOn wants it said what a run takes that came to no Type 3.
func TestToLogOn(t *testing.T) {
	begun := anonymous + "ntlm 1 1 401 c:ONE\n"
	for _, c := range []struct {
		name, path, direct string
		wanted             []string
		want               string
	}{
		{"nobody", begun, "", nil, "give -u USER"},
		{"nobody at the proxy", strings.ReplaceAll(begun, "401", "407"), "", nil, "give -U USER"},
		{"somebody", begun, "", []string{"NTLM"}, "a run that comes to its Type 3"},
		{"somebody who got an error straight at the server", begun, strings.Replace(refusal, "1 3 401", "1 3 503", 1), []string{"NTLM"}, "--max-refused 2"},
	} {
		e := &Evidence{Path: seenOf(t, c.path), Wanted: c.wanted}
		if c.direct != "" {
			e.Direct = seenOf(t, c.direct)
		}
		main, others := Conclude(e)
		would := ""
		for _, v := range append(others, main) {
			would += strings.Join(v.WouldProve, "\n")
		}
		if !strings.Contains(would, c.want) {
			t.Errorf("%s: %q, want %q", c.name, would, c.want)
		}
	}
}

// TestConcludeBehind judges a proxy and the server behind it, which both want a
// logon, each for itself.
func TestConcludeBehind(t *testing.T) {
	const (
		asked    = "offer 1 - 407 NTLM\nhandshake/type_1 1 1 407 c:PROXY\n"
		let      = asked + "handshake/type_3 1 3 401\nsecond-request 1 - 401\nstrangers/during 2 - 407 NTLM\nstrangers/during_unique 3 - 407 NTLM\n"
		turned   = asked + "handshake/type_3 1 3 407 NTLM\n"
		beyond   = "header-size/2048 9 - 401 NTLM\n"
		unpinned = refusal + beyond
	)
	for _, c := range []struct {
		name, path, behind, direct string
		want                       string
	}{
		{"both take the logon", let, persists + refused, "", "survives proven at the proxy + survives proven at the origin"},
		{"the server refuses", let, unpinned, "", "rejected-unattributed consistent at the origin + survives proven at the proxy"},
		{"the server refuses, and not straight", let, unpinned, logon, "connection-not-pinned proven at the origin + survives proven at the proxy"},
		{"the server refuses straight, too", let, anonymous, refusal, "credentials-rejected proven at the origin + survives proven at the proxy"},
		{"the server asks for nothing", let, "offer 1 - 200\n", "", "survives proven at the proxy + open proven at the origin"},
		{"strangers are let in behind it", let, persists + "strangers/during_unique 2 - 200\n", "", "session-shared proven at the origin + survives proven at the proxy"},
		{"the proxy refuses", turned, "", "", "rejected-unattributed consistent at the proxy"},
		{"the proxy refuses, and straight the server takes the logon", turned, "", logon, "rejected-unattributed consistent at the proxy"},
		{"the proxy refuses, and straight the server does, too", turned, "", refusal, "credentials-rejected proven at the origin + rejected-unattributed consistent at the proxy"},
		{"the proxy asks again", let, "offer 1 - 407 NTLM\n", "", "survives proven at the proxy"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := &Evidence{Path: seenOf(t, c.path), Wanted: []string{"NTLM"}, ProxyWanted: []string{"NTLM"}, Strangers: 2}
			if c.behind != "" {
				e.Behind = seenOf(t, c.behind)
			}
			if c.direct != "" {
				e.Direct = seenOf(t, c.direct)
			}
			main, others := Conclude(e)
			var got []string
			for _, v := range append([]verdict.Verdict{main}, others...) {
				got = append(got, fmt.Sprintf("%s %s at the %s", v.Code, v.Grade, v.Target))
			}
			if text := strings.Join(got, " + "); text != c.want {
				t.Errorf("%s, want %s", text, c.want)
			}
		})
	}
}
