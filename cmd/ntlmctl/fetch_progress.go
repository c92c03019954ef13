package main

import (
	"io"
	"time"

	"github.com/schollz/progressbar/v3"
)

// longTransfer is how long a transfer goes on before its progress is shown, and
// firstTick how long where a flag wants it at once: before that no speed is known.
const (
	longTransfer = time.Second
	firstTick    = 200 * time.Millisecond
)

// barRoom is what a bar's line holds beside the bar and the name, at most: percent,
// bytes, speed and times.
const barRoom = 58

// progress is a bar for a transfer of size bytes, -1 for an unknown number; nil
// where none is wanted: it is for terminals that the body does not go to.
func (t *transfer) progress(direction string, size int64) *bar {
	o, w := t.run.o, t.run.w
	if o.silent || o.noMeter || t.sink.shown() || o.verbose {
		return nil
	}
	if _, tty := terminal(w.Stderr); !tty && !o.bar {
		return nil
	}
	late := &late{w: w.Stderr, now: w.Now, from: w.Now().Add(longTransfer)}
	if o.bar {
		late.from = w.Now().Add(firstTick)
	}
	host := cut(t.job.url.Host, 20)
	width := max(min(columnsOf(w.Stderr)-barRoom-len(host), 30), 5)
	options := []progressbar.Option{
		progressbar.OptionSetWriter(late), progressbar.OptionSetDescription(direction + " " + host),
		progressbar.OptionShowBytes(true), progressbar.OptionShowCount(), progressbar.OptionShowTotalBytes(true), progressbar.OptionThrottle(100 * time.Millisecond),
		progressbar.OptionClearOnFinish(), progressbar.OptionSetWidth(width),
		progressbar.OptionSetTheme(progressbar.Theme{Saucer: "━", SaucerHead: "━", SaucerPadding: " ", BarStart: "▕", BarEnd: "▏"}),
	}
	return &bar{progressbar.NewOptions64(size, options...)}
}

// late passes nothing on until a time: short transfers show no bar.
type late struct {
	w     io.Writer
	now   func() time.Time
	from  time.Time
	shown bool
}

// Write implements io.Writer.
func (l *late) Write(b []byte) (int, error) {
	if !l.shown && l.now().Before(l.from) {
		return len(b), nil
	}
	l.shown = true
	return l.w.Write(b)
}

// bar is the progress of one body.
type bar struct{ *progressbar.ProgressBar }

func (b *bar) end() {
	if b.ProgressBar != nil {
		_ = b.Exit() // without a last word on a line of its own
		_ = b.Clear()
		b.ProgressBar = nil
	}
}

// watched shows the progress of a body.
type watched struct {
	io.ReadCloser
	bar *bar
}

func (w *watched) Read(b []byte) (int, error) {
	n, err := w.ReadCloser.Read(b)
	if n > 0 {
		_ = w.bar.Add(n)
	}
	if err != nil {
		w.bar.end()
	}
	return n, err
}

// Close takes the bar away.
func (w *watched) Close() error {
	w.bar.end()
	return w.ReadCloser.Close()
}
