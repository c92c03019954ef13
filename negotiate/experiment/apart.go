package experiment

import (
	"strings"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// who is whose an answer is.
type who int

const (
	whoUnknown who = iota
	whoFirst
	whoSecond
)

// apart tells the answers that two accounts get apart, by those to their logons;
// they are nil where one did not log on.
type apart struct{ first, second *Observation }

// apart is for the first account and that of SecondUser.
func (s *Seen) apart() apart {
	a := apart{s.proof(NameHandshake), s.proof(NameSecondUser)}
	if a.first == nil || a.second == nil || !a.first.LoggedOn() || !a.second.LoggedOn() {
		return apart{}
	}
	return a
}

// whose is whose an answer is, by the first sign that tells: what a ntlmctl serve
// keeps the logon under, a user's name, the body as a whole. A sign counts where the
// two logons differ in it. A body that is another one each time tells nothing, and
// nor does a field of the head: many count or tell the time.
func (a apart) whose(o *Observation) who {
	if a.first == nil || o.Failure != nil {
		return whoUnknown
	}
	for _, sign := range []func(*Observation) string{(*Observation).authKey, a.named, (*Observation).Hash} {
		own, other := sign(a.first), sign(a.second)
		if own == "" || other == "" || own == other {
			continue
		}
		switch sign(o) {
		case own:
			return whoFirst
		case other:
			return whoSecond
		}
	}
	return whoUnknown
}

// authKey is what a ntlmctl serve keeps the logon under that the answer is for.
func (o *Observation) authKey() string {
	if o.Leg == nil || o.Leg.OriginView == nil {
		return ""
	}
	return o.Leg.OriginView.Instance + " " + o.Leg.OriginView.AuthKey
}

// named is the one user's name of both that stands in an answer; empty if none does,
// or both do.
func (a apart) named(o *Observation) string {
	if o.Leg == nil || o.Leg.Response == nil {
		return ""
	}
	first, second := userOf(a.first), userOf(a.second)
	const least = 3 // shorter names stand in many words
	if min(len(first), len(second)) < least || strings.Contains(first, second) || strings.Contains(second, first) {
		return ""
	}
	var text strings.Builder
	for _, field := range o.Leg.Response.Headers {
		text.WriteString(field.Value + "\n")
	}
	text.Write(o.Body)
	all := strings.ToLower(text.String())
	switch one, two := strings.Contains(all, first), strings.Contains(all, second); {
	case one && !two:
		return first
	case two && !one:
		return second
	}
	return ""
}

// userOf is the user's name in the Type 3 that an observation sent, in lower case.
func userOf(o *Observation) string {
	t := o.Leg.TokenIn(trace.InRequest).NTLM()
	if t == nil {
		return ""
	}
	m, ok := t.Message.(*decode.AuthenticateMessage)
	if !ok {
		return ""
	}
	return strings.ToLower(m.User().String())
}
