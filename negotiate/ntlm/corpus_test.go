package ntlm

import (
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/internal/tokenfiles"
)

// TestHandshakes verifies the handshakes of testdata, with the client's
// password, its NT hash and another password.
func TestHandshakes(t *testing.T) {
	for _, h := range handshakes(t) {
		t.Run(h.Name, func(t *testing.T) {
			in := h.input(t)
			checkHandshake(t, in, h.MIC)
			in.Secret = NTHash(NTOWFv1(h.Password))
			checkHandshake(t, in, h.MIC)
			checkWrong(t, in)
		})
	}
}

func checkHandshake(t *testing.T, in Input, mic string) {
	t.Helper()
	v := Verify(in)
	wantCheck(t, "NT response", v.NTResponse, decode.Match)
	wantCheck(t, "MIC", v.MIC, decode.Check(mic))
	if v.LMResponse == decode.Mismatch || len(v.SessionKey) != KeySize || len(v.Tried) != 0 {
		t.Errorf("LM response %q, session key of %d bytes, tried %v", v.LMResponse, len(v.SessionKey), v.Tried)
	}
}

func checkWrong(t *testing.T, in Input) {
	t.Helper()
	in.Secret = Password("not the password")
	v := Verify(in)
	wantCheck(t, "NT response", v.NTResponse, decode.Mismatch)
	wantCheck(t, "MIC", v.MIC, decode.Untested)
	wantNote(t, v, "look alike")
	if v.SessionKey != nil {
		t.Error("there is a session key")
	}
	for _, a := range v.Tried {
		if a.Result != decode.Mismatch {
			t.Errorf("tried %+v", a)
		}
	}
}

// TestVectors recomputes what the conformance set says was recomputed.
func TestVectors(t *testing.T) {
	type vector struct {
		ID, Base64 string
		Verify     *struct {
			Password        string
			ServerChallenge string `json:"server_challenge"`
			NegotiateHex    string `json:"negotiate_hex"`
			ChallengeHex    string `json:"challenge_hex"`
			Result          struct {
				NTOK       bool   `json:"nt_ok"`
				LMOK       bool   `json:"lm_ok"`
				MICOK      bool   `json:"mic_ok"`
				SessionKey string `json:"exported_session_key"`
			}
		}
	}
	verified := 0
	for _, x := range tokenfiles.In[vector](t, "NTLMCTL_VECTORS") {
		if x.Verify == nil {
			continue
		}
		verified++
		t.Run(x.ID, func(t *testing.T) {
			in := Input{Authenticate: token(unbase64(t, x.Base64)), Secret: Password(x.Verify.Password)}
			if x.Verify.NegotiateHex != "" {
				in.Negotiate = token(unhex(t, x.Verify.NegotiateHex))
			}
			if x.Verify.ChallengeHex != "" {
				in.Challenge = token(unhex(t, x.Verify.ChallengeHex))
			} else {
				in.Challenge = challengeToken([8]byte(unhex(t, x.Verify.ServerChallenge)), 0, nil)
			}
			v := Verify(in)
			t.Logf("%+v", v)
			want := x.Verify.Result
			if want.NTOK {
				wantCheck(t, "NT response", v.NTResponse, decode.Match)
			}
			if want.LMOK {
				wantCheck(t, "LM response", v.LMResponse, decode.Match)
			}
			if want.MICOK {
				wantCheck(t, "MIC", v.MIC, decode.Match)
			}
			if x.ID == "t192" || x.ID == "t196" {
				// LM_KEY is set, so that KXKEY makes the key from the LM hash; the set
				// stops at the SessionBaseKey.
				base := SessionBaseKeyV1(NTOWFv1(x.Verify.Password))
				wantHex(t, "session base key", base[:], want.SessionKey)
			} else if want.SessionKey != "" {
				wantHex(t, "session key", v.SessionKey, want.SessionKey)
			}
		})
	}
	if verified != 18 {
		t.Errorf("%d vectors have a password, want 18", verified)
	}
}

// TestVectorThatMustNotVerify has a password that its source says is wrong.
func TestVectorThatMustNotVerify(t *testing.T) {
	type vector struct{ ID, Base64 string }
	for _, x := range tokenfiles.In[vector](t, "NTLMCTL_VECTORS") {
		if x.ID != "t210" {
			continue
		}
		v := Verify(Input{Authenticate: token(unbase64(t, x.Base64)), Challenge: challengeToken(exServer, 0, nil), Secret: Password("notmypass")})
		wantCheck(t, "NT response", v.NTResponse, decode.Mismatch)
		return
	}
	t.Error("t210 is not there")
}

// TestCaptures verifies every Type 3 of the captures with the password that the
// client was given.
func TestCaptures(t *testing.T) {
	type row struct {
		Client, Server, Leg, Base64, Password, Crypto string
		N                                             int
	}
	var negotiate, challenge *decode.Token
	verified, mics := 0, 0
	for _, r := range tokenfiles.In[row](t, "NTLMCTL_CAPTURES") {
		current := token(unbase64(t, r.Base64))
		switch strings.TrimPrefix(r.Leg, "SPNEGO-") {
		case "Type1":
			negotiate, challenge = current, nil
			continue
		case "Type2":
			challenge = current
			continue
		case "Type3":
		default:
			continue
		}
		verified++
		t.Run(r.Client+" "+r.Server, func(t *testing.T) {
			in := Input{Negotiate: negotiate, Challenge: challenge, Authenticate: current, Secret: Password(r.Password)}
			m := current.NTLM().Message.(*decode.AuthenticateMessage)
			kind := map[string]decode.ResponseVersion{"ntlmv2": decode.ResponseNTLMv2, "ntlm2-session": decode.ResponseNTLMv1ESS}[r.Crypto]
			if kind != "" && m.ResponseVersion != kind {
				t.Errorf("the response is %s, want %s", m.ResponseVersion, r.Crypto)
			}
			mic := decode.Untested
			if strings.Contains(r.Client, "chromium") || strings.Contains(r.Client, "gssntlmssp") || strings.Contains(r.Client, "ntlm_auth") {
				mic = decode.Match
				mics++
			}
			checkHandshake(t, in, string(mic))
			checkWrong(t, in)
		})
	}
	if verified != 36 || mics < 10 {
		t.Errorf("%d messages verified, %d with a MIC", verified, mics)
	}
}
