package verdict

import (
	"strings"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/negotiate/offer"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// step is one leg as the rules see it.
type step struct {
	*trace.Leg
	// scheme is that of the credentials that went out to the target, empty for none.
	scheme string
	// out and in are the tokens for and from the target, nil for none; sent and got
	// are the messages of the handshake in them.
	out, in   *decode.Token
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

// credentialsHeader is where a target takes credentials from.
func (t Target) credentialsHeader() string {
	if t == Proxy {
		return "Proxy-Authorization"
	}
	return "Authorization"
}

// stepsOf are the legs as the rules see them. Failed says that the last of them
// failed: what came of its response is none.
func stepsOf(target Target, legs []*trace.Leg, failed bool) []step {
	list := make([]step, len(legs))
	for i, leg := range legs {
		if failed && i == len(legs)-1 && leg.Error != nil {
			half := *leg
			half.Response = nil
			leg = &half
		}
		s := step{Leg: leg, out: tokenIn(leg, trace.InRequest, target.credentialsHeader()), in: tokenIn(leg, trace.InResponse, target.challengeHeader())}
		s.sent, s.got = s.out.Innermost(), s.in.Innermost()
		s.scheme, _, _ = strings.Cut(strings.TrimSpace(leg.Request.Headers.Get(target.credentialsHeader())), " ")
		if leg.Response != nil {
			if values := leg.Response.Headers.Values(target.challengeHeader()); values != nil {
				s.offers = offer.Parse(values)
			}
			s.refused = leg.Response.Status == target.statusOf()
		}
		list[i] = s
	}
	return list
}

// tokenIn is the token of a leg that went in a direction, in a header.
func tokenIn(leg *trace.Leg, d trace.Direction, header string) *decode.Token {
	for i := range leg.Tokens {
		if t := &leg.Tokens[i]; t.Direction == d && strings.EqualFold(t.Header, header) {
			return t.Token
		}
	}
	return nil
}

// offersLogon reports whether a scheme is offered that carries NTLM.
func (s *step) offersLogon() bool {
	return offer.Find(s.offers, "NTLM") != nil || offer.Find(s.offers, "Negotiate") != nil
}

// offersAny reports whether one of the schemes is offered.
func (s *step) offersAny(schemes []string) bool {
	for _, scheme := range schemes {
		if offer.Find(s.offers, scheme) != nil {
			return true
		}
	}
	return false
}

// schemes are the names of what is offered, for people.
func (s *step) schemes() string {
	if len(s.offers) == 0 {
		return "nothing"
	}
	names := make([]string, len(s.offers))
	for i := range s.offers {
		names[i] = s.offers[i].Scheme
	}
	return strings.Join(names, ", ")
}

// ended reports whether the connection did not outlive the leg.
func (s *step) ended() bool {
	return s.ClosedBy == trace.Server || s.Response != nil && s.Response.Close
}

// tokenScheme reports whether a scheme's credentials are tokens of a handshake.
func tokenScheme(scheme string) bool { return offer.CarriesToken(scheme) }
