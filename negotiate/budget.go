package negotiate

import (
	"context"
	"sync"
)

// budget is how many refused logons an account may be charged with. What has
// been sent and not yet been answered counts as refused until it is, so that
// requests under way at the same time do not overdraw it together.
type budget struct {
	most int

	mu       sync.Mutex
	refused  int
	underway int
	changed  chan struct{} // closed when one under way is answered
}

// take asks for one logon. It waits for those under way where only their
// answers tell whether there is one left; false: there is none.
func (b *budget) take(ctx context.Context) (bool, error) {
	for {
		b.mu.Lock()
		if b.refused >= b.most {
			b.mu.Unlock()
			return false, nil
		}
		if b.refused+b.underway < b.most {
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

// answered says how a logon that was taken came out.
func (b *budget) answered(refused bool) {
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

// spent is how many were refused, and whether none is left.
func (b *budget) spent() (n int, all bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.refused, b.refused >= b.most
}

// charge takes note of a refusal of what was accepted before.
func (b *budget) charge() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refused++
}
