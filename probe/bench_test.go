package probe_test

import (
	"net/url"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/negotiate/wire"
	"github.com/ntlmctl/ntlmctl/probe"
)

// BenchmarkClassify is the work that is done for a URL when all its answers are
// there.
func BenchmarkClassify(b *testing.B) {
	for _, schemes := range [][]string{{"NTLM"}, {"Negotiate", "NTLM"}} {
		b.Run(strings.Join(schemes, "+"), func(b *testing.B) {
			u := &url.URL{Scheme: "http", Host: serve(b, ntlmServer(origin, schemes...)), Path: "/"}
			path, err := experiment.NewPath(u, wire.Options{})
			if err != nil {
				b.Fatal(err)
			}
			seen := experiment.Run(b.Context(), path, experiment.Core(0))
			b.ReportAllocs()
			for b.Loop() {
				if r := probe.Classify(seen); r.Error != nil {
					b.Fatal(r.Error)
				}
			}
		})
	}
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
