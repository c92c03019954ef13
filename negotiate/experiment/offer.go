package experiment

import (
	"context"
	"strconv"
)

// NameOffer is the name of Offer.
const NameOffer = "offer"

// Offer asks without credentials: what is on offer, and who offers it.
type Offer struct {
	// Retries is how often the request is repeated where the transport failed. It
	// carries no token, so a repetition does no harm.
	Retries int
}

// Info describes it.
func (e Offer) Info() Info {
	return Info{Name: NameOffer, Asks: "what does a request without credentials get?", Cost: Cost{Requests: 1 + e.Retries}}
}

// Run asks.
func (e Offer) Run(ctx context.Context, p *Path, seen *Seen) Outcome {
	for n := 0; ; n++ {
		o, _ := p.ask(ctx, seen, question{experiment: NameOffer, body: true})
		switch {
		case o.Failure == nil:
			return Outcome{State: Passed, Text: strconv.Itoa(o.Status()) + " without credentials"}
		case n >= e.Retries || ctx.Err() != nil || !transient(o.Failure.Kind):
			return Outcome{State: Failed, Text: o.Failure.Text}
		}
		seen.Observations = seen.Observations[:len(seen.Observations)-1]
	}
}
