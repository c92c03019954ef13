package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/wire"
)

// transient are the statuses that may pass by themselves, as curl has them.
var transient = map[int]bool{408: true, 429: true, 500: true, 502: true, 503: true, 504: true}

// retry reports whether to try again, and after how long. A refused logon is never
// repeated: it costs the account.
func (t *transfer) retry(ctx context.Context, elapsed time.Duration) (wait time.Duration, again bool) {
	o := t.run.o
	if t.retries >= o.retries || ctx.Err() != nil || t.run.who.spent() > 0 {
		return 0, false
	}
	if t.job.body != nil && !t.job.body.Replayable() {
		return 0, false
	}
	switch {
	case t.response != nil && transient[t.response.StatusCode]:
	case t.err != nil && t.passing(t.err):
	case o.retryAll && (t.err != nil || t.failed()):
	default:
		return 0, false
	}
	wait = time.Second << min(t.retries, 10)
	wait = min(wait, 10*time.Minute)
	if o.retryDelay > 0 {
		wait = time.Duration(o.retryDelay)
	}
	if t.response != nil {
		wait = max(wait, retryAfter(t.response.Header.Get("Retry-After"), t.run.w.Now()))
	}
	if most := time.Duration(o.retryMaxTime); most > 0 && elapsed+wait > most {
		return 0, false
	}
	return wait, true
}

// passing reports whether an error may pass by itself: a timeout, or a name that
// was not found; a refused connection with --retry-connrefused.
func (t *transfer) passing(err error) bool {
	var failed *wire.Error
	var name *net.DNSError
	switch {
	case !errors.As(err, &failed):
		return errors.Is(err, context.DeadlineExceeded)
	case failed.Kind == trace.FailTimeout, errors.As(err, &name):
		return true
	}
	return t.run.o.retryRefused && failed.Op == "dial" && strings.Contains(err.Error(), "refused") // by all systems' wording
}

// maxRetryAfter bounds how long a server may have us wait.
const maxRetryAfter = 6 * time.Hour

// retryAfter reads seconds or a date; 0 for neither.
func retryAfter(value string, now time.Time) time.Duration {
	if n, err := strconv.ParseUint(value, 10, 31); err == nil {
		return min(time.Duration(n)*time.Second, maxRetryAfter)
	}
	if at, err := http.ParseTime(value); err == nil {
		return min(max(at.Sub(now), 0), maxRetryAfter)
	}
	return 0
}

// pause waits before another attempt, and makes room for what that writes.
func (t *transfer) pause(ctx context.Context, d time.Duration) bool {
	why := "the answer"
	if t.err != nil {
		why = t.err.Error()
	} else if t.response != nil {
		why = "status " + strconv.Itoa(t.response.StatusCode)
	}
	t.run.o.note(t.run.w, "%s: trying again in %s, %d left", why, d, t.run.o.retries-t.retries)
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
		return false
	}
	t.err = t.sink.reset()
	return t.err == nil
}
