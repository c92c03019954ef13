package experiment

import (
	"context"

	"github.com/ntlmctl/ntlmctl/negotiate"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
)

// NameSecondUser is the name of SecondUser.
const NameSecondUser = "second-user"

// The variants of SecondUser's requests after its logon.
const (
	VariantFirstAgain  = "the first account again"
	VariantSecondAgain = "the second account again"
)

// SecondUser logs another account on, beside the connection that is logged on,
// and asks again on both: a path that mixes connections up mixes accounts up.
type SecondUser struct {
	Session     *Session
	Credentials negotiate.Credentials
}

// Info describes it.
func (SecondUser) Info() Info {
	return Info{
		Name: NameSecondUser, Asks: "does a second account (--user2) stay apart from the first?",
		Needs: []Need{NeedLogon, NeedBudget}, Cost: Cost{Requests: 4, RefusedLogons: 1},
	}
}

// Run asks.
func (e SecondUser) Run(ctx context.Context, p *Path, seen *Seen) Outcome {
	switch {
	case e.Credentials == nil:
		return Outcome{State: Skipped, Text: "it needs a second account (--user2)"}
	case p.refuser(seen) == verdict.Proxy:
		return Outcome{State: Skipped, Text: "the second account (--user2) is one of the server's, and the proxy asks"}
	case e.Session.lacking(p, seen) != "":
		return skipped(e.Session.lacking(p, seen))
	case !e.Session.loggedOn():
		return skipped(NeedLogon)
	}
	last, conn, err := e.Session.logOn(ctx, p, seen, attempt{experiment: NameSecondUser, fresh: true, credentials: e.Credentials})
	if outcome := outcomeOfLogon(last, err); outcome.State != Passed || conn == nil {
		if conn != nil {
			conn.Close()
		}
		if last.Answer() == LetIn && !last.Proof() {
			outcome.Text = "the second account's first message was let in, before it proved anything: the connection is somebody's already"
		}
		return outcome
	}
	first := e.Session.askAgain(ctx, p, seen, NameSecondUser, VariantFirstAgain)
	other := &Session{conn: conn}
	defer other.Close()
	var second *Observation
	if other.loggedOn() {
		second = other.askAgain(ctx, p, seen, NameSecondUser, VariantSecondAgain)
	}
	apart := seen.apart()
	switch {
	case seen.Mixed() != nil:
		return Outcome{State: Failed, Text: "one account was given the other's page"}
	case first.TurnedAway() || second != nil && second.TurnedAway():
		return Outcome{State: Failed, Text: "a connection is not logged on any more"}
	case second == nil:
		return Outcome{State: Inconclusive, Text: "the second account's connection ended with its logon"}
	case apart.whose(first) == whoFirst && apart.whose(second) == whoSecond:
		return Outcome{State: Passed, Text: "both stay logged on, each with a page of its own"}
	}
	return Outcome{State: Inconclusive, Text: "both stay logged on, and nothing in the answers tells the accounts apart: ask for a page that names its user, or put ntlmctl serve in the server's place"}
}

// Mixed returns the answer that one account got and that was the other's, nil if
// there is none.
func (s *Seen) Mixed() *Observation {
	apart := s.apart()
	for _, o := range s.All(NameSecondUser) {
		switch {
		case o.Variant == VariantFirstAgain && apart.whose(o) == whoSecond, o.Variant == VariantSecondAgain && apart.whose(o) == whoFirst:
			return o
		}
	}
	return nil
}
