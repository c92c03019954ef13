package main

import (
	"bufio"
	"crypto/x509"
	"fmt"

	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/wire"
	"github.com/ntlmctl/ntlmctl/render"
)

// observe makes who watches the wire: -v and --trace.
func (r *fetchRun) observe() error {
	o := r.o
	var watchers []func(wire.Event)
	if o.verbose {
		style := render.NewStyle(o.out.coloredOn(r.w, r.w.Stderr))
		v := &verbose{run: r, style: style}
		watchers = append(watchers, v.event)
	}
	if o.trace != "" || o.traceASCII != "" {
		if o.trace != "" && o.traceASCII != "" {
			return usageError("", "--trace and --trace-ascii exclude one another")
		}
		r.trace = newTracer(r.w, o)
		if _, err := r.trace.file.Write(nil); err != nil { // it is made at once
			return usageError("", "--trace: %v", err)
		}
		watchers = append(watchers, r.trace.event)
	}
	if len(watchers) > 0 {
		r.recorder.Observe = func(e wire.Event) {
			for _, watch := range watchers {
				watch(e)
			}
		}
	}
	return nil
}

// verbose shows the legs on stderr as they happen, in curl's manner.
type verbose struct {
	run   *fetchRun
	style *render.Style
}

func (v *verbose) event(e wire.Event) {
	out := bufio.NewWriter(v.run.w.Stderr)
	v.show(out, e)
	_ = out.Flush()
}

func (v *verbose) show(out *bufio.Writer, e wire.Event) {
	c := e.Connection
	info := func(format string, args ...any) {
		out.WriteString(v.style.Meaning.Render("* "+render.Escape(fmt.Sprintf(format, args...))) + "\n")
	}
	switch e.Kind {
	case wire.Dialled:
		if c.Error != nil {
			info("connection %d: %s", c.ID, c.Error.Text)
			return
		}
		info("connection %d: %s to %s%s", c.ID, c.Local, c.Remote, viaOf(c))
	case wire.Secured:
		for _, t := range []*trace.TLS{c.TLS, c.ProxyTLS} {
			if t != nil {
				info("%s, %s; certificate of %s, by %s, until %s", t.Version, t.Cipher, t.Subject, t.Issuer, t.NotAfter.Format("2006-01-02"))
				if reason := unbindable(t); reason != nil {
					info("%v", reason)
				}
				break
			}
		}
	case wire.Requesting:
		r := e.Leg.Request
		info("leg %d on connection %d: %s%s", e.Leg.N, c.ID, e.Leg.Name, render.TokenNote(e.Leg, trace.InRequest))
		v.head(out, ">", r.Method+" "+r.Target+" HTTP/1.1", v.run.shown(r.Headers))
	case wire.Interim:
		i := e.Leg.Interim[len(e.Leg.Interim)-1]
		v.head(out, "<", fmt.Sprintf("HTTP/1.1 %d %s", i.Status, i.Reason), v.run.shown(i.Headers))
	case wire.Responding:
		r := e.Leg.Response
		if note := render.TokenNote(e.Leg, trace.InResponse); note != "" {
			info("leg %d: %d%s", e.Leg.N, r.Status, note)
		}
		v.head(out, "<", fmt.Sprintf("HTTP/%s %d %s", e.Leg.HTTPVersion, r.Status, r.Reason), v.run.shown(r.Headers))
	case wire.Done:
		if e.Leg.Error != nil {
			info("leg %d: %s", e.Leg.N, e.Leg.Error.Text)
		}
	case wire.Closed:
		info("connection %d: closed by the %s%s", c.ID, c.ClosedBy, prefixed(" (", c.ClosedHow, ")"))
	}
}

// unbindable is why a logon cannot be bound to a session; nil if it can.
func unbindable(t *trace.TLS) error {
	cert, err := x509.ParseCertificate(t.Certificate)
	if err == nil {
		_, err = ntlm.TLSServerEndPoint(cert)
	}
	return err
}

func (v *verbose) head(out *bufio.Writer, arrow, first string, fields trace.Headers) {
	out.WriteString(v.style.Bytes.Render(arrow) + " " + v.style.Title.Render(render.Escape(first)) + "\n")
	for _, f := range fields {
		out.WriteString(v.style.Bytes.Render(arrow) + " " + render.Escape(f.Name+": "+f.Value) + "\n")
	}
	out.WriteString(v.style.Bytes.Render(arrow) + "\n")
}

func viaOf(c *trace.Connection) string {
	switch {
	case c.Via == "":
		return ""
	case c.Tunnel:
		return ", for a tunnel through " + c.Via
	}
	return ", the proxy " + c.Via
}

// prefixed is text between two others, or nothing where there is no text.
func prefixed(before, text, after string) string {
	if text == "" {
		return ""
	}
	return before + text + after
}

// shown are fields as they may be shown: without secrets, save with --reveal.
func (r *fetchRun) shown(fields trace.Headers) trace.Headers {
	if r.o.reveal {
		return fields
	}
	return fields.Redact()
}

// seen are the legs and connections of a transfer, as they may be shown.
func (t *transfer) seen() *trace.Trace {
	all := t.run.recorder.Trace()
	mine := &trace.Trace{Legs: all.Legs, Connections: []*trace.Connection{}}
	used := map[int]bool{}
	for _, leg := range mine.Legs {
		used[leg.Connection] = true
	}
	for _, c := range all.Connections {
		if used[c.ID] || c.Error != nil && !c.Opened.Before(trace.Stamp(t.started).Time) {
			mine.Connections = append(mine.Connections, c)
		}
	}
	return mine
}

// safe is the trace without secrets, save with --reveal.
func (r *fetchRun) safe(t *trace.Trace) *trace.Trace {
	if r.o.reveal {
		return t
	}
	return t.Redact()
}
