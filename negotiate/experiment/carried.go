package experiment

import "context"

// NameCarried is the name of Carried.
const NameCarried = "carried"

// Carried asks, where the connection ends with the challenge, whether the Type 3
// is taken on another one. It must not be: whoever takes it there shares upstream
// connections among clients.
type Carried struct{ Session *Session }

// Info describes it.
func (Carried) Info() Info {
	return Info{
		Name: NameCarried, Asks: "where the connection ends with the challenge: is the Type 3 taken on another one?",
		Needs: []Need{NeedRefusal, NeedEither, NeedCredentials, NeedBudget}, Cost: Cost{Requests: 2, RefusedLogons: 1},
	}
}

// Run asks.
func (e Carried) Run(ctx context.Context, p *Path, seen *Seen) Outcome {
	if e.Session.account(p, seen) == nil {
		return skipped(NeedCredentials)
	}
	if legs := seen.All(NameHandshake); len(legs) == 0 || legs[len(legs)-1].Answer() != Challenged {
		return Outcome{State: Skipped, Text: "the connection did not end with the challenge"}
	}
	if missing := e.Session.lacking(p, seen); missing != "" {
		return skipped(missing)
	}
	last, _, err := e.Session.logOn(ctx, p, seen, attempt{experiment: NameCarried, fresh: true, carry: true, keep: true})
	outcome := outcomeOfLogon(last, err)
	if outcome.State != Passed {
		e.Session.Close()
		return outcome
	}
	return Outcome{State: Failed, Text: "a Type 3 on another connection than its challenge was taken"}
}
