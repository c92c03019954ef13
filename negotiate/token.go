package negotiate

import (
	"encoding/base64"
	"strconv"

	"github.com/ntlmctl/ntlmctl/negotiate/offer"
)

// tokenStepper steps a mechanism: each value is a token of its handshake.
type tokenStepper struct {
	scheme    string
	mechanism Mechanism
	out       []byte
	// done: the mechanism has given its last token, unless the target asks for more.
	done  bool
	steps int
}

// maxTokens is how many tokens a handshake may have.
const maxTokens = 6

func (s *tokenStepper) take(challenge *offer.Challenge) (more bool, err error) {
	var in []byte
	if challenge != nil && s.steps > 0 { // the client speaks first: a token before that is for somebody else
		if in, err = challenge.Token(); err != nil {
			return false, err
		}
	}
	if s.steps > 0 && len(in) == 0 || s.steps == maxTokens {
		return false, nil
	}
	answered := s.done
	s.steps++
	s.out, s.done, err = s.mechanism.Step(in)
	if err != nil && answered { // the mechanism says what the status says: refused
		return false, nil
	}
	return err == nil && len(s.out) > 0, err
}

func (s *tokenStepper) value(string, string) (string, error) {
	if len(s.out) == 0 {
		return "", nil
	}
	b := make([]byte, 0, len(s.scheme)+1+base64.StdEncoding.EncodedLen(len(s.out)))
	b = append(append(b, s.scheme...), ' ')
	return string(base64.StdEncoding.AppendEncode(b, s.out)), nil
}

func (s *tokenStepper) proves() bool      { return s.done }
func (s *tokenStepper) delivered()        { s.out = nil }
func (s *tokenStepper) name() string      { return "token " + strconv.Itoa(s.steps) }
func (*tokenStepper) perConnection() bool { return true }
func (s *tokenStepper) begun() bool       { return s.steps > 1 }
