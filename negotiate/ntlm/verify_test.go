package ntlm

import (
	"bytes"
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/decode"
)

func TestVerifyMissing(t *testing.T) {
	full := handshakeNamed(t, "chromium").input(t)
	for name, c := range map[string]struct {
		change  func(in *Input)
		nt, mic decode.Check
		note    string
	}{
		"nothing":           {func(in *Input) { *in = Input{} }, decode.Untested, decode.Untested, "no AUTHENTICATE_MESSAGE"},
		"no Type 3":         {func(in *Input) { in.Authenticate = nil }, decode.Untested, decode.Untested, "no AUTHENTICATE_MESSAGE"},
		"a Type 1 as 3":     {func(in *Input) { in.Authenticate = in.Negotiate }, decode.Untested, decode.Untested, "no AUTHENTICATE_MESSAGE"},
		"no secret":         {func(in *Input) { in.Secret = Secret{} }, decode.Untested, decode.Untested, "no password or NT hash"},
		"no Type 2":         {func(in *Input) { in.Challenge = nil }, decode.Untested, decode.Untested, "(Type 2)"},
		"a Type 3 as 2":     {func(in *Input) { in.Challenge = in.Authenticate }, decode.Untested, decode.Untested, "(Type 2)"},
		"no Type 1":         {func(in *Input) { in.Negotiate = nil }, decode.Match, decode.Untested, "(Type 1) is missing"},
		"a Type 2 as 1":     {func(in *Input) { in.Negotiate = in.Challenge }, decode.Match, decode.Untested, "(Type 1) is missing"},
		"another Type 1":    {func(in *Input) { in.Negotiate = token([]byte("NTLMSSP\x00\x01\x00\x00\x00\x01\x02\x03\x04")) }, decode.Match, decode.Mismatch, "changed on the way"},
		"a bit of the Type": {func(in *Input) { in.Challenge = flip(in.Challenge, 34) }, decode.Match, decode.Mismatch, "changed on the way"},
		"another challenge": {func(in *Input) { in.Challenge = flip(in.Challenge, 24) }, decode.Mismatch, decode.Untested, "look alike"},
	} {
		t.Run(name, func(t *testing.T) {
			in := full
			c.change(&in)
			v := Verify(in)
			wantCheck(t, "NT response", v.NTResponse, c.nt)
			wantCheck(t, "MIC", v.MIC, c.mic)
			wantNote(t, v, c.note)
		})
	}
}

// flip is the token with a bit changed at the offset.
func flip(tok *decode.Token, offset int) *decode.Token {
	raw := bytes.Clone(tok.Raw)
	raw[offset] ^= 1
	return token(raw)
}

// TestVerifyAnotherHandshake gives a Type 3 the challenge of another handshake.
func TestVerifyAnotherHandshake(t *testing.T) {
	in := handshakeNamed(t, "chromium").input(t)
	in.Challenge = handshakeNamed(t, "ntlm_auth").input(t).Challenge
	wantNote(t, Verify(in), "computed for another challenge")
}

func TestGuessSecret(t *testing.T) {
	nt := NTOWFv1(exPassword)
	key := NTOWFv2(nt, "alice", "ADLAB")
	wantHex(t, "NT hash", nt[:], "a4f49c406510bdcab6824ee7c30fd852")
	for given, note := range map[string]string{
		exPassword + "\r\n":                 "without the white space",
		" " + exPassword:                    "without the white space",
		"A4F49C406510BDCAB6824EE7C30FD852":  "taken for an NT hash",
		"not it":                            "look alike",
		"a4f49c406510bdcab6824ee7c30fd852 ": "look alike",
	} {
		in := ntlmv2As(t, "alice", "ADLAB", key)
		in.Secret = Password(given)
		v := Verify(in)
		wantCheck(t, "NT response", v.NTResponse, decode.Mismatch)
		wantNote(t, v, note)
		if v.SessionKey != nil {
			t.Error("there is a session key")
		}
	}
	for name, secret := range map[string]Secret{"password": Password("x"), "hash": NTHash(nt)} {
		t.Run("empty for "+name, func(t *testing.T) {
			in := ntlmv2As(t, "alice", "ADLAB", NTOWFv2(NTOWFv1(""), "alice", "ADLAB"))
			in.Secret = secret
			wantNote(t, Verify(in), "matches the empty password")
			in.Secret = Password("")
			wantCheck(t, "NT response", Verify(in).NTResponse, decode.Match)
		})
	}
}

