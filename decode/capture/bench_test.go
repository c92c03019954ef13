package capture

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"testing"
)

// BenchmarkLog reads 64 MiB of an access log with a token in 100,000 lines.
func BenchmarkLog(b *testing.B) {
	in := accessLog(64 << 20)
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Scan(bytes.NewReader(in), Options{}, func(Found) bool { return true }); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkTokens reads 100,000 tokens of 167 bytes, one a line.
func BenchmarkTokens(b *testing.B) {
	const count = 100_000
	token := append(unbase64(b, type3), make([]byte, 200)...)[:167]
	line := base64.StdEncoding.EncodeToString(token) + "\n"
	for _, test := range []struct{ name, first string }{{"list", ""}, {"log", "a log\n"}} {
		b.Run(test.name, func(b *testing.B) {
			in := append([]byte(test.first), bytes.Repeat([]byte(line), count)...)
			b.SetBytes(int64(len(in)))
			b.ReportAllocs()
			for b.Loop() {
				n := 0
				if _, err := Scan(bytes.NewReader(in), Options{}, func(Found) bool { n++; return true }); err != nil || n != count {
					b.Fatal(n, err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/count, "ns/token")
		})
	}
}

func accessLog(size int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	paths := []string{"/", "/index.html", "/owa/auth/logon.aspx?url=1", "/sites/team/Shared%20Documents/Report.docx", "/_vti_bin/client.svc/ProcessQuery"}
	agents := []string{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36", "curl/8.4.0", "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17126; Pro)"}
	var out bytes.Buffer
	out.Grow(size + 1024)
	for n := 1; out.Len() < size; n++ {
		fmt.Fprintf(&out, "10.%d.%d.%d - - [22/Nov/2026:10:%02d:%02d +0000] \"GET %s HTTP/1.1\" %d %d \"https://intranet.example.com/%x\" %q rt=0.%03d", r.IntN(256), r.IntN(256), r.IntN(256), r.IntN(60), r.IntN(60), paths[r.IntN(len(paths))], 200+r.IntN(300), r.IntN(100000), r.Uint64(), agents[r.IntN(len(agents))], r.IntN(1000))
		if n%100_000 == 0 {
			out.WriteString(" auth=\"NTLM " + type1 + "\"")
		}
		out.WriteByte('\n')
	}
	return out.Bytes()
}
