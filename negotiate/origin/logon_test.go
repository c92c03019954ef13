package origin_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
	"github.com/ntlmctl/ntlmctl/negotiate/origin"
	"github.com/ntlmctl/ntlmctl/render"
)

// seen is what a line of a table says of an answer: the status, then c for a
// challenge, B for bare schemes, - for none.
func (a answer) seen() string {
	kind := "-"
	switch {
	case a.token("NTLM") != nil || a.token("Negotiate") != nil:
		kind = "c"
	case a.offers() != "":
		kind = "B"
	}
	return fmt.Sprint(a.StatusCode, kind)
}

// TestDialects compares what each dialect answers with what was observed of its
// server.
func TestDialects(t *testing.T) {
	const garbage = "Authorization: NTLM AAAA"
	for _, c := range []struct {
		name string
		run  func(p *peer, other *peer) []answer
		// want has the answers by dialect.
		want map[origin.Dialect]string
	}{
		{"a logon, then a bare request", func(p, _ *peer) []answer {
			return []answer{p.logOn("NTLM", `LAB\alice`, password), p.get("/")}
		}, map[origin.Dialect]string{"iis": "200- 200-", "gss": "200- 200-", "samba": "200- 200-", "express": "200- 200-"}},
		{"a wrong password, then a Type 1", func(p, _ *peer) []answer {
			return []answer{p.logOn("NTLM", `LAB\alice`, "wrong"), p.client("NTLM", `LAB\alice`, "wrong").step(nil)}
		}, map[origin.Dialect]string{"iis": "401B 401c", "gss": "401B 401B", "samba": "401B 401B", "express": "403- 401c"}},
		{"a Type 3 on a fresh connection", func(p, other *peer) []answer {
			h := p.client("NTLM", `LAB\alice`, password)
			challenge := h.step(nil).token("NTLM")
			h.p = other
			return []answer{h.step(challenge)}
		}, map[origin.Dialect]string{"iis": "401B", "gss": "401B", "samba": "401B", "express": "500-"}},
		{"a Type 1 after a logon, then a bare request", func(p, _ *peer) []answer {
			p.logOn("NTLM", `LAB\alice`, password)
			return []answer{p.client("NTLM", `LAB\alice`, password).step(nil), p.get("/")}
		}, map[origin.Dialect]string{"iis": "401c 401B", "gss": "401B 401B", "samba": "200- 200-", "express": "200- 200-"}},
		{"three Type 1", func(p, _ *peer) []answer {
			var list []answer
			for range 3 {
				list = append(list, p.client("NTLM", `LAB\alice`, password).step(nil))
			}
			return list
		}, map[origin.Dialect]string{"iis": "401c 401c 401c", "gss": "401c 401B 401B", "samba": "401c 401B 401B", "express": "401c 401c 401c"}},
		{"garbage", func(p, _ *peer) []answer {
			return []answer{p.get("/", garbage), p.get("/", "Authorization: NTLM !"), p.get("/", "Authorization: NTLM")}
		}, map[origin.Dialect]string{"iis": "401B 401B 401B", "gss": "401B 401B 401B", "samba": "401B 401B 401B", "express": "400- 400- 400-"}},
	} {
		for dialect, want := range c.want {
			t.Run(string(dialect)+"/"+c.name, func(t *testing.T) {
				o := options(t)
				o.Dialect = dialect
				address := start(t, o)
				var got []string
				for _, a := range c.run(dial(t, address), dial(t, address)) {
					got = append(got, a.seen())
				}
				if strings.Join(got, " ") != want {
					t.Errorf("got %q, want %q", strings.Join(got, " "), want)
				}
			})
		}
	}
}

// report is what the body of an answer says.
func (a answer) report(t *testing.T) *render.ServeDocument {
	t.Helper()
	var doc render.ServeDocument
	d := json.NewDecoder(strings.NewReader(a.body))
	d.DisallowUnknownFields()
	if err := d.Decode(&doc); err != nil {
		t.Fatalf("%v: %.300q", err, a.body)
	}
	if doc.Schema != render.SchemaServe {
		t.Errorf("schema %q", doc.Schema)
	}
	return &doc
}

