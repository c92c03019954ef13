package ntlm

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	ntlmssp "github.com/Azure/go-ntlmssp"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/decode/spnego"
	"github.com/ntlmctl/ntlmctl/internal/tokenfiles"
)

// shake runs a whole handshake. A client error is returned; the acceptor's last
// answer is given to the client.
func shake(tb testing.TB, c *Client, a *Acceptor) error {
	tb.Helper()
	var in []byte
	for range 5 {
		out, clientDone, err := c.Step(in)
		if err != nil {
			return err
		}
		if len(out) == 0 {
			return nil
		}
		var done bool
		if in, done, err = a.Step(out); err != nil {
			tb.Fatal(err)
		}
		if done != clientDone {
			tb.Fatalf("the client is done: %t, the acceptor: %t", clientDone, done)
		}
		if done && len(in) == 0 {
			return nil
		}
	}
	tb.Fatal("it does not end")
	return nil
}

// TestHandshakeOptions puts Client and Acceptor against each other, raw and in
// SPNEGO, with SIGN settled and without.
func TestHandshakeOptions(t *testing.T) {
	hash, other := [16]byte{1, 2}, [16]byte{3, 4}
	bind := func(o *AcceptorOptions) {
		o.ChannelBindings, o.RequireChannelBinding = [][16]byte{other, hash}, true
	}
	name := func(o *AcceptorOptions) {
		o.TargetNames, o.RequireTargetName = []string{"HTTP/other", "HTTP/Origin.lab.test"}, true
	}
	for _, c := range []struct {
		name     string
		client   func(*ClientOptions)
		acceptor func(*AcceptorOptions)
		want     Reason
		checks   string // NT response, MIC, channel binding, target name
	}{
		{"plain", nil, nil, ReasonAccepted, "match match untested absent"},
		{"NT hash", func(o *ClientOptions) { o.Secret = NTHash(NTOWFv1("Passw0rd!")) }, nil, ReasonAccepted, "match match untested absent"},
		{"user with NT hash", func(o *ClientOptions) { o.Account.User, o.Secret = "bob", Password("Passw0rd!") }, nil, ReasonAccepted, "match match untested absent"},
		{"user with colons", func(o *ClientOptions) { o.Account.User, o.Secret = "carol", Password("with:colons") }, nil, ReasonAccepted, "match match untested absent"},
		{"wrong password", func(o *ClientOptions) { o.Secret = Password("passw0rd!") }, nil, ReasonWrongResponse, "mismatch untested untested absent"},
		{"unknown user", func(o *ClientOptions) { o.Account.User = "nobody" }, nil, ReasonUnknownUser, "untested untested untested absent"},
		{"unknown domain", func(o *ClientOptions) { o.Account.Domain = "OTHER" }, nil, ReasonUnknownUser, "untested untested untested absent"},
		{"UPN", func(o *ClientOptions) { o.Account = ParseAccount("alice@lab.test") }, nil, ReasonAccepted, "match match untested absent"},
		{"no domain", func(o *ClientOptions) { o.Account = ParseAccount("alice") }, nil, ReasonAccepted, "match match untested absent"},
		{"other case", func(o *ClientOptions) { o.Account = ParseAccount(`lab\ALICE`) }, nil, ReasonAccepted, "match match untested absent"},
		{"no MIC", func(o *ClientOptions) { o.NoMIC = true }, nil, ReasonAccepted, "match absent untested absent"},
		{"no MIC, demanded", func(o *ClientOptions) { o.NoMIC = true }, func(o *AcceptorOptions) { o.RequireMIC = true }, ReasonMICAbsent, "match absent untested absent"},
		{"MIC, demanded", nil, func(o *AcceptorOptions) { o.RequireMIC = true }, ReasonAccepted, "match match untested absent"},
		{"bound", func(o *ClientOptions) { o.ChannelBindings = &hash }, bind, ReasonAccepted, "match match match absent"},
		{"bound by hand", func(o *ClientOptions) { o.ChannelBinding = "01020000000000000000000000000000" }, bind, ReasonAccepted, "match match match absent"},
		{"bound wrong", func(o *ClientOptions) { o.ChannelBindings, o.ChannelBinding = &hash, ChannelBindingWrong }, bind, ReasonChannelBindingMismatch, "match match mismatch absent"},
		{"bound to zero", func(o *ClientOptions) { o.ChannelBindings, o.ChannelBinding = &hash, ChannelBindingZero }, bind, ReasonChannelBindingMismatch, "match match mismatch absent"},
		{"not bound", func(o *ClientOptions) { o.ChannelBindings, o.ChannelBinding = &hash, ChannelBindingAbsent }, bind, ReasonChannelBindingAbsent, "match match absent absent"},
		{"bound wrong, not demanded", func(o *ClientOptions) { o.ChannelBinding = ChannelBindingWrong },
			func(o *AcceptorOptions) { o.ChannelBindings = [][16]byte{hash} }, ReasonAccepted, "match match mismatch absent"},
		{"bound, nothing to compare with", func(o *ClientOptions) { o.ChannelBindings = &hash },
			func(o *AcceptorOptions) { o.RequireChannelBinding = true }, ReasonChannelBindingUntested, "match match untested absent"},
		{"target name", func(o *ClientOptions) { o.SPN = "http/origin.lab.test" }, name, ReasonAccepted, "match match untested match"},
		{"target name wrong", func(o *ClientOptions) { o.SPN, o.TargetName = "HTTP/origin.lab.test", "HTTP/x" }, name, ReasonTargetNameMismatch, "match match untested mismatch"},
		{"target name absent", func(o *ClientOptions) { o.SPN, o.TargetName = "HTTP/origin.lab.test", TargetNameAbsent }, name, ReasonTargetNameAbsent, "match match untested absent"},
		{"target name, not demanded", func(o *ClientOptions) { o.SPN = "HTTP/x" }, nil, ReasonAccepted, "match match untested untested"},
		{"no timestamp", nil, func(o *AcceptorOptions) { o.NoTimestamp = true }, ReasonAccepted, "match match untested absent"},
		{"no target information", nil, func(o *AcceptorOptions) { o.ClearFlags = decode.NegotiateTargetInfo }, ReasonAccepted, "match absent absent absent"},
		{"key exchange settled", nil, func(o *AcceptorOptions) { o.SetFlags = decode.NegotiateKeyExch | decode.NegotiateLMKey }, ReasonAccepted, "match match untested absent"},
	} {
		for _, wrapped := range []bool{false, true} {
			for _, flags := range []decode.Flags{0, decode.NegotiateSign} {
				t.Run(fmt.Sprintf("%s/wrapped=%t/flags=%x", c.name, wrapped, uint32(flags)), func(t *testing.T) {
					client, acceptor := alice(), acceptorOptions(t)
					client.SPNEGO = wrapped
					if c.client != nil {
						c.client(&client)
					}
					if c.acceptor != nil {
						c.acceptor(&acceptor)
					}
					acceptor.SetFlags |= flags
					a := NewAcceptor(acceptor)
					err := shake(t, newClient(t, client), a)
					r := a.Result()
					if r.Reason != c.want || !r.Done || r.Accepted != (c.want == ReasonAccepted) || r.SPNEGO != wrapped {
						t.Errorf("%s, want %s: %+v", r.Reason, c.want, r)
					}
					if got := fmt.Sprintf("%s %s %s %s", r.NTResponse, r.MIC, r.ChannelBinding, r.TargetName); got != c.checks {
						t.Errorf("the checks are %s, want %s", got, c.checks)
					}
					if wrapped != errors.Is(err, ErrRejected) && !r.Accepted || r.Accepted && err != nil {
						t.Errorf("the client says %v", err)
					}
					signed := wrapped && flags != 0 && r.MIC == decode.Match
					if r.Accepted && signed != (r.MechListMIC == decode.Match) {
						t.Errorf("the mechListMIC is %q", r.MechListMIC)
					}
					if r.User != client.Account.User || r.Domain != client.Account.Domain {
						t.Errorf(`the account is %s\%s`, r.Domain, r.User)
					}
				})
			}
		}
	}
}

