package ntlm

import (
	"cmp"
	"strings"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/decode/spnego"
)

// maxToken is the longest token that is looked at. An NTLM message has at most
// six buffers of 65,535 bytes.
const maxToken = 512 << 10

// The names of the steps in a StepError.
const (
	stepNegotiate    = "negotiate"
	stepChallenge    = "challenge"
	stepAuthenticate = "authenticate"
	stepEnd          = "end"
)

// envelope is a token as it came: an NTLM message, bare or in SPNEGO.
type envelope struct {
	token *decode.Token
	// message is the NTLM message, nil if there is none. One that was only found
	// in a wrapper that cannot be read does not count.
	message *decode.Token
	// At most one of init and resp is not nil.
	init *spnego.Init
	resp *spnego.Resp
}

// openEnvelope reads a token. The result aliases in.
func openEnvelope(in []byte) envelope {
	t := decode.Decode(in, decode.Options{})
	e := envelope{token: t}
	var inner []byte
	switch m := t.Message.(type) {
	case *spnego.Init:
		e.init, inner = m, m.MechToken
	case *spnego.Resp:
		e.resp, inner = m, m.ResponseToken
	default:
		if t == t.NTLM() {
			e.message = t
		}
		return e
	}
	if i := t.Inner; len(inner) > 0 && i != nil && i == i.NTLM() {
		e.message = i
	}
	return e
}

// spnego reports whether the token came in SPNEGO.
func (e envelope) spnego() bool { return e.init != nil || e.resp != nil }

// kind is that of the NTLM message, or else of the token.
func (e envelope) kind() decode.Kind {
	if e.message != nil {
		return e.message.Kind
	}
	return e.token.Kind
}

// lists reports whether a NegTokenInit names NTLM among its mechanisms.
func (e envelope) lists(mech spnego.OID) bool {
	for _, m := range e.init.MechTypes {
		if m == mech {
			return true
		}
	}
	return false
}

// mechName names a mechanism of the peer's in at most 64 characters.
func mechName(m spnego.OID) string {
	name := cmp.Or(m.Name(), string(m))
	return name[:min(len(name), 64)]
}

// mechNames names the first eight of a list.
func mechNames(list []spnego.OID) string {
	names := make([]string, 0, 9)
	for _, m := range list[:min(len(list), 8)] {
		names = append(names, mechName(m))
	}
	if len(list) > 8 {
		names = append(names, "...")
	}
	return strings.Join(names, ", ")
}
