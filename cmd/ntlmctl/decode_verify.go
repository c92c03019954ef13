package main

import (
	"crypto/x509"

	"golang.org/x/text/encoding"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
)

// verifier compares each Type 3 with a secret and the messages before it.
type verifier struct {
	secret ntlm.Secret
	certs  []*x509.Certificate
	page   encoding.Encoding
	// given is the challenge of --challenge, or nil.
	given *decode.Token
	// before holds the last Type 1 and Type 2 of each stream.
	before map[string]*exchange
}

type exchange struct{ negotiate, challenge *decode.Token }

// maxStreams is how many unfinished handshakes are remembered; past it all are
// forgotten, which only an input that never finishes any gets to.
const maxStreams = 4096

// verifier is nil where nothing is to be verified.
func (o *decodeOptions) verifier(w *world, page encoding.Encoding) (*verifier, error) {
	secret, err := o.secret(w)
	if err != nil {
		return nil, err
	}
	v := &verifier{secret: secret, page: page, before: map[string]*exchange{}}
	if o.tlsCert != "" {
		if v.certs, err = certificates(o.tlsCert); err != nil {
			return nil, err
		}
	}
	if o.challenge != "" {
		raw := firstToken(o.challenge)
		t := decode.Decode(raw, decode.Options{CodePage: page})
		if n := t.NTLM(); n == nil || n.Kind != decode.KindNTLMChallenge {
			return nil, usageError("a Type 2 begins with TlRMTVNTUAAC; the WWW-Authenticate header of the 401 holds it", "--challenge %q is no NTLM CHALLENGE_MESSAGE", shorten(o.challenge, 40))
		}
		v.given = t
	}
	if secret.IsZero() && v.certs == nil {
		return nil, nil
	}
	return v, nil
}

// verify remembers t, or verifies it where it is a Type 3.
func (v *verifier) verify(t *decode.Token) {
	inner := t.NTLM()
	if inner == nil {
		return
	}
	key := t.Source.Name + "\x00" + t.Source.Stream
	seen := v.before[key]
	if seen == nil {
		if len(v.before) == maxStreams {
			clear(v.before)
		}
		seen = &exchange{}
		v.before[key] = seen
	}
	switch inner.Kind {
	case decode.KindNTLMNegotiate:
		*seen = exchange{negotiate: t}
	case decode.KindNTLMChallenge:
		seen.challenge = t
	case decode.KindNTLMAuthenticate:
		in := ntlm.Input{Negotiate: seen.negotiate, Challenge: seen.challenge, Authenticate: t, Secret: v.secret, Certificates: v.certs, CodePage: v.page}
		if in.Challenge == nil {
			in.Challenge = v.given
		}
		inner.Verified = ntlm.Verify(in)
		delete(v.before, key)
	}
}
