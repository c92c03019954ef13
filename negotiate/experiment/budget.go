package experiment

import (
	"context"
	"sync"
)

// Budget is how many refused logons a run may cost an account. A logon counts as
// refused until it is answered otherwise, so that those under way at the same
// time do not overdraw it together. It is safe for use by several goroutines.
type Budget struct {
	// Most is the limit; 0 is 1.
	Most int

	mu       sync.Mutex
	refused  int
	underway int
	changed  chan struct{} // closed when one under way is answered
}

// take asks for one logon. It waits for those under way where only their answers
// tell whether there is one left; false: there is none.
func (b *Budget) take(ctx context.Context) bool {
	for {
		b.mu.Lock()
		switch {
		case b.refused >= max(b.Most, 1):
			b.mu.Unlock()
			return false
		case b.refused+b.underway < max(b.Most, 1):
			b.underway++
			b.mu.Unlock()
			return true
		}
		if b.changed == nil {
			b.changed = make(chan struct{})
		}
		wait := b.changed
		b.mu.Unlock()
		select {
		case <-wait:
		case <-ctx.Done():
			return false
		}
	}
}

// answered says how a logon that was taken came out.
func (b *Budget) answered(refused bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.underway--
	if refused {
		b.refused++
	}
	if b.changed != nil {
		close(b.changed)
		b.changed = nil
	}
}

// refund takes back one that turned out not to have been refused.
func (b *Budget) refund() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refused = max(b.refused-1, 0)
}

// Spent is how many were refused, and whether none is left.
func (b *Budget) Spent() (n int, all bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.refused, b.refused >= max(b.Most, 1)
}