// v1 is an NTLMv1 handshake with the responses.
func v1(flags decode.Flags, lm, nt []byte, secret Secret) Input {
	return Input{
		Challenge:    challengeToken(exServer, flags, nil),
		Authenticate: message{flags &^ decode.NegotiateKeyExch, exUser, exDomain, "PC7", lm, nt, nil}.token(),
		Secret:       secret,
	}
}

func TestVerifyLM(t *testing.T) {
	ntowf := NTOWFv1(exPassword)
	lmowf, err := Password(exPassword).lmowfv1(nil)
	if err != nil {
		t.Fatal(err)
	}
	otherLM, _ := Password("other").lmowfv1(nil)
	nt, lm, other := NTLMv1Response(ntowf, exServer), LMv1Response(lmowf, exServer), LMv1Response(otherLM, exServer)
	lmv2 := LMv2Response(NTOWFv2(ntowf, exUser, exDomain), exServer, exClient)
	lmv2Empty := LMv2Response(NTOWFv2(ntowf, exUser, ""), exServer, exClient)
	pair, err := ParseNTHash("e52cac67419a9a224a3b108f3fa6cb6d:a4f49c406510bdcab6824ee7c30fd852")
	if err != nil {
		t.Fatal(err)
	}
	password := Password(exPassword)
	const match, mismatch, untested = decode.Match, decode.Mismatch, decode.Untested
	for name, c := range map[string]struct {
		lm, nt         []byte
		secret         Secret
		wantLM, wantNT decode.Check
		key            bool
		note           string
	}{
		"lmv1":                       {lm[:], nt[:], password, match, match, true, ""},
		"lmv1, pair of hashes":       {lm[:], nt[:], pair, match, match, true, ""},
		"lmv1, NT hash alone":        {lm[:], nt[:], NTHash(ntowf), untested, match, true, "the LM hash is not known"},
		"lmv1 of another":            {other[:], nt[:], password, mismatch, match, true, "something else than the password's LM hash"},
		"both of another":            {other[:], make([]byte, 24), password, mismatch, mismatch, false, "look alike"},
		"case of the password":       {lm[:], nt[:], Password("PASSWORD"), match, mismatch, false, "upper and lower case"},
		"copy of nt":                 {nt[:], nt[:], password, untested, match, true, "copy of the NT response"},
		"zeros":                      {make([]byte, 24), nt[:], password, untested, match, true, "24 zeros"},
		"none":                       {nil, nt[:], password, untested, match, true, ""},
		"odd length":                 {[]byte{1, 2, 3}, nt[:], password, untested, match, true, "3 bytes long"},
		"lmv1 alone":                 {lm[:], nil, password, match, untested, true, "client sent none"},
		"lmv2 alone":                 {lmv2[:], nil, password, match, untested, true, "is an LMv2 response"},
		"lmv2 alone, NT hash":        {lmv2[:], nil, NTHash(ntowf), match, untested, true, "is an LMv2 response"},
		"lmv2 alone, another domain": {lmv2Empty[:], nil, password, mismatch, untested, true, "with an empty domain"},
		"lm alone, wrong":            {other[:], nil, password, mismatch, untested, false, "look alike"},
		"nt of no known length":      {nil, []byte{1, 2, 3}, password, untested, untested, false, "none that NTLM knows"},
		"RespType 9":                 {nil, append(make([]byte, 16), 9, 9, 0, 0, 0, 0, 0, 0, 0), password, untested, mismatch, false, "RespType"},
	} {
		t.Run(name, func(t *testing.T) {
			v := Verify(v1(exV1Flags, c.lm, c.nt, c.secret))
			wantCheck(t, "LM response", v.LMResponse, c.wantLM)
			wantCheck(t, "NT response", v.NTResponse, c.wantNT)
			if (v.SessionKey != nil) != c.key {
				t.Errorf("session key of %d bytes", len(v.SessionKey))
			}
			if c.note != "" {
				wantNote(t, v, c.note)
			}
			apart := c.wantLM != untested && c.wantNT != untested && c.wantLM != c.wantNT
			if notes := strings.Join(v.Notes, "\n"); strings.Contains(notes, "response does not: ") != apart {
				t.Errorf("one matches and the other does not: %v; notes %s", apart, notes)
			}
		})
	}
}

func TestVerifyLMKeyWithoutLMHash(t *testing.T) {
	ntowf := NTOWFv1(exPassword)
	nt := NTLMv1Response(ntowf, exServer)
	v := Verify(v1(exV1Flags|decode.NegotiateLMKey, make([]byte, 24), nt[:], NTHash(ntowf)))
	wantCheck(t, "NT response", v.NTResponse, decode.Match)
	wantNote(t, v, "the session key is not known")
	if v.SessionKey != nil {
		t.Error("there is a session key")
	}
}

