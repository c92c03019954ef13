package verdict

import (
	"errors"
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

func TestJudge(t *testing.T) {
	o, p := exchange{t, Origin}, exchange{t, Proxy}
	both := []string{"Negotiate", "NTLM"}
	anonymous := func() *trace.Leg { return o.leg(1, 1, "", 401, "Negotiate", "NTLM") }
	challenged := func() *trace.Leg { return o.leg(2, 1, t1, 401, t2) }
	logon := func(last *trace.Leg) []*trace.Leg { return []*trace.Leg{anonymous(), challenged(), last} }
	eof, reset := &trace.Failure{Kind: trace.FailEOF, Text: "closed"}, &trace.Failure{Kind: trace.FailReset, Text: "reset"}
	deadline := &trace.Failure{Kind: trace.FailTimeout, Text: "deadline"}
	garbage := &trace.Failure{Kind: trace.FailMalformed, Text: "no status line"}
	before := o.leg(9, 1, t3, 200)
	once := o.leg(9, 1, t3, 200, "Persistent-Auth: false")
	for _, c := range []struct {
		name string
		run  Run
		want string
	}{
		// No credentials.
		{"open", Run{Legs: []*trace.Leg{o.leg(1, 1, "", 200)}}, "open proven"},
		{"a gateway's error", Run{Legs: []*trace.Leg{o.leg(1, 1, "", 502)}}, "open consistent"},
		{"a server's error", Run{Legs: []*trace.Leg{o.leg(1, 1, "", 500)}}, "open consistent"},
		{"an answer that was cut", Run{Legs: []*trace.Leg{with(o.leg(1, 1, "", 200), failing(eof))}, Failure: eof}, "unreachable proven"},
		{"an answer that was cut, and will do", Run{Legs: []*trace.Leg{with(o.leg(1, 1, "", 200), failing(eof))}}, "open proven"},
		{"a head that is too long", Run{Legs: []*trace.Leg{o.leg(1, 1, "", 431)}}, "open consistent"},
		{"a proxy that nobody named", Run{Legs: []*trace.Leg{o.leg(1, 1, "", 407, "Proxy-Authenticate: NTLM")}}, "rejected-unattributed untested"},
		{"open to a stranger, says serve", Run{Legs: []*trace.Leg{with(o.leg(1, 1, "", 200), seen("a", "1", ""), in("authenticated"))}}, "session-shared likely"},
		{"an answer to somebody else's logon", Run{Legs: []*trace.Leg{with(o.leg(1, 1, "", 200), seen("a", "1", ""), in("accepted"))}}, "response-cached proven"},
		{"forbidden to all", Run{Legs: []*trace.Leg{o.leg(1, 1, "", 403)}}, "open proven"},
		{"no offer", Run{Legs: []*trace.Leg{o.leg(1, 1, "", 401)}, Wanted: both}, "offer-stripped proven"},
		{"basic only", Run{Legs: []*trace.Leg{o.leg(1, 1, "", 401, `Basic realm="x"`)}, Wanted: both}, "scheme-not-offered proven"},
		{"basic only, nobody to log on", Run{Legs: []*trace.Leg{o.leg(1, 1, "", 401, `Basic realm="x"`)}}, "scheme-not-offered proven"},
		{"another than is wanted", Run{Legs: []*trace.Leg{anonymous()}, Wanted: []string{"Digest"}}, "scheme-not-offered proven"},
		{"nobody to log on", Run{Legs: []*trace.Leg{anonymous()}}, "rejected-unattributed untested"},
		// The answer to the Type 3.
		{"logged on", Run{Legs: logon(o.leg(3, 1, t3, 200))}, "survives consistent"},
		{"not found is logged on", Run{Legs: logon(o.leg(3, 1, t3, 404))}, "survives consistent"},
		{"logged on at Express", Run{Legs: logon(o.leg(3, 1, t3, 200, "X-Powered-By: Express"))}, "survives consistent"},
		{"logged on with a body", Run{Legs: logon(with(o.leg(3, 1, t3, 200), body(100, true)))}, "survives consistent"},
		{"logged on, and no answer to what came after", Run{Legs: append(logon(o.leg(3, 1, t3, 200)), o.leg(4, 1, "", 0)), Failure: deadline}, "survives consistent"},
		{"logged on, asked elsewhere first", Run{Legs: []*trace.Leg{with(anonymous(), seen("a", "1", "")), with(challenged(), seen("a", "2", "")), with(o.leg(3, 1, t3, 200), seen("a", "2", ""))}}, "survives consistent"},
		{"an odd challenge that was answered", Run{Legs: []*trace.Leg{o.leg(1, 1, t1, 401, fakeT2), o.leg(2, 1, t3, 200)}}, "survives consistent"},
		{"forbidden", Run{Legs: logon(o.leg(3, 1, t3, 403))}, "authenticated-forbidden likely"},
		{"forbidden by express-ntlm, or a wrong password", Run{Legs: logon(o.leg(3, 1, t3, 403, "X-Powered-By: Express"))}, "rejected-unattributed consistent"},
		{"refused", Run{Legs: logon(o.leg(3, 1, t3, 401, "NTLM"))}, "rejected-unattributed consistent"},
		{"refused with a new challenge", Run{Legs: logon(o.leg(3, 1, t3, 401, t2))}, "rejected-unattributed consistent"},
		{"500 to an unpinned Type 3", Run{Legs: logon(o.leg(3, 1, t3, 500))}, "rejected-unattributed consistent"},
		{"400 to a Type 3", Run{Legs: logon(o.leg(3, 1, t3, 400))}, "header-too-large consistent"},
		{"refused without a binding over TLS", Run{Legs: logon(o.leg(3, 1, t3, 401, "NTLM")), Binding: strings.Repeat("ab", 16)}, "epa-mismatch likely"},
		{"Type 3 too large", Run{Legs: logon(o.leg(3, 1, t3, 431))}, "header-too-large likely"},
		{"body too large", Run{Legs: logon(with(o.leg(3, 1, t3, 413), body(100, true)))}, "body-refused likely"},
		{"413 and no body", Run{Legs: logon(o.leg(3, 1, t3, 413))}, "header-too-large likely"},
		{"stalled on the body", Run{Legs: logon(with(o.leg(3, 1, t3, 0), body(100, false))), Failure: deadline}, "timeout proven"},
		{"refused before the body was through", Run{Legs: logon(with(o.leg(3, 1, t3, 401, "NTLM"), body(100, false))), Failure: reset}, "rejected-unattributed consistent"},
		{"refused after a Type 2 with errors", Run{Legs: []*trace.Leg{with(o.leg(1, 1, t1, 401, t2), cut), o.leg(2, 1, t3, 401, "NTLM")}}, "challenge-mangled likely"},
		{"closed on the body", Run{Legs: logon(with(o.leg(3, 1, t3, 0), body(100, false))), Failure: reset}, "body-refused consistent"},
		{"no answer to the Type 3", Run{Legs: logon(o.leg(3, 1, t3, 0)), Failure: eof}, "connection-closed likely"},
		{"Type 3 stalled", Run{Legs: logon(o.leg(3, 1, t3, 0)), Failure: deadline}, "timeout proven"},
		{"garbage to the Type 3", Run{Legs: logon(o.leg(3, 1, t3, 0)), Failure: garbage}, "challenge-mangled likely"},
		{"refused with no token", Run{Legs: logon(o.leg(3, 1, t3, 401, "NTLM AAAA")), Unable: errors.New("no NTLM message")}, "rejected-unattributed consistent"},
		{"another token refused", Run{Legs: append(logon(o.leg(3, 1, t3, 401, "Negotiate oQcwBaADCgEB")), o.leg(4, 1, "Negotiate oQcwBaADCgEA", 401, "Negotiate"))}, "rejected-unattributed consistent"},
		// The answer to the Type 1.
		{"names", Run{Legs: []*trace.Leg{anonymous(), o.leg(2, 1, t1, 401, "Negotiate", "NTLM")}}, "authorization-stripped consistent"},
		{"names from serve, which saw none", Run{Legs: []*trace.Leg{anonymous(), with(o.leg(2, 1, t1, 401, "Negotiate", "NTLM"), seen("a", "1", "HTTP/1.1"), in("anonymous"))}}, "authorization-stripped proven"},
		{"names from serve, which refused it", Run{Legs: []*trace.Leg{anonymous(), with(o.leg(2, 1, t1, 401, "Negotiate", "NTLM"), seen("a", "1", "HTTP/1.1"), in("refused"))}}, "type1-refused proven"},
		{"names at once", Run{Legs: []*trace.Leg{o.leg(1, 1, t1, 401, "Negotiate", "NTLM")}}, "authorization-stripped consistent"},
		{"other names", Run{Legs: []*trace.Leg{o.leg(1, 1, t1, 401, "Negotiate")}}, "scheme-not-offered likely"},
		{"nothing", Run{Legs: []*trace.Leg{o.leg(2, 1, t1, 401)}}, "offer-stripped likely"},
		{"nothing any more", Run{Legs: []*trace.Leg{anonymous(), o.leg(2, 1, t1, 401)}}, "connection-not-pinned consistent"},
		{"nothing, as before", Run{Legs: []*trace.Leg{o.leg(1, 1, "", 401), o.leg(2, 1, t1, 401)}}, "offer-stripped likely"},
		{"let in", Run{Legs: []*trace.Leg{anonymous(), o.leg(2, 1, t1, 200)}}, "session-shared likely"},
		{"let in at once", Run{Legs: []*trace.Leg{o.leg(1, 1, t1, 200)}}, "open consistent"},
		{"let in at once, and then with the body", Run{Legs: []*trace.Leg{o.leg(1, 1, t1, 200), with(o.leg(2, 1, "", 200), body(1, true))}}, "open consistent"},
		{"too large", Run{Legs: []*trace.Leg{anonymous(), o.leg(2, 1, t1, 431)}}, "header-too-large consistent"},
		{"a body too large", Run{Legs: []*trace.Leg{anonymous(), with(o.leg(2, 1, t1, 413), body(100, true))}}, "type1-refused consistent"},
		{"a chunked body too large", Run{Legs: []*trace.Leg{anonymous(), with(o.leg(2, 1, t1, 413), chunked)}}, "type1-refused consistent"},
		{"too large without a body", Run{Legs: []*trace.Leg{anonymous(), o.leg(2, 1, t1, 413)}}, "header-too-large consistent"},
		{"not to its liking", Run{Legs: []*trace.Leg{o.leg(1, 1, t1, 404)}}, "type1-refused consistent"},
		{"redirected", Run{Legs: []*trace.Leg{anonymous(), o.leg(2, 1, t1, 302)}}, "type1-refused consistent"},
		{"let in by serve, which has somebody logged on", Run{Legs: []*trace.Leg{with(o.leg(1, 1, t1, 200), seen("a", "1", ""), in("authenticated"))}}, "session-shared likely"},
		{"let in by serve, long ago", Run{Legs: []*trace.Leg{with(o.leg(1, 1, t1, 200), seen("a", "1", ""), in("accepted"))}}, "response-cached proven"},
		{"refused otherwise", Run{Legs: []*trace.Leg{anonymous(), o.leg(2, 1, t1, 500)}}, "type1-refused consistent"},
		{"SPNEGO reject", Run{Legs: []*trace.Leg{anonymous(), o.leg(2, 1, "Negotiate curl-type1", 401, reject)}}, "kerberos-only likely"},
		{"SPNEGO chooses Kerberos", Run{Legs: []*trace.Leg{anonymous(), o.leg(2, 1, "Negotiate curl-type1", 401, wantsKerberos)}}, "kerberos-only proven"},
		{"SPNEGO reject that the mechanism names", Run{Legs: []*trace.Leg{anonymous(), o.leg(2, 1, "Negotiate curl-type1", 401, reject)}, Unable: errors.New("rejected")}, "kerberos-only likely"},
		{"SPNEGO chooses Kerberos, which the mechanism names", Run{Legs: []*trace.Leg{anonymous(), o.leg(2, 1, "Negotiate curl-type1", 401, wantsKerberos)}, Unable: errors.New("not NTLM")}, "kerberos-only proven"},
		{"SPNEGO has more to come, and no challenge", Run{Legs: []*trace.Leg{anonymous(), o.leg(2, 1, "Negotiate curl-type1", 401, incomplete)}}, "authorization-stripped consistent"},
		{"no token", Run{Legs: []*trace.Leg{anonymous(), o.leg(2, 1, t1, 401, "NTLM A")}}, "challenge-mangled proven"},
		{"no NTLM", Run{Legs: []*trace.Leg{anonymous(), o.leg(2, 1, t1, 401, "NTLM AAAA")}}, "challenge-mangled proven"},
		{"cut", Run{Legs: []*trace.Leg{anonymous(), with(o.leg(2, 1, t1, 401, t2), cut)}}, "challenge-mangled likely"},
		{"cannot be answered", Run{Legs: []*trace.Leg{anonymous(), challenged()}, Unable: errors.New("ntlm: OEM only")}, "challenge-mangled likely"},
		{"closed with the challenge", Run{Legs: []*trace.Leg{anonymous(), with(o.leg(2, 1, t1, 401, t2), closed)}}, "connection-closed proven"},
		{"closed with the challenge, as announced", Run{Legs: []*trace.Leg{anonymous(), with(o.leg(2, 1, t1, 401, t2), closing)}}, "connection-closed proven"},
		{"closed with the challenge, and begun again", Run{Legs: []*trace.Leg{anonymous(), with(o.leg(2, 1, t1, 401, t2), closed), o.leg(3, 2, "", 401, "NTLM")}}, "connection-closed proven"},
		{"HTTP/1.0", Run{Legs: []*trace.Leg{anonymous(), with(o.leg(2, 1, t1, 401, t2), old)}}, "http10-downgrade proven"},
		{"Type 1 unanswered", Run{Legs: []*trace.Leg{anonymous(), o.leg(2, 1, t1, 0)}, Failure: reset}, "connection-closed likely"},
		{"Type 1 unanswered, the socket broken", Run{Legs: []*trace.Leg{o.leg(1, 1, t1, 0)}, Failure: &trace.Failure{Kind: trace.FailIO, Text: "broken pipe"}}, "connection-closed likely"},
		{"Type 1 stalled, says its leg", Run{Legs: []*trace.Leg{with(o.leg(1, 1, t1, 0), failing(deadline))}}, "timeout proven"},
		{"Type 1 unanswered, nobody knows why", Run{Legs: []*trace.Leg{o.leg(1, 1, t1, 0)}}, "connection-closed likely"},
		{"Type 1 stalled", Run{Legs: []*trace.Leg{o.leg(1, 1, t1, 0)}, Failure: deadline}, "timeout proven"},
		{"garbage to the Type 1", Run{Legs: []*trace.Leg{o.leg(1, 1, t1, 0)}, Failure: garbage}, "challenge-mangled likely"},
		// What serve says of the legs.
		{"two servers", Run{Legs: []*trace.Leg{with(challenged(), seen("a", "1", "")), with(o.leg(3, 1, t3, 401, "NTLM"), seen("b", "1", ""))}}, "backend-switched proven"},
		{"two connections", Run{Legs: []*trace.Leg{with(challenged(), seen("a", "1", "")), with(o.leg(3, 1, t3, 401, "NTLM"), seen("a", "2", ""))}}, "connection-not-pinned proven"},
		{"two connections of HTTP/1.0", Run{Legs: []*trace.Leg{with(challenged(), seen("a", "1", "HTTP/1.0")), with(o.leg(3, 1, t3, 401, "NTLM"), seen("a", "2", "HTTP/1.0"))}}, "http10-downgrade proven"},
		{"one connection, refused", Run{Legs: []*trace.Leg{with(challenged(), seen("a", "1", "")), with(o.leg(3, 1, t3, 401, "NTLM"), seen("a", "1", ""))}}, "credentials-rejected proven"},
		{"one connection, refused for its password", Run{Legs: []*trace.Leg{with(challenged(), seen("a", "1", ""), as("2", "")), with(o.leg(3, 1, t3, 401, "NTLM"), seen("a", "1", ""), as("3", "wrong-response"))}}, "credentials-rejected proven"},
		{"one connection, refused with 403", Run{Legs: []*trace.Leg{with(challenged(), seen("a", "1", "")), with(o.leg(3, 1, t3, 403), seen("a", "1", ""), as("", "wrong-response"), in("refused"))}}, "credentials-rejected proven"},
		{"one connection, the Type 3 stripped", Run{Legs: []*trace.Leg{with(challenged(), seen("a", "1", "")), with(o.leg(3, 1, t3, 401, "NTLM"), seen("a", "1", ""), in("anonymous"))}}, "authorization-stripped proven"},
		{"one connection, the Type 3 cut", Run{Legs: []*trace.Leg{with(challenged(), seen("a", "1", "")), with(o.leg(3, 1, t3, 401, "NTLM"), seen("a", "1", ""), as("", "malformed"), in("refused"))}}, "rejected-unattributed consistent"},
		{"one connection, refused for its binding", Run{Legs: []*trace.Leg{with(challenged(), seen("a", "1", ""), as("2", "")), with(o.leg(3, 1, t3, 401, "NTLM"), seen("a", "1", ""), as("3", "channel-binding-mismatch"))}, Binding: strings.Repeat("ab", 16)}, "epa-mismatch proven"},
		{"one connection, refused for its target name", Run{Legs: []*trace.Leg{with(challenged(), seen("a", "1", "")), with(o.leg(3, 1, t3, 401, "NTLM"), seen("a", "1", ""), as("", "target-name-absent"))}}, "epa-mismatch proven"},
		{"one connection, others on it", Run{Legs: []*trace.Leg{with(challenged(), seen("a", "1", ""), as("2", "")), with(o.leg(3, 1, t3, 401, "NTLM"), seen("a", "1", ""), as("5", "wrong-response"))}}, "connection-not-pinned proven"},
		{"one connection, a request elsewhere between", Run{Legs: []*trace.Leg{with(challenged(), seen("a", "1", ""), as("2", "")), with(o.leg(4, 1, t3, 401, "NTLM"), seen("a", "1", ""), as("4", "wrong-response"))}}, "credentials-rejected proven"},
		{"one key, two connections", Run{Legs: []*trace.Leg{with(challenged(), seen("a", "1", ""), as("2", ""), keyed("k")), with(o.leg(3, 1, t3, 401, "NTLM"), seen("a", "2", ""), as("9", "wrong-response"), keyed("k"))}}, "credentials-rejected proven"},
		{"only the refusal is serve's", Run{Legs: []*trace.Leg{challenged(), with(o.leg(3, 1, t3, 401, t2), seen("a", "1", ""))}}, "rejected-unattributed consistent"},
		{"proxy, one connection, refused", Run{Target: Proxy, Legs: []*trace.Leg{with(p.leg(1, 1, t1, 407, t2), seen("a", "1", ""), byProxy), with(p.leg(2, 1, t3, 407, "NTLM"), seen("a", "1", ""), byProxy)}}, "credentials-rejected proven"},
		{"proxy, two servers behind it", Run{Target: Proxy, Legs: []*trace.Leg{with(p.leg(1, 1, t1, 407, t2), seen("a", "1", "")), with(p.leg(2, 1, t3, 401), seen("b", "1", ""))}}, "survives consistent"},
		{"one connection, logged on", Run{Legs: []*trace.Leg{with(challenged(), seen("a", "1", "")), with(o.leg(3, 1, t3, 200), seen("a", "1", ""))}}, "survives consistent"},
		// The next request on the connection.
		{"reused", Run{Legs: []*trace.Leg{o.leg(10, 1, "", 200)}, LoggedOn: before}, "survives consistent"},
		{"reused, on another connection of the server's", Run{Legs: []*trace.Leg{with(o.leg(10, 1, "", 401, "NTLM"), seen("a", "2", ""))}, LoggedOn: with(o.leg(9, 1, t3, 200), seen("a", "1", ""))}, "connection-not-pinned proven"},
		{"reused, let in by another's logon", Run{Legs: []*trace.Leg{with(o.leg(10, 1, "", 200), seen("a", "2", ""), in("authenticated"))}, LoggedOn: with(o.leg(9, 1, t3, 200), seen("a", "1", ""))}, "connection-not-pinned proven"},
		{"reused, says serve", Run{Legs: []*trace.Leg{with(o.leg(10, 1, "", 200), seen("a", "1", ""), in("authenticated"))}, LoggedOn: with(o.leg(9, 1, t3, 200), seen("a", "1", ""))}, "survives consistent"},
		{"refused after a logon, no longer by serve", Run{Legs: []*trace.Leg{o.leg(10, 1, "", 401, "NTLM")}, LoggedOn: with(o.leg(9, 1, t3, 200), seen("a", "1", ""))}, "auth-not-persistent consistent"},
		{"refused after a logon, by serve at last", Run{Legs: []*trace.Leg{with(o.leg(10, 1, "", 401, "NTLM"), seen("a", "1", ""))}, LoggedOn: before}, "auth-not-persistent consistent"},
		{"logged on again unasked", Run{Legs: []*trace.Leg{o.leg(10, 1, t1, 401, t2), o.leg(11, 1, t3, 200)}, LoggedOn: before}, "survives consistent"},
		{"each anew, on another connection", Run{Legs: []*trace.Leg{o.leg(10, 1, "", 401, "NTLM"), o.leg(11, 2, t1, 401, t2), o.leg(12, 2, t3, 200)}, LoggedOn: before}, "auth-not-persistent consistent"},
		{"each anew, and cut off", Run{Legs: []*trace.Leg{o.leg(10, 1, "", 401, "NTLM"), o.leg(11, 1, t1, 401, t2), o.leg(12, 1, t3, 0)}, LoggedOn: before, Failure: eof}, "connection-closed likely"},
		{"refused after a logon, and asked again without one", Run{Legs: []*trace.Leg{o.leg(10, 1, "", 401, "NTLM"), o.leg(11, 2, "", 200)}, LoggedOn: before}, "open proven"},
		{"each anew", Run{Legs: []*trace.Leg{o.leg(10, 1, "", 401, "NTLM"), o.leg(11, 1, t1, 401, t2), o.leg(12, 1, t3, 200)}, LoggedOn: before}, "auth-not-persistent likely"},
		{"each anew, as announced", Run{Legs: []*trace.Leg{o.leg(10, 1, "", 401, "NTLM"), o.leg(11, 1, t1, 401, t2), o.leg(12, 1, t3, 200)}, LoggedOn: once}, "auth-not-persistent proven"},
		{"refused after a logon", Run{Legs: []*trace.Leg{o.leg(10, 1, "", 401, "NTLM")}, LoggedOn: before}, "auth-not-persistent consistent"},
		{"refused after a logon, Type 1 too", Run{Legs: []*trace.Leg{o.leg(10, 1, "", 401, "NTLM"), o.leg(11, 1, t1, 401, "NTLM")}, LoggedOn: before}, "auth-not-persistent consistent"},
		{"refused after a logon, Type 3 too", Run{Legs: []*trace.Leg{o.leg(10, 1, "", 401, "NTLM"), o.leg(11, 1, t1, 401, t2), o.leg(12, 1, t3, 401, "NTLM")}, LoggedOn: before}, "rejected-unattributed consistent"},
		// Basic, Digest and what the caller brings.
		{"basic", Run{Legs: []*trace.Leg{o.leg(1, 1, "", 401, "Basic"), o.leg(2, 1, "Basic eDp5", 200)}}, "survives consistent"},
		{"basic refused", Run{Legs: []*trace.Leg{o.leg(1, 1, "Basic eDp5", 401, "Basic")}}, "credentials-rejected likely"},
		{"basic refused by serve", Run{Legs: []*trace.Leg{with(o.leg(1, 1, "Basic eDp5", 401, "Basic"), seen("a", "1", ""), in("refused"))}}, "credentials-rejected proven"},
		{"basic refused with no offer", Run{Legs: []*trace.Leg{o.leg(1, 1, "Basic eDp5", 401)}}, "credentials-rejected likely"},
		{"basic let in beside another offer", Run{Legs: []*trace.Leg{o.leg(1, 1, "Basic eDp5", 200, "NTLM")}}, "survives consistent"},
		{"basic refused by serve with 403", Run{Legs: []*trace.Leg{with(o.leg(1, 1, "Basic eDp5", 403), seen("a", "1", ""), in("refused"))}}, "credentials-rejected proven"},
		{"basic that serve need not see", Run{Legs: []*trace.Leg{with(o.leg(1, 1, "Basic eDp5", 200), seen("a", "1", ""), in("anonymous"))}}, "survives consistent"},
		{"basic with a body too large", Run{Legs: []*trace.Leg{with(o.leg(1, 1, "Basic eDp5", 413), body(100, true))}}, "survives consistent"},
		{"basic and a bad request", Run{Legs: []*trace.Leg{o.leg(1, 1, "Basic eDp5", 400)}}, "survives consistent"},
		{"digest with a stale nonce", Run{Legs: []*trace.Leg{o.leg(1, 1, "Digest x", 401, `Digest realm="x", nonce="n", stale=true`)}}, "rejected-unattributed untested"},
		{"basic that serve has not seen", Run{Legs: []*trace.Leg{with(o.leg(1, 1, "Basic eDp5", 401, "Basic"), seen("a", "1", ""), in("anonymous"))}}, "authorization-stripped proven"},
		{"digest forbidden", Run{Legs: []*trace.Leg{o.leg(1, 1, "Digest x", 403)}}, "authenticated-forbidden likely"},
		{"basic where it is not offered", Run{Legs: []*trace.Leg{o.leg(1, 1, "Basic eDp5", 401, "NTLM")}}, "scheme-not-offered proven"},
		{"basic unanswered", Run{Legs: []*trace.Leg{o.leg(1, 1, "Basic eDp5", 0)}, Failure: eof}, "connection-closed consistent"},
		{"basic stalled", Run{Legs: []*trace.Leg{o.leg(1, 1, "Basic eDp5", 0)}, Failure: deadline}, "timeout proven"},
		{"bearer too large", Run{Legs: []*trace.Leg{o.leg(1, 1, "Bearer eDp5", 494)}}, "header-too-large likely"},
		// Proxies.
		{"proxy", Run{Target: Proxy, Legs: []*trace.Leg{p.leg(1, 1, "", 407, "NTLM"), p.leg(2, 1, t1, 407, t2), p.leg(3, 1, t3, 200)}}, "survives consistent"},
		{"proxy, and the server refuses", Run{Target: Proxy, Legs: []*trace.Leg{p.leg(1, 1, "", 407, "NTLM"), p.leg(2, 1, t1, 407, t2), p.leg(3, 1, t3, 401)}}, "survives consistent"},
		{"proxy, and what is for the server beside it", Run{Target: Proxy, Legs: []*trace.Leg{with(p.leg(1, 1, t1, 407, t2), besides(o.leg(1, 1, t3, 0))), with(p.leg(2, 1, t3, 200), besides(o.leg(2, 1, t1, 0)))}}, "survives consistent"},
		{"proxy refuses", Run{Target: Proxy, Legs: []*trace.Leg{p.leg(1, 1, "", 407, "NTLM"), p.leg(2, 1, t1, 407, t2), p.leg(3, 1, t3, 407, "NTLM")}}, "rejected-unattributed consistent"},
		{"proxy remembers an address", Run{Target: Proxy, Legs: []*trace.Leg{p.leg(1, 1, "", 407, "NTLM"), p.leg(2, 1, t1, 200)}}, "ip-surrogate likely"},
		{"proxy offers nothing", Run{Target: Proxy, Legs: []*trace.Leg{p.leg(1, 1, "", 407)}, Wanted: both}, "offer-stripped proven"},
		{"proxy forbids", Run{Target: Proxy, Legs: []*trace.Leg{with(p.leg(1, 1, t1, 407, t2), connect), with(p.leg(2, 1, t3, 403), connect)}}, "authenticated-forbidden likely"},
		{"proxy forbids, or the server behind it", Run{Target: Proxy, Legs: []*trace.Leg{p.leg(1, 1, t1, 407, t2), p.leg(2, 1, t3, 403)}}, "authenticated-forbidden consistent"},
		{"proxy cannot connect", Run{Target: Proxy, Legs: []*trace.Leg{with(p.leg(1, 1, t1, 407, t2), connect), with(p.leg(2, 1, t3, 502), connect)}}, "survives consistent"},
		{"proxy closes", Run{Target: Proxy, Legs: []*trace.Leg{p.leg(1, 1, "", 407, "NTLM"), with(p.leg(2, 1, t1, 407, t2), closed)}}, "connection-closed proven"},
		// No exchange.
		{"no connection", Run{Failure: &trace.Failure{Kind: trace.FailDial, Text: "refused"}}, "unreachable proven"},
		{"no TLS", Run{Failure: &trace.Failure{Kind: trace.FailTLS, Text: "bad certificate"}}, "tls-failed proven"},
		{"HTTP/2 only", Run{Failure: &trace.Failure{Kind: trace.FailHTTP2, Text: "ALPN"}}, "http2-only proven"},
		{"no answer", Run{Legs: []*trace.Leg{o.leg(1, 1, "", 0)}, Failure: deadline}, "timeout proven"},
		{"gave up", Run{Legs: []*trace.Leg{o.leg(1, 1, "", 0)}, Failure: &trace.Failure{Kind: trace.FailCanceled, Text: "canceled"}}, "unreachable untested"},
		{"second leg stalled", Run{Legs: []*trace.Leg{o.leg(1, 1, "", 200), o.leg(2, 1, "", 0)}, Failure: deadline}, "timeout proven"},
		{"no connection for the logon", Run{Legs: []*trace.Leg{anonymous()}, Wanted: both, Failure: &trace.Failure{Kind: trace.FailDial, Text: "refused"}}, "unreachable proven"},
		{"nothing at all", Run{}, "unreachable untested"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.run.Target == "" {
				c.run.Target = Origin
			}
			v := c.run.Judge()
			if got := string(v.Code) + " " + string(v.Grade); got != c.want {
				t.Errorf("got %s, want %s; evidence %v", got, c.want, v.Evidence)
			}
			if v.Target != c.run.Target && c.name != "a proxy that nobody named" || v.Summary == "" || len(v.Evidence) == 0 || v.Evidence[0].Text == "" {
				t.Errorf("incomplete: %+v", v)
			}
		})
	}
}

