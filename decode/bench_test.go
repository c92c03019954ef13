package decode

import (
	"encoding/base64"
	"testing"

	"github.com/ntlmctl/ntlmctl/internal/benchdata"
)

func mustBase64(tb testing.TB, s string) []byte {
	tb.Helper()
	raw, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		tb.Fatal(err)
	}
	return raw
}

// BenchmarkDecodeType3 parses an AUTHENTICATE_MESSAGE of 167 bytes.
func BenchmarkDecodeType3(b *testing.B) {
	raw := benchdata.Token(nil, 0)
	for name, o := range map[string]Options{"typed": {}, "annotated": {Annotate: true}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(raw)))
			for b.Loop() {
				Decode(raw, o)
			}
		})
	}
}
