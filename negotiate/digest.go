package negotiate

import (
	"crypto/md5" //nolint:gosec // RFC 7616 has it
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"hash"
	"strings"

	"github.com/icholy/digest"

	"github.com/ntlmctl/ntlmctl/negotiate/offer"
)

// digestStepper answers a Digest challenge, again with each request (RFC 7616).
type digestStepper struct {
	user, password string
	challenge      *digest.Challenge
	cnonce         string
	count          int  // of the requests that used the nonce
	sent           bool // the challenge has been answered
}

// take takes a challenge. A refusal that calls the nonce stale is none (RFC 7616
// section 3.3), if it brings another.
func (s *digestStepper) take(c *offer.Challenge) (more bool, err error) {
	if c == nil {
		return false, nil
	}
	next := digestChallenge(c)
	if s.sent && (!next.Stale || next.Nonce == s.challenge.Nonce) {
		return false, nil
	}
	s.challenge, s.cnonce, s.count, s.sent = next, rand.Text(), 0, false
	return true, nil
}

func (s *digestStepper) value(method, target string) (string, error) {
	if s.challenge == nil {
		return "", nil
	}
	s.count++
	challenge := *s.challenge
	o := digest.Options{Method: method, URI: target, Count: s.count, Username: s.user, Password: s.password, Cnonce: s.cnonce}
	plain, session := cutSession(challenge.Algorithm)
	if session { // the library has no session keys (RFC 7616 section 3.4.2)
		challenge.Algorithm = plain
		o.A1 = sum(plain, sum(plain, s.user, challenge.Realm, s.password), challenge.Nonce, s.cnonce)
	}
	credentials, err := digest.Digest(&challenge, o)
	if err != nil {
		return "", err
	}
	credentials.Algorithm = s.challenge.Algorithm
	return credentials.String(), nil
}

func (s *digestStepper) delivered()        { s.sent = true }
func (*digestStepper) proves() bool        { return true }
func (*digestStepper) name() string        { return "digest" }
func (*digestStepper) perConnection() bool { return false }
func (*digestStepper) begun() bool         { return false }

// cutSession takes the suffix -sess from an algorithm.
func cutSession(algorithm string) (plain string, session bool) {
	const suffix = "-sess"
	if i := len(algorithm) - len(suffix); i > 0 && strings.EqualFold(algorithm[i:], suffix) {
		return algorithm[:i], true
	}
	return algorithm, false
}

// sum is the hash of parts with colons between them, in hexadecimal.
func sum(algorithm string, parts ...string) string {
	var h hash.Hash
	switch strings.ToUpper(algorithm) {
	case "SHA-256":
		h = sha256.New()
	case "SHA-512":
		h = sha512.New()
	case "SHA-512-256":
		h = sha512.New512_256()
	default:
		h = md5.New() //nolint:gosec // RFC 7616 has it
	}
	h.Write([]byte(strings.Join(parts, ":")))
	return hex.EncodeToString(h.Sum(nil))
}

// canDigest reports whether a challenge can be answered: by qop auth or none,
// and an algorithm that is known.
func canDigest(c *offer.Challenge) bool {
	d := digestChallenge(c)
	plain, session := cutSession(d.Algorithm)
	d.Algorithm = plain
	return d.Nonce != "" && (len(d.QOP) == 0 && !session || d.SupportsQOP("auth")) && digest.CanDigest(d)
}

// digestChallenge is the challenge as the library has it.
func digestChallenge(c *offer.Challenge) *digest.Challenge {
	get := func(name string) string {
		value, _ := c.Param(name)
		return value
	}
	d := &digest.Challenge{
		Realm: get("realm"), Nonce: get("nonce"), Opaque: get("opaque"), Algorithm: get("algorithm"),
		Stale: strings.EqualFold(get("stale"), "true"), Userhash: strings.EqualFold(get("userhash"), "true"),
	}
	for qop := range strings.FieldsFuncSeq(get("qop"), func(r rune) bool { return r == ',' || r == ' ' }) {
		d.QOP = append(d.QOP, strings.ToLower(qop))
	}
	return d
}
