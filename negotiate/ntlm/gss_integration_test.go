package ntlm

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/decode/spnego"
)

const gssUsers = "LAB:alice:Passw0rd!\nLAB:bob:S3cret!12\n"

// gssChannelBound is GSS_C_CHANNEL_BOUND_FLAG: the acceptor compared bindings,
// and they matched.
const gssChannelBound = 2048

// TestClientAgainstGSS has gss-ntlmssp verify what the Client makes: password,
// MIC and channel bindings. An acceptor with bindings refuses wrong ones, and
// takes none and zeros for a client that does not bind itself: its context then
// lacks the flag.
func TestClientAgainstGSS(t *testing.T) {
	endPoint := strings.Repeat("\xa7", 32)
	data := []byte("tls-server-end-point:" + endPoint)
	right := endPointBindings([]byte(endPoint))
	for _, mech := range []string{"ntlm", "spnego"} {
		t.Run(mech, func(t *testing.T) {
			plain := startGSS(t, gssUsers, "accept", "--mech", mech)
			bound := startGSS(t, gssUsers, "accept", "--mech", mech, "--binding", hex.EncodeToString(data))
			for _, c := range []struct {
				name   string
				peer   gssPeer
				change func(*ClientOptions)
				want   string
			}{
				{"plain", plain, nil, "done"},
				{"NT hash", plain, func(o *ClientOptions) { o.Secret = NTHash(NTOWFv1("Passw0rd!")) }, "done"},
				{"wrong password", plain, func(o *ClientOptions) { o.Secret = Password("wrong") }, "error"},
				{"unknown user", plain, func(o *ClientOptions) { o.Account.User = "nobody" }, "error"},
				{"workstation", plain, func(o *ClientOptions) { o.Workstation = "WKS" }, "done"},
				{"target name", plain, func(o *ClientOptions) { o.SPN = "HTTP/origin.lab.test" }, "done"},
				{"no MIC", plain, func(o *ClientOptions) { o.NoMIC = true }, "done"},
				{"no binding", plain, func(o *ClientOptions) { o.ChannelBinding = ChannelBindingAbsent }, "done"},
				{"bound: auto", bound, func(o *ClientOptions) { o.ChannelBindings = &right }, "bound"},
				{"bound: given", bound, func(o *ClientOptions) { o.ChannelBinding = ChannelBindingMode(hex.EncodeToString(right[:])) }, "bound"},
				{"bound: wrong", bound, func(o *ClientOptions) { o.ChannelBindings, o.ChannelBinding = &right, ChannelBindingWrong }, "error"},
				{"bound: zero", bound, func(o *ClientOptions) { o.ChannelBindings, o.ChannelBinding = &right, ChannelBindingZero }, "done"},
				{"bound: none", bound, func(o *ClientOptions) { o.ChannelBindings, o.ChannelBinding = &right, ChannelBindingAbsent }, "done"},
			} {
				t.Run(c.name, func(t *testing.T) {
					o := ClientOptions{Account: Account{"alice", "LAB"}, Secret: Password("Passw0rd!"), SPNEGO: mech == "spnego"}
					if c.change != nil {
						c.change(&o)
					}
					c.peer.tb = t
					got := runClient(t, o, c.peer)
					want := c.want
					if want == "bound" {
						want = "done"
					}
					flags, name, _ := strings.Cut(got.text, " ")
					if got.state != want || got.state == "done" && strings.Trim(name, "\x00 ") != `LAB\alice` {
						t.Fatalf("gss-ntlmssp says %s %s", got.state, got.text)
					}
					if n, err := strconv.Atoi(flags); got.state == "done" && (err != nil || (n&gssChannelBound != 0) != (c.want == "bound")) {
						t.Errorf("the context's flags are %s", flags)
					}
				})
			}
		})
	}
}

// TestMICAgainstGSS breaks the MIC and wants it noticed, so that gss-ntlmssp is
// known to look at it: over the challenge as it sent it, not as it was prepared.
func TestMICAgainstGSS(t *testing.T) {
	for _, broken := range []bool{false, true} {
		peer := startGSS(t, gssUsers, "accept", "--mech", "ntlm")
		c, err := NewClient(ClientOptions{Account: Account{"alice", "LAB"}, Secret: Password("Passw0rd!")})
		if err != nil {
			t.Fatal(err)
		}
		type1, _, _ := c.Step(nil)
		type3, _, err := c.Step(peer.step(type1).token)
		if err != nil {
			t.Fatal(err)
		}
		if broken {
			type3[80]++ // within the MIC
		}
		if got := peer.step(type3); (got.state == "done") == broken {
			t.Errorf("broken %t: gss-ntlmssp says %s %s", broken, got.state, got.text)
		}
	}
}

