package main

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
)

// told says, of each verdict, what a client sees, and how it is told from what
// looks the same.
var told = map[verdict.Code][2]string{
	verdict.Survives: {
		"401, a challenge, 200; and 200 again on the same connection with no header at all.",
		"`consistent` after one logon. `proven` when the connection stays logged on and twenty strangers, on connections of their own while it is used, while it is idle and after its end, were refused. `untested` where nobody logged on: nothing speaks against it.",
	},
	verdict.Open: {
		"The first request, without credentials, is answered.",
		"`consistent` where the answer is a 5xx or about the head's length, which a box between may have made. If a cache says that it answered, an address that nobody asked for before is asked for: 401 there makes it `response-cached`.",
	},
	verdict.OfferStripped: {
		"401 or 407, and no challenge header.",
		"The header is there or it is not. With `--direct` it is known who took it out. A server whose 401 has an offer and whose answer to a Type 1 has none is another case: `connection-not-pinned`.",
	},
	verdict.OfferRewritten: {
		"Basic, or a bare Negotiate, where the server offers NTLM; two challenges merged into one line.",
		"`proven` with `--direct`: the server's own offer is another; or where ntlmctl serve sent a challenge and the names of schemes arrived. Without them, only an offer that no server writes gives it away.",
	},
	verdict.SchemeNotOffered: {
		"401 with Basic, Digest, Bearer.",
		"With `--direct` the server's own offer decides between this and `offer-rewritten`.",
	},
	verdict.KerberosOnly: {
		"A NegTokenResp that rejects NTLM, or chooses Kerberos.",
		"The server says so itself: `proven` where it chooses Kerberos, or rejects NTLM three times, on two connections, and no box is seen that shares them; after fewer rejections `likely`. A bare `Negotiate` in answer to NTLM is not enough: a stripped header and a spoilt pool look the same.",
	},
	verdict.AuthorizationStripped: {
		"A Type 1 is answered as no token would be: with the names of schemes.",
		"A spoilt pool and a Type 1 that the server refuses look the same: `consistent`. With `--direct`, where the Type 1 gets a challenge, `likely`, and `proven` where three and more on two connections do not; with ntlmctl serve in the server's place, `proven`.",
	},
	verdict.Type1Refused: {
		"A Type 1 is answered with 400, 403 or 500.",
		"Other shapes of the message are tried: which clients get a challenge is in the experiment `clients`. With `--direct`, where the same message gets a challenge, it is the path that refuses it: `proven`.",
	},
	verdict.ChallengeMangled: {
		"A Type 2 that is cut, or no base64.",
		"The decoder says what is wrong with it; see [findings.md](findings.md).",
	},
	verdict.ConnectionClosed: {
		"`Connection: close`, or the end of the connection, with the challenge.",
		"The end is seen. Closing after a first 401 or 407 *without* a token is normal and costs nothing. Where the Type 3 is taken on another connection all the same, clients share upstream connections: `session-shared`.",
	},
	verdict.HTTP10Downgrade: {
		"From the client: a challenge over HTTP/1.0 that ends its connection.",
		"Behind the first hop only the server sees it: ntlmctl serve says in which version it was asked. Without it the same path is `connection-not-pinned`.",
	},
	verdict.ConnectionNotPinned: {
		"401 to a Type 3 with the right password; a wrong password looks the same.",
		"`proven` where the same logon works with `--direct`: it is the path's doing; `likely` while `--direct` may lead to another server or site, TLS is on one side alone, or a box may have written the refusal. `proven` where ntlmctl serve saw the messages on different connections; or where the server, asked directly, refuses a second Type 1 on one connection, since it remembers the first, and challenges it through the path. A server that takes its offer back when a Type 1 comes has noticed that the connection ends after the answer, as Squid does; `proven` where it does the same to a Type 1 with `Connection: close` that is sent to it directly.",
	},
	verdict.BackendSwitched: {
		"401 to a Type 3 with the right password.",
		"Two Type 1 on one connection get challenges of servers with different names, or ntlmctl serve names itself differently. Different names on different connections are merely a farm. Where a cookie brings the client back, it pins the server and not the connection.",
	},
	verdict.RejectedUnattributed: {
		"401, 400, 403 or 500 to a Type 3.",
		"Nothing seen tells a wrong password from a connection that the path did not keep. Ask straight at the server (`--direct`), or put ntlmctl serve in its place.",
	},
	verdict.CredentialsRejected: {
		"401 to a Type 3.",
		"Only where nothing else can have refused it: straight at the server, or where ntlmctl serve saw challenge and Type 3 on one connection. Never from a refusal through a path alone.",
	},
	verdict.EPAMismatch: {
		"401 to a Type 3 over TLS, with the right password.",
		"Where the path shows another certificate than the server: `consistent`, and `likely` if the server remembers handshakes on the path as it does directly. `proven` by the experiment `epa`: the channel binding of the server's own certificate is taken, and that of the path's is not.",
	},
	verdict.AuthenticatedForbidden: {
		"403 to the Type 3.",
		"`proven` where the next request, without credentials, gets 403 on that connection and 401 elsewhere. If it gets 401 there as well, the server refuses logons with 403: `rejected-unattributed`.",
	},
	verdict.AuthNotPersistent: {
		"200 to the Type 3, and 401 to the next request on its connection.",
		"`proven` by `Persistent-Auth: false`, or by the same directly.",
	},
	verdict.SessionShared: {
		"A stranger, without credentials and on a connection of their own, gets what was refused before anybody logged on; or 200 in answer to a Type 1.",
		"`proven` by strangers, of whom every second asks for an address of its own, so that no cache can answer. `likely` by handshakes on held connections of which the first gets a challenge and a later one does not, or by ntlmctl serve seeing one client on the connection on which another has begun to log on. Not where the server lets strangers in directly, too.",
	},
	verdict.ResponseCached: {
		"A stranger gets the account's answer, with `Age`, `X-Cache: HIT` or Varnish's second number.",
		"An address that nobody asked for before is refused.",
	},
	verdict.IPSurrogate: {
		"A proxy answers a Type 1 with success, or lets strangers from this address through after a logon.",
		"Seen at proxies only; at a server the same is `session-shared`.",
	},
	verdict.HeaderTooLarge: {
		"400, 413, 431 or 494 to a request with a token.",
		"A dummy header of the same size is refused as well.",
	},
	verdict.IdleTimeout: {
		"401, or a closed connection, after a pause (`--idle`).",
		"The same handshake without the pause succeeds.",
	},
	verdict.Intermittent: {
		"Some of many logons (`--attempts`) fail.",
		"The evidence has the ratio, and the code of each failure by itself.",
	},
	verdict.HTTP2Only: {
		"ALPN refuses http/1.1.",
		"The TLS handshake says so.",
	},
	verdict.BodyRefused: {
		"413, or the end of the connection, where a body goes with the Type 3.",
		"The same POST without a body succeeds (`--only bodies`).",
	},
	verdict.Unreachable: {"No connection.", "The socket says so."},
	verdict.TLSFailed:   {"A certificate that is not trusted, an alert.", "The TLS handshake says so."},
	verdict.Timeout:     {"Silence.", "A deadline passed; which, the evidence says."},
}

