package render

import (
	"testing"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/internal/benchdata"
)

// BenchmarkLine is the whole way of a token of 167 bytes, from its bytes to a line of JSON.
func BenchmarkLine(b *testing.B) {
	raw := benchdata.Token(nil, 0)
	for _, c := range []struct {
		name string
		o    decode.Options
	}{{"full", decode.Options{Annotate: true}}, {"brief", decode.Options{}}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			var line []byte
			for b.Loop() {
				t := decode.Decode(raw, c.o)
				line = AppendTokenLine(line[:0], t)
				c.o.Fields = t.Fields
			}
			b.ReportMetric(float64(len(line)), "bytes/line")
		})
	}
}
