package ntlm

import (
	"testing"

	"github.com/ntlmctl/ntlmctl/decode"
)

// The values that the examples of MS-NLMP 4.2 share (4.2.1).
var (
	exServer    = [8]byte{0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef}
	exClient    = [8]byte{0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa}
	exRandomKey = Key{0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55}
	exPairs     = decode.AVPairs{textPair(decode.MsvAvNbDomainName, "Domain"), textPair(decode.MsvAvNbComputerName, "Server"), {ID: decode.MsvAvEOL}}
)

const (
	exUser, exPassword, exDomain = "User", "Password", "Domain"
	exV1Flags                    = decode.Flags(0xe2028233)
	exESSFlags                   = decode.Flags(0x820a8233)
	exV2Flags                    = decode.Flags(0xe28a8233)
)

// exampleBlob is the NTLMv2_CLIENT_CHALLENGE of 4.2.4.1.3, with the four zeros
// that follow it there.
func exampleBlob(tb testing.TB) []byte {
	return unhex(tb, "01010000 00000000 0000000000000000 aaaaaaaaaaaaaaaa 00000000"+
		"02000c0044006f006d00610069006e00 01000c00530065007200760065007200 00000000 00000000")
}

// 4.2.2: NTLMv1.
func TestNLMPv1(t *testing.T) {
	lmowf, err := Password(exPassword).lmowfv1(nil)
	if err != nil {
		t.Fatal(err)
	}
	ntowf := NTOWFv1(exPassword)
	base := SessionBaseKeyV1(ntowf)
	nt, lm := NTLMv1Response(ntowf, exServer), LMv1Response(lmowf, exServer)
	wantHex(t, "LMOWFv1", lmowf[:], "e52cac67419a9a22 4a3b108f3fa6cb6d") // 4.2.2.1.1
	wantHex(t, "NTOWFv1", ntowf[:], "a4f49c406510bdca b6824ee7c30fd852") // 4.2.2.1.2
	wantHex(t, "SessionBaseKey", base[:], "d87262b0cde4b1cb 7499becccdf10784")
	wantHex(t, "NTLMv1 response", nt[:], "67c43011f30298a2 ad35ece64f16331c 44bdbed927841f94") // 4.2.2.2.1
	wantHex(t, "LMv1 response", lm[:], "98def7b87f88aa5d afe2df779688a172 def11c7d5ccdef13")   // 4.2.2.2.2
	for name, c := range map[string]struct {
		add            decode.Flags
		key, encrypted string
	}{
		"plain":              {0, "d87262b0cde4b1cb 7499becccdf10784", "518822b1b3f350c8 958682ecbb3e3cb7"},
		"NON_NT_SESSION_KEY": {decode.RequestNonNTSessionKey, "e52cac67419a9a22 0000000000000000", "7452ca55c225a1ca 04b48fae32cf56fc"},
		"LM_KEY":             {decode.NegotiateLMKey, "b09e379f7fbecb1e af0afdcb0383c8a0", "4cd7bb57d697ef9b 549f02b8f9b37864"},
	} { // 4.2.2.2.3
		t.Run(name, func(t *testing.T) {
			flags := exV1Flags | c.add
			checkKeys(t, KeyExchange{flags, base, exServer, lm[:], &lmowf}, c.key, c.encrypted)
			encrypted := unhex(t, c.encrypted)
			v := Verify(Input{
				Challenge:    challengeToken(exServer, flags, nil),
				Authenticate: message{flags, exUser, exDomain, "COMPUTER", lm[:], nt[:], encrypted}.token(),
				Secret:       Password(exPassword),
			})
			wantCheck(t, "NT response", v.NTResponse, decode.Match)
			wantCheck(t, "LM response", v.LMResponse, decode.Match)
			wantHex(t, "session key", v.SessionKey, "5555555555555555 5555555555555555")
		})
	}
}

