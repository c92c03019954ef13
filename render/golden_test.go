package render

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/decode/spnego"
)

var update = flag.Bool("update", false, "write testdata/golden anew")

// message reads a token of testdata/messages and decodes it.
func message(tb testing.TB, name string) *decode.Token {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join("../testdata/messages", name))
	if err != nil {
		tb.Fatal(err)
	}
	clean := strings.Join(strings.Fields(string(text)), "")
	raw, err := base64.StdEncoding.DecodeString(clean)
	if filepath.Ext(name) == ".hex" {
		raw, err = hex.DecodeString(clean)
	}
	if err != nil {
		tb.Fatal(err)
	}
	t := decode.Decode(raw, decode.Options{Annotate: true})
	t.Attribute("NTLM", &decode.Source{Name: name, Offset: -1})
	return t
}

// golden compares got with testdata/golden/name.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("../testdata/golden", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; go test ./render -update writes it anew. got:\n%s", name, got)
	}
}

// TestGolden renders tokens and a handshake at several widths, plain and in
// colour.
func TestGolden(t *testing.T) {
	broken := decode.Decode(message(t, "chromium-type3.b64").Raw[:150], decode.Options{Annotate: true})
	hostile := decode.Decode(hostileType2(), decode.Options{Annotate: true})
	verified := message(t, "samba-type3.b64")
	verified.Verified = &decode.Verified{
		NTResponse: decode.Mismatch, LMResponse: decode.Untested, MIC: decode.Match, ChannelBinding: decode.Untested,
		SessionKey: []byte("0123456789abcdef"),
		Tried: []decode.Attempt{
			{Spelling: "the client's workstation name as domain", User: "alice", Domain: "WORKSTATION", Result: decode.Mismatch},
			{Spelling: "domain empty", User: "alice", Result: decode.Match},
		},
		Notes: []string{"the client computed the response with an empty domain"},
	}
	handshake := &decode.Handshake{
		Negotiate: message(t, "chromium-type1.b64"), Challenge: message(t, "chromium-type2.b64"),
		Authenticate: message(t, "chromium-type3.b64"), SameConnection: decode.No, Status: 401,
	}
	answer := spnego.Resp{ResponseToken: message(t, "samba-type3.b64").Raw, MechListMIC: make([]byte, 16)}
	nested := decode.Decode(answer.Append(nil), decode.Options{Annotate: true})
	type page struct {
		name  string
		write func(Text, *bytes.Buffer) error
	}
	token := func(name string, tok *decode.Token) page {
		return page{name, func(x Text, b *bytes.Buffer) error { return x.Token(b, tok) }}
	}
	for _, p := range []page{
		token("type1", handshake.Negotiate), token("type2", handshake.Challenge), token("type3", handshake.Authenticate),
		token("broken", broken), token("hostile", hostile), token("verified", verified), token("nested", nested),
		{"handshake", func(x Text, b *bytes.Buffer) error { return x.Handshake(b, handshake) }},
	} {
		for _, columns := range []int{60, 80, 120} {
			var plain, colored bytes.Buffer
			text := Text{Width: columns, Style: NewStyle(false), HexDump: p.name == "type2", Brief: p.name == "verified" || p.name == "nested"}
			if err := p.write(text, &plain); err != nil {
				t.Fatal(err)
			}
			golden(t, fmt.Sprintf("%s-%d.txt", p.name, columns), plain.Bytes())
			text.Style = NewStyle(true)
			if err := p.write(text, &colored); err != nil {
				t.Fatal(err)
			}
			if columns == 80 {
				golden(t, p.name+"-80-colour.txt", colored.Bytes())
			}
			if stripped := ansi.Strip(colored.String()); stripped != plain.String() {
				t.Errorf("%s at %d: colour changes more than colour", p.name, columns)
			}
			for n, line := range strings.Split(plain.String(), "\n") {
				if w := width(line); w > columns && columns > 60 { // flags' names alone take 60
					t.Errorf("%s at %d: line %d takes %d columns: %s", p.name, columns, n+1, w, line)
				}
				if strings.TrimRight(line, " ") != line {
					t.Errorf("%s at %d: line %d ends in a space", p.name, columns, n+1)
				}
			}
		}
	}
}

// hostileType2 has control characters, an ANSI escape, a bidirectional override
// and half a surrogate pair in its names.
func hostileType2() []byte {
	m := decode.ChallengeMessage{
		Flags:      decode.NegotiateUnicode | decode.NegotiateTargetInfo | decode.RequestTarget,
		TargetName: decode.Payload{Bytes: decode.EncodeText("A\x1b[2J\u202eB\x07", nil)},
		AVPairs: decode.AVPairs{
			{ID: decode.MsvAvNbDomainName, Value: []byte{0x00, 0xd8, 'x', 0}},
			{ID: decode.MsvAvDNSComputerName, Value: decode.EncodeText("a\nb\tc", nil)},
			{ID: decode.MsvAvEOL},
		},
	}
	m.Layout()
	return m.Append(nil)
}

// TestNothingRaw wants no byte of a hostile token on the terminal as it is.
func TestNothingRaw(t *testing.T) {
	tok := decode.Decode(hostileType2(), decode.Options{Annotate: true})
	tok.Attribute("NT\x1bLM", &decode.Source{Name: "a\x1b[31m\u202e", Stream: "s\x07", Header: "h\r\n"})
	var out bytes.Buffer
	x := Text{Width: 100, Style: NewStyle(false), HexDump: true}
	if err := x.Token(&out, tok); err != nil {
		t.Fatal(err)
	}
	if err := x.Handshake(&out, &decode.Handshake{Challenge: tok}); err != nil {
		t.Fatal(err)
	}
	out.Write(AppendTokenLine(nil, tok))
	for i, r := range out.String() {
		if r != '\n' && unprintable(r) {
			t.Errorf("%U at %d of the output: %q", r, i, out.String()[max(0, i-20):i+4])
		}
	}
}
