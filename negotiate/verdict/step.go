package verdict

import (
	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/negotiate/offer"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// step is one leg as the rules see it.
type step struct {
	*trace.Leg
	// sent is the message of the handshake that went out; got the one that came back.
	sent, got decode.Kind
	// offers are the challenges of the response.
	offers []offer.Challenge
	// refused says that the response asks for a logon to this target.
	refused bool
}

// statusOf is the status by which a target asks for a logon.
func (t Target) statusOf() int {
	if t == Proxy {
		return 407
	}
	return 401
}

// challengeHeader is where a target names its schemes.
func (t Target) challengeHeader() string {
	if t == Proxy {
		return "Proxy-Authenticate"
	}
	return "WWW-Authenticate"
}

func stepsOf(target Target, legs []*trace.Leg) []step {
	list := make([]step, len(legs))
	for i, leg := range legs {
		s := step{Leg: leg, sent: messageOf(leg.TokenIn(trace.InRequest)), got: messageOf(leg.TokenIn(trace.InResponse))}
		if leg.Response != nil {
			s.offers = offer.Parse(leg.Response.Headers.Values(target.challengeHeader()))
			s.refused = leg.Response.Status == target.statusOf()
		}
		list[i] = s
	}
	return list
}

// messageOf is the kind of the innermost message that a token carries, empty
// where there is no token.
func messageOf(t *decode.Token) decode.Kind {
	if t == nil {
		return ""
	}
	if n := t.NTLM(); n != nil {
		return n.Kind
	}
	return t.Kind
}

// offersLogon reports whether a scheme is offered that carries NTLM.
func (s *step) offersLogon() bool {
	return offer.Find(s.offers, "NTLM") != nil || offer.Find(s.offers, "Negotiate") != nil
}
