package verdict

import (
	"slices"

	"github.com/ntlmctl/ntlmctl/negotiate/product"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// productAny stands where a remedy is nobody's in particular.
const productAny = "any"

// RemediesFor are the remedies of a code for the named products, and those for
// any. Where only servers are named, those of all boxes that stand between are
// there, since the one that does has not shown itself. All of the code's are there
// where none of the named products has one. The catalogue prints what it has for
// no products.
func RemediesFor(code Code, products ...string) []Remedy {
	all := remedies[code]
	var boxKnown, serverKnown bool
	for _, r := range all {
		if slices.Contains(products, r.Product) {
			between := product.Between(r.Product)
			boxKnown, serverKnown = boxKnown || between, serverKnown || !between
		}
	}
	var own []Remedy
	for _, r := range all {
		known := boxKnown || serverKnown && !product.Between(r.Product)
		if !known || r.Product == productAny || slices.Contains(products, r.Product) {
			own = append(own, r)
		}
	}
	return own
}

// remediesFor are the remedies of a verdict, for what gave itself away in the
// legs. What is not attributed has none but those of a box that is known to
// stand between.
func remediesFor(code Code, target Target, legs []*trace.Leg) []Remedy {
	if target == Proxy && code != IPSurrogate && code != HeaderTooLarge {
		return nil
	}
	if code != RejectedUnattributed && len(RemediesFor(code)) == 0 {
		return nil // most requests go well: nobody's headers are looked at
	}
	seen := recognise(legs)
	if code == RejectedUnattributed {
		var own []Remedy
		for _, r := range pin {
			if slices.Contains(seen, r.Product) && r.Product != product.Apache && r.Product != product.Squid {
				own = append(own, r)
			}
		}
		return own
	}
	return RemediesFor(code, seen...)
}

// recognise names the products that the responses give away, each once.
func recognise(legs []*trace.Leg) []string {
	var names []string
	for _, leg := range legs {
		if leg.Response == nil {
			continue
		}
		for i := range product.All() {
			p := &product.All()[i]
			if !slices.Contains(names, p.Name) && p.Evidence(leg.Response.Headers, nil) != "" {
				names = append(names, p.Name)
			}
		}
	}
	return names
}
