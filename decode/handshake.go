package decode

import (
	"strconv"

	"github.com/ntlmctl/ntlmctl/decode/annotate"
)

// Fact is yes, no, or unknown: unknown is not no.
type Fact string

// The values of a Fact.
const (
	Yes     Fact = "yes"
	No      Fact = "no"
	Unknown Fact = "unknown"
)

// Handshake is the tokens of one logon. Those that were not found are nil.
type Handshake struct {
	Negotiate, Challenge, Authenticate *Token
	// SameConnection says whether they came on one connection.
	SameConnection Fact
	// Status is the HTTP status that the last message was answered with, 0 if
	// that is not known.
	Status int
}

// Tokens are those that are there, in order.
func (h *Handshake) Tokens() []*Token {
	var list []*Token
	for _, t := range [...]*Token{h.Negotiate, h.Challenge, h.Authenticate} {
		if t != nil {
			list = append(list, t)
		}
	}
	return list
}

// Compare lays the messages side by side.
func (h *Handshake) Compare() *Comparison {
	c := Compare(h.Negotiate, h.Challenge, h.Authenticate)
	if h.SameConnection == No {
		c.find(annotate.DifferentConnections, "")
	}
	if h.Authenticate != nil && (h.Status == 401 || h.Status == 407) {
		c.find(annotate.HandshakeRefused, "answered with "+strconv.Itoa(h.Status))
	}
	return c
}
