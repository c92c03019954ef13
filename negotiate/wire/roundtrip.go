package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// RoundTrip sends a request and reads the head of its final response. The
// response's body has to be read to its end or closed before the next call. The
// context bounds the body, too: its end closes the socket. A response comes with
// no error whatever its status; an error is an *Error.
func (c *Conn) RoundTrip(ctx context.Context, req *Request) (*Response, error) {
	if err := req.check(); err != nil {
		req.closeBody()
		return nil, &Error{Kind: trace.FailRequest, Op: "request", Connection: c.info.ID, Err: err}
	}
	c.look()
	c.mu.Lock()
	if c.busy {
		c.mu.Unlock()
		req.closeBody()
		return nil, &Error{Kind: trace.FailRequest, Op: "request", Connection: c.info.ID, Err: ErrBusy}
	}
	c.busy, c.resting = true, false
	c.mu.Unlock()
	x := &exchange{c: c, req: req, ctx: ctx, start: c.rec.now()}
	fields := req.fields(c.target)
	x.leg = &trace.Leg{
		Name: req.Name, Experiment: req.Experiment, Connection: c.info.ID, Started: trace.Stamp(x.start),
		Request: trace.Request{Method: req.method(), Target: req.target(c.target, c.absolute), Headers: fields},
		Tokens:  TokensOf(trace.InRequest, fields),
	}
	c.rec.addLeg(x.leg)
	return x.run()
}

// exchange is one request and its response.
type exchange struct {
	c     *Conn
	req   *Request
	leg   *trace.Leg
	start time.Time
	ctx   context.Context
	send  *sender // nil without a body
	// release ends the context's hold on the connection; false: it has struck.
	release func() bool
	// closing: the request itself asked for the end of the connection.
	closing bool
}

func (x *exchange) run() (*Response, error) {
	c, ctx := x.c, x.ctx
	c.mu.Lock()
	err, closed := c.unusable, c.closed
	c.mu.Unlock()
	if err == nil && closed {
		err = ErrClosed
	}
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, x.unsent(err)
	}
	c.mu.Lock()
	c.last = x.leg
	c.mu.Unlock()
	x.closing = x.leg.Request.Headers.HasToken("Connection", "close")
	x.release = context.AfterFunc(ctx, func() { c.interrupt(ctx.Err()) })
	c.rec.event(Requesting, c.info, x.leg)
	c.await(true)
	writeErr := x.write()
	h, err := x.final()
	if err != nil {
		if kind := kindOf(err); writeErr != nil && (kind == trace.FailTimeout || kind == trace.FailIO) {
			err = writeErr
		}
		return nil, x.done("response", err, false)
	}
	c.await(false)
	return x.respond(h)
}

// write sends the request, or starts sending it. A failure to write is no
// failure yet: the response may have come before the connection broke.
func (x *exchange) write() error {
	c := x.c
	head := appendHead(make([]byte, 0, 1024), x.leg.Request.Method, x.leg.Request.Target, x.leg.Request.Headers)
	c.rec.Update(func() { x.leg.Request.Sent = true })
	if x.req.Body != nil {
		x.send = c.send(x.req, head)
		return nil
	}
	c.writeDeadline()
	_, err := c.nc.Write(head)
	c.rec.Update(func() { x.leg.SentMS = x.since() })
	c.armHead()
	return err
}

func (x *exchange) since() float64 { return trace.MS(x.c.rec.now().Sub(x.start)) }

// final reads heads up to the one of the final response.
func (x *exchange) final() (*head, error) {
	c := x.c
	w := c.next()
	if w.err != nil {
		return nil, w.err
	}
	at := w.at
	for interim := 0; ; interim++ {
		h, err := readHead(c.br, &c.o.Limits)
		if h == nil {
			return nil, err
		}
		if err != nil || h.status/100 != 1 || h.status == 101 {
			x.record(h, at)
			return h, err
		}
		if interim >= c.o.Limits.Interim {
			return nil, malformedf("the peer sent more than %d interim responses", c.o.Limits.Interim)
		}
		c.rec.Update(func() {
			x.leg.Interim = append(x.leg.Interim, trace.Interim{Status: h.status, Reason: h.reason, Headers: h.fields, AtMS: trace.MS(at.Sub(x.start))})
			x.notes(h.notes)
		})
		c.rec.event(Interim, c.info, x.leg)
		if x.send == nil || x.send.finished() {
			c.armHead()
		}
		if x.send != nil && h.status == 100 {
			x.send.proceed()
		}
		at, err = x.first()
		if err != nil {
			return nil, err
		}
	}
}

// first waits for the first byte of what follows an interim response.
func (x *exchange) first() (time.Time, error) {
	_, err := x.c.br.Peek(1)
	return x.c.rec.now(), err
}

func (x *exchange) notes(list []string) {
	for _, note := range list {
		x.leg.AddNote(note)
	}
}

// record takes down the head of the final response.
func (x *exchange) record(h *head, at time.Time) {
	tokens := TokensOf(trace.InResponse, h.fields)
	x.c.rec.Update(func() {
		x.leg.HTTPVersion = h.version
		x.leg.FirstByteMS = trace.MS(at.Sub(x.start))
		x.leg.Response = &trace.Response{Status: h.status, Reason: h.reason, Headers: h.fields, Raw: h.raw, RawCut: h.rawCut}
		x.leg.Tokens = append(x.leg.Tokens, tokens...)
		x.leg.OriginView, x.leg.ProxyView = trace.OriginViewOf(h.fields), trace.ProxyViewOf(h.fields)
		x.notes(h.notes)
	})
}

