package ntlm

import (
	"bytes"
	"testing"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/decode/spnego"
)

// FuzzAcceptorStep puts arbitrary tokens to an acceptor at each of its states.
func FuzzAcceptorStep(f *testing.F) {
	type1 := newNegotiate(f)
	_, m := answered(f, alice(), challengeBytes(challengeFlags, pairs()))
	f.Add(uint8(0), type1)
	f.Add(uint8(0), (&spnego.Init{Framed: true, MechTypes: mechList, MechToken: type1}).Append(nil))
	f.Add(uint8(0), (&spnego.Init{Framed: true, MechTypes: []spnego.OID{spnego.OIDKerberos, spnego.OIDNTLM}}).Append(nil))
	f.Add(uint8(1), m.Append(nil))
	f.Add(uint8(2), (&spnego.Resp{ResponseToken: m.Append(nil), MechListMIC: make([]byte, 16)}).Append(nil))
	f.Add(uint8(3), (&spnego.Resp{ResponseToken: type1}).Append(nil))
	options := acceptorOptions(f)
	options.RequireMIC, options.AllowNTLMv1, options.AllowLM = true, true, true
	options.ChannelBindings, options.TargetNames = [][16]byte{{1}}, []string{"HTTP/a"}
	f.Fuzz(func(t *testing.T, state uint8, in []byte) {
		a := NewAcceptor(options)
		var before []byte
		switch state % 4 {
		case 1:
			before = type1
		case 2:
			before = (&spnego.Init{Framed: true, MechTypes: mechList, MechToken: type1}).Append(nil)
		case 3:
			before = (&spnego.Init{Framed: true, MechTypes: []spnego.OID{spnego.OIDKerberos, spnego.OIDNTLM}}).Append(nil)
		}
		if before != nil {
			if _, _, err := a.Step(before); err != nil {
				t.Fatal(err)
			}
		}
		given := bytes.Clone(in)
		out, done, err := a.Step(in)
		r := a.Result()
		switch {
		case !bytes.Equal(in, given):
			t.Error("the token was changed")
		case done != r.Done, done != (r.Reason != ""), r.Accepted:
			t.Errorf("done %t: %+v", done, r)
		case err != nil && !done:
			t.Errorf("%v, and it goes on", err)
		case !done && len(out) == 0:
			t.Error("it goes on without an answer")
		}
	})
}

// FuzzClientStep puts hostile challenges to a client, and hostile ends.
func FuzzClientStep(f *testing.F) {
	whole := challengeBytes(challengeFlags, pairs())
	f.Add(whole, []byte{})
	f.Add(challengeBytes(challengeFlags|decode.NegotiateSign|decode.NegotiateKeyExch, pairs()), (&spnego.Resp{State: spnego.AcceptCompleted}).Append(nil))
	f.Add((&spnego.Resp{State: spnego.AcceptIncomplete, ResponseToken: whole}).Append(nil), (&spnego.Resp{State: spnego.RequestMIC}).Append(nil))
	f.Fuzz(func(t *testing.T, challenge, end []byte) {
		o := alice()
		o.SPN, o.Workstation = "HTTP/a", "WKS"
		c := begun(t, o)
		out, done, err := c.Step(challenge)
		_ = c.Refusal() // must not panic
		if !done || (err == nil) != (len(out) > 0) {
			t.Fatalf("done %t, %d bytes, %v", done, len(out), err)
		}
		if err != nil {
			return
		}
		if len(out) > len(challenge)+1024 {
			t.Errorf("%d bytes in answer to %d", len(out), len(challenge))
		}
		v := Verify(Input{Negotiate: token(c.Type1()), Challenge: token(c.Type2()), Authenticate: token(c.Type3()), Secret: o.Secret})
		if v.NTResponse != decode.Match || c.micClaimed && v.MIC != decode.Match {
			t.Errorf("%+v", v)
		}
		for range 3 {
			if out, done, err := c.Step(end); !done || err != nil && len(out) > 0 {
				t.Errorf("done %t, %d bytes, %v", done, len(out), err)
			}
		}
	})
}
