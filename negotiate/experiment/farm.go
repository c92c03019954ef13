package experiment

import (
	"context"
	"fmt"

	"github.com/ntlmctl/ntlmctl/negotiate/wire"
)

// NameFarm is the name of Farm.
const NameFarm = "farm"

// VariantSecond marks a second handshake on the first connection of an experiment.
const VariantSecond = "second on the first connection"

// Farm begins a handshake on each of several fresh connections that are held
// open together, and stops at the first sign of a shared upstream connection.
// Different names mean several servers; a challenge on the first and bare names
// on a later one, that connections are shared. Last, the first connection is
// asked again: another name there proves that one connection is switched
// between servers.
type Farm struct {
	// Connections is how many are held.
	Connections int
}

// Info describes it.
func (e Farm) Info() Info {
	return Info{
		Name: NameFarm, Asks: fmt.Sprintf("who answers on %d connections that are held open together?", e.Connections),
		Needs: []Need{NeedRefusal, NeedChallenge, NeedUntouched}, Cost: Cost{Requests: e.Connections + 1, Handshakes: e.Connections + 1},
	}
}

// Run asks.
func (e Farm) Run(ctx context.Context, p *Path, seen *Seen) Outcome {
	var held []*wire.Conn
	defer func() {
		for _, conn := range held {
			conn.Close()
		}
	}()
	q := firstMessage(seen, NameFarm, type1())
	q.hold = true
	p.Close() // an idle connection is not fresh
	for n := range e.Connections {
		_, conn := p.ask(ctx, seen, q)
		if conn != nil {
			held = append(held, conn)
		}
		if ctx.Err() != nil || seen.Sharing() != nil {
			return Outcome{State: Failed, Text: fmt.Sprintf("stopped at connection %d of %d", n+1, e.Connections)}
		}
	}
	if len(held) == 0 || !held[0].Usable() || seen.Find(NameFarm).Answer() != Challenged {
		return Outcome{State: Inconclusive, Text: "the first connection was not left open with a challenge"}
	}
	q.variant = VariantSecond
	if o, _ := p.askOn(ctx, seen, q, held[0]); o.Failure != nil {
		return Outcome{State: Inconclusive, Text: o.Failure.Text}
	}
	return Outcome{State: Passed, Text: fmt.Sprintf("%d connections were answered", e.Connections)}
}