// checkKeys works a key exchange out in both directions.
func checkKeys(t *testing.T, x KeyExchange, key, encrypted string) {
	t.Helper()
	kxkey, err := x.KeyExchangeKey()
	if err != nil {
		t.Fatal(err)
	}
	wantHex(t, "KeyExchangeKey", kxkey[:], key)
	if encrypted == "" {
		return
	}
	sent := rc4K(kxkey, exRandomKey)
	wantHex(t, "EncryptedRandomSessionKey", sent[:], encrypted)
	if got, err := ExportedSessionKey(x.Flags, kxkey, sent[:]); err != nil || got != exRandomKey {
		t.Errorf("ExportedSessionKey: %x, %v", got[:], err)
	}
}

// 4.2.3: NTLMv1 with extended session security.
func TestNLMPv1ESS(t *testing.T) {
	ntowf := NTOWFv1(exPassword)
	base := SessionBaseKeyV1(ntowf)
	nt := NTLMv1ESSResponse(ntowf, exServer, exClient)
	lm := append(exClient[:], make([]byte, 16)...)
	wantHex(t, "SessionBaseKey", base[:], "d87262b0cde4b1cb 7499becccdf10784")                 // 4.2.3.1.2
	wantHex(t, "NTLMv1 response", nt[:], "7537f803ae367128 ca458204bde7caf8 1e97ed2683267232") // 4.2.3.2.1
	checkKeys(t, KeyExchange{exESSFlags, base, exServer, lm, nil}, "eb93429a8bd952f8 b89c55b87f475edc", "")
	v := Verify(Input{
		Challenge:    challengeToken(exServer, exESSFlags, nil),
		Authenticate: message{exESSFlags, exUser, exDomain, "COMPUTER", lm, nt[:], nil}.token(),
		Secret:       NTHash(ntowf),
	})
	wantCheck(t, "NT response", v.NTResponse, decode.Match)
	wantCheck(t, "LM response", v.LMResponse, decode.Untested)
	wantHex(t, "session key", v.SessionKey, "eb93429a8bd952f8 b89c55b87f475edc")
}

// 4.2.4: NTLMv2.
func TestNLMPv2(t *testing.T) {
	key := NTOWFv2(NTOWFv1(exPassword), exUser, exDomain)
	proof := NTProofStr(key, exServer, exampleBlob(t)[:len(exampleBlob(t))])
	base := SessionBaseKeyV2(key, proof[:])
	lm := LMv2Response(key, exServer, exClient)
	nt := NTLMv2Response(key, exServer, blob(exClient, exPairs))
	encrypted := rc4K(base, exRandomKey)
	wantHex(t, "NTOWFv2", key[:], "0c868a403bfd7a93 a3001ef22ef02e3f")                       // 4.2.4.1.1
	wantHex(t, "SessionBaseKey", base[:], "8de40ccadbc14a82 f15cb0ad0de95ca3")               // 4.2.4.1.2
	wantHex(t, "LMv2 response", lm[:], "86c35097ac9cec10 2554764a57cccc19 aaaaaaaaaaaaaaaa") // 4.2.4.2.1
	wantHex(t, "NTProofStr", proof[:], "68cd0ab851e51c96 aabc927bebef6a1c")                  // 4.2.4.2.2
	wantHex(t, "NTLMv2 response", nt[:16], "68cd0ab851e51c96 aabc927bebef6a1c")
	wantHex(t, "EncryptedRandomSessionKey", encrypted[:], "c5dad2544fc97990 94ce1ce90bc9d03e") // 4.2.4.2.3
	v := Verify(Input{
		Challenge:    challengeToken(exServer, exV2Flags, exPairs),
		Authenticate: message{exV2Flags, exUser, exDomain, "COMPUTER", lm[:], nt, encrypted[:]}.token(),
		Secret:       Password(exPassword),
	})
	wantCheck(t, "NT response", v.NTResponse, decode.Match)
	wantCheck(t, "LM response", v.LMResponse, decode.Match)
	wantCheck(t, "MIC", v.MIC, decode.Untested)
	wantHex(t, "session key", v.SessionKey, "5555555555555555 5555555555555555")
	if len(v.Tried) != 0 || len(v.Notes) != 0 {
		t.Errorf("tried %v, notes %q", v.Tried, v.Notes)
	}
}
