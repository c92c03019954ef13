package probe

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/wire"
)

// Options say how a URL is asked.
type Options struct {
	// Wire says how to connect. Its recorder is not used: each URL has its own.
	Wire wire.Options
	// Proxy is the proxy for a URL, nil for none. Nil is that of Wire for all.
	Proxy func(*url.URL) (*wire.Proxy, error)
	// Header goes out with every request.
	Header trace.Headers
	// Experiments are the questions, experiment.Offer first.
	Experiments []experiment.Experiment
	// Timeout is how long one URL may take, what it waits for Pace not counted; 0 is without bound.
	Timeout time.Duration
	// Drain is how long Run lets what is under way go on once its context is canceled.
	Drain time.Duration
	// Redirects is how many are followed.
	Redirects int
	// Pace, if not nil, waits until another request may go out to a host.
	Pace func(ctx context.Context, host string) error
	// Trace keeps the legs in the report.
	Trace bool
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// Report is a result, and the legs that it rests on if they were asked for.
type Report struct {
	*Result
	Trace *trace.Trace
}

// Probe asks one URL. It always has a result: what went wrong is in it.
func (o *Options) Probe(ctx context.Context, u *url.URL) Report {
	return o.interview(ctx, u).report()
}

// interview is what a URL was asked and answered.
type interview struct {
	url, final string
	begin, end time.Time
	seen       *experiment.Seen // of the URL, or of where its redirects led
	requests   int              // over all redirects
	recorder   *wire.Recorder
	traced     bool   // the report has the trace
	endless    string // why its redirects lead nowhere
	err        error
}

func (o *Options) interview(ctx context.Context, u *url.URL) *interview {
	pace := o.Pace
	switch {
	case o.Timeout > 0 && pace != nil:
		a, release := allow(ctx, o.Timeout)
		defer release()
		ctx, pace = a, func(ctx context.Context, host string) error {
			a.halt()
			defer a.resume()
			return o.Pace(ctx, host)
		}
	case o.Timeout > 0:
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, o.Timeout)
		defer cancel()
	}
	now := o.Now
	if now == nil {
		now = time.Now
	}
	i := &interview{url: u.String(), begin: now(), recorder: &wire.Recorder{Now: o.Now}, traced: o.Trace}
	i.err = o.ask(ctx, u, pace, i)
	i.end = now()
	return i
}

// report concludes from the answers.
func (i *interview) report() Report {
	if i.err != nil {
		return Report{Result: unfit(i.url, i.err)}
	}
	r := Classify(i.seen)
	if i.endless != "" {
		r = failed(i.seen, "redirects", i.endless)
	}
	r.URL, r.Asked = i.url, trace.Stamp(i.begin)
	if i.final != r.URL {
		r.FinalURL = i.final
	}
	r.Requests, r.Connections = i.requests, i.recorder.Connections()
	r.DurationMS = trace.MS(i.end.Sub(i.begin))
	report := Report{Result: r}
	if i.traced {
		report.Trace = i.recorder.Trace()
	}
	return report
}

// bounded sets limits where there are none: a probe reads heads and the beginning
// of pages, and has no time for more.
func bounded(o wire.Options) wire.Options {
	if o.Limits == (wire.Limits{}) {
		o.Limits = wire.Limits{Head: 128 << 10, Line: 96 << 10, Fields: 500, Raw: 1, Ahead: 4 << 10, Drain: 64 << 10}
	}
	if o.Dial == nil {
		// A connection lives for one or two answers: it needs no keep-alive, which
		// takes system calls to set up.
		o.Dial = (&net.Dialer{KeepAlive: -1}).DialContext
	}
	if o.Timeouts.Drain == 0 {
		o.Timeouts.Drain = 500 * time.Millisecond
	}
	return o
}

// ask puts the questions to a URL, or to where it redirects.
func (o *Options) ask(ctx context.Context, u *url.URL, pace func(context.Context, string) error, i *interview) (err error) {
	options := bounded(o.Wire)
	options.Recorder = i.recorder
	for been := map[string]bool{}; ; {
		been[u.String()] = true
		if o.Proxy != nil {
			if options.Proxy, err = o.Proxy(u); err != nil {
				return err
			}
		}
		path, err := experiment.NewPath(u, options)
		if err != nil {
			return err
		}
		path.Header = o.Header
		if pace != nil {
			host := u.Host
			path.Pace = func(ctx context.Context) error { return pace(ctx, host) }
		}
		i.seen, i.final = new(experiment.Seen), u.String()
		experiment.Ask(ctx, path, i.seen, o.Experiments[:1])
		next := redirect(u, i.seen)
		if o.Redirects == 0 {
			next = nil
		}
		if next == nil {
			experiment.Ask(ctx, path, i.seen, o.Experiments[1:])
		}
		path.Close()
		i.requests += sent(i.seen)
		switch {
		case next == nil:
			return nil
		case been[next.String()]:
			i.endless = "redirects lead in a circle, back to " + next.String()
			return nil
		case len(been) > o.Redirects:
			i.endless = fmt.Sprintf("there are more than %d redirects, the next one to %s", o.Redirects, next)
			return nil
		}
		u = next
	}
}

// sent is how many requests went out.
func sent(seen *experiment.Seen) (n int) {
	for _, o := range seen.Observations {
		if o.Leg != nil {
			n++
		}
	}
	return n
}

// redirect is where a URL leads, nil if nowhere that can be asked.
func redirect(u *url.URL, seen *experiment.Seen) *url.URL {
	first := seen.Find(experiment.NameOffer)
	if first == nil || first.Status() < 300 || first.Status() >= 400 {
		return nil
	}
	location := first.Leg.Response.Headers.Get("Location")
	if location == "" {
		return nil
	}
	next, err := u.Parse(location)
	if err != nil || next.Host == "" || next.User != nil {
		return nil
	}
	if scheme := strings.ToLower(next.Scheme); scheme != "http" && scheme != "https" {
		return nil
	}
	if named(next) != nil {
		return nil
	}
	next.Fragment = ""
	return next
}

// unfit is the result for a URL that cannot be asked.
func unfit(address string, err error) *Result {
	r := failed(new(experiment.Seen), "unfit", err.Error())
	r.URL = address
	return r
}
