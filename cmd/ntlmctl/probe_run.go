package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/ntlmctl/ntlmctl/decode/annotate"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
	"github.com/ntlmctl/ntlmctl/probe"
	"github.com/ntlmctl/ntlmctl/render"
)

const (
	defaultProbeTimeout = seconds(30 * time.Second)
	// probeDrain is how long an interrupted run waits for what is under way, and
	// probeGrace how long it may take in all.
	probeDrain = 2 * time.Second
	probeGrace = 4 * time.Second
	// maxRedirects is how many redirects --location follows.
	maxRedirects = 10
)

// runProbe asks the targets and shows what they accept.
func runProbe(ctx context.Context, w *world, o *probeOptions, args []string, longGiven bool) error {
	if o.list {
		return o.listQuestions(w.Stdout)
	}
	if o.output == stdinName { // standard output, as of curl
		o.output = ""
	}
	if err := o.check(); err != nil {
		return err
	}
	questions, err := o.questions()
	if err != nil {
		return err
	}
	targets, err := o.newProbeTargets(w, args)
	if err != nil {
		return err
	}
	if o.dryRun {
		return explainCost(w.Stdout, questions, targets.count())
	}
	options, err := o.options(w)
	if err != nil {
		return err
	}
	options.Experiments = questions
	single := targets.single() && (!longGiven || o.long)
	sink, err := o.newSink(w, single, &targets.done)
	if err != nil {
		return err
	}
	if o.maxTime > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Duration(o.maxTime))
		defer cancel()
	}
	w.grace.Store(int64(probeGrace))
	collectLess()
	run := &probeRun{o: o, w: w, progress: o.newProgress(w, single, targets), sink: sink}
	targets.around = run.progress.around
	err = options.Run(ctx, targets.urls(), o.concurrency, o.ordered, run.take)
	run.progress.end()
	if failed := sink.end(); err == nil {
		err = failed
	}
	targets.leftOut()
	run.adviseTLS()
	if !single {
		run.summary()
	}
	return run.conclude(ctx, err, targets)
}

// check refuses what cannot go together.
func (o *probeOptions) check() error {
	switch {
	case o.concurrency < 1 || o.concurrency > 10_000:
		return usageError("", "--concurrency is from 1 to 10000")
	case o.repeat < 0 || o.repeat == 1 || o.repeat > 1000:
		return usageError("one connection tells nothing of a farm", "--repeat is from 2 to 1000")
	case o.retries < 0 || o.retries > 100:
		return usageError("", "--retries is from 0 to 100")
	case !isRate(o.rate) || !isRate(o.hostRate):
		return usageError("", "--rate and --host-rate are requests a second, 0 for no limit")
	case o.resume == stdinName:
		return usageError("--format jsonl writes the same to standard output", "--resume needs a file, which it reads as well")
	case o.csv && o.out.format != formatText:
		return usageError("choose one", "--csv and --format %s", o.out.format)
	case o.expect != "" && !slices.Contains(probe.Classifications(), probe.Classification(o.expect)):
		return usageError("--expect is one of "+classList(), "unknown class %q", o.expect)
	}
	for _, word := range o.failOn {
		if _, ok := annotate.ParseSeverity(word); !ok && !knownWord(word) {
			return usageError("--fail-on takes info, warning, error, a class ("+classList()+") or the code of a finding", "unknown word %q of --fail-on", word)
		}
	}
	return nil
}

func isRate(n float64) bool { return n >= 0 && !math.IsInf(n, 0) }

func knownWord(word string) bool {
	return slices.Contains(probe.Classifications(), probe.Classification(word)) ||
		slices.ContainsFunc(probe.Catalogue(), func(e probe.Entry) bool { return e.Code == word })
}

// options are those of the probe, without its questions.
func (o *probeOptions) options(w *world) (*probe.Options, error) {
	options := &probe.Options{Timeout: time.Duration(o.timeout), Drain: probeDrain, Now: w.Now, Trace: o.legs}
	var err error
	o.getenv, o.pair.ask = w.Getenv, w.ask
	if options.Wire, err = o.wire(nil); err != nil {
		return nil, err
	}
	if options.Proxy, err = o.proxies(); err != nil {
		return nil, err
	}
	if options.Header, err = requestHeader(o.agent, o.headers); err != nil {
		return nil, err
	}
	if o.location {
		options.Redirects = maxRedirects
	}
	if o.rate > 0 || o.hostRate > 0 {
		options.Pace = (&probe.Pacer{Total: o.rate, PerHost: o.hostRate, Now: w.Now}).Pace
	}
	return options, nil
}

