package ntlm

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/decode/annotate"
	"github.com/ntlmctl/ntlmctl/decode/spnego"
)

// TestChallenge is what a challenge says, by what was offered and the options.
func TestChallenge(t *testing.T) {
	o := acceptorOptions(t)
	o.Random = bytes.NewReader([]byte{1, 2, 3, 4, 5, 6, 7, 8})
	raw, _, err := NewAcceptor(o).Step(newNegotiate(t))
	if err != nil {
		t.Fatal(err)
	}
	tok := token(raw)
	m := tok.Message.(*decode.ChallengeMessage)
	if m.ServerChallenge != nonce || m.Target().String() != "ORIGIN" || !m.Flags.Has(decode.TargetTypeServer|decode.NegotiateTargetInfo|decode.NegotiateVersion) ||
		m.Flags&(decode.NegotiateSign|decode.NegotiateKeyExch|decode.NegotiateOEM|decode.ReservedFlags) != 0 {
		t.Errorf("%+v", m)
	}
	for id, want := range map[decode.AVID]string{
		decode.MsvAvNbDomainName: "LAB", decode.MsvAvNbComputerName: "ORIGIN", decode.MsvAvDNSDomainName: "lab.test",
		decode.MsvAvDNSComputerName: "origin.lab.test", decode.MsvAvDNSTreeName: "lab.test",
	} {
		if got := m.AVPairs.Text(id); got != want {
			t.Errorf("%s is %q", id, got)
		}
	}
	stamp, _ := m.AVPairs.Get(decode.MsvAvTimestamp)
	if n, _ := stamp.FileTime(); n != annotate.FileTimeOf(o.Clock()) {
		t.Errorf("the timestamp is %x", stamp.Value)
	}
	for _, f := range tok.Findings {
		if f.Severity().String() == "error" || f.Severity().String() == "warning" {
			t.Errorf("finding: %s", f.Text())
		}
	}
	if _, _, err := NewAcceptor(o).Step(newNegotiate(t)); !errors.Is(err, io.EOF) {
		t.Errorf("without random bytes: %v", err)
	}
	o.Random, o.Names.DNSComputer = nil, strings.Repeat("n", 40000)
	if _, _, err := NewAcceptor(o).Step(newNegotiate(t)); err == nil {
		t.Error("a name of 40,000 characters fits")
	}
}

// TestSettle is which flags a challenge has.
func TestSettle(t *testing.T) {
	const always = decode.NegotiateNTLM | decode.NegotiateTargetInfo
	for _, c := range []struct {
		name    string
		options AcceptorOptions
		offered decode.Flags
		want    decode.Flags
	}{
		{"nothing", AcceptorOptions{}, 0, always | decode.NegotiateUnicode},
		{"OEM", AcceptorOptions{}, decode.NegotiateOEM, always | decode.NegotiateOEM},
		{"both", AcceptorOptions{}, decode.NegotiateOEM | decode.NegotiateUnicode, always | decode.NegotiateUnicode},
		{"domain", AcceptorOptions{Names: Names{Member: true}}, decode.RequestTarget, always | decode.NegotiateUnicode | decode.RequestTarget | decode.TargetTypeDomain},
		{"echo", AcceptorOptions{}, decode.NegotiateSign | decode.Negotiate128 | decode.NegotiateKeyExch | decode.NegotiateDatagram,
			always | decode.NegotiateUnicode | decode.NegotiateSign | decode.Negotiate128 | decode.NegotiateKeyExch},
		{"LM key", AcceptorOptions{}, decode.NegotiateLMKey, always | decode.NegotiateUnicode | decode.NegotiateLMKey},
		{"LM key with ESS", AcceptorOptions{}, decode.NegotiateLMKey | decode.NegotiateExtendedSessionSecurity, always | decode.NegotiateUnicode | decode.NegotiateExtendedSessionSecurity},
		{"set and clear", AcceptorOptions{SetFlags: decode.NegotiateSign | decode.NegotiateSeal, ClearFlags: decode.NegotiateSeal | decode.NegotiateTargetInfo}, 0,
			decode.NegotiateNTLM | decode.NegotiateUnicode | decode.NegotiateSign},
	} {
		if got := c.options.settle(c.offered); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got.Names(), c.want.Names())
		}
	}
}

