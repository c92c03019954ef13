package main

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/ntlmctl/ntlmctl/internal/curl/address"
	"github.com/ntlmctl/ntlmctl/negotiate"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/wire"
)

// transfer is one URL on its way: its attempts, and their redirects.
type transfer struct {
	run  *fetchRun
	job  *job
	sink *bodySink
	// sent says that a body that may not come again has been opened.
	sent    bool
	retries int

	attempt
}

// attempt is what one attempt came to.
type attempt struct {
	started, hopStarted, ended time.Time
	// cancel ends it.
	cancel context.CancelFunc
	// results are of all hops; last is the response that was delivered.
	results  []*negotiate.Result
	hop      hop
	response *http.Response
	// redirects were followed; next is where another one would go.
	redirects int
	next      string
	// size is how long the body was, as it came.
	size int64
	// err is what went wrong beside what a verdict says.
	err error
}

// fetch fetches one URL, tries again as --retry says, and says what came of it.
func (r *fetchRun) fetch(ctx context.Context, j *job) exitCode {
	r.recorder.Forget() // what belongs to the URL before
	t := &transfer{run: r, job: j}
	t.sink = newBodySink(r, j)
	defer t.sink.close()
	began := r.w.Now()
	for {
		t.try(ctx)
		wait, again := t.retry(ctx, r.w.Now().Sub(began))
		if !again || !t.pause(ctx, wait) {
			break
		}
		t.retries++
	}
	t.sink.finish(t.err == nil && t.response != nil && !t.failed())
	switch {
	case t.err == nil && t.response != nil && r.o.remoteTime:
		t.sink.date(t.response)
	case t.err != nil && r.o.removeOnError:
		t.sink.remove()
	}
	return t.conclude(ctx)
}

// try makes one attempt.
func (t *transfer) try(ctx context.Context) {
	o := t.run.o
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if o.maxTime > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, time.Duration(o.maxTime))
		defer stop()
	}
	t.attempt = attempt{cancel: cancel, started: t.run.w.Now(), hop: hop{url: t.job.url, method: t.method(), own: true}}
	t.err = t.follow(ctx)
	t.ended = t.run.w.Now()
}

// method is that of the first request.
func (t *transfer) method() string {
	if p := t.run.plan; t.job.upload == "" || p.custom {
		return p.method
	}
	return http.MethodPut
}

// follow makes the request and those that redirects ask for.
func (t *transfer) follow(ctx context.Context) error {
	o := t.run.o
	for {
		resp, err := t.roundTrip(ctx)
		if err != nil {
			return err
		}
		next, err := t.redirect(resp)
		if next == nil && err == nil {
			return t.deliver(ctx, resp)
		}
		if err == nil && !o.location {
			t.next = address.Text(next.url)
			return t.deliver(ctx, resp)
		}
		resp.Body.Close()
		if err == nil && o.maxRedirects >= 0 && t.redirects >= o.maxRedirects {
			err = &failure{Code: exitUnreachable, Text: "the redirects do not end: " + strconv.Itoa(t.redirects) + " were followed", Hint: "--max-redirs allows more"}
		}
		if err != nil {
			return err
		}
		t.redirects++
		t.hop = *next
	}
}

// roundTrip makes the request of the hop, logging on.
func (t *transfer) roundTrip(ctx context.Context) (*http.Response, error) {
	r := t.run
	who, err := t.identity()
	if err != nil {
		return nil, err
	}
	client, err := r.client(t.hop.url, who)
	if err != nil {
		return nil, err
	}
	req, err := t.request(ctx, &t.hop)
	if err != nil {
		return nil, err
	}
	t.hopStarted = r.w.Now()
	t.response = nil
	client.last = nil
	resp, err := client.RoundTrip(req)
	if client.last == nil {
		return nil, usageError("", "%v", err)
	}
	var failed *wire.Error
	if errors.As(err, &failed) && failed.Kind == trace.FailRequest && failed.Leg == nil {
		return nil, usageError("", "%v", failed.Err) // nothing of it was sent
	}
	t.results = append(t.results, client.last)
	t.takeCookies(client.last)
	if err != nil {
		_ = t.heads(client.last)
		if failed == nil && ctx.Err() == nil {
			return nil, usageError("", "%v", err)
		}
		return nil, err
	}
	t.response = resp
	return resp, t.heads(client.last)
}

// identity is as whom to log on at the hop.
func (t *transfer) identity() (*identity, error) {
	if t.hop.own {
		return t.run.who.given(t.job.url)
	}
	return t.run.who.elsewhere(t.hop.url)
}

// takeCookies keeps what the answers set, those within a handshake, too.
func (t *transfer) takeCookies(result *negotiate.Result) {
	if t.run.jar == nil {
		return
	}
	for _, leg := range result.Legs {
		if leg.Response == nil || leg.Request.Method == http.MethodConnect || leg.Response.Status == http.StatusProxyAuthRequired {
			continue
		}
		for _, line := range leg.Response.Headers.Values("Set-Cookie") {
			t.run.jar.Set(t.hop.url, line)
		}
	}
}

// failed reports whether the status is one that -f fails on.
func (t *transfer) failed() bool {
	o := t.run.o
	return (o.fail || o.failWithBody) && t.response != nil && t.response.StatusCode >= 400
}
