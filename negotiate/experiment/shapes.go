package experiment

import (
	"context"
	"fmt"
)

// NameShapes is the name of TypeShapes.
const NameShapes = "clients"

// TypeShapes asks which clients' first messages get a challenge: one request for
// each. Where only Negotiate is on offer they go out within SPNEGO.
type TypeShapes struct{}

// Info describes it.
func (TypeShapes) Info() Info {
	n := len(Shapes())
	return Info{
		Name: NameShapes, Asks: "which clients' first messages get a challenge?",
		Needs: []Need{NeedRefusal, NeedChallenge, NeedUntouched}, Cost: Cost{Requests: n, Handshakes: n},
	}
}

// Run asks for each client, until there is a sign of a shared upstream connection.
func (TypeShapes) Run(ctx context.Context, p *Path, seen *Seen) Outcome {
	list := Shapes()
	got := 0
	for i := range list {
		q := firstMessage(seen, NameShapes, list[i].Bytes())
		q.variant = list[i].Name
		if o, _ := p.ask(ctx, seen, q); o.Answer() == Challenged {
			got++
		}
		if ctx.Err() != nil || seen.Sharing() != nil {
			return Outcome{State: Inconclusive, Text: fmt.Sprintf("stopped after %d of %d clients", i+1, len(list))}
		}
	}
	return Outcome{State: Passed, Text: fmt.Sprintf("%d of %d clients get a challenge", got, len(list))}
}
