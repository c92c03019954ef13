package probe

import (
	"context"
	"errors"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
)

// TestAllowance makes sure that no time is used up while the clock is halted, and
// that what is left ends the context all the same.
func TestAllowance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, release := allow(t.Context(), 3*time.Second)
		defer release()
		begin := time.Now()
		for range 2 {
			time.Sleep(time.Second)
			a.halt()
			time.Sleep(time.Hour)
			a.resume()
		}
		if a.Err() != nil {
			t.Fatal("it ended while it was halted")
		}
		child, cancel := context.WithCancel(a)
		defer cancel()
		<-child.Done()
		if spent := time.Since(begin); spent != 2*time.Hour+3*time.Second || !errors.Is(child.Err(), context.DeadlineExceeded) {
			t.Errorf("%v after %v", child.Err(), spent)
		}
	})
}

// TestAllowanceEnds ends with the caller's context, halted or not.
func TestAllowanceEnds(t *testing.T) {
	for _, halted := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			a, release := allow(ctx, time.Second)
			defer release()
			if halted {
				a.halt()
			}
			cancel()
			<-a.Done()
			a.resume()
			time.Sleep(time.Minute)
			if !errors.Is(a.Err(), context.Canceled) {
				t.Error(a.Err())
			}
		})
	}
}

// TestPaceIsFree halts the clock of a URL while it waits for its turn.
func TestPaceIsFree(t *testing.T) {
	asked := false
	o := Options{Timeout: time.Minute, Experiments: experiment.Core(0), Pace: func(ctx context.Context, _ string) error {
		a, ok := ctx.(*allowance)
		asked = ok && a.timer == nil
		return errors.New("no turn")
	}}
	o.Probe(t.Context(), &url.URL{Scheme: "http", Host: "127.0.0.1:1", Path: "/"})
	if !asked {
		t.Error("the clock goes on")
	}
}
