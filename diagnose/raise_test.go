package diagnose

import (
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
)

// TestRaises does what a verdict says would raise its grade, and wants it raised.
func TestRaises(t *testing.T) {
	const (
		closed = anonymous + "handshake/type_1 1 1 401 c:ONE\nhandshake/type_3 1 3 0\n"
		shape  = anonymous + "ntlm 1 1 401 NTLM Negotiate\nclients/windows 2 1 401 c:ONE\n"
		rested = "pauses/5s_type_1 2 1 401 c:ONE\npauses/5s_type_3 2 3 200\npauses/5s_after_a_rest 2 - "
		anew   = logon + "second-request 1 - 401 NTLM\n"
		cached = persists + "strangers/during 2 - 200 X-Cache:HIT body=alice\nstrangers/during_unique 3 - 200\n"
	)
	numbered := func(lines string) string { // as a ntlmctl serve numbers its answers
		lines = strings.Replace(lines, "1 3 200", "1 3 200 view=a:1", 1)
		return strings.Replace(lines, "X-Cache:HIT", "X-Cache:HIT view=a:1", 1)
	}
	for _, c := range []struct {
		code                       verdict.Code
		path, direct, says         string
		pathThen, directThen, took string
	}{
		{verdict.Survives, logon, "", "strangers", persists + refused, "", "strangers"},
		{verdict.Survives, anonymous + "ntlm 1 1 401 c:ONE\n", "", "-u USER", logon, "", "an account"},
		{verdict.ConnectionNotPinned, refusal, logon, "header-size", refusal + "header-size/2048 2 - 401 NTLM\n", logon, "a long header"},
		{verdict.AuthorizationStripped, anonymous + "ntlm 1 1 401 NTLM Negotiate\n", "", "straight", anonymous + "ntlm 1 1 401 NTLM Negotiate\n", anonymous + "ntlm 8 1 401 c:ONE\n", "--direct"},
		{verdict.SessionShared, anonymous + "ntlm 1 1 401 c:ONE\nfarm 2 1 401 NTLM Negotiate\n", "", "-u", persists + "strangers/during_unique 3 - 200\n", "", "strangers"},
		{verdict.ResponseCached, cached, "", "serve", numbered(cached), "", "serve"},
		{verdict.IdleTimeout, logon + rested + "401 NTLM\n", "", "--direct", logon + rested + "401 NTLM\n", logon + rested + "200\n", "--direct"},
		{verdict.Type1Refused, shape, "", "--direct", shape, anonymous + "ntlm 8 1 401 NTLM Negotiate\n", "--direct"},
		{verdict.AuthNotPersistent, anew, "", "--direct", anew, anew, "--direct"},
		{verdict.ConnectionClosed, closed, "", "--direct", closed, logon, "--direct"},
		{verdict.BackendSwitched, refusal + "farm 2 1 401 c:ONE Set-Cookie:NODE=1\nfarm/second_on_the_first_connection 2 1 401 c:TWO\n", "", "serve",
			anonymous + "handshake/type_1 1 1 401 c:ONE view=a:1 Set-Cookie:NODE=1\nhandshake/type_3 1 3 401 NTLM view=b:1 sent:Cookie:NODE=1\n", "", "serve"},
		{verdict.EPAMismatch, anonymous + "handshake/type_1 1 1 401 c:ONE tls=aa\nhandshake/type_3 1 3 401 NTLM tls=aa\n",
			anonymous + "handshake/type_1 7 1 401 c:ONE\nhandshake/type_3 7 3 200 tls=bb\n", "epa",
			refusal + "epa/right_type_1 2 1 401 c:ONE\nepa/right_type_3 2 3 401 NTLM\nepa/server's_own_type_1 3 1 401 c:ONE\nepa/server's_own_type_3 3 3 200\n", "", "--only epa"},
		{verdict.AuthenticatedForbidden, anonymous + "handshake/type_1 1 1 401 c:ONE\nhandshake/type_3 1 3 403\n", "", "logged on after it",
			anonymous + "handshake/type_1 1 1 401 c:ONE\nhandshake/type_3 1 3 403\nsecond-request 1 - 403\n", "", "the next request"},
		{verdict.HeaderTooLarge, anonymous + "handshake/type_1 1 1 401 c:ONE\nhandshake/type_3 1 3 431\n", "", "header-size",
			anonymous + "handshake/type_1 1 1 401 c:ONE\nhandshake/type_3 1 3 431\nheader-size/2048 2 - 431\n", "", "header-size"},
	} {
		t.Run(string(c.code)+" by "+c.took, func(t *testing.T) {
			before, after := verdictIn(t, c.code, c.path, c.direct), verdictIn(t, c.code, c.pathThen, c.directThen)
			if before.Grade == verdict.Proven || !strings.Contains(strings.Join(before.WouldProve, " "), c.says) {
				t.Errorf("%s, to be proven by %q, want %q", before.Grade, before.WouldProve, c.says)
			}
			if sureness(after.Grade) >= sureness(before.Grade) {
				t.Errorf("%s, and %s before that: %v", after.Grade, before.Grade, after.Evidence)
			}
		})
	}
}

// verdictIn is the verdict of a code that is concluded from lines.
func verdictIn(t *testing.T, code verdict.Code, path, direct string) verdict.Verdict {
	t.Helper()
	e := &Evidence{Path: seenOf(t, path), Wanted: []string{"NTLM"}, Strangers: 2}
	if !strings.Contains(path, experiment.NameHandshake) {
		e.Wanted = nil
	}
	if direct != "" {
		e.Direct = seenOf(t, direct)
	}
	main, others := Conclude(e)
	for _, v := range append([]verdict.Verdict{main}, others...) {
		if v.Code == code {
			return v
		}
	}
	t.Fatalf("no %s: %s", code, codes(&Diagnosis{Verdict: main, Others: others}))
	return verdict.Verdict{}
}
