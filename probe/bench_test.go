package probe_test

import (
	"bytes"
	"net"
	"net/url"
	"os"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/probe"
)

// BenchmarkRun asks 64 URLs at a time of a server that takes 20 ms for each
// answer, in this same process. of-theory is the rate against that of a client
// whose own work costs nothing.
func BenchmarkRun(b *testing.B) {
	const concurrency, latency = 64, 20 * time.Millisecond
	for _, c := range []struct {
		name    string
		schemes []string
	}{
		{"ntlm", []string{"NTLM"}},
		{"negotiate+ntlm", []string{"Negotiate", "NTLM"}},
	} {
		b.Run(c.name, func(b *testing.B) {
			var slept, answers atomic.Int64
			address := quick(b, c.schemes, func() {
				from := time.Now()
				time.Sleep(latency)
				slept.Add(int64(time.Since(from)))
				answers.Add(1)
			})
			o := probe.Options{Experiments: experiment.Core(0)}
			requests := 0
			b.ReportAllocs()
			begin := time.Now()
			err := o.Run(b.Context(), list(address, b.N), concurrency, false, func(r probe.Report) error {
				requests += r.Requests
				if r.Error != nil {
					b.Error(r.Error)
				}
				return nil
			})
			spent := time.Since(begin)
			if err != nil {
				b.Fatal(err)
			}
			rounds := (b.N + concurrency - 1) / concurrency // the last may not be full
			theory := func(latency time.Duration) float64 {
				least := time.Duration(rounds) * time.Duration(requests/b.N) * latency
				return least.Seconds() / spent.Seconds()
			}
			b.ReportMetric(float64(b.N)/spent.Seconds(), "URLs/s")
			b.ReportMetric(theory(latency), "of-theory")
			b.ReportMetric(theory(time.Duration(slept.Load()/answers.Load())), "of-slept")
		})
	}
}

// quick is a server that spends next to nothing on an answer, since it shares
// the machine with what is measured.
func quick(b *testing.B, schemes []string, wait func()) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { l.Close() })
	offer := []byte(offers(schemes...))
	ntlm, negotiate := []byte(offers("NTLM "+b64(origin.challenge()))), []byte(offers("Negotiate "+inSPNEGO(origin.challenge())))
	converse := func(c net.Conn) {
		defer c.Close()
		for head := make([]byte, 4096); ; {
			n, err := c.Read(head) // a request comes in one piece here
			if err != nil {
				return
			}
			wait()
			answer := offer
			switch {
			case bytes.Contains(head[:n], []byte("Authorization: NTLM")):
				answer = ntlm
			case bytes.Contains(head[:n], []byte("Authorization: Negotiate")):
				answer = negotiate
			}
			if _, err := c.Write(answer); err != nil {
				return
			}
		}
	}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go converse(c)
		}
	}()
	return l.Addr().String()
}

// TestRunLeaksNothing asks 10,000 URLs, and compares what is held after the
// first 1,000 with what is held at the end.
func TestRunLeaksNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	address := serve(t, ntlmServer(origin, "Negotiate", "NTLM"))
	type held struct {
		goroutines, files int
		heap              uint64
	}
	measure := func() held {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		files, _ := os.ReadDir("/proc/self/fd") // elsewhere there are none
		return held{runtime.NumGoroutine(), len(files), m.HeapAlloc}
	}
	var early, late held
	n := 0
	o := probe.Options{Experiments: experiment.Core(0), Trace: true}
	once := probe.NewOnce(probe.OnceGeneration)
	urls := func(yield func(*url.URL) bool) {
		list(address, 10_000)(func(u *url.URL) bool { return once.First(u.String()) && yield(u) })
	}
	err := o.Run(t.Context(), urls, 16, false, func(probe.Report) error {
		switch n++; n {
		case 1_000:
			early = measure()
		case 10_000:
			late = measure()
		}
		return nil
	})
	if err != nil || n != 10_000 {
		t.Fatalf("%d results: %v", n, err)
	}
	t.Logf("after 1,000: %+v, after 10,000: %+v", early, late)
	// 16 at a time have several goroutines and a few files each; 9,000 URLs have more.
	if late.goroutines > early.goroutines+200 || late.files > early.files+100 || late.heap > early.heap+4<<20 {
		t.Errorf("after 1,000: %+v, after 10,000: %+v", early, late)
	}
}
