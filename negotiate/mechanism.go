// Package negotiate makes one authenticated HTTP request on one connection, and
// says what happened to the handshake.
package negotiate

import (
	"crypto/x509"

	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
)

// Mechanism steps through one handshake: a token in, a token out. The first
// call takes none. Done says that no further token is due unless the server asks.
type Mechanism interface {
	Name() string
	Step(in []byte) (out []byte, done bool, err error)
}

// Credentials make a mechanism for a scheme, anew for each connection: cert is
// the server's certificate, nil without TLS, and spn the service, HTTP/host.
type Credentials interface {
	Mechanism(scheme, spn string, cert *x509.Certificate) (Mechanism, error)
}

// NTLM are credentials for NTLM, raw under the scheme NTLM and within SPNEGO
// under Negotiate.
type NTLM struct{ ntlm.ClientOptions }

// Mechanism makes the client of one handshake. A certificate whose signature
// algorithm knows no channel binding (RFC 5929 4.1) gives none.
func (c NTLM) Mechanism(scheme, spn string, cert *x509.Certificate) (Mechanism, error) {
	o := c.ClientOptions
	o.SPNEGO, o.SPN = scheme == SchemeNegotiate, spn
	if cert != nil {
		if hash, err := ntlm.ChannelBindings(cert); err == nil {
			o.ChannelBindings = &hash
		}
	}
	return ntlm.NewClient(o)
}