// TestRefusedServers: a client meets servers that NTLMv2 cannot be spoken with.
func TestRefusedServers(t *testing.T) {
	for _, c := range []struct {
		set, clear decode.Flags
		want       error
	}{
		{decode.NegotiateOEM, decode.NegotiateUnicode, ErrOEMOnly},
		{decode.NegotiateLMKey, decode.NegotiateTargetInfo | decode.NegotiateExtendedSessionSecurity, ErrNTLMv1Only},
	} {
		o := acceptorOptions(t)
		o.SetFlags, o.ClearFlags = c.set, c.clear
		if err := shake(t, newClient(t, alice()), NewAcceptor(o)); !errors.Is(err, c.want) {
			t.Errorf("%v, want %v", err, c.want)
		}
	}
}

// TestLibrary has the Acceptor verify what go-ntlmssp makes without our help: no
// MIC, no binding, and a challenge that was not asked for its target.
func TestLibrary(t *testing.T) {
	for _, c := range []struct {
		user, password string
		want           Reason
	}{{`LAB\alice`, "Passw0rd!", ReasonAccepted}, {"alice@lab.test", "Passw0rd!", ReasonAccepted}, {`LAB\alice`, "x", ReasonWrongResponse}} {
		type1, err := ntlmssp.NewNegotiateMessage("LAB", "WKS")
		if err != nil {
			t.Fatal(err)
		}
		a := NewAcceptor(acceptorOptions(t))
		type2, _, err := a.Step(type1)
		if err != nil {
			t.Fatal(err)
		}
		type3, err := ntlmssp.NewAuthenticateMessage(type2, c.user, c.password, &ntlmssp.AuthenticateMessageOptions{WorkstationName: "WKS"})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := a.Step(type3); err != nil {
			t.Fatal(err)
		}
		if r := a.Result(); r.Reason != c.want || r.MIC != Absent || r.Workstation != "WKS" {
			t.Errorf("%+v", r)
		}
	}
}