// respond makes the response out of its head.
func (x *exchange) respond(h *head) (*Response, error) {
	c := x.c
	f := h.frame(x.leg.Request.Method)
	ends := x.ends(h) || f.untilClose || f.broken != nil
	c.rec.Update(func() {
		x.leg.Response.Close = ends
		x.notes(f.notes)
	})
	if ends {
		c.mu.Lock()
		c.announced = trace.Server
		if x.closing {
			c.announced = trace.Client
		}
		c.mu.Unlock()
	}
	if x.send != nil && !x.send.finished() && (h.status >= 300 || ends) {
		x.send.refused()
	}
	c.rec.event(Responding, c.info, x.leg)
	r := &Response{
		Status: h.status, Reason: h.reason, Version: h.version, Major: h.major, Minor: h.minor,
		Header: h.fields, ContentLength: f.length, Uncertain: f.broken, Leg: x.leg, Close: ends,
	}
	b := &body{x: x, response: r, framing: f, left: f.length}
	r.Body = b
	if x.leg.Request.Method == "HEAD" || f.length == 0 {
		if n, err := contentLength(h.fields.Values("Content-Length")); err == nil && x.leg.Request.Method == "HEAD" {
			r.ContentLength = n
		}
		if err := b.end(nil); !errors.Is(err, io.EOF) {
			return nil, err
		}
	} else {
		b.open(c)
	}
	return r, nil
}

// ends reports whether the head announces the connection's end (RFC 9112 section 9.3).
func (x *exchange) ends(h *head) bool {
	names := [...]string{"Connection", "Proxy-Connection"}
	if !x.c.absolute && x.leg.Request.Method != "CONNECT" {
		names[1] = names[0]
	}
	alive := h.keepsAlive()
	for _, name := range names {
		if h.fields.HasToken(name, "close") {
			return true
		}
		alive = alive || h.fields.HasToken(name, "keep-alive")
	}
	return !alive || x.closing
}

// unsent ends an exchange before it began. The connection is left as it is, but
// one that is of no more use is closed.
func (x *exchange) unsent(err error) error {
	c := x.c
	x.req.closeBody()
	c.rest()
	c.mu.Lock()
	useless := c.unusable != nil
	c.mu.Unlock()
	if useless {
		c.Close()
	}
	c.rec.Update(func() {
		x.leg.Error = &trace.Failure{Kind: kindOf(err), Text: err.Error()}
		x.leg.ClosedBy = c.info.ClosedBy
		x.leg.DurationMS = x.since()
	})
	c.rec.event(Done, c.info, x.leg)
	return &Error{Kind: kindOf(err), Op: "request", Leg: x.leg, Connection: c.info.ID, Err: err}
}

// done ends the leg: with an error, or with the connection ready for the next
// request if reuse is true. It returns the error for the caller.
func (x *exchange) done(op string, err error, reuse bool) error {
	c := x.c
	whole := x.sent(err == nil && reuse)
	struck := !x.release() // if it struck as the response ended, what was read counts, and the connection does not
	c.mu.Lock()
	if c.cause != nil && err != nil {
		err = c.cause
	}
	c.mu.Unlock()
	if broken := new(bodyError); err != nil && x.send != nil && x.send.finished() && errors.As(x.send.err, &broken) {
		err = &failed{trace.FailRequest, broken}
	}
	c.rec.Update(func() {
		x.leg.DurationMS = x.since()
		if !whole && err == nil {
			x.leg.AddNote("the response came before the request's body was sent, and the rest was not")
		}
	})
	if err == nil {
		x.settle(reuse && whole && !struck)
		c.rec.event(Done, c.info, x.leg)
		return nil
	}
	by, how := sideOf(err)
	text := explain(err)
	c.rec.Update(func() {
		x.leg.Error = &trace.Failure{Kind: kindOf(err), Text: text.Error()}
	})
	c.spoil(ErrClosed)
	c.shut(by, how, c.rec.now())
	c.idle()
	c.rec.event(Done, c.info, x.leg)
	return &Error{Kind: kindOf(err), Op: op, Sent: true, Leg: x.leg, Connection: c.info.ID, Err: text}
}

// sent brings the sending to its end and reports whether all went out. What is
// on its way is waited for if the exchange went well.
func (x *exchange) sent(well bool) (whole bool) {
	s := x.send
	if s == nil {
		return true
	}
	if well && !s.stopped.Load() {
		select {
		case <-s.done:
		case <-x.ctx.Done():
		}
	}
	if !s.finished() {
		s.stop()
		s.within(patience)
	}
	whole = s.finished() && s.complete
	x.c.rec.Update(func() { s.describe(x.leg, whole) })
	return whole
}

// idle says that no exchange is under way.
func (c *Conn) idle() {
	c.mu.Lock()
	c.busy = false
	c.mu.Unlock()
}

// settle leaves the connection ready, or says why it cannot be used.
func (x *exchange) settle(reuse bool) {
	c := x.c
	c.in.idle = 0
	c.nc.SetDeadline(time.Time{})
	r, http := x.leg.Response, false // whether HTTP goes on
	switch {
	case r.Status == 101:
		c.spoil(&failed{trace.FailIO, fmt.Errorf("%w: it speaks another protocol now", ErrClosed)})
	case x.leg.Request.Method == "CONNECT" && r.Status/100 == 2: // what comes next is another protocol
	case !reuse:
		c.spoil(&failed{trace.FailIO, fmt.Errorf("%w: the exchange before was not brought to its end", ErrClosed)})
		c.shut(trace.Client, "", c.rec.now())
	default:
		http = true
		if r.Close {
			c.spoil(&failed{trace.FailEOF, fmt.Errorf("%w: the last response announced its end", ErrClosed)})
		}
	}
	if http {
		c.rest()
	} else {
		c.idle()
	}
}