// A refusal alone never blames the password: a connection that is not pinned
// looks the same.
func TestNoBlame(t *testing.T) {
	o := exchange{t, Origin}
	for _, last := range []*trace.Leg{o.leg(2, 1, t3, 401, "NTLM"), o.leg(2, 1, t3, 401, t2), o.leg(2, 1, t3, 403), o.leg(2, 1, t3, 500)} {
		if v := (Run{Target: Origin, Legs: []*trace.Leg{o.leg(1, 1, t1, 401, t2), last}}).Judge(); v.Code == CredentialsRejected {
			t.Errorf("%d: %+v", last.Status(), v)
		}
	}
}

func TestOthers(t *testing.T) {
	o := exchange{t, Origin}
	for _, c := range []struct {
		name string
		legs []*trace.Leg
		want string
	}{
		{"as it should be", []*trace.Leg{o.leg(1, 1, "", 401, "Negotiate", "NTLM")}, ""},
		{"merged", []*trace.Leg{o.leg(1, 1, "", 401, "WWW-Authenticate: Negotiate, NTLM")}, "offer-rewritten consistent"},
		{"re-cased", []*trace.Leg{o.leg(1, 1, "", 401, "ntlm")}, "offer-rewritten consistent"},
		{"others merged", []*trace.Leg{o.leg(1, 1, "", 401, `WWW-Authenticate: Basic realm="x", Digest nonce="n"`)}, ""},
		{"the same again", []*trace.Leg{o.leg(1, 1, "", 401, "NTLM"), o.leg(2, 1, t1, 401, "NTLM")}, ""},
		{"Basic both times", []*trace.Leg{o.leg(1, 1, "", 401, `Basic realm="x"`), o.leg(2, 1, "Basic eDp5", 401, `Basic realm="x"`)}, ""},
		{"Basic to another request", []*trace.Leg{o.leg(1, 1, "", 401, "NTLM"), o.leg(2, 1, "", 401, `Basic realm="x"`)}, ""},
		{"nothing any more", []*trace.Leg{o.leg(1, 1, "", 401, "NTLM"), o.leg(2, 1, t1, 401)}, ""},
		{"Basic instead", []*trace.Leg{o.leg(1, 1, "", 401, "NTLM"), o.leg(2, 1, t1, 401, `Basic realm="x"`)}, "offer-rewritten consistent"},
		{"refused for good", []*trace.Leg{o.leg(1, 1, "", 401, "NTLM"), with(o.leg(2, 1, t1, 401, `Basic realm="x"`), closed)}, ""},
	} {
		got := ""
		for _, v := range (Run{Target: Origin, Legs: c.legs}).Others() {
			got += string(v.Code) + " " + string(v.Grade)
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}
