package negotiate

import (
	"encoding/base64"

	"github.com/ntlmctl/ntlmctl/negotiate/offer"
)

// basicStepper sends name and password with each request (RFC 7617).
type basicStepper struct {
	text string
	sent bool
}

func newBasic(user, password string) *basicStepper {
	return &basicStepper{text: SchemeBasic + " " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))}
}

func (s *basicStepper) take(*offer.Challenge) (more bool, err error) { return !s.sent, nil }

func (s *basicStepper) value(string, string) (string, error) { return s.text, nil }
func (s *basicStepper) delivered()                           { s.sent = true }
func (*basicStepper) proves() bool                           { return true }
func (*basicStepper) name() string                           { return "basic" }
func (*basicStepper) perConnection() bool                    { return false }
func (*basicStepper) begun() bool                            { return false }
