package decode

import (
	"encoding/base64"
	"testing"
)

// type3 is a captured AUTHENTICATE_MESSAGE of 204 bytes (curl against Squid with Samba).
const type3 = "TlRMTVNTUAADAAAAGAAYAEAAAABkAGQAWAAAAAAAAAC8AAAABQAFALwAAAALAAsAwQAAAAAAAAAAAAAABoKJAup1PrbWu+jpxYsDOYoNK7udAOKOFEkjUbYIq57gl6IXokY4OZwCPeYBAQAAAAAAAAA5D10aet0BnQDijhRJI1EAAAAAAgAKAEEARABMAEEAQgABAAYARABDADEABAAAAAMABAB2AG0ABwAIAD7adV0aet0BAAAAAAAAAABhbGljZVdPUktTVEFUSU9O"

func mustBase64(tb testing.TB, s string) []byte {
	tb.Helper()
	raw, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		tb.Fatal(err)
	}
	return raw
}

func BenchmarkDecodeType3(b *testing.B) {
	raw := mustBase64(b, type3)
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