// verdictsPage is docs/verdicts.md: the catalogue, its remedies, and what came out
// on the real boxes of the integration suite.
func verdictsPage(t *testing.T) []byte {
	t.Helper()
	cells := frontCells(t)
	var b bytes.Buffer
	b.WriteString("<!-- Generated by make docs from the catalogue in negotiate/verdict, cmd/ntlmctl/docs_verdicts_test.go, and fronts.txt and remedies.txt in diagnose/testdata. Do not edit. -->\n\n# Verdicts\n\n")
	b.WriteString("What `ntlmctl diagnose` and `ntlmctl fetch` may find. Codes are stable: scripts match on them. Each comes with a grade: `proven` (nothing else explains what\n" +
		"was seen), `likely` (other explanations are far-fetched), `consistent` (others are as good), `untested`. [exit-codes.md](exit-codes.md) has the exit code of each.\n")
	for _, e := range verdict.Catalogue() {
		fmt.Fprintf(&b, "\n## %s\n\n%s. %s\n\n", e.Code, strings.ToUpper(e.Summary[:1])+e.Summary[1:], e.Meaning)
		how, ok := told[e.Code]
		if !ok {
			t.Errorf("docs: nothing is told of %s", e.Code)
		}
		fmt.Fprintf(&b, "- **Seen:** %s\n- **Told apart:** %s\n", how[0], how[1])
		if on := seenOn(cells, e.Code); len(on) > 0 {
			fmt.Fprintf(&b, "- **Seen on:** %s\n", strings.Join(on, ", "))
		}
		if list := verdict.RemediesFor(e.Code); len(list) > 0 {
			b.WriteString("\n| product | what mends it |\n| --- | --- |\n")
			for _, r := range list {
				fmt.Fprintf(&b, "| %s | %s |\n", r.Product, strings.ReplaceAll(r.Text, "|", `\|`))
			}
		}
	}
	b.WriteString("\n## What comes out on real boxes\n\n")
	b.WriteString("Each box of the integration suite before Apache with gss-ntlmssp and before Squid with Samba's ntlm_auth, with the right password, a wrong one and none; by itself\n" +
		"(-) and with `--direct`; and before ntlmctl serve, which says what reached it. `+` separates the verdict from what else was found, `or` what may come out where each of several processes has connections of its own.\n\n| box | before | password | - | `--direct` |\n| --- | --- | --- | --- | --- |\n")
	for _, row := range pairs(cells) {
		b.WriteString("| " + strings.Join(row, " | ") + " |\n")
	}
	b.WriteString("\n## What mends real boxes\n\n")
	b.WriteString("The lines of the remedies, applied to the boxes that break a handshake or share it, and what was diagnosed then, with the right password and `--direct`. `-` was\n" +
		"taken out and `+` put in; where several remedies are named, each has a row. `survives` is proven in all.\n\n| box | before | what was applied, and what came out |\n| --- | --- | --- |\n")
	for _, row := range mended(t) {
		b.WriteString("| " + strings.Join(row, " | ") + " |\n")
	}
	return b.Bytes()
}