// probeRun is a run under way.
type probeRun struct {
	o        *probeOptions
	w        *world
	progress *probeProgress
	sink     *probeSink
	counts   probe.Summary
	// unexpected is how many were not as --expect and --fail-on wish.
	unexpected int
	// untrusted is how many showed a certificate that is not trusted, plain how many
	// spoke no TLS where it was wanted.
	untrusted, plain int
}

// take shows one report and counts it.
func (r *probeRun) take(report probe.Report) error {
	r.counts.Add(report.Result)
	if !r.o.wished(report.Result) {
		r.unexpected++
	}
	if e := report.Error; e != nil && e.Code == string(verdict.TLSFailed) {
		switch {
		case strings.Contains(e.Text, "failed to verify certificate"): // tls.CertificateVerificationError's text
			r.untrusted++
		case strings.Contains(e.Text, "first record does not look like a TLS handshake"): // tls.RecordHeaderError's
			r.plain++
		}
	}
	r.progress.count(&r.counts)
	return r.progress.result(func() error { return r.sink.take(report) })
}

// adviseTLS says what to do about sessions of TLS that did not come about.
func (r *probeRun) adviseTLS() {
	if r.untrusted > 0 {
		r.o.out.note(r.w, "%s with a certificate that is not trusted: --cacert FILE trusts a CA of your own, -k takes any certificate", render.Plural(r.untrusted, "URL"))
	}
	if r.plain > 0 {
		r.o.out.note(r.w, "%s without TLS where https is asked for: http:// may be meant", render.Plural(r.plain, "URL"))
	}
}

// wished reports whether a result is as --expect and --fail-on want it.
func (o *probeOptions) wished(r *probe.Result) bool {
	if o.expect != "" && r.Classification != probe.Classification(o.expect) {
		return false
	}
	for _, word := range o.failOn {
		if r.Classification == probe.Classification(word) {
			return false
		}
		least, isSeverity := annotate.ParseSeverity(word)
		for _, f := range r.Findings {
			severity, _ := annotate.ParseSeverity(f.Severity)
			if f.Code == word || isSeverity && severity >= least {
				return false
			}
		}
	}
	return true
}

// summary counts the results by class, on standard error.
func (r *probeRun) summary() {
	if r.o.out.quiet {
		return
	}
	parts := make([]string, 0, len(r.counts.Count))
	for _, class := range probe.Classifications() {
		if n := r.counts.Count[class]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, class))
		}
	}
	line := render.Plural(r.counts.Total, "URL")
	if len(parts) > 0 {
		line += ": " + strings.Join(parts, ", ")
	}
	fmt.Fprintf(r.w.Stderr, "%s; %s\n", line, render.Plural(r.counts.Requests, "request"))
}

// goesOn says how a run that was cut short can be gone on with; empty for one URL.
func (r *probeRun) goesOn(targets *probeTargets) string {
	switch {
	case r.o.resume != "":
		return "the same command goes on where this run ended"
	case targets.single():
		return ""
	}
	return "with --resume FILE, the same command goes on where a run ended"
}

// conclude makes the exit code. Danger is worse than whatever ended the run early.
func (r *probeRun) conclude(ctx context.Context, err error, targets *probeTargets) error {
	code := func(other exitCode) exitCode {
		if r.counts.Danger > 0 {
			return exitDanger
		}
		return other
	}
	switch {
	case errors.Is(err, context.Canceled):
		if how := r.goesOn(targets); how != "" {
			r.o.out.note(r.w, "interrupted; %s", how)
		}
		return &failure{Code: exitInterrupted, Silent: true}
	case errors.Is(err, context.DeadlineExceeded) && ctx.Err() != nil:
		return &failure{Code: code(exitUnreachable), Text: fmt.Sprintf("--max-time has passed after %s", render.Plural(r.counts.Total, "URL")), Hint: r.goesOn(targets)}
	case err != nil:
		return &failure{Code: code(exitUsage), Text: "writing the results failed", Err: err}
	case targets.err != nil:
		return &failure{Code: code(exitUsage), Text: "input", Err: targets.err}
	case r.counts.Danger > 0:
		return &failure{Code: exitDanger, Silent: true}
	case r.counts.Total > 0 && r.counts.Count[probe.Failed] == r.counts.Total && r.o.expect != string(probe.Failed):
		return &failure{Code: exitUnreachable, Silent: true}
	case r.unexpected > 0:
		return &failure{Code: exitFindings, Silent: true}
	case r.counts.Total == 0 && targets.unread > 0:
		return usageError("", "no target could be read")
	}
	return nil
}
