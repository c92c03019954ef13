package experiment

import "context"

// NameSecondRequest is the name of SecondRequest.
const NameSecondRequest = "second-request"

// SecondRequest asks again on the connection that is logged on, with no header:
// NTLM logs a connection on, not a request.
type SecondRequest struct{ Session *Session }

// Info describes it.
func (SecondRequest) Info() Info {
	return Info{
		Name: NameSecondRequest, Asks: "does the connection stay logged on?",
		Needs: []Need{NeedLogon}, Cost: Cost{Requests: 1},
	}
}

// Run asks.
func (e SecondRequest) Run(ctx context.Context, p *Path, seen *Seen) Outcome {
	if !e.Session.loggedOn() {
		return skipped(NeedLogon)
	}
	o := e.Session.askAgain(ctx, p, seen, NameSecondRequest, "")
	switch {
	case o.Failure != nil:
		return Outcome{State: Failed, Text: o.Failure.Text}
	case o.TurnedAway():
		return Outcome{State: Failed, Text: "the connection does not stay logged on"}
	case seen.forbidden():
		e.Session.budget(p, seen).Refund() // logged on, after all
	}
	return Outcome{State: Passed, Text: "the connection stays logged on"}
}

// forbidden reports whether the logon was answered with 403.
func (s *Seen) forbidden() bool {
	for _, o := range s.All(NameHandshake) {
		if o.Proof() && o.Status() == 403 {
			return true
		}
	}
	return false
}

// askAgain sends a request without credentials on the connection that is logged on.
func (s *Session) askAgain(ctx context.Context, p *Path, seen *Seen, name, variant string) *Observation {
	q := question{experiment: name, variant: variant, hold: true, body: true, header: s.cookies.header()}
	last, conn := p.askOn(ctx, seen, q, s.conn)
	s.conn = conn
	return last
}
