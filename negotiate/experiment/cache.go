package experiment

import (
	"context"

	"github.com/ntlmctl/ntlmctl/negotiate/product"
)

// NameCache is the name of Cache.
const NameCache = "cache"

// Cache asks, where the first request without credentials was answered out of a
// cache, for an address that nobody asked for before.
type Cache struct{}

// Info describes it.
func (Cache) Info() Info {
	return Info{
		Name: NameCache, Asks: "where a cache answers: what would the server have said?",
		Cost: Cost{Requests: 1},
	}
}

// Run asks.
func (Cache) Run(ctx context.Context, p *Path, seen *Seen) Outcome {
	first := seen.Find(NameOffer)
	if first == nil || first.Status() >= 400 || first.Kept() == "" {
		return Outcome{State: Skipped, Text: "no cache answered"}
	}
	o := p.stranger(ctx, seen, NameCache, VariantUnique, nil)
	seen.add(o)
	if o.Refused() {
		return Outcome{State: Failed, Text: "the cache answers what the server refuses"}
	}
	return Outcome{State: Passed, Text: "the server answers it as well"}
}

// Kept is the header by which a response owns that a cache kept it, empty if it
// does not.
func (o *Observation) Kept() string {
	if o.Leg == nil || o.Leg.Response == nil {
		return ""
	}
	return product.Kept(o.Leg.Response.Headers)
}
