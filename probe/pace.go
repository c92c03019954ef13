package probe

import (
	"context"
	"sync"
	"time"
)

// Pacer spaces requests, over all hosts and for each. Its zero value lets all
// through. It is safe for use by several goroutines.
type Pacer struct {
	// Total and PerHost are requests a second; 0 is without bound.
	Total, PerHost float64
	// Now and Wait are the clock and how to wait until the context ends; nil are
	// the real ones.
	Now  func() time.Time
	Wait func(context.Context, time.Duration) error

	mu    sync.Mutex
	next  time.Time
	hosts map[string]time.Time
}

// maxHosts is how many hosts are remembered before those are forgotten whose
// turn has come.
const maxHosts = 4096

// Pace waits until a request may go out to a host.
func (p *Pacer) Pace(ctx context.Context, host string) error {
	if p.Total <= 0 && p.PerHost <= 0 {
		return ctx.Err()
	}
	now := time.Now
	if p.Now != nil {
		now = p.Now
	}
	wait := p.Wait
	if wait == nil {
		wait = sleep
	}
	return wait(ctx, p.book(now(), host))
}

// book takes the next turn of a host and of all, and returns how long it is until then.
func (p *Pacer) book(now time.Time, host string) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := now
	if p.PerHost > 0 {
		if p.hosts == nil {
			p.hosts = map[string]time.Time{}
		}
		if turn := p.hosts[host]; turn.After(at) {
			at = turn
		}
		if len(p.hosts) >= maxHosts {
			p.forget(now)
		}
		p.hosts[host] = at.Add(interval(p.PerHost))
	}
	if p.Total > 0 {
		// The turns of all are one after the other; a host that has to wait
		// longer takes the turn of now and does not hold up the others.
		turn := p.next
		if turn.Before(now) {
			turn = now
		}
		p.next = turn.Add(interval(p.Total))
		if turn.After(at) {
			at = turn
		}
	}
	return at.Sub(now)
}

func (p *Pacer) forget(now time.Time) {
	for host, turn := range p.hosts {
		if turn.Before(now) {
			delete(p.hosts, host)
		}
	}
}

func interval(rate float64) time.Duration { return time.Duration(float64(time.Second) / rate) }

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