// TestMechListMICAgainstGSS asks for SIGN, which the Client by itself does not,
// so that a mechListMIC is due both ways: MIT's SPNEGO refuses without a right
// one, and the Client checks the acceptor's.
func TestMechListMICAgainstGSS(t *testing.T) {
	for _, broken := range []bool{false, true} {
		peer := startGSS(t, gssUsers, "accept", "--mech", "spnego")
		o := ClientOptions{Account: Account{"alice", "LAB"}, Secret: Password("Passw0rd!"), SPNEGO: true}
		c := begun(t, o)
		c.type1[negotiateFlags] |= byte(decode.NegotiateSign)
		init := spnego.Init{Framed: true, MechTypes: mechList, MechToken: c.type1}
		out, _, err := c.Step(peer.step(init.Append(nil)).token)
		if err != nil {
			t.Fatal(err)
		}
		_, resp := spnego.Parse(out, nil)
		if len(resp.MechListMIC) != 16 {
			t.Fatalf("the mechListMIC has %d bytes", len(resp.MechListMIC))
		}
		if broken {
			resp.MechListMIC[5]++
		}
		got := peer.step(resp.Append(nil))
		if (got.state == "done") == broken {
			t.Fatalf("broken %t: gss-ntlmssp says %s %s", broken, got.state, got.text)
		}
		if broken {
			continue
		}
		_, end := spnego.Parse(got.token, nil)
		if end == nil || len(end.MechListMIC) != 16 {
			t.Fatalf("the acceptance is %x", got.token)
		}
		if _, _, err := c.Step(got.token); err != nil {
			t.Error(err)
		}
	}
}

// runClient gives the peer's last answer. A client that finds fault with an
// acceptance fails the test.
func runClient(t *testing.T, o ClientOptions, peer gssPeer) gssAnswer {
	t.Helper()
	c, err := NewClient(o)
	if err != nil {
		t.Fatal(err)
	}
	token, _, err := c.Step(nil)
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		a := peer.step(token)
		if a.state == "error" {
			return a
		}
		if a.state == "done" && len(a.token) == 0 {
			return a
		}
		token, _, err = c.Step(a.token)
		if err != nil {
			t.Fatalf("%v, to %s %x", err, a.state, a.token)
		}
		if a.state == "done" {
			if len(token) > 0 {
				t.Errorf("the client goes on after the acceptor is done: %x", token)
			}
			return a
		}
	}
	t.Fatal("it does not end")
	return gssAnswer{}
}

// TestAcceptorAgainstGSS has the Acceptor verify what gss-ntlmssp makes.
func TestAcceptorAgainstGSS(t *testing.T) {
	endPoint := strings.Repeat("\xa7", 48)
	data := hex.EncodeToString([]byte("tls-server-end-point:" + endPoint))
	bindings := [][16]byte{endPointBindings([]byte(endPoint))}
	const (
		integ = 32 // GSS_C_INTEG_FLAG
		conf  = 16
	)
	for _, mech := range []string{"ntlm", "spnego"} {
		for _, c := range []struct {
			name, users, binding string
			flags                int
			change               func(*AcceptorOptions)
			want                 Reason
		}{
			{"plain", "", "", 0, nil, ReasonAccepted},
			{"sign", "", "", integ, nil, ReasonAccepted},
			{"seal", "", "", integ | conf, nil, ReasonAccepted},
			{"wrong password", "LAB:alice:wrong\n", "", 0, nil, ReasonWrongResponse},
			{"unknown user", "LAB:nobody:wrong\n", "", 0, nil, ReasonUnknownUser},
			{"bound", "", data, 0, func(o *AcceptorOptions) { o.ChannelBindings, o.RequireChannelBinding = bindings, true }, ReasonAccepted},
			{"bound to another", "", data + "00", 0, func(o *AcceptorOptions) { o.ChannelBindings, o.RequireChannelBinding = bindings, true }, ReasonChannelBindingMismatch},
			{"not bound", "", "", 0, func(o *AcceptorOptions) { o.ChannelBindings, o.RequireChannelBinding = bindings, true }, ReasonChannelBindingAbsent},
			{"target name", "", "", 0, func(o *AcceptorOptions) {
				o.TargetNames, o.RequireTargetName = []string{"http/localhost"}, true
			}, ReasonAccepted},
		} {
			t.Run(mech+"/"+c.name, func(t *testing.T) {
				users, who := gssUsers, "LAB\\alice"
				if c.users != "" {
					users = c.users
					name, _, _ := strings.Cut(strings.TrimPrefix(users, "LAB:"), ":")
					who = "LAB\\" + name
				}
				args := []string{"initiate", "--mech", mech, "--user", who, "--flags", fmt.Sprint(c.flags)}
				if c.binding != "" {
					args = append(args, "--binding", c.binding)
				}
				peer := startGSS(t, users, args...)
				o := acceptorOptions(t)
				o.Clock = nil // gss-ntlmssp wants the clocks less than 36 hours apart
				if c.change != nil {
					c.change(&o)
				}
				a := NewAcceptor(o)
				state := runAcceptor(t, a, peer)
				r := a.Result()
				if r.Reason != c.want {
					t.Errorf("%s, want %s: %+v", r.Reason, c.want, r)
				}
				if r.Accepted && mech == "spnego" && state != "done" {
					t.Errorf("gss-ntlmssp is not content: %s", state)
				}
				if r.Accepted && mech == "spnego" { // gss-ntlmssp makes a MIC when SPNEGO asks for one
					wantCheck(t, "MIC", r.MIC, decode.Match)
					wantCheck(t, "mechListMIC", r.MechListMIC, decode.Match)
				}
			})
		}
	}
}

func runAcceptor(t *testing.T, a *Acceptor, peer gssPeer) (state string) {
	t.Helper()
	var token []byte
	for range 5 {
		sent := peer.step(token)
		if len(sent.token) == 0 {
			return sent.state
		}
		out, done, err := a.Step(sent.token)
		if err != nil {
			t.Fatalf("%v: %x", err, sent.token)
		}
		if done && (len(out) == 0 || sent.state == "done") {
			return sent.state
		}
		token = out
	}
	t.Fatal("it does not end")
	return ""
}
