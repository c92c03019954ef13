package main

import (
	"context"
	"errors"
	"io"
	"runtime"
	"sync"
	"syscall"
	"time"

	"golang.org/x/text/encoding"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/decode/annotate"
	"github.com/ntlmctl/ntlmctl/decode/capture"
)

// runDecode finds the tokens of all inputs and shows them.
func runDecode(ctx context.Context, w *world, o *decodeOptions, args []string) error {
	d, err := newDecoding(w, o)
	if err != nil {
		return err
	}
	list, err := inputs(w, args)
	if err != nil {
		return err
	}
	var failed error
	for _, in := range list {
		if o.passwordStdin && in.name == stdinName {
			failed = usageError("give the tokens as arguments or in a file", "standard input cannot hold the password and the tokens")
			break
		}
		if err := d.input(ctx, in); err != nil {
			failed = err
			if d.broken() {
				break
			}
			if len(list) > 1 { // the others may be well
				report(w.Stderr, err)
				failed = &failure{Code: codeOf(err), Silent: true}
			}
		}
	}
	if err := d.close(); err != nil && failed == nil {
		failed = err
	}
	switch {
	case failed != nil:
		return failed
	case d.tokens == 0:
		return &failure{Code: exitNoToken, Text: "no token found in " + names(list), Hint: tokenHint + "; headers, logs, HAR and pcap files may hold some"}
	case ctx.Err() != nil:
		return &failure{Code: exitInterrupted, Silent: true}
	case d.failOn != 0 && d.worst >= d.failOn:
		return &failure{Code: exitFindings, Silent: true}
	}
	return nil
}

// decoding is one run of the command: tokens are found in order, decoded side
// by side, and shown in order.
type decoding struct {
	w      *world
	o      *decodeOptions
	failOn decode.Severity
	page   encoding.Encoding
	verify *verifier
	sink   sink
	lanes  *ordered[event, *batch]
	group  *capture.Grouper

	// The rest is touched in order, by one goroutine at a time.
	tokens int
	worst  decode.Severity // where failOn asks for it
	// closed are handshakes that are to be shown after the present token.
	closed []capture.Handshake
	// spare are buffers for batch.lines.
	spare sync.Pool
}

// event is a token, or the head of a response that says how a handshake ended.
type event struct {
	found    capture.Found
	response *capture.Response
}

// batch is what one worker made of some events.
type batch struct {
	events []event
	// tokens are those of the events, nil where the event is a response.
	tokens []*decode.Token
	// lines are the tokens as the sink shows them, and ends where each one's line
	// ends; nil where the sink has to see the tokens in order.
	lines *[]byte
	ends  []int
}

func newDecoding(w *world, o *decodeOptions) (*decoding, error) {
	d := &decoding{w: w, o: o}
	if o.failOn != "" {
		var ok bool
		if d.failOn, ok = annotate.ParseSeverity(o.failOn); !ok {
			return nil, usageError("--fail-on is info, warning or error", "unknown severity %q", o.failOn)
		}
	}
	var err error
	if d.page, err = codePage(o.codePage); err != nil {
		return nil, err
	}
	if d.verify, err = o.verifier(w, d.page); err != nil {
		return nil, err
	}
	d.sink = newSink(w, o)
	workers := 1
	if d.early() {
		workers = runtime.GOMAXPROCS(0)
		collectLess()
	}
	d.group = capture.NewGrouper(func(h capture.Handshake) { d.closed = append(d.closed, h) })
	d.lanes = newOrdered(workers, d.work, d.settle)
	return d, nil
}

// early reports whether tokens can be shown before their turn: nothing that
// came before is needed for it.
func (d *decoding) early() bool {
	_, lines := d.sink.(*lineSink)
	return lines && d.verify == nil
}

// annotated reports whether the fields are wanted.
func (d *decoding) annotated() bool { return d.o.out.format == formatText || !d.o.brief }

func (d *decoding) work(events []event) *batch {
	b := &batch{events: events, tokens: make([]*decode.Token, len(events))}
	options := decode.Options{Annotate: d.annotated(), CodePage: d.page}
	if d.early() {
		b.lines, _ = d.spare.Get().(*[]byte)
		if b.lines == nil {
			b.lines = new([]byte)
		}
		b.ends = make([]int, len(events))
	}
	for i := range events {
		if events[i].response == nil {
			t := d.decode(&events[i].found, options)
			b.tokens[i] = t
			if b.lines != nil {
				*b.lines = appendLine(*b.lines, t)
				options.Fields, t.Fields = t.Fields, nil
			}
		}
		if b.lines != nil {
			b.ends[i] = len(*b.lines)
		}
	}
	return b
}

