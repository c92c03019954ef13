package offer

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// brief is a challenge in one line: scheme, token, parameters, warnings.
func brief(c *Challenge) string {
	parts := []string{c.Scheme}
	if c.Token68 != "" {
		parts = append(parts, "<"+c.Token68+">")
	}
	for _, p := range c.Params {
		if p.Quoted {
			p.Value = `"` + p.Value + `"`
		}
		parts = append(parts, p.Name+"="+p.Value)
	}
	for _, w := range c.Warnings {
		parts = append(parts, "!"+string(w.Code))
	}
	return strings.Join(parts, " ")
}

func TestParse(t *testing.T) {
	for _, test := range []struct {
		name   string
		values []string
		want   []string
		raw    []string // checked if not nil
	}{
		{name: "nothing"},
		{name: "empty", values: []string{"", " \t", ","}},
		{name: "bare", values: []string{"NTLM"}, want: []string{"NTLM"}},
		{name: "IIS", values: []string{"Negotiate", "NTLM"}, want: []string{"Negotiate", "NTLM"}},
		{name: "token", values: []string{"NTLM TlRMTVNTUAACAAAA=="}, want: []string{"NTLM <TlRMTVNTUAACAAAA==>"}, raw: []string{"NTLM TlRMTVNTUAACAAAA=="}},
		{
			name: "merged", values: []string{`Negotiate, NTLM, Basic realm="x, y"`},
			want: []string{"Negotiate", "NTLM !merged-header", `Basic realm="x, y" !merged-header`},
			raw:  []string{"Negotiate", "NTLM", `Basic realm="x, y"`},
		},
		{
			name: "merged with token", values: []string{"Negotiate oQ==,NTLM TlRM,Nego2"},
			want: []string{"Negotiate <oQ==>", "NTLM <TlRM> !merged-header", "Nego2 !merged-header"},
		},
		{name: "case", values: []string{"ntlm", "NEGOTIATE"}, want: []string{"ntlm !scheme-case", "NEGOTIATE !scheme-case"}},
		{
			name: "Digest", values: []string{`Digest realm="r@x", qop="auth,auth-int", nonce="a\"b\\c", algorithm=MD5-sess, stale=FALSE`},
			want: []string{`Digest realm="r@x" qop="auth,auth-int" nonce="a"b\c" algorithm=MD5-sess stale=FALSE`},
		},
		{
			name: "Digest then NTLM", values: []string{`Digest realm="r", nonce="n", NTLM, Bearer realm="b", error="invalid_token"`},
			want: []string{`Digest realm="r" nonce="n"`, "NTLM !merged-header", `Bearer realm="b" error="invalid_token" !merged-header`},
			raw:  []string{`Digest realm="r", nonce="n"`, "NTLM", `Bearer realm="b", error="invalid_token"`},
		},
		{name: "RFC 9110", values: []string{`Basic realm="simple", Newauth realm="apps", type=1, title="Login to \"apps\""`},
			want: []string{`Basic realm="simple"`, `Newauth realm="apps" type=1 title="Login to "apps"" !merged-header`}},
		{name: "RFC 7235, empty elements", values: []string{`Newauth realm="apps",, , type=1, Basic realm="simple"`},
			want: []string{`Newauth realm="apps" type=1 !empty-element`, `Basic realm="simple" !merged-header`}},
		{name: "leading comma", values: []string{", NTLM"}, want: []string{"NTLM !empty-element"}},
		{name: "space around the sign", values: []string{`Basic realm = "x"`}, want: []string{`Basic realm="x"`}},
		{name: "unquoted realm", values: []string{"Basic realm=x"}, want: []string{"Basic realm=x !unquoted-value"}},
		{name: "unquoted realm with spaces", values: []string{"Basic realm=My  Site, NTLM"}, want: []string{"Basic realm=My  Site !unquoted-value", "NTLM !merged-header"}},
		{name: "unquoted URL", values: []string{`Digest realm="x", domain=/a:b, nonce="n"`}, want: []string{`Digest realm="x" domain=/a:b nonce="n" !unquoted-value`}},
		{name: "missing commas between challenges", values: []string{`Negotiate NTLM Basic realm="x"`}, want: []string{"Negotiate", "NTLM !merged-header !missing-comma", `Basic realm="x" !merged-header !missing-comma`}},
		{name: "missing comma after a token", values: []string{"Negotiate oQ== NTLM"}, want: []string{"Negotiate <oQ==>", "NTLM !merged-header !missing-comma"}},
		{name: "missing commas between parameters", values: []string{`Digest realm="x" nonce="n" qop=auth`}, want: []string{`Digest realm="x" nonce="n" qop=auth !missing-comma`}},
		{name: "unterminated", values: []string{`Basic realm="x, NTLM`, "NTLM"}, want: []string{`Basic realm="x, NTLM" !unterminated-quote`, "NTLM"}},
		{name: "unterminated at a backslash", values: []string{`Basic realm="x\`}, want: []string{`Basic realm="x\" !unterminated-quote`}},
		{name: "folded token", values: []string{"NTLM TlRM TVNT UAAC"}, want: []string{"NTLM <TlRMTVNTUAAC> !split-token"}, raw: []string{"NTLM TlRM TVNT UAAC"}},
		{name: "quoted token", values: []string{`NTLM "TlRM"`}, want: []string{"NTLM <TlRM> !quoted-token"}},
		{name: "no base64", values: []string{"NTLM a.b"}, want: []string{"NTLM <a.b> !bad-base64"}},
		{name: "token and parameters", values: []string{`Negotiate oQ==, realm="x"`}, want: []string{`Negotiate <oQ==> realm="x" !token-and-params`}},
		{name: "NTLM with a realm", values: []string{`NTLM realm="x"`}, want: []string{`NTLM realm="x" !needless-params`}},
		{name: "twice", values: []string{"NTLM", "ntlm TlRM"}, want: []string{"NTLM", "ntlm <TlRM> !scheme-case !duplicate-scheme"}},
		{name: "no realm", values: []string{"Basic", `Digest nonce="n"`}, want: []string{"Basic !no-realm", `Digest nonce="n" !no-realm`}},
		{name: "repeated parameter", values: []string{`Basic realm="x", REALM="y"`}, want: []string{`Basic realm="x" REALM="y" !repeated-param`}},
		{name: "parameters of nobody", values: []string{`realm="x", a=b`}, want: []string{`realm="x" a=b !no-scheme`}},
		{name: "garbage", values: []string{`"quoted", NTLM`, "NTLM, @ what"}, want: []string{"!no-scheme", "NTLM !merged-header", "NTLM !duplicate-scheme", "!merged-header !no-scheme"}},
		{name: "tabs and line breaks", values: []string{"NTLM\tTlRM ,\r\n Negotiate"}, want: []string{"NTLM <TlRM>", "Negotiate !merged-header"}},
		{name: "unknown scheme", values: []string{"X-Own abc, Other"}, want: []string{"X-Own <abc>", "Other !merged-header"}},
		{name: "credentials", values: []string{"Basic dXNlcjpwYXNz"}, want: []string{"Basic <dXNlcjpwYXNz>"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			list := Parse(test.values)
			var got, raw []string
			for i := range list {
				got = append(got, strings.TrimSpace(brief(&list[i])))
				raw = append(raw, list[i].Raw)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
			if test.raw != nil {
				if diff := cmp.Diff(test.raw, raw); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

func TestFind(t *testing.T) {
	list := Parse([]string{"Negotiate, ntlm", "NTLM TlRM", `Basic realm="x"`})
	if c := Find(list, "NTLM"); c == nil || c.Token68 != "TlRM" || c.Header != 1 || !c.Is("ntlm") {
		t.Errorf("NTLM: %+v", c)
	}
	if c := Find(list, "negotiate"); c == nil || c.Token68 != "" || c.Header != 0 {
		t.Errorf("Negotiate: %+v", c)
	}
	if c := Find(list, "Digest"); c != nil {
		t.Errorf("Digest: %+v", c)
	}
	if v, ok := Find(list, "basic").Param("REALM"); !ok || v != "x" {
		t.Errorf("realm %q", v)
	}
}

func TestToken(t *testing.T) {
	for text, want := range map[string]string{
		"TlRMTVNTUAA=": "NTLMSSP\x00", "TlRMTVNTUAA": "NTLMSSP\x00", "-_8=": "\xfb\xff", "+/8": "\xfb\xff", "": "",
	} {
		raw, err := (&Challenge{Token68: text}).Token()
		if err != nil || string(raw) != want {
			t.Errorf("%q: %q, %v", text, raw, err)
		}
	}
	for _, text := range []string{"secret.", "secre+_"} {
		if _, err := (&Challenge{Token68: text}).Token(); err == nil || strings.Contains(err.Error(), "secre") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestString(t *testing.T) {
	list := []Challenge{
		{Scheme: "Negotiate", Token68: "oQ=="},
		{Scheme: "NTLM"},
		{Scheme: "Digest", Params: []Param{{Name: "realm", Value: `a "b" \c`, Quoted: true}, {Name: "stale", Value: "true"}, {Name: "empty"}}},
	}
	const want = `Negotiate oQ==, NTLM, Digest realm="a \"b\" \\c", stale=true, empty=""`
	if got := joined(list); got != want {
		t.Errorf("got %s", got)
	}
}

// Long headers are read in reasonable time, and not without end.
func TestParseBounds(t *testing.T) {
	const n = 256 << 10
	for _, unit := range []string{"a ", "a,", "a=b ", "a=b,", "NTLM a ", "NTLM,", `"`, `a="`, ",", "@,", "=", "a =", "NTLM a b ", "Basic realm=x y "} {
		list := Parse([]string{strings.Repeat(unit, n/len(unit)), "NTLM a " + strings.Repeat(unit, n/len(unit)), "Basic realm=x " + strings.Repeat(unit, n/len(unit))})
		if len(list) > maxItems {
			t.Errorf("%q: %d challenges", unit, len(list))
		}
		for i := range list {
			if len(list[i].Params) > maxItems {
				t.Errorf("%q: %d parameters", unit, len(list[i].Params))
			}
		}
	}
}

func TestCodes(t *testing.T) {
	for code, text := range Codes() {
		if code == "" || text == "" {
			t.Errorf("%q: %q", code, text)
		}
	}
}

// joined is challenges in one header value.
func joined(list []Challenge) string {
	parts := make([]string, len(list))
	for i := range list {
		parts[i] = list[i].String()
	}
	return strings.Join(parts, ", ")
}
