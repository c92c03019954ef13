package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ntlmctl/ntlmctl/internal/benchdata"
)

// BenchmarkDecodeLines is the whole command over 100,000 tokens of 167 bytes.
func BenchmarkDecodeLines(b *testing.B) {
	const count = 100_000
	name := filepath.Join(b.TempDir(), "tokens.txt")
	if err := os.WriteFile(name, benchdata.Lines(nil, count), 0o600); err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct {
		name string
		args []string
	}{
		{"full", []string{"decode", "--format", "jsonl", name}},
		{"brief", []string{"decode", "--format", "jsonl", "--brief", name}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				code := run(context.Background(), &world{
					Args: c.args, Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: io.Discard,
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