// TestAcceptorSPNEGO is how offers of several mechanisms are answered.
func TestAcceptorSPNEGO(t *testing.T) {
	type1 := newNegotiate(t)
	kerberos := []byte{0x60, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 0x01, 0x02, 0x02, 1, 0}
	for _, c := range []struct {
		name  string
		in    []byte
		state spnego.State
		mech  spnego.OID
		token bool
		done  bool
	}{
		{"NTLM alone", (&spnego.Init{Framed: true, MechTypes: mechList, MechToken: type1}).Append(nil), spnego.AcceptIncomplete, spnego.OIDNTLM, true, false},
		{"bare", (&spnego.Init{MechTypes: mechList, MechToken: type1}).Append(nil), spnego.AcceptIncomplete, spnego.OIDNTLM, true, false},
		{"without a token", (&spnego.Init{Framed: true, MechTypes: mechList}).Append(nil), spnego.AcceptIncomplete, spnego.OIDNTLM, false, false},
		{"optimistic Kerberos", (&spnego.Init{Framed: true, MechTypes: []spnego.OID{spnego.OIDKerberos, spnego.OIDNTLM}, MechToken: kerberos}).Append(nil), spnego.AcceptIncomplete, spnego.OIDNTLM, false, false},
		{"NTLM under Kerberos' name", (&spnego.Init{Framed: true, MechTypes: []spnego.OID{spnego.OIDKerberos, spnego.OIDNTLM}, MechToken: type1}).Append(nil), spnego.AcceptIncomplete, spnego.OIDNTLM, true, false},
		{"Kerberos alone", (&spnego.Init{Framed: true, MechTypes: []spnego.OID{spnego.OIDKerberos}, MechToken: kerberos}).Append(nil), spnego.Reject, "", false, true},
		{"bare Kerberos", kerberos, spnego.Reject, "", false, true},
		{"resp", (&spnego.Resp{ResponseToken: type1}).Append(nil), spnego.AcceptIncomplete, spnego.OIDNTLM, true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := NewAcceptor(acceptorOptions(t))
			out, done, err := a.Step(c.in)
			if err != nil || done != c.done {
				t.Fatal(done, err)
			}
			_, r := spnego.Parse(out, nil)
			if r == nil || r.State != c.state || r.SupportedMech != c.mech || (r.ResponseToken != nil) != c.token {
				t.Fatalf("%+v", r)
			}
			if done {
				if got := a.Result(); got.Reason != ReasonOtherMechanism || got.Accepted || !got.SPNEGO {
					t.Errorf("%+v", got)
				}
				return
			}
			if !c.token { // it goes on in a NegTokenResp, and the mechanism is named once
				if out, _, err = a.Step((&spnego.Resp{ResponseToken: type1}).Append(nil)); err != nil {
					t.Fatal(err)
				}
				if _, r = spnego.Parse(out, nil); r == nil || r.SupportedMech != "" || r.ResponseToken == nil {
					t.Errorf("%+v", r)
				}
			}
		})
	}
}

// TestAcceptorErrors is what ends a handshake with an error.
func TestAcceptorErrors(t *testing.T) {
	type1 := newNegotiate(t)
	_, m := answered(t, alice(), challengeBytes(challengeFlags, pairs()))
	type3 := m.Append(nil)
	for _, c := range []struct {
		name   string
		before [][]byte
		in     []byte
		want   error
		reason Reason
	}{
		{"nothing", nil, nil, ErrUnexpected, ReasonUnexpected},
		{"no token", nil, []byte("hello"), ErrMangled, ReasonMalformed},
		{"too long", nil, make([]byte, maxToken+1), ErrMangled, ReasonMalformed},
		{"a cut type 1", nil, type1[:14], ErrMangled, ReasonMalformed},
		{"an orphan type 3", nil, type3, ErrUnexpected, ReasonUnexpected},
		{"a type 2", nil, challengeBytes(challengeFlags, pairs()), ErrUnexpected, ReasonUnexpected},
		{"a cut type 3", [][]byte{type1}, type3[:40], ErrMangled, ReasonMalformed},
		{"an empty resp", [][]byte{type1}, (&spnego.Resp{State: spnego.AcceptIncomplete}).Append(nil), ErrUnexpected, ReasonUnexpected},
		{"in a broken wrapper", nil, append([]byte{0xff, 0x81, 0xff, 0x30, 1, 2}, type1...), ErrMangled, ReasonMalformed},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := NewAcceptor(acceptorOptions(t))
			for _, in := range c.before {
				if _, _, err := a.Step(in); err != nil {
					t.Fatal(err)
				}
			}
			_, done, err := a.Step(c.in)
			if r := a.Result(); !errors.Is(err, c.want) || !done || !r.Done || r.Accepted || r.Reason != c.reason {
				t.Errorf("%v: %+v", err, r)
			}
			if _, _, err := a.Step(type1); !errors.Is(err, ErrDone) {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
}

// TestSecondNegotiate: a client that begins anew on its connection is answered,
// and its response must be to the second challenge.
func TestSecondNegotiate(t *testing.T) {
	a, c := NewAcceptor(acceptorOptions(t)), newClient(t, alice())
	if _, _, err := a.Step(newNegotiate(t)); err != nil {
		t.Fatal(err)
	}
	if err := shake(t, c, a); err != nil || !a.Result().Accepted {
		t.Errorf("%v: %+v", err, a.Result())
	}
}

// TestMechListMICWrong: a list of mechanisms that was changed on the way.
func TestMechListMICWrong(t *testing.T) {
	o, client := acceptorOptions(t), alice()
	o.SetFlags, client.SPNEGO = decode.NegotiateSign, true
	c, a := newClient(t, client), NewAcceptor(o)
	out, _, _ := c.Step(nil)
	init, _ := spnego.Parse(out, nil)
	init.MechTypes = append(init.MechTypes, spnego.OIDKerberos)
	out, _, err := a.Step(init.Append(nil))
	if err != nil {
		t.Fatal(err)
	}
	if out, _, err = c.Step(out); err != nil {
		t.Fatal(err)
	}
	if _, _, err = a.Step(out); err != nil {
		t.Fatal(err)
	}
	if r := a.Result(); r.Reason != ReasonMechListMICMismatch || r.MIC != decode.Match {
		t.Errorf("%+v", r)
	}
}

// TestResultJSON: what a result says to programs has no key and no hint.
func TestResultJSON(t *testing.T) {
	a := NewAcceptor(acceptorOptions(t))
	o := alice()
	o.Secret = Password("")
	if err := shake(t, newClient(t, o), a); err != nil {
		t.Fatal(err)
	}
	r := a.Result()
	if len(r.Notes) == 0 {
		t.Error("there is no note on the empty password")
	}
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"done":true,"accepted":false,"reason":"wrong-response","spnego":false,"user":"alice","domain":"LAB",` +
		`"response_version":"ntlmv2","lm_response_version":"none","nt_response":"mismatch","lm_response":"absent","mic":"untested","channel_binding":"untested","target_name":"absent"}`
	if string(b) != want {
		t.Errorf("%s", b)
	}
}
