package decode

import (
	"testing"

	"github.com/ntlmctl/ntlmctl/decode/annotate"
	"github.com/ntlmctl/ntlmctl/decode/spnego"
)

// oldestType1 is a NEGOTIATE_MESSAGE of 16 bytes.
const oldestType1 = "NTLMSSP\x00\x01\x00\x00\x00\x06\x82\x08\x00"

// wrapped is oldestType1 as a client's first token of SPNEGO.
func wrapped() string {
	init := spnego.Init{
		Framed: true, MechTypes: []spnego.OID{spnego.OIDNTLM}, MechToken: []byte(oldestType1),
	}
	return string(init.Append(nil))
}

// TestWrapper is what of point 10 is about the NTLM message within a wrapper,
// whole or corrupt.
func TestWrapper(t *testing.T) {
	whole := wrapped()
	for _, test := range []struct {
		name, raw string
		kind      Kind
		at        int
		embedded  bool
	}{
		{"whole", whole, KindSPNEGOInit, len(whole) - 16, false},
		{"NegTokenResp", "\xa1\x16\x30\x14\xa2\x12\x04\x10" + oldestType1, KindSPNEGOResp, 8, false},
		{"NegTokenResp, behind an unknown field", "\xa1\x16\x30\x14\xa9\x12\x04\x10" + oldestType1, KindSPNEGOResp, 8, true},
		{"frame of another mechanism", "\x60\x16\x06\x04\x2a\x03\x04\x05" + oldestType1, KindUnknown, 8, true},
		{"bytes of nothing", "\xff\xff\xff" + oldestType1, KindUnknown, 3, true},
		{"text", "token=" + oldestType1, KindUnknown, 6, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			token := Decode([]byte(test.raw), Options{Annotate: true})
			inner := token.NTLM()
			if token.Kind != test.kind || inner == nil || inner.Kind != KindNTLMNegotiate || string(inner.Raw) != oldestType1 {
				t.Fatalf("%s with %+v", token.Kind, inner)
			}
			if token.InnerOffset != test.at {
				t.Errorf("NTLM at %d, want %d", token.InnerOffset, test.at)
			}
			if got := has(token, annotate.EmbeddedNTLM); got != test.embedded {
				t.Errorf("embedded-ntlm %v, want %v, in %s", got, test.embedded, findingCodes(token))
			}
		})
	}
}

// TestAttribute is what of point 12 is about the scheme that a token comes under.
func TestAttribute(t *testing.T) {
	for _, test := range []struct {
		scheme, raw string
		want        annotate.Code // 0: none
	}{
		{"NTLM", oldestType1, 0},
		{"ntlm", oldestType1, 0},
		{"", oldestType1, 0},
		{"Negotiate", wrapped(), 0},
		{"Negotiate", oldestType1, annotate.NTLMInNegotiate},
		{"NEGOTIATE", oldestType1, annotate.NTLMInNegotiate},
		{"Nego2", oldestType1, annotate.NTLMInNegotiate},
		{"NTLM", wrapped(), annotate.SPNEGOInNTLM},
		{"ntlm", wrapped(), annotate.SPNEGOInNTLM},
		{"NTLM", "no token", 0},
	} {
		token := Decode([]byte(test.raw), Options{})
		token.Attribute(test.scheme, &Source{Line: 7})
		if token.Scheme != test.scheme || token.Source.Line != 7 {
			t.Errorf("%q: %q, %+v", test.scheme, token.Scheme, token.Source)
		}
		for _, code := range []annotate.Code{annotate.NTLMInNegotiate, annotate.SPNEGOInNTLM} {
			if got := has(token, code); got != (code == test.want) {
				t.Errorf("%q with %s: %s is %v", test.scheme, token.Kind, code, got)
			}
		}
	}
}

func has(t *Token, code annotate.Code) bool {
	for _, f := range t.Findings {
		if f.Code == code {
			return true
		}
	}
	return false
}
