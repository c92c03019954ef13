package probe

import (
	"context"
	"errors"
	"iter"
	"maps"
	"net/url"
	"slices"
	"sync"
	"time"
)

// Run asks the URLs, so many at a time, and hands each report on as it is
// complete, one after the other; in the order of the URLs if ordered. It holds
// no more than a few reports for each of those at a time, and ends with the
// context or with emit's error. What is under way when the context is canceled
// has the time of Drain to end; what was not asked to its end is not handed on.
func (o *Options) Run(ctx context.Context, urls iter.Seq[*url.URL], concurrency int, ordered bool, emit func(Report) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	r := &running{o: o, ctx: ctx, emit: emit, ordered: ordered, ready: map[int]Report{}, ahead: make(chan struct{}, max(concurrency, 1)*window)}
	asking, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	context.AfterFunc(ctx, func() {
		if errors.Is(context.Cause(ctx), context.Canceled) {
			time.AfterFunc(o.Drain, stop)
		} else {
			stop()
		}
	})
	jobs, asked := make(chan job), make(chan answers, max(concurrency, 1))
	var workers, concluder sync.WaitGroup
	for range max(concurrency, 1) {
		workers.Go(func() {
			for j := range jobs {
				i := o.interview(asking, j.url)
				if asking.Err() == nil {
					asked <- answers{j.n, i}
				}
			}
		})
	}
	// Apart from the asking, so that the next URL need not wait for what can be
	// concluded of the one before, and for the writing of it.
	concluder.Go(func() {
		for a := range asked {
			if err := r.settle(a.n, a.report()); err != nil {
				cancel(err)
			}
		}
	})
	r.feed(urls, jobs)
	close(jobs)
	workers.Wait()
	close(asked)
	concluder.Wait()
	if err := r.rest(); err != nil {
		cancel(err)
	}
	return context.Cause(ctx)
}

// window is how many URLs may be begun ahead of the one whose turn it is, for
// each of those at a time.
const window = 16

type job struct {
	n   int
	url *url.URL
}

type answers struct {
	n int
	*interview
}

type running struct {
	o       *Options
	ctx     context.Context
	emit    func(Report) error
	ordered bool
	// ahead holds a place for each URL that has been begun and not handed on.
	ahead  chan struct{}
	failed bool // emit has
	next   int
	ready  map[int]Report
}

func (r *running) feed(urls iter.Seq[*url.URL], jobs chan<- job) {
	n := 0
	for u := range urls {
		select {
		case r.ahead <- struct{}{}:
		case <-r.ctx.Done():
			return
		}
		select {
		case jobs <- job{n, u}:
			n++
		case <-r.ctx.Done():
			return
		}
	}
}

// settle hands a report on, or keeps it until its turn.
func (r *running) settle(n int, report Report) error {
	if !r.ordered {
		<-r.ahead
		return r.hand(report)
	}
	r.ready[n] = report
	for {
		report, ok := r.ready[r.next]
		if !ok {
			return nil
		}
		delete(r.ready, r.next)
		r.next++
		<-r.ahead
		if err := r.hand(report); err != nil {
			return err
		}
	}
}

// rest hands on what waited for the turn of a URL that was not asked to its end.
func (r *running) rest() error {
	for _, n := range slices.Sorted(maps.Keys(r.ready)) {
		if err := r.hand(r.ready[n]); err != nil {
			return err
		}
	}
	return nil
}

// hand hands a report on, unless one was not taken before.
func (r *running) hand(report Report) error {
	if r.failed {
		return nil
	}
	err := r.emit(report)
	r.failed = err != nil
	return err
}