func (d *decoding) decode(f *capture.Found, options decode.Options) *decode.Token {
	raw := f.Raw
	if d.o.redact && d.verify == nil {
		raw = decode.Redact(raw, options)
	}
	t := decode.Decode(raw, options)
	t.Attribute(f.Scheme, &f.Source)
	t.CheckClock(f.Time)
	return t
}

func (d *decoding) settle(b *batch) error {
	written := 0 // of b.lines
	for i, t := range b.tokens {
		switch {
		case t == nil:
			d.group.Responded(*b.events[i].response)
		case b.lines != nil:
			d.add(t, &b.events[i])
		default:
			h := d.add(t, &b.events[i])
			if err := d.sink.token(d.verified(t, h, b.events[i].found.Time)); err != nil {
				return err
			}
		}
		if len(d.closed) == 0 {
			continue
		}
		if b.lines != nil {
			if _, err := d.sink.Write((*b.lines)[written:b.ends[i]]); err != nil {
				return err
			}
			written = b.ends[i]
		}
		if err := d.showClosed(); err != nil {
			return err
		}
	}
	if b.lines != nil {
		if _, err := d.sink.Write((*b.lines)[written:]); err != nil {
			return err
		}
		*b.lines = (*b.lines)[:0]
		d.spare.Put(b.lines)
	}
	return d.sink.flush()
}

// add counts a token and gives it to its handshake, which is nil if it has none.
func (d *decoding) add(t *decode.Token, e *event) *decode.Handshake {
	d.tokens++
	if d.failOn != 0 {
		d.worst = max(d.worst, t.Worst())
	}
	return d.group.Add(t, e.found)
}

// showClosed shows the handshakes that the last token or response closed.
func (d *decoding) showClosed() error {
	for _, h := range d.closed {
		if d.failOn != 0 {
			d.worst = max(d.worst, annotate.Worst(h.Compare().Findings))
		}
		if err := d.sink.handshake(&h.Handshake); err != nil {
			return err
		}
	}
	d.closed = d.closed[:0]
	return nil
}

// verified compares t, of the handshake h, with the secret, if there is one, and
// redacts it only then.
func (d *decoding) verified(t *decode.Token, h *decode.Handshake, at time.Time) *decode.Token {
	if d.verify == nil {
		return t
	}
	d.verify.verify(t, h)
	if !d.o.redact {
		return t
	}
	options := decode.Options{Annotate: d.annotated(), CodePage: d.page}
	safe := decode.Decode(decode.Redact(t.Raw, options), options)
	safe.Attribute(t.Scheme, t.Source)
	safe.CheckClock(at)
	if from, to := t.NTLM(), safe.NTLM(); from != nil && to != nil && from.Verified != nil {
		to.Verified = from.Verified
		to.Verified.SessionKey = nil
	}
	return safe
}

func (d *decoding) input(ctx context.Context, in input) error {
	if in.err != nil {
		return in.err
	}
	r, err := in.open()
	if err == nil && d.o.follow && in.file {
		r.Close()
		r, err = newFollower(ctx, in.name)
	}
	if err != nil {
		return usageError("", "%v", err)
	}
	defer r.Close()
	options := capture.Options{Name: in.name, Responded: func(r capture.Response) { d.lanes.push(event{response: &r}) }}
	stats, err := capture.Scan(r, options, func(f capture.Found) bool { return d.lanes.push(event{found: f}) })
	d.o.out.noteStats(d.w, in.name, stats)
	var bad *capture.Error
	switch {
	case errors.As(err, &bad):
		return &failure{Code: exitUsage, Text: in.name, Err: bad, Hint: bad.Hint}
	case err != nil:
		return &failure{Code: exitUsage, Text: in.name, Err: err}
	}
	return nil
}

// broken reports whether what was shown could not be written.
func (d *decoding) broken() bool { return d.lanes.failed() != nil }

func (d *decoding) close() error {
	err := d.lanes.close()
	if err == nil {
		d.group.Close()
		err = d.showClosed()
	}
	if err == nil {
		err = d.sink.close()
	}
	if errors.Is(err, syscall.EPIPE) || errors.Is(err, io.ErrClosedPipe) {
		return &failure{Code: exitOK, Silent: true} // whoever read had enough
	}
	return err
}
