package experiment

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"
)

// NameAttempts is the name of Attempts.
const NameAttempts = "attempts"

// Attempts logs on again and again, each time on a fresh connection and with the
// first message at once: a path may keep some handshakes and break others. It
// ends when no refused logon may be afforded any more.
type Attempts struct {
	Session *Session
	Number  int
	// Concurrency is how many are under way at a time.
	Concurrency int
}

// Info describes it.
func (e Attempts) Info() Info {
	info := Info{
		Name: NameAttempts, Asks: "how many of several logons (--attempts) succeed?", Per: "attempt",
		Needs: []Need{NeedRefusal, NeedEither, NeedCredentials, NeedBudget}, Cost: Cost{Requests: 2, RefusedLogons: 1},
	}
	if e.Number > 0 {
		info.Asks = fmt.Sprintf("how many of %d logons succeed, %d at a time?", e.Number, max(e.Concurrency, 1))
		info.Cost.Requests *= e.Number
		info.Per = ""
	}
	return info
}

// Run asks.
func (e Attempts) Run(ctx context.Context, p *Path, seen *Seen) Outcome {
	if missing := e.Session.lacking(p, seen); missing != "" {
		return skipped(missing)
	}
	var (
		mu          sync.Mutex
		good, tried int
		lanes       sync.WaitGroup
	)
	offer := seen.All(NameOffer)
	// attempt makes one logon on behalf of a lane; its legs are put together.
	attempt := func(n int) {
		own := &Seen{Observations: slices.Clone(offer)}
		before := len(own.Observations)
		last, conn, _ := e.Session.logOn(ctx, p, own, attempt{experiment: NameAttempts, variant: strconv.Itoa(n), fresh: true})
		if conn != nil {
			conn.Close()
		}
		mu.Lock()
		defer mu.Unlock()
		seen.Observations = append(seen.Observations, own.Observations[before:]...)
		if last.Proof() || last != nil && last.Answer() != Challenged {
			tried++
		}
		if last.LoggedOn() {
			good++
		}
	}
	numbers := make(chan int)
	for range max(e.Concurrency, 1) {
		lanes.Go(func() {
			for n := range numbers {
				if e.Session.lacking(p, seen) == "" && ctx.Err() == nil {
					attempt(n)
				}
			}
		})
	}
	for n := range e.Number {
		numbers <- n + 1
	}
	close(numbers)
	lanes.Wait()
	text := fmt.Sprintf("%d of %d logons succeeded", good, tried)
	switch {
	case tried == 0:
		return Outcome{State: Inconclusive, Text: "no logon was made"}
	case good < tried:
		return Outcome{State: Failed, Text: text}
	case tried < e.Number:
		return Outcome{State: Inconclusive, Text: text + ", and the time or the budget ended"}
	}
	return Outcome{State: Passed, Text: text}
}
