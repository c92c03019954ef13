package experiment

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
)

// Proof reports whether the request carried the message that a logon is judged by.
func (o *Observation) Proof() bool {
	return o != nil && o.sent() == decode.KindNTLMAuthenticate
}

// LoggedOn reports whether a proof was answered as if it had been accepted: with
// anything but a refusal, a size that was too large, a server's error, or a 400,
// which is what some servers say to one that answers no challenge of theirs.
func (o *Observation) LoggedOn() bool {
	status := o.Status()
	return o.Proof() && status != 0 && !o.TurnedAway() && !o.TooLarge() && status != 400 && status < 500
}

// TurnedAway reports whether the target of the logon asks for one: what an origin
// says through a proxy that lets the request through is not the proxy's refusal.
func (o *Observation) TurnedAway() bool {
	if o.Target == verdict.Proxy {
		return o.Status() == 407
	}
	return o.Status() == 401
}

// TooLarge reports whether the answer is that something was too large: nobody
// looked at what it said.
func (o *Observation) TooLarge() bool {
	status := o.Status()
	return status == 413 || status == 431 || status == 494
}

// LetIn reports whether a request without credentials was answered as only
// somebody who logged on is: with success, or with what the logon itself got. A
// page that is not there, for one, is 401 to strangers and 404 to the account.
func (s *Seen) LetIn(o *Observation) bool {
	status := o.Status()
	if status == 0 || o.TurnedAway() {
		return false
	}
	if status < 400 {
		return true
	}
	for _, name := range []string{NameHandshake, NameCarried} {
		if p := s.proof(name); p != nil && p.LoggedOn() && p.Status() == status {
			return true
		}
	}
	return false
}

// proof is the leg of an experiment that brought the Type 3, nil if none did.
func (s *Seen) proof(name string) *Observation {
	for _, o := range s.All(name) {
		if o.Proof() {
			return o
		}
	}
	return nil
}

// Hash is the SHA-256 of what was kept of the body, in hexadecimal; empty where
// nothing was.
func (o *Observation) Hash() string {
	if len(o.Body) == 0 {
		return ""
	}
	sum := sha256.Sum256(o.Body)
	return hex.EncodeToString(sum[:])
}
