package experiment

import (
	"encoding/base64"
	"testing"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/decode/spnego"
)

// TestShapes compares the shapes with messages as clients sent them.
func TestShapes(t *testing.T) {
	captured := map[string]string{
		"curl":       "TlRMTVNTUAABAAAABoIIAAAAAAAAAAAAAAAAAAAAAAA=",
		"browsers":   "TlRMTVNTUAABAAAAB4IIAAAAAAAgAAAAAAAAACAAAAA=",
		"go-ntlmssp": "TlRMTVNTUAABAAAAAYKIoAAAAAAoAAAAAAAAACgAAAAGAbEdAAAADw==",
		// WinHTTP's, with the version of another release.
		"windows":     "TlRMTVNTUAABAAAAB4IIogAAAAAAAAAAAAAAAAAAAAAKAGFKAAAADw==",
		"gss-ntlmssp": "TlRMTVNTUAABAAAABYIIYgAAAAAoAAAAAAAAACgAAAAGAQAAAAAADw==",
	}
	for _, s := range Shapes() {
		if got := base64.StdEncoding.EncodeToString(s.Bytes()); got != captured[s.Name] {
			t.Errorf("%s: %s, captured %s", s.Name, got, captured[s.Name])
		}
		if token := decode.Decode(s.Bytes(), decode.Options{}); token.Kind != decode.KindNTLMNegotiate || s.Text == "" {
			t.Errorf("%s: %s, %q", s.Name, token.Kind, s.Text)
		}
	}
	if len(Shapes()) != len(captured) {
		t.Errorf("%d shapes, %d captured", len(Shapes()), len(captured))
	}
}

// TestTokens makes sure that what goes out names nobody and offers what it should.
func TestTokens(t *testing.T) {
	m := decode.Decode(type1(), decode.Options{}).Message.(*decode.NegotiateMessage)
	if m.Domain.Len != 0 || m.Workstation.Len != 0 || !m.Flags.Has(decode.RequestTarget) {
		t.Errorf("the Type 1 is %+v", m)
	}
	init := decode.Decode(wrapped(type1()), decode.Options{}).Message.(*spnego.Init)
	if len(init.MechTypes) != 1 || init.MechTypes[0] != spnego.OIDNTLM {
		t.Errorf("offered %v", init.MechTypes)
	}
	init = decode.Decode(choices(), decode.Options{}).Message.(*spnego.Init)
	if len(init.MechTypes) != 4 || init.MechToken != nil {
		t.Errorf("offered %v with %x", init.MechTypes, init.MechToken)
	}
}