func TestVerifyAnonymous(t *testing.T) {
	in := v1(exV1Flags, []byte{0}, nil, Password(""))
	in.Authenticate = message{flags: exV1Flags, lm: []byte{0}}.token()
	v := Verify(in)
	wantCheck(t, "NT response", v.NTResponse, decode.Untested)
	wantNote(t, v, "anonymous")
}

func TestVerifyCutResponse(t *testing.T) {
	in := handshakeNamed(t, "curl").input(t)
	m := in.Authenticate.Message.(*decode.AuthenticateMessage)
	in.Authenticate = token(in.Authenticate.Raw[:m.NTResponse.Offset+40])
	v := Verify(in)
	wantCheck(t, "NT response", v.NTResponse, decode.Untested)
	wantNote(t, v, "40 of its 100 bytes")
}

// withMIC is an NTLMv2 handshake whose MIC is made by the key of the caller.
func withMIC(t *testing.T, flags decode.Flags, sessionKey []byte, micKey func(kxkey Key) Key, claim uint32) Input {
	t.Helper()
	pairs := append(decode.AVPairs{{ID: decode.MsvAvFlags, Value: []byte{byte(claim), 0, 0, 0}}}, exPairs...)
	key := NTOWFv2(NTOWFv1(exPassword), exUser, exDomain)
	nt := NTLMv2Response(key, exServer, blob(exClient, pairs))
	in := Input{
		Negotiate:    token([]byte("NTLMSSP\x00\x01\x00\x00\x00\x07\x82\x08\xa2")),
		Challenge:    challengeToken(exServer, flags, exPairs),
		Authenticate: message{flags, exUser, exDomain, "PC7", make([]byte, 24), nt, sessionKey}.token(),
		Secret:       Password(exPassword),
	}
	raw := in.Authenticate.Raw
	mic, err := MIC(micKey(SessionBaseKeyV2(key, nt[:16])), in.Negotiate.Raw, in.Challenge.Raw, raw, 72)
	if err != nil {
		t.Fatal(err)
	}
	copy(raw[72:], mic[:])
	in.Authenticate = token(raw)
	return in
}

func TestVerifyMICKeys(t *testing.T) {
	plain := func(kxkey Key) Key { return kxkey }
	sent := func(kxkey Key) Key { return rc4K(kxkey, exRandomKey) }
	neither := func(Key) Key { return exRandomKey }
	kx, sign := decode.NegotiateKeyExch, decode.NegotiateSign
	for name, c := range map[string]struct {
		flags      decode.Flags
		sessionKey []byte
		micKey     func(Key) Key
		claim      uint32
		want       decode.Check
		note       string
	}{
		"no exchange":                     {0, nil, plain, 2, decode.Match, ""},
		"exchange and sign":               {kx | sign, exRandomKey[:], sent, 2, decode.Match, ""},
		"exchange and sign, plain key":    {kx | sign, exRandomKey[:], plain, 2, decode.Match, "key exchange key itself"},
		"exchange alone":                  {kx, exRandomKey[:], plain, 2, decode.Match, ""},
		"exchange alone, key as sent":     {kx, exRandomKey[:], sent, 2, decode.Match, "that the client sent"},
		"key without the flag":            {sign, exRandomKey[:], plain, 2, decode.Match, ""},
		"key without the flag, used":      {sign, exRandomKey[:], sent, 2, decode.Match, "that the client sent"},
		"wrong key":                       {kx | sign, exRandomKey[:], neither, 2, decode.Mismatch, "changed on the way"},
		"unclaimed":                       {kx | sign, exRandomKey[:], sent, 0, decode.Match, "does not claim it"},
		"unclaimed, none":                 {kx | sign, exRandomKey[:], neither, 0, decode.Untested, "does not claim the bytes"},
		"key of 8 bytes":                  {kx | sign, exRandomKey[:8], plain, 2, decode.Match, "16 are due"},
		"key of 8 bytes, something else":  {kx | sign, exRandomKey[:8], neither, 2, decode.Untested, "its key is not known"},
		"exchange and no key":             {kx | sign, nil, plain, 2, decode.Match, "0 bytes, 16 are due"},
		"key of 8 bytes without the flag": {sign, exRandomKey[:8], plain, 2, decode.Match, ""},
	} {
		t.Run(name, func(t *testing.T) {
			v := Verify(withMIC(t, c.flags|decode.NegotiateExtendedSessionSecurity, c.sessionKey, c.micKey, c.claim))
			wantCheck(t, "NT response", v.NTResponse, decode.Match)
			wantCheck(t, "MIC", v.MIC, c.want)
			if c.note != "" {
				wantNote(t, v, c.note)
			} else if notes := strings.Join(v.Notes, "; "); strings.Contains(notes, "MIC") || strings.Contains(notes, "session key") {
				t.Errorf("notes: %s", notes)
			}
		})
	}
}

