package experiment

import "github.com/ntlmctl/ntlmctl/negotiate/product"

// Sighting is a product that was recognised, and by what.
type Sighting struct {
	Product *product.Product
	// Evidence is a phrase; it holds text from the server.
	Evidence string
}

// Sightings recognises products in what was observed, each once.
func Sightings(seen *Seen) []Sighting {
	var list []Sighting
	at := map[string]int{}
	for _, o := range seen.Observations {
		if o.Leg == nil || o.Leg.Response == nil {
			continue
		}
		front := o.Experiment == NameFront
		var page []byte
		if front {
			page = o.Body
		}
		for i := range product.All() {
			p := &product.All()[i]
			evidence := p.Evidence(o.Leg.Response.Headers, page)
			if evidence == "" {
				continue
			}
			n, known := at[p.Name]
			switch {
			case known && front:
				list[n].Evidence += "; it answers a malformed request itself"
			case front:
				list = append(list, Sighting{p, evidence + ", in answer to a malformed request"})
			case !known:
				at[p.Name] = len(list)
				list = append(list, Sighting{p, evidence})
			}
		}
	}
	return list
}

// Multiplexer is the name of the first product seen of those that share upstream
// connections among clients; empty if there is none.
func Multiplexer(seen *Seen) string {
	for _, s := range Sightings(seen) {
		if s.Product.Multiplexes {
			return s.Product.Name
		}
	}
	return ""
}
