package main

import (
	"context"
	"net/url"
	"os"

	"github.com/ntlmctl/ntlmctl/internal/curl/cookies"
	"github.com/ntlmctl/ntlmctl/negotiate/wire"
	"github.com/ntlmctl/ntlmctl/render"
)

// fetchRun is one run of ntlmctl fetch: all its URLs, on the same clients.
type fetchRun struct {
	o    *fetchOptions
	w    *world
	plan *plan
	who  *identities

	recorder *wire.Recorder
	wire     wire.Options
	proxyURL func(*url.URL) (*url.URL, error)
	clients  map[clientKey]*fetchClient
	jar      *cookies.Jar // nil where no flag wants one
	// proxyHeaders are those of --proxy-header.
	proxyHeaders []headerLine

	heads  *lazyFile // of -D
	report *lazyFile // of --report
	trace  *tracer   // of --trace; nil without it
	// several says that there are more URLs than one.
	several bool
	// expect says that the request at hand announces its body.
	expect bool
}

// runFetch fetches all URLs, and returns the failure that counts most.
func runFetch(ctx context.Context, w *world, o *fetchOptions) error {
	if err := o.transferOptions.check(); err != nil {
		return err
	}
	collectLess()
	restore, err := o.redirectStderr(w)
	if err != nil {
		return err
	}
	defer restore()
	r := &fetchRun{o: o, w: w, clients: map[clientKey]*fetchClient{}}
	if err := r.prepare(); err != nil {
		return err
	}
	jobs, err := o.jobs(w, r.plan)
	if err != nil {
		return err
	}
	if err := r.authorise(jobs); err != nil {
		return err
	}
	defer r.close()
	r.several = len(jobs) > 1
	if extra := len(o.outputs) - len(o.urls); extra > 0 {
		o.note(w, "there are %d more outputs than URLs", extra)
	}
	var codes []exitCode
	for _, j := range jobs {
		code := r.fetch(ctx, j)
		codes = append(codes, code)
		if ctx.Err() != nil || code != exitOK && o.failEarly {
			break
		}
	}
	if err := r.saveCookies(); err != nil {
		return err
	}
	if code := worst(codes); code != exitOK {
		return &failure{Code: code, Silent: true}
	}
	return nil
}

// prepare makes what all URLs share.
func (r *fetchRun) prepare() error {
	o, w := r.o, r.w
	var err error
	if r.plan, err = o.requestOptions.plan(w); err != nil {
		return err
	}
	if err := r.loadCookies(); err != nil {
		return err
	}
	if o.writeOut, err = formatOf(o.writeOut, w); err != nil {
		return err
	}
	if o.since != "" && o.condition.at.IsZero() {
		o.note(w, "-z: %s is neither a time nor a file: all is asked for", render.Escape(o.since))
	}
	if r.proxyHeaders, err = headerLines(o.proxyHeaders); err != nil {
		return err
	}
	r.heads = &lazyFile{w: w, path: o.dumpHeader}
	r.report = &lazyFile{w: w, path: o.outputOptions.report}
	r.recorder = &wire.Recorder{Now: w.Now}
	if err := r.observe(); err != nil {
		return err
	}
	if r.wire, err = o.wire(r.recorder); err != nil {
		return err
	}
	r.proxyURL, err = o.proxyURLs()
	return err
}

// redirectStderr makes --stderr's file standard error, until restore is called.
func (o *fetchOptions) redirectStderr(w *world) (restore func(), err error) {
	old := w.Stderr
	switch o.stderr {
	case "":
	case "-":
		w.Stderr = w.Stdout
	default:
		f, err := os.Create(o.stderr)
		if err != nil {
			return nil, usageError("", "--stderr: %v", err)
		}
		w.Stderr = f
		return func() { w.Stderr = old; f.Close() }, nil
	}
	return func() { w.Stderr = old }, nil
}

// note tells something on stderr, unless -s or --quiet.
func (o *fetchOptions) note(w *world, format string, args ...any) {
	if !o.silent {
		o.out.note(w, format, args...)
	}
}

func (r *fetchRun) close() {
	for _, c := range r.clients {
		c.Close()
	}
	r.heads.close()
	r.report.close()
	if err := r.trace.close(); err != nil {
		r.o.note(r.w, "--trace: %v", err)
	}
}
