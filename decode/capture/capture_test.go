package capture

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// Tokens of the captures, in base64.
const (
	type1 = "TlRMTVNTUAABAAAABoIIAAAAAAAAAAAAAAAAAAAAAAA="
	type2 = "TlRMTVNTUAACAAAABQAFADgAAAAGgokC40m5DA7PDTUAAAAAAAAAADQANAA9AAAABgEAAAAAAA9BRExBQgIACgBBAEQATABBAEIAAQAGAEQAQwAxAAQAAAADAAQAdgBtAAcACAAO4OxbGnrdAQAAAAA="
	type3 = "TlRMTVNTUAADAAAAGAAYAEAAAABkAGQAWAAAAAUABQC8AAAABQAFAMEAAAALAAsAxgAAAAAAAAAAAAAABoKJAlzc3QXVmHgI8VqqHp5+dwGtsQIB6VFD3WvLW0E639EYXe+UwSFpqJkBAQAAAAAAAAAM3lsaet0BrbECAelRQ90AAAAAAgAKAEEARABMAEEAQgABAAYARABDADEABAAAAAMABAB2AG0ABwAIAA7g7Fsaet0BAAAAAAAAAABBRExBQmFsaWNlV09SS1NUQVRJT04="
)

func unbase64(tb testing.TB, s string) []byte {
	tb.Helper()
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// spnego wraps an NTLM message as a client does with its first.
func spnego(ntlm []byte) []byte {
	der := func(tag byte, parts ...[]byte) []byte {
		body := bytes.Join(parts, nil)
		switch n := len(body); {
		case n < 0x80:
			return append([]byte{tag, byte(n)}, body...)
		case n < 0x100:
			return append([]byte{tag, 0x81, byte(n)}, body...)
		default:
			return append([]byte{tag, 0x82, byte(n >> 8), byte(n)}, body...)
		}
	}
	ntlmOID := []byte("\x06\x0a\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a")
	return der(0x60, []byte("\x06\x06\x2b\x06\x01\x05\x05\x02"),
		der(0xa0, der(0x30, der(0xa0, der(0x30, ntlmOID)), der(0xa2, der(0x04, ntlm)))))
}

// collect scans r and keeps all that is found.
func collect(tb testing.TB, r io.Reader, o Options) ([]Found, Stats) {
	tb.Helper()
	var all []Found
	stats, err := Scan(r, o, func(f Found) bool { all = append(all, f); return true })
	if err != nil {
		tb.Fatalf("Scan: %v", err)
	}
	return all, stats
}

// scanAll scans s whole and in small pieces and wants the same of each.
func scanAll(tb testing.TB, s string) []Found {
	tb.Helper()
	whole, _ := collect(tb, strings.NewReader(s), Options{})
	bytewise, _ := collect(tb, iotest.OneByteReader(strings.NewReader(s)), Options{})
	if diff := cmp.Diff(whole, bytewise); diff != "" {
		tb.Errorf("read byte by byte, it is (-whole +bytewise):\n%s", diff)
	}
	erring, _ := collect(tb, iotest.DataErrReader(iotest.HalfReader(strings.NewReader(s))), Options{})
	if diff := cmp.Diff(whole, erring); diff != "" {
		tb.Errorf("read by halves, it is (-whole +halves):\n%s", diff)
	}
	return whole
}

func upperHex(b []byte) string { return strings.ToUpper(hex.EncodeToString(b)) }

func separated(b []byte, before, between string) string {
	var s []string
	for _, c := range b {
		s = append(s, hex.EncodeToString([]byte{c}))
	}
	return before + strings.Join(s, between)
}

func wrap(s string, n int, eol string) string {
	var out []string
	for len(s) > n {
		out = append(out, s[:n])
		s = s[n:]
	}
	return strings.Join(append(out, s), eol)
}

// TestText has one token in texts of many kinds.
func TestText(t *testing.T) {
	one, two, three := unbase64(t, type1), unbase64(t, type2), unbase64(t, type3)
	wrapped := base64.StdEncoding.EncodeToString(spnego(one))
	url := base64.RawURLEncoding.EncodeToString(three)
	esc := strings.NewReplacer("+", "%2B", "/", "%2F", "=", "%3D")
	json := strings.NewReplacer("+", `\u002b`, "/", `\/`, "=", `\u003d`)
	for _, test := range []struct {
		name, in string
		want     []byte
		line     int
		offset   int64
		scheme   string
		header   string
		dir      string
		status   int
	}{
		{name: "bare", in: type3, want: three, line: 1},
		{name: "bare newline", in: type3 + "\n", want: three, line: 1},
		{name: "bare wrapped 64", in: wrap(type3, 64, "\n") + "\n", want: three, line: 1},
		{name: "bare wrapped 76 crlf", in: wrap(type3, 76, "\r\n") + "\r\n", want: three, line: 1},
		{name: "bare wrapped indented", in: "  " + wrap(type3, 60, "\n  "), want: three, line: 1, offset: 2},
		{name: "bare quoted", in: "\n \"" + type3 + "\"\n", want: three, line: 2, offset: 3},
		{name: "bare unpadded", in: strings.TrimRight(type1, "="), want: one, line: 1},
		{name: "bare url alphabet", in: url, want: three, line: 1},
		{name: "bare percent", in: esc.Replace(type3), want: three, line: 1},
		{name: "bare json", in: `"` + json.Replace(type3) + `"`, want: three, line: 1, offset: 1},
		{name: "bare hex", in: hex.EncodeToString(three), want: three, line: 1},
		{name: "bare hex upper", in: upperHex(three), want: three, line: 1},
		{name: "bare hex 0x", in: "0x" + upperHex(three), want: three, line: 1, offset: 2},
		{name: "bare hex spaces", in: separated(three, "", " "), want: three, line: 1},
		{name: "bare hex colons", in: separated(three, "", ":"), want: three, line: 1},
		{name: "bare hex dashes", in: strings.ToUpper(separated(three, "", "-")), want: three, line: 1},
		{name: "bare hex commas", in: separated(three, "0x", ", 0x"), want: three, line: 1, offset: 2},
		{name: "bare hex x", in: separated(three, `\x`, `\x`), want: three, line: 1, offset: 2},
		{name: "bare hex u", in: separated(three, `\u00`, `\u00`), want: three, line: 1, offset: 4},
		{name: "bare hex wrapped", in: wrap(hex.EncodeToString(three), 64, "\n"), want: three, line: 1},
		{name: "bare hex spaces wrapped", in: wrap(separated(three, "", " "), 48, "\n"), want: three, line: 1},
		{name: "bare spnego", in: wrapped, want: spnego(one), line: 1},
		{name: "bare spnego hex", in: hex.EncodeToString(spnego(one)), want: spnego(one), line: 1},
		{name: "header", in: "Authorization: NTLM " + type3, want: three, line: 1, offset: 20, scheme: "NTLM", header: "Authorization", dir: request},
		{name: "header case", in: "WWW-AUTHENTICATE:  nTLM " + type2 + "\r\n", want: two, line: 1, offset: 24, scheme: "nTLM", header: "WWW-Authenticate", dir: response},
		{name: "header proxy", in: "proxy-authenticate: Negotiate " + wrapped, want: spnego(one), line: 1, offset: 30, scheme: "Negotiate", header: "Proxy-Authenticate", dir: response},
		{name: "header proxy authorization", in: "Proxy-Authorization: NEGOTIATE " + wrapped, want: spnego(one), line: 1, offset: 31, scheme: "NEGOTIATE", header: "Proxy-Authorization", dir: request},
		{name: "header joined", in: "WWW-Authenticate: Basic realm=\"x\", NTLM " + type2 + ", Digest realm=\"y\"\n", want: two, line: 1, offset: 40, scheme: "NTLM", header: "WWW-Authenticate", dir: response},
		{name: "header folded", in: "Authorization: Negotiate\r\n " + wrapped + "\r\n", want: spnego(one), line: 2, offset: 27, scheme: "Negotiate", header: "Authorization", dir: request},
		{name: "header folded token", in: "Authorization: NTLM " + wrap(type3, 80, "\r\n ") + "\r\nHost: x\r\n", want: three, line: 1, offset: 20, scheme: "NTLM", header: "Authorization", dir: request},
		{name: "header nego2", in: "Authorization: Nego2 " + wrapped, want: spnego(one), line: 1, offset: 21, scheme: "Nego2", header: "Authorization", dir: request},
		{name: "header garbage", in: "Authorization: NTLM QUJDREVGR0hJSktM\r\n", want: []byte("ABCDEFGHIJKL"), line: 1, offset: 20, scheme: "NTLM", header: "Authorization", dir: request},
		{name: "response", in: "x\nHTTP/1.1 401 Unauthorized\r\nServer: x\r\nWWW-Authenticate: NTLM " + type2 + "\r\n\r\n", want: two, line: 4, offset: 63, scheme: "NTLM", header: "WWW-Authenticate", dir: response, status: 401},
		{name: "log", in: "GET / 200\n10.0.0.1 auth=\"NTLM " + type1 + "\" 401\n", want: one, line: 2, offset: 30, scheme: "NTLM"},
		{name: "path", in: "GET /auth/" + type1 + " 200\n", want: one, line: 1, offset: 10},
		{name: "form", in: "user=x&token=" + esc.Replace(type3) + "&x=y", want: three, line: 1, offset: 13},
		{name: "form spnego", in: "some\nuser=x&token%3D" + esc.Replace(wrapped) + "&x=y", want: spnego(one), line: 2, offset: 20},
		{name: "json", in: `{"a":"` + json.Replace(type3) + `","b":1}`, want: three, line: 1, offset: 6},
		{name: "json escaped newline", in: `{"a":"x\n` + wrap(type3, 64, `\n`) + `","b":1}`, want: three, line: 1, offset: 9},
		{name: "json hex", in: `{"a":"` + hex.EncodeToString(three) + `","b":1}`, want: three, line: 1, offset: 6},
		{name: "smtp command", in: "C: AUTH NTLM " + type1 + "\r\n", want: one, line: 1, offset: 13, scheme: "NTLM", header: "AUTH NTLM", dir: request},
		{name: "smtp challenge", in: "220 hello\r\n334 " + type2 + "\r\n", want: two, line: 2, offset: 15, header: "AUTH NTLM", dir: response},
		{name: "imap challenge", in: "* OK\r\n+ " + type2 + "\r\n", want: two, line: 2, offset: 8, header: "AUTH NTLM", dir: response},
		{name: "smtp answer", in: "C: AUTH NTLM\r\nS: 334 NTLM supported\r\nC: " + type1 + "\r\n", want: one, line: 3, offset: 40, header: "AUTH NTLM", dir: request},
		{name: "quoted printable", in: "To: x\nToken: " + wrap(type3[:len(type3)-1], 60, "=\n") + "=3D\n", want: three, line: 2, offset: 13},
		{name: "raw inside", in: "x\x00\x01" + string(two) + "\x00\x00", want: two, line: 1, offset: 3},
		{name: "raw spnego inside", in: "x\x00\x01" + string(spnego(three)) + "\x00\x00", want: spnego(three), line: 1, offset: 3},
		{name: "embedded", in: "blob " + base64.StdEncoding.EncodeToString(append([]byte("\xfeSMB12"), spnego(one)...)), want: spnego(one), line: 1, offset: 13},
		{name: "literal", in: `data b'NTLMSSP\x00\x01\x00\x00\x00\x06\x82\x08\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00' end`, want: one, line: 1, offset: 7},
		{name: "truncated", in: "Authorization: NTLM " + type3[:100] + "\r\nHost: x\r\n", want: three[:75], line: 1, offset: 20, scheme: "NTLM", header: "Authorization", dir: request},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := scanAll(t, test.in)
			if len(got) != 1 {
				t.Fatalf("%d tokens, want 1: %+v", len(got), got)
			}
			f := got[0]
			if !bytes.Equal(f.Raw, test.want) {
				t.Errorf("raw\n%x, want\n%x", f.Raw, test.want)
			}
			if f.Source.Line != test.line || f.Source.Offset != test.offset {
				t.Errorf("line %d, offset %d; want %d, %d", f.Source.Line, f.Source.Offset, test.line, test.offset)
			}
			if f.Scheme != test.scheme || f.Source.Header != test.header || f.Source.Direction != test.dir || f.Status != test.status {
				t.Errorf("scheme %q, header %q, direction %q, status %d; want %q, %q, %q, %d", f.Scheme, f.Source.Header, f.Source.Direction, f.Status, test.scheme, test.header, test.dir, test.status)
			}
		})
	}
}
