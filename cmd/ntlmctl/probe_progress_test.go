package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/ntlmctl/ntlmctl/probe"
)

// TestProbeProgress draws the line, and gives way to what else is written.
func TestProbeProgress(t *testing.T) {
	var out bytes.Buffer
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	p := &probeProgress{w: &out, now: func() time.Time { return now }, columns: 60, beside: true, begin: now, total: 100, stop: make(chan struct{})}
	write := func(text string) {
		t.Helper()
		if err := p.result(func() error { out.WriteString(text); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	shows := func(want string) {
		t.Helper()
		if got := out.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		out.Reset()
	}
	const wipe = "\r\x1b[K"
	p.count(&probe.Summary{})
	shows(wipe + "0 of 100 URLs, 0.0/s")
	now = now.Add(2 * time.Second)
	p.count(&probe.Summary{Total: 40, Count: map[probe.Classification]int{probe.Failed: 3}})
	line := "40 of 100 URLs, 20/s, 3 errors, 3s left"
	shows(wipe + line)
	p.count(&probe.Summary{Total: 40, Count: map[probe.Classification]int{probe.Failed: 3}})
	shows("") // it has just been written
	write("a result\n")
	shows(wipe + "a result\n" + wipe + line)
	p.columns = 20
	write("a result\n")
	if got := out.String(); !strings.HasSuffix(got, "…") || ansi.StringWidth(got[strings.LastIndex(got, "K")+1:]) > 19 {
		t.Errorf("%q", got)
	}
	out.Reset()
	p.beside = false
	write("a result\n")
	shows("a result\n")
	p.end()
	shows(wipe)

	var none *probeProgress
	none.count(nil)
	if err := none.result(func() error { return nil }); err != nil {
		t.Error(err)
	}
	none.end()
}
