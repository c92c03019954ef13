package ntlm

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/internal/tokenfiles"
)

func unhex(tb testing.TB, s string) []byte {
	tb.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

func unbase64(tb testing.TB, s string) []byte {
	tb.Helper()
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

func wantHex(tb testing.TB, what string, got []byte, want string) {
	tb.Helper()
	if h := hex.EncodeToString(got); h != strings.ReplaceAll(want, " ", "") {
		tb.Errorf("%s is %s, want %s", what, h, want)
	}
}

func token(raw []byte) *decode.Token {
	if raw == nil {
		return nil
	}
	return decode.Decode(raw, decode.Options{})
}

// handshake is a line of testdata/handshakes.jsonl.
type handshake struct {
	Name, User, Domain, Password, MIC  string
	Negotiate, Challenge, Authenticate string
}

func (h handshake) input(tb testing.TB) Input {
	tb.Helper()
	return Input{
		Negotiate: token(unbase64(tb, h.Negotiate)), Challenge: token(unbase64(tb, h.Challenge)),
		Authenticate: token(unbase64(tb, h.Authenticate)), Secret: Password(h.Password),
	}
}

func handshakes(tb testing.TB) []handshake {
	tb.Helper()
	return tokenfiles.Read[handshake](tb, "testdata/handshakes.jsonl")
}

func handshakeNamed(tb testing.TB, name string) handshake {
	tb.Helper()
	for _, h := range handshakes(tb) {
		if h.Name == name {
			return h
		}
	}
	tb.Fatalf("no handshake %q in testdata", name)
	return handshake{}
}

// message is what a test builds an AUTHENTICATE_MESSAGE from.
type message struct {
	flags                     decode.Flags
	user, domain, workstation string
	lm, nt, sessionKey        []byte
}

func (m message) token() *decode.Token {
	text := func(s string) decode.Payload { return decode.Payload{Bytes: decode.EncodeText(s, nil)} }
	a := decode.AuthenticateMessage{
		Flags: m.flags | decode.NegotiateUnicode, UserName: text(m.user), Domain: text(m.domain), Workstation: text(m.workstation),
		LMResponse: decode.Payload{Bytes: m.lm}, NTResponse: decode.Payload{Bytes: m.nt},
		EncryptedRandomSessionKey: decode.Payload{Bytes: m.sessionKey},
	}
	a.Layout()
	return token(a.Append(nil))
}

// challengeToken is a CHALLENGE_MESSAGE with the AV pairs.
func challengeToken(server [8]byte, flags decode.Flags, pairs decode.AVPairs) *decode.Token {
	c := decode.ChallengeMessage{Flags: flags | decode.NegotiateUnicode | decode.NegotiateTargetInfo, ServerChallenge: server, AVPairs: pairs}
	c.Layout()
	return token(c.Append(nil))
}

func textPair(id decode.AVID, s string) decode.AVPair {
	return decode.AVPair{ID: id, Value: decode.EncodeText(s, nil)}
}

// blob is an NTLMv2_CLIENT_CHALLENGE with the AV pairs.
func blob(client [8]byte, pairs decode.AVPairs) []byte {
	out := append([]byte{1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, client[:]...)
	out = append(out, 0, 0, 0, 0)
	return append(pairs.Append(out), 0, 0, 0, 0)
}

func wantCheck(tb testing.TB, what string, got, want decode.Check) {
	tb.Helper()
	if got != want {
		tb.Errorf("%s is %q, want %q", what, got, want)
	}
}

func wantNote(tb testing.TB, v *decode.Verified, part string) {
	tb.Helper()
	for _, n := range v.Notes {
		if strings.Contains(n, part) {
			return
		}
	}
	tb.Errorf("no note says %q: %q", part, v.Notes)
}
