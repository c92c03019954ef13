package capture

import (
	"fmt"
	"testing"

	"github.com/ntlmctl/ntlmctl/decode"
)

// BenchmarkGrouper adds lone Type 3, each of a connection of its own, while as many
// handshakes as may be are open.
func BenchmarkGrouper(b *testing.B) {
	three := decode.Decode(unbase64(b, type3), decode.Options{})
	found := make([]Found, 2*maxOpen)
	for i := range found {
		found[i] = Found{Source: decode.Source{Name: "a", Stream: fmt.Sprint("tcp ", i)}, Responds: true}
	}
	g := NewGrouper(func(Handshake) {})
	for _, f := range found {
		g.Add(three, f)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		g.Add(three, found[i%len(found)])
	}
}