// TestOldResponses: NTLMv1 and LM are taken only where they are allowed, and
// checked all the same.
func TestOldResponses(t *testing.T) {
	ntlmv1 := func(challenge [8]byte) (lm, nt []byte) {
		n := NTLMv1Response(NTOWFv1("Passw0rd!"), challenge)
		l := LMv1Response(mustLM("Passw0rd!"), challenge)
		return l[:], n[:]
	}
	ess := func(challenge [8]byte) (lm, nt []byte) {
		n := NTLMv1ESSResponse(NTOWFv1("Passw0rd!"), challenge, [8]byte{9})
		return append([]byte{9}, make([]byte, 23)...), n[:]
	}
	lmOnly := func(challenge [8]byte) (lm, nt []byte) {
		lm, _ = ntlmv1(challenge)
		return lm, nil
	}
	wrong := func(challenge [8]byte) (lm, nt []byte) {
		n := NTLMv1Response(NTOWFv1("x"), challenge)
		return make([]byte, 24), n[:]
	}
	none := func([8]byte) (lm, nt []byte) { return nil, nil }
	for _, c := range []struct {
		name       string
		user       string
		make       func([8]byte) (lm, nt []byte)
		allow, lm  bool
		want       Reason
		nt, lmWant decode.Check
	}{
		{"NTLMv1", "alice", ntlmv1, true, false, ReasonAccepted, decode.Match, decode.Match},
		{"NTLMv1, not allowed", "alice", ntlmv1, false, false, ReasonNTLMv1, decode.Match, decode.Match},
		{"NTLMv1 with ESS", "alice", ess, true, false, ReasonAccepted, decode.Match, decode.Untested},
		{"NTLMv1 with ESS, not allowed", "alice", ess, false, true, ReasonNTLMv1, decode.Match, decode.Untested},
		{"NTLMv1, wrong", "alice", wrong, true, true, ReasonWrongResponse, decode.Mismatch, Absent},
		{"LM", "alice", lmOnly, false, true, ReasonAccepted, Absent, decode.Match},
		{"LM, not allowed", "alice", lmOnly, true, false, ReasonLM, Absent, decode.Match},
		{"no response", "alice", none, true, true, ReasonNoResponse, Absent, Absent},
		{"anonymous", "", none, true, true, ReasonAnonymous, Absent, Absent},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := acceptorOptions(t)
			o.AllowNTLMv1, o.AllowLM = c.allow, c.lm
			a := NewAcceptor(o)
			type2, _, err := a.Step(newNegotiate(t))
			if err != nil {
				t.Fatal(err)
			}
			m := message{user: c.user, domain: "LAB"}
			m.lm, m.nt = c.make(token(type2).Message.(*decode.ChallengeMessage).ServerChallenge)
			if _, done, err := a.Step(m.token().Raw); err != nil || !done {
				t.Fatal(done, err)
			}
			r := a.Result()
			if r.Reason != c.want || r.NTResponse != c.nt || r.LMResponse != c.lmWant {
				t.Errorf("%+v", r)
			}
		})
	}
}

func mustLM(password string) Key {
	k, err := Password(password).lmowfv1(nil)
	if err != nil {
		panic(err)
	}
	return k
}

