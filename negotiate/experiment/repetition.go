package experiment

import (
	"context"
	"fmt"
)

// NameRepetition is the name of Repetition.
const NameRepetition = "repeat"

// Repetition asks without credentials again, on fresh connections and before
// anybody logs on here. Answers that differ are those of different servers, or of
// connections that somebody else has logged on.
type Repetition struct {
	Number int
	// Session, if not nil, keeps the connections for Strangers to ask on.
	Session *Session
}

// Info describes it.
func (e Repetition) Info() Info {
	return Info{
		Name: NameRepetition, Asks: fmt.Sprintf("do %d more requests without credentials get the same?", e.Number),
		Needs: []Need{NeedServer}, Cost: Cost{Requests: e.Number},
	}
}

// Run asks.
func (e Repetition) Run(ctx context.Context, p *Path, seen *Seen) Outcome {
	first := seen.Find(NameOffer)
	for n := range e.Number {
		if p.pace(ctx) != nil || ctx.Err() != nil {
			return Outcome{State: Inconclusive, Text: "there was no time left"}
		}
		o, conn := p.freshly(ctx, seen, NameRepetition, "", nil)
		seen.add(o)
		if e.Session != nil {
			e.Session.waiting = append(e.Session.waiting, conn)
		} else {
			connections{conn}.close()
		}
		if o.Status() != first.Status() {
			return Outcome{State: Failed, Text: fmt.Sprintf("%d, and then %d", first.Status(), o.Status())}
		}
		if o.Refused() && len(o.Offers()) != len(first.Offers()) {
			return Outcome{State: Failed, Text: fmt.Sprintf("request %d was offered other schemes", n+2)}
		}
	}
	return Outcome{State: Passed, Text: "all get the same"}
}