// mended are the ways of diagnose/testdata/remedies.txt, a row each.
func mended(t *testing.T) [][]string {
	t.Helper()
	text, err := os.ReadFile("diagnose/testdata/remedies.txt")
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	for line := range strings.Lines(string(text)) {
		cell, ways, _ := strings.Cut(strings.TrimSpace(line), " : ")
		front, origin, _ := strings.Cut(cell, " ")
		for way := range strings.SplitSeq(ways, " | ") {
			steps := strings.Split(way, " > ")
			for i := 1; i < len(steps); i += 2 {
				steps[i] = "`" + steps[i] + "`"
			}
			rows = append(rows, []string{front, origin, strings.Join(steps, ", ")})
		}
	}
	return rows
}

// frontCell is a line of diagnose/testdata/fronts.txt.
type frontCell struct{ front, origin, password, help, verdicts string }

func frontCells(t *testing.T) []frontCell {
	t.Helper()
	text, err := os.ReadFile("diagnose/testdata/fronts.txt")
	if err != nil {
		t.Fatal(err)
	}
	var list []frontCell
	for line := range strings.Lines(string(text)) {
		cell, verdicts, _ := strings.Cut(strings.TrimSpace(line), " : ")
		f := strings.Fields(cell)
		list = append(list, frontCell{f[0], f[1], f[2], f[3], verdicts})
	}
	return list
}

// seenOn are the boxes on which a code was the verdict.
func seenOn(cells []frontCell, code verdict.Code) []string {
	var list []string
	for _, c := range cells {
		for verdicts := range strings.SplitSeq(c.verdicts, " or ") {
			main, _, _ := strings.Cut(verdicts, " ")
			if main == string(code) && c.password != "wrong" && !strings.HasSuffix(verdicts, string(verdict.Untested)) && !slices.Contains(list, c.front) {
				list = append(list, c.front)
			}
		}
	}
	return list
}

// pairs puts the cells with --direct beside those without.
func pairs(cells []frontCell) [][]string {
	var rows [][]string
	at := map[[3]string]int{}
	for _, c := range cells {
		key := [3]string{c.front, c.origin, c.password}
		n, known := at[key]
		if !known {
			n = len(rows)
			at[key] = n
			rows = append(rows, []string{c.front, c.origin, c.password, "", ""})
		}
		column := 3
		if c.help == "direct" {
			column = 4
		}
		rows[n][column] = c.verdicts
	}
	return rows
}