func TestMICOffset(t *testing.T) {
	for _, offset := range []int{-1, 5, 1 << 40} {
		if _, err := MIC(Key{}, nil, nil, make([]byte, 20), offset); err == nil {
			t.Errorf("offset %d is taken", offset)
		}
	}
}

func FuzzVerify(f *testing.F) {
	for _, h := range handshakes(f) {
		f.Add(unbase64(f, h.Negotiate), unbase64(f, h.Challenge), unbase64(f, h.Authenticate), h.Password)
		f.Add(unbase64(f, h.Negotiate), unbase64(f, h.Challenge), unbase64(f, h.Authenticate), "")
	}
	f.Fuzz(func(t *testing.T, negotiate, challenge, authenticate []byte, password string) {
		in := Input{Negotiate: token(negotiate), Challenge: token(challenge), Authenticate: token(authenticate), Secret: Password(password), Certificates: testCerts}
		v := Verify(in)
		responses := v.NTResponse == decode.Match || v.LMResponse == decode.Match
		for _, a := range v.Tried {
			responses = responses || a.Result == decode.Match
		}
		if v.SessionKey != nil && (len(v.SessionKey) != KeySize || !responses) {
			t.Errorf("session key of %d bytes without a match", len(v.SessionKey))
		}
		in.Secret = NTHash(NTOWFv1(password))
		if w := Verify(in); w.NTResponse != v.NTResponse {
			t.Errorf("NT response is %q with the password and %q with its hash", v.NTResponse, w.NTResponse)
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	for _, h := range handshakes(b) {
		switch h.Name {
		case "curl", "chromium", "curl-gss-ntlmssp":
		default:
			continue
		}
		in := h.input(b)
		b.Run("ntlmv2/"+h.Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Verify(in)
			}
		})
	}
	in := handshakeNamed(b, "chromium").input(b)
	in.Secret = Password("not the password")
	b.Run("ntlmv2/mismatch", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			Verify(in)
		}
	})
}

// TestVerifyLMDiffers has an LM response of another hash beside an NT response that matches.
func TestVerifyLMDiffers(t *testing.T) {
	lm := LMv1Response(Key{1}, exServer)
	pair, err := ParseNTHash("e52cac67419a9a224a3b108f3fa6cb6d:a4f49c406510bdcab6824ee7c30fd852")
	if err != nil {
		t.Fatal(err)
	}
	for note, c := range map[string]struct {
		password string
		secret   Secret
	}{
		"LM hash given is another": {exPassword, pair},
		"OEM code page":            {"señor", Password("señor")},
		"more than 14 characters":  {"a password of length", Password("a password of length")},
		"something else":           {exPassword, Password(exPassword)},
	} {
		nt := NTLMv1Response(NTOWFv1(c.password), exServer)
		v := Verify(v1(exV1Flags, lm[:], nt[:], c.secret))
		wantCheck(t, "NT response", v.NTResponse, decode.Match)
		wantCheck(t, "LM response", v.LMResponse, decode.Mismatch)
		wantNote(t, v, note)
	}
}

// TestVerifyMICWithoutRoom has a message of a 64-byte header that claims a MIC.
func TestVerifyMICWithoutRoom(t *testing.T) {
	in := withMIC(t, exV2Flags&^(decode.NegotiateKeyExch|decode.NegotiateVersion), nil, func(k Key) Key { return k }, 2)
	m := *in.Authenticate.Message.(*decode.AuthenticateMessage)
	m.HeaderLen, m.MICOffset = 64, 0
	for _, p := range []*decode.Payload{&m.LMResponse, &m.NTResponse, &m.Domain, &m.UserName, &m.Workstation, &m.EncryptedRandomSessionKey} {
		p.Offset -= 24
	}
	in.Authenticate = token(m.Append(nil))
	v := Verify(in)
	wantCheck(t, "NT response", v.NTResponse, decode.Match)
	wantCheck(t, "MIC", v.MIC, decode.Mismatch)
	wantNote(t, v, "no room for one")
}
