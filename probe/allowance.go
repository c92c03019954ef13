package probe

import (
	"context"
	"sync"
	"time"
)

// allowance is a context that ends when a time is used up, and whose clock can be
// halted: a URL that waits for its turn has not had the time yet.
type allowance struct {
	context.Context // the caller's

	ended chan struct{}

	mu    sync.Mutex
	err   error
	left  time.Duration
	since time.Time   // when the clock was set going
	timer *time.Timer // nil while it is halted
}

// allow makes an allowance, which release ends.
func allow(ctx context.Context, d time.Duration) (a *allowance, release func()) {
	a = &allowance{Context: ctx, ended: make(chan struct{}), left: d}
	a.resume()
	detach := context.AfterFunc(ctx, func() { a.end(ctx.Err()) })
	return a, func() {
		detach()
		a.end(context.Canceled)
	}
}

// Done is closed when the time is used up, or the caller's context ends.
func (a *allowance) Done() <-chan struct{} { return a.ended }

// Err is context.DeadlineExceeded once the time is used up.
func (a *allowance) Err() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.err
}

func (a *allowance) end(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.err != nil {
		return
	}
	a.err = err
	if a.timer != nil {
		a.timer.Stop()
	}
	close(a.ended)
}

// halt stops the clock until resume.
func (a *allowance) halt() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.timer != nil && a.timer.Stop() {
		a.left -= time.Since(a.since)
		a.timer = nil
	}
}

func (a *allowance) resume() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.err == nil && a.timer == nil {
		a.since = time.Now()
		a.timer = time.AfterFunc(a.left, func() { a.end(context.DeadlineExceeded) })
	}
}
