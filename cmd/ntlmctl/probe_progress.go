package main

import (
	"fmt"
	"io"
	"time"

	"github.com/ntlmctl/ntlmctl/probe"
	"github.com/ntlmctl/ntlmctl/render"
)

// probeProgress is a line on a terminal that is written over as a run goes on.
type probeProgress struct {
	w     io.Writer
	now   func() time.Time
	begin time.Time
	last  time.Time
	total int
	shown bool
}

// newProgress shows the progress on standard error if that is a terminal; nil
// otherwise, or if results go to the same terminal.
func (o *probeOptions) newProgress(w *world, single bool, targets *probeTargets) *probeProgress {
	_, errTerminal := terminal(w.Stderr)
	if _, outTerminal := terminal(w.Stdout); !errTerminal || outTerminal && o.output == "" || single || o.out.quiet {
		return nil
	}
	return &probeProgress{w: w.Stderr, now: w.Now, begin: w.Now(), total: targets.count()}
}

// probeProgressEvery is how often the line is written.
const probeProgressEvery = 200 * time.Millisecond

// show writes the line, unless it has just been written.
func (p *probeProgress) show(s *probe.Summary) {
	if p == nil {
		return
	}
	now := p.now()
	if now.Sub(p.last) < probeProgressEvery {
		return
	}
	p.last, p.shown = now, true
	fmt.Fprint(p.w, "\r\x1b[K"+p.text(s, now.Sub(p.begin)))
}

func (p *probeProgress) text(s *probe.Summary, spent time.Duration) string {
	rate := float64(s.Total) / max(spent.Seconds(), 0.001)
	text := render.Plural(s.Total, "URL")
	if p.total > 0 {
		text = fmt.Sprintf("%d of %s", s.Total, render.Plural(p.total, "URL"))
	}
	text += fmt.Sprintf(", %.0f/s", rate)
	if n := s.Count[probe.Failed]; n > 0 {
		text += ", " + render.Plural(n, "error")
	}
	if left := p.total - s.Total; left > 0 && rate > 0 {
		text += ", " + time.Duration(float64(left)/rate*float64(time.Second)).Round(time.Second).String() + " left"
	}
	return text
}

// end wipes the line.
func (p *probeProgress) end() {
	if p != nil && p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
