package product

import (
	"strings"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// hits are the headers in which caches say that they answered.
var hits = []string{"X-Cache", "X-Cache-Status", "CF-Cache-Status", "X-Proxy-Cache"}

// Kept is the header by which a response owns that a cache kept it (RFC 9111
// section 5.1 has Age), empty if it does not.
func Kept(h trace.Headers) string {
	for _, name := range hits {
		if value := h.Get(name); len(value) >= 3 && strings.EqualFold(value[:3], "HIT") {
			return name + ": " + Shortened(value)
		}
	}
	if ids := h.Get("X-Varnish"); strings.Contains(ids, " ") { // its own and that of the request that brought it
		return "X-Varnish: " + Shortened(ids)
	}
	if age := h.Get("Age"); age != "" && age != "0" {
		return "Age: " + Shortened(age)
	}
	return ""
}