// TestTampering: what a middlebox changes is noticed by the MIC.
func TestTampering(t *testing.T) {
	for name, tamper := range map[string]func(type1, type2, type3 []byte){
		"type 1": func(type1, _, _ []byte) { type1[13] ^= 0x80 },
		"type 2": func(_, type2, _ []byte) { type2[50] ^= 1 },
		"type 3": func(_, _, type3 []byte) { type3[60] ^= 4 },
		"MIC":    func(_, _, type3 []byte) { type3[72]++ },
	} {
		c, a := newClient(t, alice()), NewAcceptor(acceptorOptions(t))
		type1, _, _ := c.Step(nil)
		none := make([]byte, 100)
		tamper(type1, none, none)
		type2, _, err := a.Step(type1)
		if err != nil {
			t.Fatal(err)
		}
		tamper(none, type2, none)
		type3, _, err := c.Step(type2)
		if err != nil {
			t.Fatal(err)
		}
		tamper(none, none, type3)
		if _, _, err := a.Step(type3); err != nil {
			t.Fatal(err)
		}
		if r := a.Result(); r.Reason != ReasonMICMismatch || r.NTResponse != decode.Match {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

// TestLabHandshakes replays the lab's handshakes: the client answers every
// challenge, and the acceptor reads every message.
func TestLabHandshakes(t *testing.T) {
	for _, h := range handshakes(t) {
		t.Run(h.Name, func(t *testing.T) {
			account := Account{User: h.User, Domain: h.Domain}
			if account.User == "" {
				account.User = "someone"
			}
			challenge := unbase64(t, h.Challenge)
			o := ClientOptions{Account: account, Secret: Password(h.Password)}
			if m := token(challenge).NTLM().Message.(*decode.ChallengeMessage); m.Flags.Has(decode.NegotiateUnicode) {
				answerLab(t, o, challenge)
			} else if _, _, err := begun(t, o).Step(challenge); !errors.Is(err, ErrOEMOnly) {
				t.Error(err) // curl offers no Unicode
			}
			a := NewAcceptor(acceptorOptions(t))
			if out, done, err := a.Step(unbase64(t, h.Negotiate)); err != nil || done || len(out) == 0 {
				t.Errorf("its negotiate: %t, %v", done, err)
			}
			if _, done, err := a.Step(unbase64(t, h.Authenticate)); err != nil || !done {
				t.Errorf("its authenticate: %t, %v", done, err)
			}
			if r := a.Result(); r.Accepted { // it answers another challenge
				t.Errorf("%+v", r)
			}
		})
	}
}

func answerLab(t *testing.T, o ClientOptions, challenge []byte) {
	t.Helper()
	c, _ := answered(t, o, challenge)
	v := Verify(Input{Negotiate: token(c.Type1()), Challenge: token(challenge), Authenticate: token(c.Type3()), Secret: o.Secret})
	wantCheck(t, "NT response", v.NTResponse, decode.Match)
	if c.micClaimed { // no target information, no MIC
		wantCheck(t, "MIC", v.MIC, decode.Match)
	}
}

// TestVectorChallenges answers every challenge of the conformance set, or says why not.
func TestVectorChallenges(t *testing.T) {
	type vector struct{ ID, Base64 string }
	answeredAll, refused := 0, 0
	for _, v := range tokenfiles.In[vector](t, "NTLMCTL_VECTORS") {
		raw := unbase64(t, v.Base64)
		e := openEnvelope(raw)
		if e.message == nil || e.message.Kind != decode.KindNTLMChallenge {
			continue
		}
		c := begun(t, alice())
		if _, _, err := c.Step(raw); err != nil {
			refused++
			t.Logf("%s: %v", v.ID, err)
			continue
		}
		answeredAll++
		if !bytes.Equal(c.Type2(), e.message.Raw) {
			t.Errorf("%s: the challenge is not kept as it came", v.ID)
		}
		got := Verify(Input{Negotiate: token(c.Type1()), Challenge: token(raw), Authenticate: token(c.Type3()), Secret: alice().Secret})
		if got.NTResponse != decode.Match || c.micClaimed && got.MIC != decode.Match {
			t.Errorf("%s: %+v", v.ID, got)
		}
	}
	t.Logf("%d answered, %d refused", answeredAll, refused)
	if answeredAll < 10 {
		t.Error("the set has hardly a challenge")
	}
}

// TestConstantAnswer: an unknown user is answered as a wrong password is.
func TestConstantAnswer(t *testing.T) {
	var answers [][]byte
	for _, change := range []func(*ClientOptions){
		func(o *ClientOptions) { o.Account.User = "nobody" },
		func(o *ClientOptions) { o.Secret = Password("wrong") },
	} {
		o := alice()
		o.SPNEGO = true
		change(&o)
		c, a := newClient(t, o), NewAcceptor(acceptorOptions(t))
		type1, _, _ := c.Step(nil)
		type2, _, _ := a.Step(type1)
		type3, _, err := c.Step(type2)
		if err != nil {
			t.Fatal(err)
		}
		out, _, err := a.Step(type3)
		if err != nil {
			t.Fatal(err)
		}
		answers = append(answers, out)
	}
	if _, r := spnego.Parse(answers[0], nil); r == nil || r.State != spnego.Reject || !bytes.Equal(answers[0], answers[1]) {
		t.Errorf("%x", answers)
	}
}
