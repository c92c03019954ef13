package experiment

import (
	"strings"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/decode/spnego"
	"github.com/ntlmctl/ntlmctl/negotiate/offer"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
)

// Seen is what the questions put to one path have brought to light.
type Seen struct {
	Observations []*Observation
	Outcomes     []Outcome
}

// Observation is one request and what came of it.
type Observation struct {
	// Experiment is the name of the question, Variant the form of it where it has several.
	Experiment, Variant string
	// Target is who was asked for a logon, or would have been.
	Target verdict.Target
	// Leg is nil where no request went out.
	Leg        *trace.Leg
	Connection trace.Connection
	// Body is the beginning of the response's body, where the question is about it.
	Body []byte
	// Failure says why there is no whole response.
	Failure *trace.Failure

	// offers are parsed once they are asked for.
	offers []offer.Challenge
	parsed bool
}

func (s *Seen) add(o Observation) *Observation {
	s.Observations = append(s.Observations, &o)
	return &o
}

// Find returns the first observation of an experiment, or nil.
func (s *Seen) Find(name string) *Observation {
	for _, o := range s.Observations {
		if o.Experiment == name {
			return o
		}
	}
	return nil
}

// All returns the observations of an experiment, in their order.
func (s *Seen) All(name string) []*Observation {
	var list []*Observation
	for _, o := range s.Observations {
		if o.Experiment == name {
			list = append(list, o)
		}
	}
	return list
}

// Sharing returns the first observation that looks as if handshakes on different
// connections met on one connection upstream, or nil: NTLM's first message is
// answered with the bare names of schemes after it has been challenged, or is
// let in; or NTLM is challenged within Negotiate, and a list that has it is rejected.
func (s *Seen) Sharing() *Observation {
	challenged := false
	for _, o := range s.Observations {
		switch {
		case o.sent() == "" || o.sent() == decode.KindNTLMAuthenticate || o.beyond():
		case o.Answer() == LetIn:
			return o
		case o.Answer() == Challenged:
			challenged = true
		case o.Experiment == NameNegotiateRaw && s.Find(NameNegotiateNTLM).Answer() == Rejected:
			// The server takes no NTLM within Negotiate, and has said so itself.
		case challenged && o.Answer() == Bare && !o.short():
			return o
		}
	}
	if s.Find(NameNegotiateNTLM).Answer() == Challenged {
		if o := s.Find(NameNegotiateChoice); o.Answer() == Rejected {
			return o
		}
	}
	return nil
}

// PassedOver returns the answer to NegotiateOrder in which the server passes NTLM
// over for Kerberos, or nil. Only the first answer of a handshake names a
// mechanism (RFC 4178, 4.2.2), so no upstream connection that somebody else's
// handshake spoilt can have given it: whoever answers so has read the list anew.
// InOrder says that the server chose the first of Kerberos' two names both here
// and in the answer to NegotiateChoice, where they stand the other way round. Such
// a server follows the order of the list, as MIT's and Heimdal's do, and would
// have taken NTLM, which stood before both. One with an order of its own may take
// NTLM, and prefer Kerberos.
func (s *Seen) PassedOver() (answer *Observation, inOrder bool) {
	order := s.Find(NameNegotiateOrder)
	if order.Answer() != ChoseKerberos {
		return nil, false
	}
	return order, order.Choice() == spnego.OIDKerberos && s.Find(NameNegotiateChoice).Choice() == spnego.OIDMSKerberos
}

// Rejects returns the last of the answers to NegotiateAgain if all were what they
// were before, or nil: NTLM was rejected each time, and a list with Kerberos got
// bare names each time. What somebody's unfinished handshake spoilt answers by what
// the upstream connection has been through, a rejection first and bare names from
// then on, whatever is sent. To look like this, each of these requests would have to
// meet another connection in just the state that its token asks for; the order is
// such that no pool does so by taking turns, nor by taking the last one used.
func (s *Seen) Rejects() *Observation {
	again := s.All(NameNegotiateAgain)
	for i, answer := range []Answer{Rejected, Rejected, Bare} {
		if i >= len(again) || again[i].Answer() != answer {
			return nil
		}
	}
	return again[len(again)-1]
}

// short reports a first message of less than 40 bytes, as curl and browsers send
// it: gss-ntlmssp takes none, so bare names are no sign of anything else.
func (o *Observation) short() bool {
	t := o.Leg.TokenIn(trace.InRequest).NTLM()
	return t != nil && len(t.Raw) < 40
}

// HasChallenge reports whether some first message has been challenged.
func (s *Seen) HasChallenge() bool {
	for _, o := range s.Observations {
		if o.Answer() == Challenged {
			return true
		}
	}
	return false
}

// beyond reports a leg after the first handshake of its connection, over HTTP/2,
// or on a connection that is to close: there bare names say nothing about others.
func (o *Observation) beyond() bool {
	return strings.HasSuffix(o.Variant, VariantSecond) || o.Experiment == NameHTTP2 || o.Experiment == NameClosing
}

// sent is the kind of the innermost message that went out, or empty.
func (o *Observation) sent() decode.Kind {
	if o.Leg == nil {
		return ""
	}
	return o.Leg.TokenIn(trace.InRequest).Innermost()
}

// Status is that of the response, 0 if none came.
func (o *Observation) Status() int {
	if o.Leg == nil {
		return 0
	}
	return o.Leg.Status()
}

// Refused reports whether the response asks for a logon.
func (o *Observation) Refused() bool {
	return o.Failure == nil && (o.Status() == 401 || o.Status() == 407)
}

// Offers are the challenges of the response, those of the target that it asks for.
func (o *Observation) Offers() []offer.Challenge { return o.OffersOf(o.Target) }

// OffersOf are the challenges of the response in the name of a target, whether its
// status asks for a logon there or not.
func (o *Observation) OffersOf(target verdict.Target) []offer.Challenge {
	if o.Leg == nil || o.Leg.Response == nil {
		return nil
	}
	if target == o.Target && o.parsed {
		return o.offers
	}
	offers := offer.Parse(o.Leg.Response.Headers.Values(challengeHeader(target)))
	if target == o.Target {
		o.parsed, o.offers = true, offers
	}
	return offers
}

// Offered is the challenge of a scheme, nil where it is not on offer.
func (o *Observation) Offered(scheme string) *offer.Challenge { return offer.Find(o.Offers(), scheme) }

func challengeHeader(target verdict.Target) string {
	if target == verdict.Proxy {
		return "Proxy-Authenticate"
	}
	return "WWW-Authenticate"
}

// Challenge is the CHALLENGE_MESSAGE that came, with the token that it is; nil
// if none did.
func (o *Observation) Challenge() (*decode.Token, *decode.ChallengeMessage) {
	if o == nil || o.Leg == nil {
		return nil, nil
	}
	t := o.Leg.TokenIn(trace.InResponse).NTLM()
	if t == nil {
		return nil, nil
	}
	m, ok := t.Message.(*decode.ChallengeMessage)
	if !ok {
		return nil, nil
	}
	return t, m
}

// Choice is the mechanism that a NegTokenResp names, empty where it names none.
func (o *Observation) Choice() spnego.OID {
	if r := o.resp(); r != nil {
		return r.SupportedMech
	}
	return ""
}

func (o *Observation) resp() *spnego.Resp {
	if o == nil || o.Leg == nil {
		return nil
	}
	t := o.Leg.TokenIn(trace.InResponse)
	if t == nil {
		return nil
	}
	r, _ := t.Message.(*spnego.Resp)
	return r
}
