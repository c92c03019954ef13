package rate

import (
	"errors"
	"io"
	"sync/atomic"
	"time"
)

// Floor is the speed that a transfer must not fall below (curl's --speed-limit),
// in bytes a second, over a span of time (--speed-time).
type Floor struct {
	PerSecond int64
	For       time.Duration
}

// ErrSlow is the error of a transfer below its floor.
var ErrSlow = errors.New("it is slower than the speed limit allows")

// Reader calls stop when less than the floor was read in a span, which is to end
// the read under way, and fails with ErrSlow from then on. It looks once a span.
func (f Floor) Reader(r io.ReadCloser, stop func()) io.ReadCloser {
	w := &watchedFloor{ReadCloser: r}
	least := int64(float64(f.PerSecond) * f.For.Seconds())
	again := make(chan *time.Timer, 1)
	w.timer = time.AfterFunc(f.For, func() {
		timer := <-again
		if w.n.Swap(0) < least {
			w.slow.Store(true)
			stop()
			return
		}
		again <- timer
		timer.Reset(f.For)
	})
	again <- w.timer
	return w
}

type watchedFloor struct {
	io.ReadCloser
	timer *time.Timer
	n     atomic.Int64
	slow  atomic.Bool
}

func (w *watchedFloor) Read(b []byte) (int, error) {
	n, err := w.ReadCloser.Read(b)
	w.n.Add(int64(n))
	if err != nil {
		w.timer.Stop()
		if w.slow.Load() && !errors.Is(err, io.EOF) {
			err = ErrSlow
		}
	}
	return n, err
}

// Close implements io.Closer.
func (w *watchedFloor) Close() error {
	w.timer.Stop()
	return w.ReadCloser.Close()
}
