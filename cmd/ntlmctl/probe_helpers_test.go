package main

import (
	"encoding/base64"
	"testing"

	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
)

// challengeFor is the challenge that answers a Type 1, in base64.
func challengeFor(t *testing.T, o ntlm.AcceptorOptions, type1 string) string {
	raw, err := base64.StdEncoding.DecodeString(type1)
	if err != nil {
		t.Error(err)
	}
	out, _, err := ntlm.NewAcceptor(o).Step(raw)
	if err != nil {
		t.Error(err)
	}
	return base64.StdEncoding.EncodeToString(out)
}
