package render

import (
	"encoding/base64"
	"testing"

	"github.com/ntlmctl/ntlmctl/decode"
)

// sample is a captured CHALLENGE_MESSAGE of 166 bytes.
const sample = "TlRMTVNTUAADAAAAGAAYAEAAAABkAGQAWAAAAAAAAAC8AAAABQAFALwAAAALAAsAwQAAAAAAAAAAAAAABoKJAup1PrbWu+jpxYsDOYoNK7udAOKOFEkjUbYIq57gl6IXokY4OZwCPeYBAQAAAAAAAAA5D10aet0BnQDijhRJI1EAAAAAAgAKAEEARABMAEEAQgABAAYARABDADEABAAAAAMABAB2AG0ABwAIAD7adV0aet0BAAAAAAAAAABhbGljZVdPUktTVEFUSU9O"

// BenchmarkLine is a token's whole way from its bytes to a line of JSON.
func BenchmarkLine(b *testing.B) {
	raw, err := base64.StdEncoding.DecodeString(sample)
	if err != nil {
		b.Fatal(err)
	}
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
