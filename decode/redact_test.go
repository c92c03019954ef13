package decode

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"golang.org/x/text/encoding"

	"github.com/ntlmctl/ntlmctl/decode/krb5"
	"github.com/ntlmctl/ntlmctl/decode/spnego"
)

// TestRedact wants nothing secret left in well-formed tokens, and everything
// else as it was. Where payloads overlap, more than the secret may be zeroed.
func TestRedact(t *testing.T) {
	checked := 0
	eachSample(t, func(t *testing.T, raw []byte, page encoding.Encoding) {
		if token := Decode(raw, Options{CodePage: page}); wellFormed(token) && !strings.Contains(findingCodes(token), "payload-") {
			checked += checkRedact(t, raw)
		}
	})
	for _, name := range []string{"spnego/testdata/captures.jsonl", "krb5/testdata/captures.jsonl"} {
		lines, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(lines)) {
			var token struct{ Base64 []byte }
			if err := json.Unmarshal([]byte(line), &token); err != nil {
				t.Fatal(err)
			}
			checked += checkRedact(t, token.Base64)
		}
	}
	if checked < 10 {
		t.Errorf("only %d messages with something to redact", checked)
	}
}

// checkRedact returns how many messages had something to redact.
func checkRedact(t *testing.T, raw []byte) (secrets int) {
	t.Helper()
	before := bytes.Clone(raw)
	safe := Redact(raw, Options{})
	if !bytes.Equal(raw, before) || len(safe) != len(raw) {
		t.Fatal("the token itself was changed")
	}
	was, is := Decode(raw, Options{Annotate: true}), Decode(safe, Options{Annotate: true})
	for ; was != nil && is != nil; was, is = was.Inner, is.Inner {
		if was.Kind != is.Kind {
			t.Errorf("%s became %s", was.Kind, is.Kind)
			return secrets
		}
		switch m := is.Message.(type) {
		case *AuthenticateMessage:
			secrets++
			checkRedacted(t, was.Message.(*AuthenticateMessage), m)
		case *krb5.Message:
			for _, f := range is.Fields {
				if f.Name == "cipher" {
					secrets++
					if !allZero(f.Span(is.Raw)) {
						t.Error("a cipher is left")
					}
				}
			}
		case *spnego.Init:
			if !allZero(m.MechListMIC) {
				t.Error("a mechListMIC is left")
			}
		}
	}
	if was != nil || is != nil {
		t.Error("a nested token came or went")
	}
	return secrets
}

func checkRedacted(t *testing.T, was, is *AuthenticateMessage) {
	t.Helper()
	for _, b := range [][]byte{is.EncryptedRandomSessionKey.Bytes, is.MIC[:]} {
		if !allZero(b) {
			t.Errorf("%x is left", b)
		}
	}
	if is.NTLMv2 != nil && is.NTLMv2.Proof != [16]byte{} {
		t.Error("the proof is left")
	}
	if is.NTLMv2 == nil && !allZero(is.NTResponse.Bytes) {
		t.Error("the NT response is left")
	}
	if lm := is.LMResponse.Bytes; was.LMResponseVersion != LMESS && !allZero(lm[:min(16, len(lm))]) {
		t.Error("the LM response is left")
	}
	if was.User().String() != is.User().String() || was.DomainName().String() != is.DomainName().String() || was.Flags != is.Flags {
		t.Error("names or flags changed")
	}
}
