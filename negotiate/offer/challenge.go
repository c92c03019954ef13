// Package offer reads WWW-Authenticate and Proxy-Authenticate as servers
// really write them: the grammar of RFC 9110 section 11 (RFC 7235 section 4.1),
// read leniently, with warnings about what a simpler client would trip over.
// It reads Authorization and Proxy-Authorization too: the grammar is the same.
package offer

import (
	"encoding/base64"
	"errors"
	"slices"
	"strings"
)

// Challenge is one challenge of an authentication scheme.
type Challenge struct {
	// Raw is the challenge as it stands in the header, without what separates it.
	Raw string `json:"raw"`
	// Scheme is the scheme's name as it was written; empty for text that no
	// scheme claims.
	Scheme string `json:"scheme"`
	// Token68 is the one word after the scheme, in NTLM and Negotiate a token in base64.
	Token68 string `json:"token68,omitempty"`
	// Params are the parameters in their order.
	Params []Param `json:"params,omitempty"`
	// Header is the index of the header value in which it stood, from 0.
	Header int `json:"header"`
	// Warnings are in the order in which the text gave rise to them.
	Warnings []Warning `json:"warnings,omitempty"`
}

// Param is one parameter of a challenge.
type Param struct {
	// Name is as it was written.
	Name string `json:"name"`
	// Value is without quotes and backslashes.
	Value string `json:"value"`
	// Quoted says that it was a quoted string.
	Quoted bool `json:"quoted,omitempty"`
}

// Is reports whether the challenge is of a scheme, whatever its case.
func (c *Challenge) Is(scheme string) bool { return strings.EqualFold(c.Scheme, scheme) }

// Param returns the value of the first parameter of a name, whatever its case.
func (c *Challenge) Param(name string) (value string, ok bool) {
	for i := range c.Params {
		if strings.EqualFold(c.Params[i].Name, name) {
			return c.Params[i].Value, true
		}
	}
	return "", false
}

// Warned reports whether there is a warning of the code.
func (c *Challenge) Warned(code Code) bool {
	return slices.ContainsFunc(c.Warnings, func(w Warning) bool { return w.Code == code })
}

// Token returns the bytes of Token68. It is nil if there is none, and an error
// if it is not base64; both alphabets are read, padded or not.
func (c *Challenge) Token() ([]byte, error) {
	if c.Token68 == "" {
		return nil, nil
	}
	text := strings.TrimRight(c.Token68, "=")
	raw, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil {
		raw, err = base64.RawURLEncoding.DecodeString(text)
	}
	if err != nil {
		return nil, errors.New("offer: the word after the scheme is not base64")
	}
	return raw, nil
}

// Find returns the first challenge of a scheme, whatever its case, or nil. One
// that carries a token goes before one that is bare.
func Find(list []Challenge, scheme string) *Challenge {
	var bare *Challenge
	for i := range list {
		switch c := &list[i]; {
		case !c.Is(scheme):
		case c.Token68 != "":
			return c
		case bare == nil:
			bare = c
		}
	}
	return bare
}
