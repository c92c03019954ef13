package decode

import (
	"encoding/hex"
	"reflect"
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/decode/annotate"
	"github.com/ntlmctl/ntlmctl/decode/der/walk/walktest"
	"github.com/ntlmctl/ntlmctl/decode/krb5"
	"github.com/ntlmctl/ntlmctl/decode/spnego"
	"github.com/ntlmctl/ntlmctl/internal/tokenfiles"
)

// credSSPSamples are TSRequests in hexadecimal.
var credSSPSamples = map[string]string{
	"first":  "3020 a003 020106 a119 3017 3015 a013 0411 4e544c4d53535000 0100000000 00000000",
	"full":   "3033 a003 020106 a10b 3009 3007 a005 0403 616263 a206 0404 61757468 a305 0403 707562 a406 0204 c000006d a508 0406 6e6f6e636531",
	"two":    "3014 a003 020102 a10d 300b 3007 a005 0403 616263 3000",
	"error":  "300e a003 020103 a407 0205 00c0000234",
	"alone":  "3005 a003 020105",
	"pubkey": "300c a003 020105 a305 0403 616263",
}

func unhexSpaced(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestParseCredSSP(t *testing.T) {
	ntlm := "NTLMSSP\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00"
	for name, test := range map[string]struct {
		want  CredSSP
		codes []string
	}{
		"first": {CredSSP{Version: 6, NegoTokens: []NegoToken{{[]byte(ntlm), 17}}}, []string{}},
		"full": {CredSSP{Version: 6, NegoTokens: []NegoToken{{[]byte("abc"), 17}}, AuthInfo: []byte("auth"), PubKeyAuth: []byte("pub"),
			ClientNonce: []byte("nonce1"), ErrorCode: 0xc000006d, HasErrorCode: true}, []string{"credssp-error"}},
		"two":    {CredSSP{Version: 2, NegoTokens: []NegoToken{{[]byte("abc"), 17}}}, []string{}},
		"error":  {CredSSP{Version: 3, ErrorCode: 0xc0000234, HasErrorCode: true}, []string{"credssp-error"}},
		"alone":  {CredSSP{Version: 5}, []string{}},
		"pubkey": {CredSSP{Version: 5, PubKeyAuth: []byte("abc")}, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			b := unhexSpaced(t, credSSPSamples[name])
			r := &annotate.Recorder{Annotate: true}
			got := parseCredSSP(b, r)
			walktest.Check(t, b, r)
			if !reflect.DeepEqual(*got, test.want) {
				t.Errorf("got  %+v\nwant %+v", *got, test.want)
			}
			if codes := walktest.Codes(r); !reflect.DeepEqual(codes, test.codes) {
				t.Errorf("findings %v, want %v", codes, test.codes)
			}
			if !sniffCredSSP(b) || krb5.Sniff(b) || spnego.Sniff(b) || sniffNEGOEX(b) {
				t.Error("not recognised, or as something else")
			}
			for _, token := range got.NegoTokens {
				if string(b[token.Offset:token.Offset+len(token.Bytes)]) != string(token.Bytes) {
					t.Errorf("token not at %d", token.Offset)
				}
			}
			walktest.Truncations(t, b, func(b []byte, r *annotate.Recorder) { parseCredSSP(b, r) })
		})
	}
}

func TestParseCredSSPMalformed(t *testing.T) {
	for name, test := range map[string]struct {
		input string
		codes []string
	}{
		"no version":    {"3007 a305 0403 616263", []string{"der-unexpected"}},
		"version twice": {"300a a003 020105 a003 020105", []string{"der-unexpected"}},
		"unknown field": {"300a a003 020105 a903 020105", []string{"der-unexpected"}},
		"trailing data": {"3005 a003 020105 00", []string{"trailing-data"}},
		"odd token":     {"3010 a003 020105 a109 3007 3005 a103 020100", []string{"der-unexpected"}},
		"no SEQUENCE":   {"020105", []string{"der-unexpected"}},
		"nothing":       {"", []string{"unrecognised"}},
	} {
		t.Run(name, func(t *testing.T) {
			b := unhexSpaced(t, test.input)
			r := &annotate.Recorder{Annotate: true}
			parseCredSSP(b, r)
			walktest.Check(t, b, r)
			if codes := walktest.Codes(r); !reflect.DeepEqual(codes, test.codes) {
				t.Errorf("findings %v, want %v", codes, test.codes)
			}
		})
	}
}

func TestParseCredSSPVectors(t *testing.T) {
	checked := 0
	for _, v := range tokenfiles.In[walktest.Vector](t, "NTLMCTL_VECTORS") {
		if v.Kind != "credssp" {
			continue
		}
		checked++
		r := &annotate.Recorder{Annotate: true}
		got := parseCredSSP(v.Base64, r)
		walktest.Check(t, v.Base64, r)
		if got.Version == 0 || len(got.NegoTokens) != 1 || got.AuthInfo == nil || got.PubKeyAuth == nil || !sniffCredSSP(v.Base64) {
			t.Errorf("%s: %+v", v.ID, got)
		}
		walktest.Truncations(t, v.Base64, func(b []byte, r *annotate.Recorder) { parseCredSSP(b, r) })
	}
	if checked == 0 {
		t.Error("no vector of CredSSP")
	}
}

func FuzzParseCredSSP(f *testing.F) {
	for _, s := range credSSPSamples {
		f.Add(unhexSpaced(f, s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r := &annotate.Recorder{Annotate: true}
		got := parseCredSSP(b, r)
		walktest.Check(t, b, r)
		plain := &annotate.Recorder{}
		if got2 := parseCredSSP(b, plain); !reflect.DeepEqual(got, got2) || !reflect.DeepEqual(r.Findings, plain.Findings) {
			t.Fatal("Annotate changes the result")
		}
		sniffCredSSP(b)
	})
}
