package experiment

import (
	"context"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// NameClosing is the name of Closing.
const NameClosing = "closing"

// Closing sends a Type 1 that asks for the connection to be closed after the
// answer. Some servers take their offer back then, since no handshake could end on
// that connection; put straight to the server, it tells what the same answer means
// on a path.
type Closing struct{}

// Info describes it.
func (Closing) Info() Info {
	return Info{
		Name: NameClosing, Asks: "what does a Type 1 get on a connection that is to close?",
		Needs: []Need{NeedRefusal, NeedChallenge, NeedUntouched}, Cost: Cost{Requests: 1, Handshakes: 1},
	}
}

// Run asks.
func (Closing) Run(ctx context.Context, p *Path, seen *Seen) Outcome {
	q := firstMessage(seen, NameClosing, type1())
	q.header = trace.Headers{{Name: "Connection", Value: "close"}}
	o, _ := p.ask(ctx, seen, q)
	if o.Failure != nil {
		return Outcome{State: Inconclusive, Text: o.Failure.Text}
	}
	return Outcome{State: Passed, Text: string(o.Answer())}
}
