package ntlm

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/decode/spnego"
)

func alice() ClientOptions {
	return ClientOptions{Account: Account{"alice", "LAB"}, Secret: Password("Passw0rd!")}
}

func newClient(tb testing.TB, o ClientOptions) *Client {
	tb.Helper()
	c, err := NewClient(o)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// begun is a client that has sent its NEGOTIATE_MESSAGE.
func begun(tb testing.TB, o ClientOptions) *Client {
	tb.Helper()
	c := newClient(tb, o)
	if _, done, err := c.Step(nil); err != nil || done {
		tb.Fatalf("done %t, %v", done, err)
	}
	return c
}

// answered is the AUTHENTICATE_MESSAGE to a challenge.
func answered(tb testing.TB, o ClientOptions, challenge []byte) (*Client, *decode.AuthenticateMessage) {
	tb.Helper()
	c := begun(tb, o)
	if _, done, err := c.Step(challenge); err != nil || !done {
		tb.Fatalf("done %t, %v", done, err)
	}
	m, ok := token(c.Type3()).Message.(*decode.AuthenticateMessage)
	if !ok {
		tb.Fatalf("no AUTHENTICATE_MESSAGE: %x", c.Type3())
	}
	return c, m
}

const challengeFlags = decode.NegotiateUnicode | decode.NegotiateNTLM | decode.RequestTarget | decode.TargetTypeServer |
	decode.NegotiateExtendedSessionSecurity | decode.NegotiateTargetInfo | decode.Negotiate128 | decode.NegotiateVersion

var nonce = [8]byte{1, 2, 3, 4, 5, 6, 7, 8}

// pairs is target information as servers send it.
func pairs(more ...decode.AVPair) decode.AVPairs {
	list := decode.AVPairs{
		textPair(decode.MsvAvNbDomainName, "LAB"), textPair(decode.MsvAvNbComputerName, "ORIGIN"),
		{ID: decode.MsvAvTimestamp, Value: []byte{0, 0x80, 0x3e, 0xd5, 0xde, 0xb1, 0x9d, 1}},
	}
	return append(append(list, more...), decode.AVPair{ID: decode.MsvAvEOL})
}

func challengeBytes(flags decode.Flags, list decode.AVPairs) []byte {
	c := decode.ChallengeMessage{Flags: flags, ServerChallenge: nonce, AVPairs: list, TargetName: decode.Payload{Bytes: decode.EncodeText("ORIGIN", nil)}}
	c.Layout()
	return c.Append(nil)
}

func TestNewClientErrors(t *testing.T) {
	for want, change := range map[string]func(*ClientOptions){
		"no user name":                 func(o *ClientOptions) { o.Account.User = "" },
		`a domain with a \`:            func(o *ClientOptions) { o.Account.Domain = `A\B` },
		"neither a password":           func(o *ClientOptions) { o.Secret = Secret{} },
		"the user has 5000 characters": func(o *ClientOptions) { o.Account.User = strings.Repeat("é", 5000) },
		"the workstation has":          func(o *ClientOptions) { o.Workstation = strings.Repeat("w", 5000) },
		"the target name has":          func(o *ClientOptions) { o.SPN = strings.Repeat("s", 5000) },
		"neither auto, absent, zero":   func(o *ClientOptions) { o.ChannelBinding = "hunter2" },
	} {
		o := alice()
		change(&o)
		if _, err := NewClient(o); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func TestParseChannelBindingMode(t *testing.T) {
	for in, want := range map[string]ChannelBindingMode{
		"auto": ChannelBindingAuto, "Absent": ChannelBindingAbsent, "zero": ChannelBindingZero, "wrong": ChannelBindingWrong,
		"000102030405060708090A0B0C0D0E0F": "000102030405060708090a0b0c0d0e0f",
	} {
		if got, err := ParseChannelBindingMode(in); err != nil || got != want {
			t.Errorf("%s: %q, %v", in, got, err)
		}
	}
	for _, in := range []string{"on", "00", strings.Repeat("g", 32)} {
		if got, err := ParseChannelBindingMode(in); err == nil {
			t.Errorf("%s: %q", in, got)
		}
	}
}

// TestNegotiate: REQUEST_TARGET and VERSION are there, SIGN and names are not,
// and the message has 40 bytes.
func TestNegotiate(t *testing.T) {
	o := alice()
	o.Workstation = "WKS"
	raw, _, err := newClient(t, o).Step(nil)
	if err != nil {
		t.Fatal(err)
	}
	m := token(raw).Message.(*decode.NegotiateMessage)
	if len(raw) < 40 || m.Flags&decode.NegotiateSign != 0 || m.Domain.Len+m.Workstation.Len != 0 || m.Version.IsZero() {
		t.Errorf("%d bytes, %+v", len(raw), m)
	}
	if want := decode.RequestTarget | decode.NegotiateVersion | decode.NegotiateUnicode | decode.NegotiateExtendedSessionSecurity | decode.NegotiateTargetInfo; !m.Flags.Has(want) {
		t.Errorf("the flags are %#x", uint32(m.Flags))
	}
	o.SPNEGO = true
	wrapped, _, err := newClient(t, o).Step(nil)
	if err != nil {
		t.Fatal(err)
	}
	init, _ := spnego.Parse(wrapped, nil)
	if init == nil || !init.Framed || len(init.MechTypes) != 1 || init.MechTypes[0] != spnego.OIDNTLM || !bytes.Equal(init.MechToken, raw) {
		t.Errorf("%+v", init)
	}
}

// TestAuthenticate: Version and MIC stand in their places, the MIC covers the
// three messages as they passed, the response matches, LM is empty.
func TestAuthenticate(t *testing.T) {
	o := alice()
	o.Workstation = "WKS"
	challenge := challengeBytes(challengeFlags|decode.NegotiateKeyExch|decode.NegotiateOEM, pairs())
	c, m := answered(t, o, challenge)
	if m.User().String() != "alice" || m.DomainName().String() != "LAB" || m.WorkstationName().String() != "WKS" {
		t.Errorf("%s %s %s", m.User(), m.DomainName(), m.WorkstationName())
	}
	if len(m.LMResponse.Bytes) != 0 || len(m.EncryptedRandomSessionKey.Bytes) != 0 || m.MICOffset != 72 || m.HeaderLen != 88 {
		t.Errorf("%+v", m)
	}
	if m.Version.IsZero() || !m.Flags.Has(decode.NegotiateVersion|decode.NegotiateUnicode) ||
		m.Flags&(decode.NegotiateKeyExch|decode.NegotiateOEM|decode.TargetTypeServer) != 0 {
		t.Errorf("version %s, flags %#x", m.Version, uint32(m.Flags))
	}
	if !bytes.Equal(c.Type2(), challenge) {
		t.Error("the challenge is not kept as it came")
	}
	v := Verify(Input{Negotiate: token(c.Type1()), Challenge: token(challenge), Authenticate: token(c.Type3()), Secret: o.Secret})
	wantCheck(t, "NT response", v.NTResponse, decode.Match)
	wantCheck(t, "MIC", v.MIC, decode.Match)
	for _, f := range token(c.Type3()).Findings {
		t.Logf("finding: %s", f.Text())
	}
}

// TestUpperCase: for these letters Unicode's upper case is not Windows', and the
// library uses Unicode's.
func TestUpperCase(t *testing.T) {
	for _, user := range []string{"straße", "µser", "ımran", "Ünal", `odd\name`} {
		o := alice()
		o.Account.User = user
		challenge := challengeBytes(challengeFlags, pairs())
		c, m := answered(t, o, challenge)
		if m.User().String() != user {
			t.Errorf("the user is %q", m.User())
		}
		v := Verify(Input{Negotiate: token(c.Type1()), Challenge: token(challenge), Authenticate: token(c.Type3()), Secret: o.Secret})
		if v.NTResponse != decode.Match || v.MIC != decode.Match || len(v.Tried) > 0 {
			t.Errorf("%s: %+v", user, v)
		}
	}
}

// TestPairs: what stands in the response, by options and challenge.
func TestPairs(t *testing.T) {
	hash := [16]byte{0xaa, 0xbb}
	zero := strings.Repeat("00", 16)
	flags := func(n uint32) decode.AVPair {
		return decode.AVPair{ID: decode.MsvAvFlags, Value: binary.LittleEndian.AppendUint32(nil, n)}
	}
	for _, c := range []struct {
		name   string
		change func(*ClientOptions)
		server decode.AVPairs
		id     decode.AVID
		want   string // hexadecimal; "absent"
	}{
		{"mic", nil, pairs(), decode.MsvAvFlags, "02000000"},
		{"mic beside the server's flags", nil, pairs(flags(1)), decode.MsvAvFlags, "03000000"},
		{"no mic", func(o *ClientOptions) { o.NoMIC = true }, pairs(), decode.MsvAvFlags, "absent"},
		{"no mic beside the server's flags", func(o *ClientOptions) { o.NoMIC = true }, pairs(flags(3)), decode.MsvAvFlags, "01000000"},
		{"binding without TLS", nil, pairs(), decode.MsvAvChannelBindings, zero},
		{"binding", func(o *ClientOptions) { o.ChannelBindings = &hash }, pairs(), decode.MsvAvChannelBindings, "aabb" + zero[4:]},
		{"binding absent", func(o *ClientOptions) { o.ChannelBindings, o.ChannelBinding = &hash, ChannelBindingAbsent }, pairs(), decode.MsvAvChannelBindings, "absent"},
		{"binding absent, the server's taken out", func(o *ClientOptions) { o.ChannelBinding = ChannelBindingAbsent },
			pairs(decode.AVPair{ID: decode.MsvAvChannelBindings, Value: make([]byte, 16)}), decode.MsvAvChannelBindings, "absent"},
		{"binding zero", func(o *ClientOptions) { o.ChannelBindings, o.ChannelBinding = &hash, ChannelBindingZero }, pairs(), decode.MsvAvChannelBindings, zero},
		{"binding wrong", func(o *ClientOptions) { o.ChannelBindings, o.ChannelBinding = &hash, ChannelBindingWrong }, pairs(), decode.MsvAvChannelBindings, "f0e1" + strings.Repeat("5a", 14)},
		{"binding given", func(o *ClientOptions) { o.ChannelBinding = "000102030405060708090a0b0c0d0e0f" }, pairs(), decode.MsvAvChannelBindings, "000102030405060708090a0b0c0d0e0f"},
		{"target name, none", nil, pairs(), decode.MsvAvTargetName, "absent"},
		{"target name", func(o *ClientOptions) { o.SPN = "HTTP/a" }, pairs(), decode.MsvAvTargetName, "48005400540050002f006100"},
		{"target name, not the server's", func(o *ClientOptions) { o.SPN = "HTTP/a" }, pairs(textPair(decode.MsvAvTargetName, "X")), decode.MsvAvTargetName, "48005400540050002f006100"},
		{"target name absent", func(o *ClientOptions) { o.SPN, o.TargetName = "HTTP/a", TargetNameAbsent }, pairs(), decode.MsvAvTargetName, "absent"},
		{"target name given", func(o *ClientOptions) { o.SPN, o.TargetName = "HTTP/a", "b" }, pairs(), decode.MsvAvTargetName, "6200"},
		{"the first of two", nil, pairs(textPair(decode.MsvAvNbDomainName, "OTHER")), decode.MsvAvNbDomainName, "4c0041004200"},
		{"an unknown one", nil, pairs(decode.AVPair{ID: 77, Value: []byte{1}}), 77, "01"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := alice()
			if c.change != nil {
				c.change(&o)
			}
			client, m := answered(t, o, challengeBytes(challengeFlags, c.server))
			list := m.NTLMv2.AVPairs
			p, ok := list.Get(c.id)
			if c.want == "absent" {
				if ok {
					t.Errorf("%s is %x", c.id, p.Value)
				}
			} else {
				wantHex(t, c.id.String(), p.Value, c.want)
			}
			seen := map[decode.AVID]bool{}
			for i, p := range list {
				if seen[p.ID] || (p.ID == decode.MsvAvEOL) != (i == len(list)-1) {
					t.Errorf("%s stands at %d of %d", p.ID, i, len(list))
				}
				seen[p.ID] = true
			}
			if m.MICState != decode.MICClaimed && !o.NoMIC || o.NoMIC && m.MICState != decode.MICAbsent {
				t.Errorf("the MIC is %s", m.MICState)
			}
			if client.Refusal() != nil {
				t.Errorf("the library refuses: %v", client.Refusal())
			}
		})
	}
}

// rawChallenge makes a challenge by hand: its parts are not laid out for it.
func rawChallenge(flags decode.Flags, change func(*decode.ChallengeMessage)) []byte {
	c := decode.ChallengeMessage{Flags: flags, ServerChallenge: nonce, AVPairs: pairs(), TargetName: decode.Payload{Bytes: decode.EncodeText("ORIGIN", nil)}}
	c.Layout()
	change(&c)
	return c.Append(nil)
}

// TestOddChallenges are answered, though the library would refuse most of them.
func TestOddChallenges(t *testing.T) {
	whole := challengeBytes(challengeFlags, pairs())
	for _, c := range []struct {
		name    string
		raw     []byte
		refused string // part of the library's error, empty: it takes it
	}{
		{"good", whole, ""},
		{"key exchange", challengeBytes(challengeFlags|decode.NegotiateKeyExch, pairs()), "key exchange"},
		{"LM key", challengeBytes(challengeFlags|decode.NegotiateLMKey, pairs()), "LM_KEY"},
		{"neither charset", challengeBytes(challengeFlags&^decode.NegotiateUnicode, pairs()), "unicode"},
		{"TargetName outside", rawChallenge(challengeFlags, func(m *decode.ChallengeMessage) { m.TargetName.Bytes, m.TargetName.Offset = nil, 5000 }), "beyond buffer"},
		{"TargetName of odd length", rawChallenge(challengeFlags, func(m *decode.ChallengeMessage) { m.TargetName.Len-- }), "uneven"},
		{"no EOL", challengeBytes(challengeFlags, pairs()[:3]), "EOF"},
		{"last pair cut", append(bytes.Clone(whole[:len(whole)-4]), 9, 0, 77, 0), "EOF"},
		{"bytes after the end", append(bytes.Clone(whole), 1, 2, 3), ""},
		{"SIGN unasked", challengeBytes(challengeFlags|decode.NegotiateSign, pairs()), ""},
		{"32 bytes", rawChallenge(challengeFlags&^decode.NegotiateTargetInfo, func(m *decode.ChallengeMessage) {
			*m = decode.ChallengeMessage{Flags: m.Flags, ServerChallenge: nonce, HeaderLen: 32}
		}), "EOF"},
	} {
		t.Run(c.name, func(t *testing.T) {
			client, m := answered(t, alice(), c.raw)
			v := Verify(Input{Negotiate: token(client.Type1()), Challenge: token(c.raw), Authenticate: token(client.Type3()), Secret: alice().Secret})
			wantCheck(t, "NT response", v.NTResponse, decode.Match)
			if m.MICState == decode.MICClaimed {
				wantCheck(t, "MIC", v.MIC, decode.Match)
			}
			switch err := client.Refusal(); {
			case (err == nil) != (c.refused == ""), err != nil && !strings.Contains(err.Error(), c.refused):
				t.Errorf("the library says %v, want %q", err, c.refused)
			}
		})
	}
}

// TestWithoutTargetInfo: there is nothing to hang pairs on, so no MIC and no
// binding, and LMv2 goes along (MS-NLMP 3.1.5.1.2).
func TestWithoutTargetInfo(t *testing.T) {
	_, m := answered(t, alice(), challengeBytes(challengeFlags&^decode.NegotiateTargetInfo, nil))
	if m.MICState != decode.MICAbsent || m.LMResponseVersion != decode.LMv2 || !m.NTLMv2.AVPairs.Empty() {
		t.Errorf("%+v", m)
	}
}

func TestRefusedChallenges(t *testing.T) {
	whole := challengeBytes(challengeFlags, pairs())
	resp := func(r spnego.Resp) []byte { return r.Append(nil) }
	for _, c := range []struct {
		name string
		raw  []byte
		want error
	}{
		{"nothing", nil, ErrMangled},
		{"no token", []byte("hello"), ErrMangled},
		{"OEM only", challengeBytes(challengeFlags&^decode.NegotiateUnicode|decode.NegotiateOEM, pairs()), ErrOEMOnly},
		{"NTLMv1 only", challengeBytes(decode.NegotiateUnicode|decode.NegotiateNTLM, nil), ErrNTLMv1Only},
		{"cut in the nonce", whole[:30], ErrMangled},
		{"cut before the target information", whole[:40], ErrMangled},
		{"cut in its fields", whole[:44], ErrMangled},
		{"cut in the target information", whole[:len(whole)-1], ErrMangled},
		{"too much target information", challengeBytes(challengeFlags, pairs(decode.AVPair{ID: 77, Value: make([]byte, 65450)})), ErrMangled},
		{"a type 1", newNegotiate(t), ErrUnexpected},
		{"too long", make([]byte, maxToken+1), ErrMangled},
		{"reject", resp(spnego.Resp{State: spnego.Reject}), ErrRejected},
		{"Kerberos", resp(spnego.Resp{State: spnego.AcceptIncomplete, SupportedMech: spnego.OIDKerberos}), ErrOtherMechanism},
		{"no token in it", resp(spnego.Resp{State: spnego.AcceptIncomplete, SupportedMech: spnego.OIDNTLM}), ErrUnexpected},
		{"in a broken wrapper", append([]byte{0xa1, 0x81, 0xff, 0x30, 1, 2}, whole...), ErrMangled},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := begun(t, alice())
			out, done, err := client.Step(c.raw)
			var step *StepError
			if !errors.Is(err, c.want) || !errors.As(err, &step) || step.Step == "" || out != nil || !done {
				t.Errorf("%v, want %v", err, c.want)
			}
			if client.Type3() != nil {
				t.Error("there is an AUTHENTICATE_MESSAGE")
			}
			if _, _, err := client.Step(whole); !errors.Is(err, ErrDone) {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
}

// TestFlagsSentBack: a Type 2 that claims what it has no room for, as Squid's
// ntlm_fake_auth sends it, is answered all the same.
func TestFlagsSentBack(t *testing.T) {
	raw := append([]byte("NTLMSSP\x00\x02\x00\x00\x00\x09\x00\x09\x00\xae\xaa\xaa\xaa"), 0x05, 0x82, 0x88, 0xa2)
	raw = append(raw, "\x01\x02\x03\x04\x05\x06\x07\x08\x00\x00\x00\x00\x00\x00\x3a\x00WORKGROUP"...)
	client := begun(t, alice())
	out, done, err := client.Step(raw)
	if err != nil || !done || len(out) == 0 {
		t.Errorf("%d bytes, done %v: %v", len(out), done, err)
	}
	if _, _, err := begun(t, alice()).Step(raw[:48]); !errors.Is(err, ErrMangled) {
		t.Errorf("cut: %v", err)
	}
}

func newNegotiate(tb testing.TB) []byte {
	tb.Helper()
	return begun(tb, alice()).Type1()
}

// TestInKind: the answer is wrapped as the challenge was.
func TestInKind(t *testing.T) {
	whole := challengeBytes(challengeFlags, pairs())
	wrapped := (&spnego.Resp{State: spnego.AcceptIncomplete, SupportedMech: spnego.OIDNTLM, ResponseToken: whole}).Append(nil)
	for _, asked := range []bool{false, true} {
		for _, in := range [][]byte{whole, wrapped} {
			o := alice()
			o.SPNEGO = asked
			out, _, err := begun(t, o).Step(in)
			if err != nil {
				t.Fatal(err)
			}
			if e := openEnvelope(out); e.message == nil || e.spnego() != (len(in) == len(wrapped)) {
				t.Errorf("asked %t, %d bytes: %s", asked, len(in), e.token.Kind)
			}
		}
	}
}

// TestMechListMIC: it is due where SIGN is settled and a MIC claimed.
func TestMechListMIC(t *testing.T) {
	for _, c := range []struct {
		flags decode.Flags
		noMIC bool
		want  bool
	}{{0, false, false}, {decode.NegotiateSign, false, true}, {decode.NegotiateSign, true, false}} {
		o := alice()
		o.SPNEGO, o.NoMIC = true, c.noMIC
		in := spnego.Resp{State: spnego.AcceptIncomplete, ResponseToken: challengeBytes(challengeFlags|c.flags, pairs())}
		out, _, err := begun(t, o).Step(in.Append(nil))
		if err != nil {
			t.Fatal(err)
		}
		if _, r := spnego.Parse(out, nil); (r.MechListMIC != nil) != c.want {
			t.Errorf("%+v: %x", c, r.MechListMIC)
		}
	}
}

// TestFinish is what an acceptor says after the AUTHENTICATE_MESSAGE.
func TestFinish(t *testing.T) {
	challenge := func(flags decode.Flags) []byte {
		return (&spnego.Resp{State: spnego.AcceptIncomplete, ResponseToken: challengeBytes(challengeFlags|flags, pairs())}).Append(nil)
	}
	for _, c := range []struct {
		name  string
		flags decode.Flags
		in    []byte
		want  error
		more  bool
	}{
		{"nothing", 0, nil, nil, false},
		{"completed", 0, (&spnego.Resp{State: spnego.AcceptCompleted}).Append(nil), nil, false},
		{"reject", 0, (&spnego.Resp{State: spnego.Reject}).Append(nil), ErrRejected, false},
		{"wrong mechListMIC", 0, (&spnego.Resp{State: spnego.AcceptCompleted, MechListMIC: make([]byte, 16)}).Append(nil), ErrMechListMIC, false},
		{"one more leg", decode.NegotiateSign, (&spnego.Resp{State: spnego.AcceptIncomplete}).Append(nil), nil, true},
		{"a mechListMIC without SIGN", 0, (&spnego.Resp{State: spnego.RequestMIC}).Append(nil), nil, true},
		{"another challenge", 0, challenge(0), ErrUnexpected, false},
		{"no token", 0, []byte("hello"), ErrMangled, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := alice()
			o.SPNEGO = true
			client := begun(t, o)
			if _, _, err := client.Step(challenge(c.flags)); err != nil {
				t.Fatal(err)
			}
			out, done, err := client.Step(c.in)
			if !errors.Is(err, c.want) || !done || (len(out) > 0) != c.more {
				t.Errorf("%x, %t, %v", out, done, err)
			}
			if c.more {
				if out, _, err = client.Step(c.in); err == nil || len(out) > 0 {
					t.Errorf("it goes on for ever: %x", out)
				}
			}
		})
	}
}

// TestNoSecrets: whatever is printed of a client, its password is not.
func TestNoSecrets(t *testing.T) {
	o := alice()
	c, _ := answered(t, o, challengeBytes(challengeFlags, pairs()))
	hash := o.Secret.NTOWFv1()
	key := c.exported()
	for _, s := range []string{fmt.Sprintf("%v %+v %#v", o, o, o), fmt.Sprintf("%v %+v %#v", c, *c, *c)} {
		for _, secret := range [][]byte{hash[:], key[:]} {
			if strings.Contains(s, "Passw0rd") || strings.Contains(s, fmt.Sprintf("%x", secret)) || strings.Contains(s, strings.Trim(fmt.Sprint(secret), "[]")) {
				t.Error(s)
			}
		}
	}
}
