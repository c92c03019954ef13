package experiment

import (
	"context"
	"strconv"
)

// NameHandshake is the name of Handshake.
const NameHandshake = "handshake"

// Handshake logs on, on the connection whose anonymous request was refused, and
// keeps that connection for the questions that follow.
type Handshake struct{ Session *Session }

// Info describes it.
func (Handshake) Info() Info {
	return Info{
		Name: NameHandshake, Asks: "does a logon survive the path?",
		Needs: []Need{NeedRefusal, NeedEither, NeedCredentials, NeedBudget}, Cost: Cost{Requests: 3, RefusedLogons: 1},
	}
}

// Run asks.
func (e Handshake) Run(ctx context.Context, p *Path, seen *Seen) Outcome {
	if missing := e.Session.lacking(p, seen); missing != "" {
		return skipped(missing)
	}
	last, _, err := e.Session.logOn(ctx, p, seen, attempt{experiment: NameHandshake, keep: true})
	outcome := outcomeOfLogon(last, err)
	if outcome.State != Passed {
		e.Session.Close()
	}
	return outcome
}

// outcomeOfLogon words what the last leg of a logon got.
func outcomeOfLogon(last *Observation, err error) Outcome {
	switch {
	case err != nil:
		return Outcome{State: Failed, Text: err.Error()}
	case last == nil:
		return Outcome{State: Inconclusive, Text: "no token was sent"}
	case last.Failure != nil:
		return Outcome{State: Failed, Text: last.Failure.Text}
	case last.LoggedOn():
		return Outcome{State: Passed, Text: "logged on, answered with " + strconv.Itoa(last.Status())}
	case last.Answer() == Challenged:
		return Outcome{State: Failed, Text: "the connection ended with the challenge"}
	}
	if last.Proof() {
		return Outcome{State: Failed, Text: "the Type 3 was answered with " + strconv.Itoa(last.Status())}
	}
	return Outcome{State: Failed, Text: "the Type 1 was answered with " + strconv.Itoa(last.Status()) + ", " + string(last.Answer())}
}
