package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"io"
	"testing"
	"time"
)

// tokenLines is count distinct AUTHENTICATE_MESSAGEs of 167 bytes, base64, one a line.
func tokenLines(tb testing.TB, count int) []byte {
	tb.Helper()
	const sample = "TlRMTVNTUAADAAAAGAAYAEAAAABCAEIAWAAAAAAAAACaAAAABQAFAJoAAAAIAAgAnwAAAAAAAAAAAAAABgCJAE14pz5Dv0U9EW19XGwUPlNRvklYoq1lG99B0V6FNDzZZYLggeY03m0BAQAAAAAAAACYZKMaet0BUb5JWKKtZRsAAAAAAgAKAEEATABQAEgAQQAAAAAAAAAAAABhbGljZVdPUktTVEFU"
	raw, err := base64.StdEncoding.DecodeString(sample)
	if err != nil {
		tb.Fatal(err)
	}
	var out bytes.Buffer
	for i := range count {
		for at := 0; at < 8; at++ { // the first half of NTProofStr
			raw[88+at] = byte(uint32(i)*2654435761>>at) ^ byte(i>>at)
		}
		out.WriteString(base64.StdEncoding.EncodeToString(raw) + "\n")
	}
	return out.Bytes()
}

// BenchmarkDecodeLines is the whole command over many tokens.
func BenchmarkDecodeLines(b *testing.B) {
	const count = 20000
	input := tokenLines(b, count)
	for name, args := range map[string][]string{
		"full":  {"decode", "--format", "jsonl"},
		"brief": {"decode", "--format", "jsonl", "--brief"},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				code := run(context.Background(), &world{
					Args: args, Stdin: bytes.NewReader(input), Stdout: io.Discard, Stderr: io.Discard,
					Getenv: func(string) string { return "" }, Now: time.Now,
				})
				if code != 0 {
					b.Fatal(code)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/count, "ns/token")
		})
	}
}
