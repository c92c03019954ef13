package wire

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// blob is what the benchmarks move: large enough that nothing holds it whole
// without being seen.
const blob = 64 << 20

func benchServer(b *testing.B, secure bool) (Target, Options) {
	b.Helper()
	chunk := make([]byte, 1<<20)
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		n, _ := strconv.Atoi(r.URL.Query().Get("n"))
		w.Header().Set("Content-Length", strconv.Itoa(n))
		for ; n > 0; n -= len(chunk) {
			w.Write(chunk[:min(n, len(chunk))])
		}
	})
	server := httptest.NewServer(handler)
	if secure {
		server.Close()
		server = httptest.NewTLSServer(handler)
	}
	b.Cleanup(server.Close)
	return serverTarget(b, server), Options{TLS: &tls.Config{InsecureSkipVerify: true}}
}

// heapPeak reports how much more heap was in use at worst while f ran.
func heapPeak(b *testing.B, f func()) {
	b.Helper()
	var before, during runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	done, peak := make(chan bool), make(chan uint64)
	go func() {
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		worst := uint64(0)
		for {
			select {
			case <-tick.C:
				runtime.ReadMemStats(&during)
				worst = max(worst, during.HeapInuse)
			case <-done:
				peak <- worst
				return
			}
		}
	}()
	f()
	close(done)
	worst := <-peak
	b.ReportMetric(float64(worst-min(worst, before.HeapInuse))/(1<<20), "MiB-peak")
	if worst > before.HeapInuse+32<<20 {
		b.Errorf("%d MiB of heap for a stream", (worst-before.HeapInuse)>>20)
	}
}

func benchTransfer(b *testing.B, req func() *Request) {
	for _, secure := range []bool{false, true} {
		b.Run(map[bool]string{false: "plain", true: "tls"}[secure], func(b *testing.B) {
			target, o := benchServer(b, secure)
			c := dial(b, target, o)
			b.SetBytes(blob)
			heapPeak(b, func() {
				for b.Loop() {
					r, err := c.RoundTrip(context.Background(), req())
					if err != nil {
						b.Fatal(err)
					}
					if _, err := io.Copy(io.Discard, r.Body); err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}

func BenchmarkDownload(b *testing.B) {
	benchTransfer(b, func() *Request { return &Request{Target: "/?n=" + strconv.Itoa(blob)} })
}

func BenchmarkUpload(b *testing.B) {
	benchTransfer(b, func() *Request {
		return &Request{Method: "PUT", Body: io.LimitReader(&zeros{}, blob), ContentLength: blob}
	})
}

func BenchmarkUploadChunked(b *testing.B) {
	benchTransfer(b, func() *Request {
		return &Request{Method: "PUT", Body: io.LimitReader(&zeros{}, blob), ContentLength: -1}
	})
}

type zeros struct{}

func (*zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// BenchmarkLeg is the cost of one bare leg on an open connection, with a peer
// that costs next to nothing; the net/http client is there to compare with.
func BenchmarkLeg(b *testing.B) {
	target := listen(b, func(nc net.Conn) {
		buf := make([]byte, 4096)
		for {
			if _, err := nc.Read(buf); err != nil {
				return
			}
			io.WriteString(nc, "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Negotiate\r\nWWW-Authenticate: NTLM\r\nContent-Length: 0\r\n\r\n")
		}
	})
	b.Run("wire", func(b *testing.B) {
		c := dial(b, target, Options{})
		b.ReportAllocs()
		for b.Loop() {
			r, err := c.RoundTrip(context.Background(), &Request{Header: trace.Headers{{Name: "User-Agent", Value: "bench"}}})
			if err != nil {
				b.Fatal(err)
			}
			r.Body.Close()
		}
	})
	b.Run("nethttp", func(b *testing.B) {
		client := &http.Client{Transport: &http.Transport{}}
		b.ReportAllocs()
		for b.Loop() {
			r, err := client.Get("http://" + target.Address())
			if err != nil {
				b.Fatal(err)
			}
			r.Body.Close()
		}
	})
}
