package experiment

import (
	"context"
	"strconv"
	"strings"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// NameForgery is the name of Forgery.
const NameForgery = "forgery"

// Forgery asks as a stranger who sets the header by which the server tells
// connections apart, with the value of the connection that is logged on.
type Forgery struct {
	Session *Session
	// Header is the header's name.
	Header string
}

// Info describes it.
func (e Forgery) Info() Info {
	return Info{
		Name: NameForgery, Asks: "is a stranger let in who forges the header of --connection-id-header?",
		Needs: []Need{NeedLogon}, Cost: Cost{Requests: 1},
	}
}

// Run asks.
func (e Forgery) Run(ctx context.Context, p *Path, seen *Seen) Outcome {
	if e.Header == "" {
		return Outcome{State: Skipped, Text: "it needs --connection-id-header"}
	}
	if !e.Session.loggedOn() {
		return skipped(NeedLogon)
	}
	proof := seen.proof(NameHandshake)
	if proof == nil || proof.Leg.OriginView == nil {
		return Outcome{State: Skipped, Text: "it needs ntlmctl serve in the server's place: nobody else says what the value is"}
	}
	value, is := strings.CutPrefix(proof.Leg.OriginView.AuthKey, "key ")
	if !is {
		return Outcome{State: Skipped, Text: "the server does not tell connections apart by a header"}
	}
	forged := trace.Headers{{Name: e.Header, Value: value}}
	o := p.stranger(ctx, seen, NameForgery, "", forged)
	seen.add(o)
	switch {
	case o.Failure != nil:
		return Outcome{State: Inconclusive, Text: o.Failure.Text}
	case seen.LetIn(&o):
		return Outcome{State: Failed, Text: strconv.Itoa(o.Status()) + " to a stranger with a forged " + e.Header}
	}
	return Outcome{State: Passed, Text: "a forged " + e.Header + " is refused"}
}
