package negotiate

import (
	"context"
	"sync"
)

// Budget is how many refused logons a run may cost one credential. What has been sent
// and not yet been answered counts as refused until it is, so that requests under
// way at the same time do not overdraw it together. It is safe for use by several
// goroutines.
type Budget struct {
	// Most is the limit; 0 is 1.
	Most int

	mu       sync.Mutex
	refused  int
	underway int
	changed  chan struct{} // closed when one under way is answered
}

// Take asks for one logon. It waits for those under way where only their
// answers tell whether there is one left; false: there is none. The error is the context's.
func (b *Budget) Take(ctx context.Context) (bool, error) {
	for {
		b.mu.Lock()
		if b.refused >= b.limit() {
			b.mu.Unlock()
			return false, nil
		}
		if b.refused+b.underway < b.limit() {
			b.underway++
			b.mu.Unlock()
			return true, nil
		}
		if b.changed == nil {
			b.changed = make(chan struct{})
		}
		wait := b.changed
		b.mu.Unlock()
		select {
		case <-wait:
		case <-ctx.Done():
			return false, ctx.Err()
		}
	}
}

// Answered says how a logon that was taken came out.
func (b *Budget) Answered(refused bool) {
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

// Spent is how many were refused, and whether none is left.
func (b *Budget) Spent() (n int, all bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.refused, b.refused >= b.limit()
}

// Refund takes back a refusal that turned out to be none.
func (b *Budget) Refund() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refused = max(b.refused-1, 0)
}

func (b *Budget) limit() int { return max(b.Most, 1) }
