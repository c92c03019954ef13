package main

import (
	"context"
	"io"
	"time"
)

// defaultGrace is how long a command may take to end once it is interrupted: one
// that waits for input does not notice.
const defaultGrace = 200 * time.Millisecond

// interruptible runs the command line of w until it ends or ctx does. A command
// that ctx cut short exits 130, one that ended well all the same exits 0. stop is
// called when ctx has ended, so that another signal ends the process at once.
func interruptible(ctx context.Context, stop func(), w *world) int {
	ended := make(chan int, 1)
	go func() { ended <- run(ctx, w) }()
	select {
	case code := <-ended:
		return code
	case <-ctx.Done():
	}
	stop()
	grace := time.NewTimer(max(defaultGrace, time.Duration(w.grace.Load())))
	defer grace.Stop()
	select {
	case code := <-ended:
		if code == int(exitOK) {
			return code
		}
	case <-grace.C:
	}
	if restore := w.restore.Load(); restore != nil {
		(*restore)()
		_, _ = io.WriteString(w.Stderr, "\n") // the prompt's line was not ended
	}
	return int(exitInterrupted)
}
