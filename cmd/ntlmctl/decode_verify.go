package main

import (
	"crypto/x509"

	"golang.org/x/text/encoding"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
)

// verifier compares each Type 3 with a secret and the messages of its handshake.
type verifier struct {
	secret ntlm.Secret
	certs  []*x509.Certificate
	page   encoding.Encoding
	// given is the challenge of --challenge, or nil.
	given *decode.Token
}

// verifier is nil where nothing is to be verified.
func (o *decodeOptions) verifier(w *world, page encoding.Encoding) (*verifier, error) {
	secret, err := o.secret(w)
	if err != nil {
		return nil, err
	}
	v := &verifier{secret: secret, page: page}
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

// verify verifies t if it is a Type 3, of the handshake h or of none. One that a
// server quotes in its answer is nobody's logon.
func (v *verifier) verify(t *decode.Token, h *decode.Handshake) {
	inner := t.NTLM()
	if inner == nil || inner.Kind != decode.KindNTLMAuthenticate || h == nil && t.Source.Direction == "response" {
		return
	}
	in := ntlm.Input{Authenticate: t, Secret: v.secret, Certificates: v.certs, CodePage: v.page}
	if h != nil {
		in.Negotiate, in.Challenge = h.Negotiate, h.Challenge
	}
	if in.Challenge == nil {
		in.Challenge = v.given
	}
	inner.Verified = ntlm.Verify(in)
}
