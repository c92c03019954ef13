package negotiate

import (
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
	"github.com/ntlmctl/ntlmctl/negotiate/offer"
)

// The schemes that a Logon may name. Negotiate and NTLM carry NTLM (RFC 4559,
// MS-NTHT); Digest is RFC 7616, Basic RFC 7617.
const (
	SchemeNegotiate = "Negotiate"
	SchemeNTLM      = "NTLM"
	SchemeDigest    = "Digest"
	SchemeBasic     = "Basic"
)

// defaultSchemes are wanted where a Logon names none.
var defaultSchemes = []string{SchemeNegotiate, SchemeNTLM}

// stepper makes what one scheme puts into Authorization.
type stepper interface {
	// take takes the challenge of a refusal, nil before the first request. More is
	// false where that refuses what was sent, and nothing is left to say.
	take(challenge *offer.Challenge) (more bool, err error)
	// value is what goes out with the next request, empty for nothing.
	value(method, target string) (string, error)
	// proves says that the target judges the logon by the value.
	proves() bool
	// delivered says that the target has answered the value.
	delivered()
	// name is what the value is, for people.
	name() string
	// perConnection says that the logon is the connection's: once it is made, no
	// request on it needs a value. Begun says that it is under way there: it
	// cannot go on elsewhere.
	perConnection() bool
	begun() bool
}

// party is who is logged on to, on one connection.
type party struct {
	spn string
	// cert is its certificate, nil without TLS; binding the channel binding of that
	// in hexadecimal, empty if it has none (RFC 5929 section 4.1).
	cert    *x509.Certificate
	binding string
}

// present takes the certificate that the party showed.
func (p *party) present(cert *x509.Certificate) {
	if p.cert = cert; cert == nil {
		return
	}
	if hash, err := ntlm.ChannelBindings(cert); err == nil {
		p.binding = hex.EncodeToString(hash[:])
	}
}

// newStepper makes the stepper of a scheme.
func newStepper(c Credentials, scheme string, p party) (stepper, error) {
	switch scheme {
	case SchemeBasic, SchemeDigest:
		with, ok := c.(UserPassword)
		if !ok {
			return nil, fmt.Errorf("%s: %w", scheme, errNoPassword)
		}
		user, password := with.UserPassword()
		if scheme == SchemeBasic {
			return newBasic(user, password), nil
		}
		return &digestStepper{user: user, password: password}, nil
	}
	mechanism, err := c.Mechanism(scheme, p.spn, p.cert)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", scheme, err)
	}
	return &tokenStepper{scheme: scheme, mechanism: mechanism}, nil
}

// canUse reports whether the credentials are fit for a scheme.
func canUse(c Credentials, scheme string) bool {
	if scheme != SchemeBasic && scheme != SchemeDigest {
		return true
	}
	_, ok := c.(UserPassword)
	return ok
}

// wanted are the schemes to log on with, the best first, as they are registered.
func (l *Logon) wanted() []string {
	if l.Schemes == nil {
		return defaultSchemes
	}
	list := make([]string, 0, len(l.Schemes))
	for _, scheme := range l.Schemes {
		for _, known := range [...]string{SchemeNegotiate, SchemeNTLM, SchemeDigest, SchemeBasic} {
			if strings.EqualFold(scheme, known) && canUse(l.Credentials, known) && !slices.Contains(list, known) {
				list = append(list, known)
			}
		}
	}
	return list
}

// choose is the challenge to log on by: the best wanted of those offered, nil if
// there is none.
func (l *Logon) choose(offers []offer.Challenge) (scheme string, challenge *offer.Challenge) {
	for _, scheme := range l.wanted() {
		if c := find(offers, scheme); c != nil {
			return scheme, c
		}
	}
	return "", nil
}

// find is offer.Find, and for Digest the first challenge that can be answered.
func find(offers []offer.Challenge, scheme string) *offer.Challenge {
	if scheme != SchemeDigest {
		return offer.Find(offers, scheme)
	}
	for i := range offers {
		if c := &offers[i]; c.Is(SchemeDigest) && canDigest(c) {
			return c
		}
	}
	return nil
}

// first is the scheme to begin with before anything was offered, empty if none
// of those wanted can. NTLM goes before Negotiate where none is named: who
// takes Negotiate may want Kerberos in it.
func (l *Logon) first() string {
	if l.Schemes == nil {
		return SchemeNTLM
	}
	for _, scheme := range l.wanted() {
		if scheme != SchemeDigest {
			return scheme
		}
	}
	return ""
}
