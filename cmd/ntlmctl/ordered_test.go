package main

import (
	"errors"
	"slices"
	"testing"
)

// TestOrdered wants everything once and in order, whatever the number of workers.
func TestOrdered(t *testing.T) {
	for _, workers := range []int{1, 2, 7} {
		var got []int
		o := newOrdered(workers, func(batch []int) []int {
			for i := range batch {
				batch[i] *= 2
			}
			return batch
		}, func(batch []int) error {
			got = append(got, batch...)
			return nil
		})
		var want []int
		for i := range 10000 {
			want = append(want, 2*i)
			if !o.push(i) {
				t.Fatal("more was not wanted")
			}
		}
		if err := o.close(); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d workers: %d results, or out of order", workers, len(got))
		}
	}
}

// TestOrderedFails wants the first error, and an end to what pushes.
func TestOrderedFails(t *testing.T) {
	broken := errors.New("the pipe broke")
	o := newOrdered(2, func(batch []int) []int { return batch }, func(batch []int) error {
		if batch[len(batch)-1] >= 500 {
			return broken
		}
		return nil
	})
	pushed := 0
	for o.push(pushed) {
		pushed++
	}
	if err := o.close(); !errors.Is(err, broken) || !errors.Is(o.failed(), broken) {
		t.Errorf("got %v", err)
	}
}
