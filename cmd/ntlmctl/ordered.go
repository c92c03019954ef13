package main

import (
	"slices"
	"sync"
)

// ordered runs work on items on several goroutines and hands the results on in
// the order of the items. Items wait in batches, the last of which grows until a
// worker takes it, so a slow source is served at once and a fast one in bulk.
type ordered[T, R any] struct {
	work func([]T) R
	// settle gets the results one after the other; its error ends everything.
	settle func(R) error

	mu      sync.Mutex
	changed sync.Cond
	waiting [][]T
	taken   int // batches that workers have taken
	settled int // batches that have been settled
	closed  bool
	err     error
	done    sync.WaitGroup
}

const (
	batchSize  = 64
	maxWaiting = 16 // batches
)

func newOrdered[T, R any](workers int, work func([]T) R, settle func(R) error) *ordered[T, R] {
	o := &ordered[T, R]{work: work, settle: settle}
	o.changed.L = &o.mu
	for range workers {
		o.done.Go(o.run)
	}
	return o
}

// push adds an item, and waits while too many are waiting. It reports whether
// more are wanted.
func (o *ordered[T, R]) push(item T) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	last := len(o.waiting) - 1
	if last >= 0 && len(o.waiting[last]) < batchSize {
		o.waiting[last] = append(o.waiting[last], item)
		return o.err == nil
	}
	for len(o.waiting) == maxWaiting && o.err == nil {
		o.changed.Wait()
	}
	o.waiting = append(o.waiting, []T{item})
	o.changed.Broadcast()
	return o.err == nil
}

// failed returns the error that ended everything, nil while none did.
func (o *ordered[T, R]) failed() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.err
}

// close waits until everything is settled.
func (o *ordered[T, R]) close() error {
	o.mu.Lock()
	o.closed = true
	o.changed.Broadcast()
	o.mu.Unlock()
	o.done.Wait()
	return o.err
}

func (o *ordered[T, R]) run() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for {
		for len(o.waiting) == 0 && !o.closed {
			o.changed.Wait()
		}
		if len(o.waiting) == 0 || o.err != nil {
			o.waiting = nil
			if o.closed || o.err != nil {
				return
			}
			continue
		}
		batch := o.waiting[0]
		o.waiting = slices.Delete(o.waiting, 0, 1)
		turn := o.taken
		o.taken++
		o.changed.Broadcast()
		o.mu.Unlock()
		result := o.work(batch)
		o.mu.Lock()
		for o.settled != turn {
			o.changed.Wait()
		}
		if o.err == nil {
			// Nobody else's turn comes before settled moves on, so the lock can go.
			o.mu.Unlock()
			err := o.settle(result)
			o.mu.Lock()
			o.err = err
		}
		o.settled++
		o.changed.Broadcast()
	}
}