// TestChecks has each policy refuse and accept, and looks at what the body says.
func TestChecks(t *testing.T) {
	for _, c := range []struct {
		name, scheme, account, secret string
		change                        func(*origin.Options)
		status                        int
		state                         origin.State
		reason                        ntlm.Reason
	}{
		{"NTLM", "NTLM", `LAB\alice`, password, nil, 200, origin.StateAccepted, ntlm.ReasonAccepted},
		{"SPNEGO", "Negotiate", `LAB\alice`, password, nil, 200, origin.StateAccepted, ntlm.ReasonAccepted},
		{"wrong password", "NTLM", `LAB\alice`, "wrong", nil, 401, origin.StateRefused, ntlm.ReasonWrongResponse},
		{"wrong password in SPNEGO", "Negotiate", `LAB\alice`, "wrong", nil, 401, origin.StateRefused, ntlm.ReasonWrongResponse},
		{"unknown user", "NTLM", `LAB\mallory`, password, nil, 401, origin.StateRefused, ntlm.ReasonUnknownUser},
		{"a MIC is required", "NTLM", `LAB\alice`, password, func(o *origin.Options) { o.Acceptor.RequireMIC = true }, 200, origin.StateAccepted, ntlm.ReasonAccepted},
		{"a channel binding is required", "NTLM", `LAB\alice`, password, func(o *origin.Options) { o.Acceptor.RequireChannelBinding = true },
			401, origin.StateRefused, ntlm.ReasonChannelBindingUntested},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := options(t)
			o.Body, o.BodyType = render.AppendServeBody, "application/json"
			if c.change != nil {
				c.change(&o)
			}
			a := dial(t, start(t, o)).logOn(c.scheme, c.account, c.secret)
			doc := a.report(t)
			if a.StatusCode != c.status || doc.Status != c.status || doc.State != c.state || doc.Checks == nil || doc.Checks.Reason != string(c.reason) {
				t.Errorf("status %d, body %s", a.StatusCode, a.body)
			}
			if want := map[bool]string{true: c.account}[c.status == 200]; doc.Account != want {
				t.Errorf("account %q, want %q", doc.Account, want)
			}
			if doc.Connection != 1 || doc.Request != 2 || doc.Leg != 2 || doc.AuthKey != "connection 1" || doc.Protocol != "HTTP/1.1" {
				t.Errorf("body %s", a.body)
			}
			proof := ""
			for token := &doc.Tokens[0].Token; token != nil; token = token.Inner {
				if token.Message != nil && token.Message.NTProof != "" {
					proof = token.Message.NTProof
				}
			}
			if strings.Trim(proof, "0") != "" || proof == "" {
				t.Errorf("the proof %q is shown", proof)
			}
		})
	}
}

func TestBasic(t *testing.T) {
	o := options(t)
	o.Schemes = []string{origin.SchemeBasic, origin.SchemeNTLM}
	o.Body = render.AppendServeBody
	p := dial(t, start(t, o))
	if a := p.get("/"); a.seen() != "401B" || a.offers() != `Basic realm="ntlmctl", NTLM` {
		t.Errorf("%s: %s", a.seen(), a.offers())
	}
	if a := p.get("/", authorization("Basic", []byte(`LAB\alice:`+password))); a.seen() != "200-" || a.report(t).Account != `LAB\alice` || strings.Contains(a.body, password) {
		t.Errorf("%s: %s", a.seen(), a.body)
	}
	for _, wrong := range []string{`LAB\alice:wrong`, `LAB\alice`, ":", `LAB\nobody:` + password} {
		if a := p.get("/", authorization("Basic", []byte(wrong))); a.seen() != "401B" {
			t.Errorf("%s: %s", wrong, a.seen())
		}
	}
	if a := p.get("/"); a.seen() != "401B" {
		t.Errorf("Basic outlived its request: %s", a.seen())
	}
	if a := p.get("/", "Authorization: Negotiate AAAA"); a.seen() != "401B" || a.report(t).Note == "" {
		t.Errorf("a scheme that is not offered: %s %s", a.seen(), a.body)
	}
}

// MS-N2HT has Persistent-Auth in the response to a logon that belongs to its
// connection, and in no other.
func TestPersistentAuth(t *testing.T) {
	o := options(t)
	o.Schemes = []string{origin.SchemeNTLM, origin.SchemeBasic}
	s := start(t, o)
	p := dial(t, s)
	for _, c := range []struct {
		name   string
		answer answer
		want   string
	}{
		{"refused", p.get("/"), ""},
		{"Basic", p.get("/", authorization("Basic", []byte(`LAB\alice:`+password))), ""},
		{"logged on", p.logOn("NTLM", `LAB\alice`, password), "true"},
		{"the next request", p.get("/"), ""},
	} {
		if got := c.answer.Header.Get("Persistent-Auth"); got != c.want {
			t.Errorf("%s: Persistent-Auth %q", c.name, got)
		}
	}
}

func TestPerRequest(t *testing.T) {
	o := options(t)
	o.PerRequest = true
	p := dial(t, start(t, o))
	for range 2 {
		if a := p.logOn("NTLM", `LAB\alice`, password); a.seen() != "200-" || a.Header.Get("Persistent-Auth") != "false" {
			t.Errorf("%s %v", a.seen(), a.Header)
		}
		if a := p.get("/"); a.seen() != "401B" {
			t.Errorf("the logon outlived its request: %s", a.seen())
		}
	}
}
