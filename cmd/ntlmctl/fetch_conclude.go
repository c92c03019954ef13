package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/ntlmctl/ntlmctl/internal/curl/address"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
	"github.com/ntlmctl/ntlmctl/render"
)

// exitOf is the exit code of a verdict.
func exitOf(code verdict.Code) exitCode {
	switch code {
	case verdict.Survives, verdict.Open, verdict.AuthNotPersistent, verdict.AuthenticatedForbidden:
		return exitOK
	case verdict.CredentialsRejected:
		return exitCredentials
	case verdict.Unreachable, verdict.TLSFailed, verdict.Timeout:
		return exitUnreachable
	case verdict.SchemeNotOffered, verdict.KerberosOnly:
		return exitNoScheme
	case verdict.SessionShared, verdict.ResponseCached:
		return exitDanger
	}
	return exitPath
}

// precedence is which exit code is returned where several apply.
var precedence = []exitCode{
	exitInterrupted, exitDanger, exitPath, exitCredentials, exitNoScheme, exitUnreachable, exitHTTPStatus, exitFindings, exitUsage,
}

// worst is the exit code that counts most.
func worst(codes []exitCode) exitCode {
	for _, code := range precedence {
		if slices.Contains(codes, code) {
			return code
		}
	}
	return exitOK
}

// outcome is what a transfer came to, for exit code, reports and -w.
type outcome struct {
	code exitCode
	// verdict is that of the hop that counts most, the last where they are alike;
	// others are of the hops beside it.
	verdict *verdict.Verdict
	others  []verdict.Verdict
	// failure is what went wrong beside it; nil for nothing.
	failure *failure
}

// judge finds what the transfer came to.
func (t *transfer) judge(ctx context.Context) outcome {
	var o outcome
	for _, result := range t.results {
		v := &result.Verdict
		switch {
		case o.verdict == nil:
			o.verdict = v
		case worst([]exitCode{exitOf(o.verdict.Code), exitOf(v.Code)}) == exitOf(v.Code):
			if v.Code != verdict.Open || exitOf(o.verdict.Code) != exitOK { // a page that is open after the logon says less
				o.others = append(o.others, *o.verdict)
				o.verdict = v
			}
		default:
			o.others = append(o.others, *v)
		}
		o.others = append(o.others, result.Others...)
	}
	var codes []exitCode
	if o.verdict != nil {
		codes = append(codes, exitOf(o.verdict.Code))
	}
	for _, v := range o.others {
		if exitOf(v.Code) == exitDanger {
			codes = append(codes, exitDanger)
		}
	}
	if o.failure = t.failure(); o.failure != nil {
		codes = append(codes, o.failure.Code)
	}
	if ctx.Err() != nil {
		codes = append(codes, exitInterrupted)
	}
	o.code = worst(codes)
	return o
}

// failure is what went wrong, nil where a verdict says all there is to say.
func (t *transfer) failure() *failure {
	var f *failure
	switch {
	case errors.As(t.err, &f):
		return f
	case t.err != nil && t.response == nil && len(t.results) > 0 && t.results[len(t.results)-1].Response == nil:
		return nil // its verdict has it
	case t.err != nil:
		return &failure{Code: exitUnreachable, Text: "the transfer failed", Err: t.err}
	case t.failed():
		return &failure{Code: exitHTTPStatus, Text: fmt.Sprintf("the server answered with %d", t.response.StatusCode)}
	}
	return nil
}

// conclude shows what the transfer came to where that is wanted.
func (t *transfer) conclude(ctx context.Context) exitCode {
	r, o := t.run, t.judge(ctx)
	text := r.o.out.format == formatText
	if !text || r.o.outputOptions.report != "" {
		if err := t.writeReports(&o); err != nil {
			o.failure = &failure{Code: exitUsage, Text: "the report could not be written", Err: err}
			o.code = worst([]exitCode{o.code, exitUsage})
		}
	}
	if ctx.Err() != nil { // what was cut short says nothing of the path
		return o.code
	}
	if o.verdict != nil && (r.o.explain || r.o.verbose || text && exitOf(o.verdict.Code) != exitOK && !r.o.mute()) {
		t.writeVerdict(&o)
	}
	if o.failure != nil && !r.o.mute() {
		report(r.w.Stderr, o.failure)
	}
	if r.o.writeOut != "" {
		if err := t.writeFormat(&o); err != nil {
			o.code = worst([]exitCode{o.code, exitUsage})
		}
	}
	return o.code
}

// writeVerdict writes the verdict to stderr, with --explain under the drawn legs.
func (t *transfer) writeVerdict(o *outcome) {
	r := t.run
	text := r.o.out.textOn(r.w, r.w.Stderr)
	if r.several {
		fmt.Fprintln(r.w.Stderr, render.Escape(address.Text(t.job.url))+":")
	}
	if r.o.explain {
		_ = text.Ladder(r.w.Stderr, r.safe(t.seen()))
	}
	_ = text.Verdict(r.w.Stderr, o.verdict)
	for i := range o.others {
		if v := &o.others[i]; exitOf(v.Code) != exitOK || r.o.explain && v.Code != verdict.Open {
			_ = text.Verdict(r.w.Stderr, v)
		}
	}
}

func (t *transfer) writeReports(o *outcome) error {
	r := t.run
	doc := render.NewFetchReport(address.Text(t.job.url), verdictOf(o), r.safe(t.seen()), r.who.spent())
	doc.OtherVerdicts = o.others
	if t.response != nil {
		doc.Status = t.response.StatusCode
	}
	if t.redirects > 0 {
		doc.FinalURL = address.Text(t.hop.url)
	}
	if o.failure != nil {
		doc.Error = o.failure.Error()
	}
	line, err := render.AppendFetchReport(nil, doc)
	if err != nil {
		return err
	}
	if r.o.out.format != formatText {
		if _, err := r.w.Stdout.Write(line); err != nil {
			return err
		}
	}
	_, err = r.report.Write(line)
	return err
}

// verdictOf is the verdict of an outcome; one that is untested where no request
// was made.
func verdictOf(o *outcome) verdict.Verdict {
	if o.verdict != nil {
		return *o.verdict
	}
	text := "no request was made"
	if o.failure != nil {
		text = o.failure.Error()
	}
	return verdict.Verdict{Code: verdict.Unreachable, Target: verdict.Origin, Grade: verdict.Untested, Summary: text}
}
