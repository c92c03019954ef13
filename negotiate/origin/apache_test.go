//go:build unix

package origin_test

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/decode/spnego"
	"github.com/ntlmctl/ntlmctl/internal/lab/daemons"
	"github.com/ntlmctl/ntlmctl/negotiate/origin"
)

// TestGSSIsApache sends Apache with gss-ntlmssp and the dialect named for it the
// same tokens, on one connection each time, and wants the same answers.
func TestGSSIsApache(t *testing.T) {
	apache := daemons.Apache(t)
	o := options(t)
	o.Dialect = origin.GSS
	ours := start(t, o)

	const flags = decode.NegotiateUnicode | decode.NegotiateOEM | decode.RequestTarget | decode.NegotiateNTLM | decode.NegotiateVersion
	type1 := func(length int, flags decode.Flags) []byte {
		raw := append([]byte("NTLMSSP\x00\x01\x00\x00\x00"), make([]byte, 36)...)
		binary.LittleEndian.PutUint32(raw[12:], uint32(flags))
		return raw[:length]
	}
	ntlm := func(length int) string { return authorization("NTLM", type1(length, flags)) }
	raw := func(length int) string { return authorization("Negotiate", type1(length, flags)) }
	list := func(message []byte, mechanisms ...spnego.OID) string {
		init := spnego.Init{Framed: true, MechTypes: mechanisms, MechToken: message}
		return authorization("Negotiate", init.Append(nil))
	}
	wrapped := func(length int) string { return list(type1(length, flags), spnego.OIDNTLM) }
	orphan := (&decode.AuthenticateMessage{Flags: flags, HeaderLen: 72}).Append(nil)
	type3 := authorization("NTLM", orphan)
	const garbage, anonymous = "Authorization: NTLM aGVsbG8=", "X-Nothing: 0"

	for name, tokens := range map[string][]string{
		"too short":            {ntlm(12)},
		"only flags":           {ntlm(16)},
		"curl's, then whole":   {ntlm(32), ntlm(40), ntlm(40)},
		"39":                   {ntlm(39)},
		"whole":                {ntlm(40), ntlm(40), ntlm(40)},
		"longer":               {ntlm(48)},
		"whole, then curl's":   {ntlm(40), ntlm(32)},
		"no characters":        {authorization("NTLM", type1(40, decode.RequestTarget|decode.NegotiateNTLM)), ntlm(40)},
		"OEM":                  {authorization("NTLM", type1(40, decode.NegotiateOEM))},
		"without SPNEGO":       {raw(32), raw(40), raw(40)},
		"SPNEGO":               {wrapped(32), wrapped(40), wrapped(40), wrapped(40)},
		"SPNEGO, then without": {wrapped(40), raw(40), wrapped(40)},
		"without, then SPNEGO": {ntlm(40), wrapped(40), wrapped(40)},
		"a list":               {list(nil, spnego.OIDNTLM), wrapped(40), wrapped(40)},
		"Kerberos alone":       {list(nil, spnego.OIDKerberos), ntlm(40)},
		"NTLM before Kerberos": {list(type1(32, flags), spnego.OIDNTLM, spnego.OIDKerberos), list(type1(40, flags), spnego.OIDNTLM, spnego.OIDKerberos)},
		"garbage":              {garbage, garbage, ntlm(40), garbage, ntlm(40)},
		"nothing between":      {ntlm(40), anonymous, ntlm(40)},
		"an orphan":            {type3, ntlm(40), type3, ntlm(40)},
	} {
		t.Run(name, func(t *testing.T) {
			run := func(address, path string) string {
				p := dial(t, address)
				var got []string
				for _, field := range tokens {
					got = append(got, p.get(path, field).told())
				}
				return strings.Join(got, " | ")
			}
			want, got := run(apache, "/ntlm/"), run(ours, "/")
			if got != want {
				t.Errorf("the dialect answers\n%s\nand Apache\n%s", got, want)
			}
		})
	}
}

// told is what an answer says of schemes: those with a challenge or another token,
// and the bare ones.
func (a answer) told() string {
	text := fmt.Sprint(a.StatusCode)
	for _, value := range a.Header.Values("WWW-Authenticate") {
		scheme, _, _ := strings.Cut(value, " ")
		text += " " + scheme
		switch token := a.token(scheme); {
		case token == nil:
		case decode.Decode(token, decode.Options{}).NTLM() != nil:
			text += "=challenge"
		default:
			text += "=" + hex.EncodeToString(token)
		}
	}
	return text
}
