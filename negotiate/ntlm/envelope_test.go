package ntlm

import (
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/decode/spnego"
)

// TestMechNames: what a peer lists stays short in messages.
func TestMechNames(t *testing.T) {
	if got := mechNames([]spnego.OID{spnego.OIDKerberos, "1.2.3"}); got != "Kerberos, 1.2.3" {
		t.Error(got)
	}
	long := make([]spnego.OID, 100)
	for i := range long {
		long[i] = spnego.OID("0x" + strings.Repeat("ff", 5000))
	}
	if got := mechNames(long); len(got) > 600 || !strings.HasSuffix(got, ", ...") {
		t.Errorf("%d characters", len(got))
	}
}

func TestNamesAndErrors(t *testing.T) {
	for wrapped, want := range map[bool]string{false: "ntlm", true: "ntlm-in-spnego"} {
		o := alice()
		o.SPNEGO = wrapped
		c, a := newClient(t, o), NewAcceptor(acceptorOptions(t))
		if err := shake(t, c, a); err != nil || c.Name() != want || a.Name() != want {
			t.Errorf("%q, %q, want %q; %v", c.Name(), a.Name(), want, err)
		}
		_, _, err := a.Step(nil)
		if got := err.Error(); got != "ntlm: acceptor: end: the handshake is over" {
			t.Error(got)
		}
	}
	_, _, err := begun(t, alice()).Step([]byte("hello"))
	if got := err.Error(); got != "ntlm: client: challenge: the token is malformed or cut: unrecognised at offset 0" {
		t.Error(got)
	}
}
