package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/ntlmctl/ntlmctl/probe"
	"github.com/ntlmctl/ntlmctl/render"
)

// probeProgress is a line on a terminal that is written over as a run goes on.
// Nil is none.
type probeProgress struct {
	w       io.Writer
	now     func() time.Time
	columns int
	// beside says that results go to the same terminal: the line makes way for
	// each, and stands below it again.
	beside bool
	begin  time.Time
	total  int // 0 where it cannot be told

	mu           sync.Mutex
	done, failed int
	last         time.Time
	shown        bool

	stop    chan struct{}
	stopped sync.WaitGroup
}

// newProgress shows the progress on standard error if that is a terminal; nil
// otherwise.
func (o *probeOptions) newProgress(w *world, single bool, targets *probeTargets) *probeProgress {
	columns := columnsOf(w.Stderr)
	if columns == 0 || single || o.out.quiet {
		return nil
	}
	p := &probeProgress{
		w: w.Stderr, now: w.Now, columns: columns, beside: columnsOf(w.Stdout) > 0 && o.output == "",
		begin: w.Now(), total: targets.count(), stop: make(chan struct{}),
	}
	p.stopped.Go(p.tick)
	return p
}

// probeProgressEvery is how often the line is written.
const probeProgressEvery = 200 * time.Millisecond

// tick keeps the line moving while no result comes.
func (p *probeProgress) tick() {
	every := time.NewTicker(probeProgressEvery)
	defer every.Stop()
	for {
		select {
		case <-every.C:
			p.mu.Lock()
			p.show()
			p.mu.Unlock()
		case <-p.stop:
			return
		}
	}
}

// result writes a result, with the line out of its way if it goes there.
func (p *probeProgress) result(write func() error) error {
	if p == nil || !p.beside {
		return write()
	}
	return p.around(write)
}

// around writes something else on the terminal, with the line out of its way.
func (p *probeProgress) around(write func() error) error {
	if p == nil {
		return write()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wipe()
	err := write()
	p.last = time.Time{}
	p.show()
	return err
}

// count takes down how far the run is.
func (p *probeProgress) count(s *probe.Summary) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done, p.failed = s.Total, s.Count[probe.Failed]
	p.show()
}

// show writes the line, unless it has just been written.
func (p *probeProgress) show() {
	now := p.now()
	if now.Sub(p.last) < probeProgressEvery {
		return
	}
	p.last, p.shown = now, true
	// A line that fills the last column would wrap.
	fmt.Fprint(p.w, "\r\x1b[K"+ansi.Truncate(p.text(now.Sub(p.begin)), p.columns-1, "…"))
}

func (p *probeProgress) text(spent time.Duration) string {
	rate := float64(p.done) / max(spent.Seconds(), 0.001)
	text := render.Plural(p.done, "URL")
	if p.total > 0 {
		text = fmt.Sprintf("%d of %s", p.done, render.Plural(p.total, "URL"))
	}
	digits := 0
	if rate < 10 {
		digits = 1
	}
	text += fmt.Sprintf(", %.*f/s", digits, rate)
	if p.failed > 0 {
		text += ", " + render.Plural(p.failed, "error")
	}
	if left := p.total - p.done; left > 0 && p.done > 0 {
		text += ", " + time.Duration(float64(left)/rate*float64(time.Second)).Round(time.Second).String() + " left"
	}
	return text
}

// wipe takes the line away.
func (p *probeProgress) wipe() {
	if p.shown {
		p.shown = false
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}

// end takes the line away for good.
func (p *probeProgress) end() {
	if p == nil {
		return
	}
	close(p.stop)
	p.stopped.Wait()
	p.wipe()
}
