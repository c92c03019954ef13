package wire

import (
	"errors"
	"io"
	"net/http"
	"net/http/httputil"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// Response is a final response.
type Response struct {
	Status  int
	Reason  string
	Version string // as in the status line: "1.1"
	// Major and Minor are what Version means.
	Major, Minor int
	// Header is in the order and case in which it came; it is the leg's own.
	Header trace.Headers
	// ContentLength is the body's length, -1 if it is not known.
	ContentLength int64
	// Uncertain says why the body cannot be read: fields that contradict each other.
	Uncertain error
	// Close says that the connection ends after this response.
	Close bool
	// Body is never nil. It has to be read to its end or closed. Close reads up
	// to Limits.Drain of what is left, so that the connection stays usable.
	// It is for one goroutine.
	Body io.ReadCloser
	// Trailer is set when the body has been read.
	Trailer trace.Headers
	// Leg is the leg in the trace.
	Leg *trace.Leg
}

// HTTPHeader is the header as net/http holds it: canonical names, no order.
func (r *Response) HTTPHeader() http.Header { return httpHeader(r.Header) }

// HTTPTrailer is the trailer as net/http holds it; nil if there is none.
func (r *Response) HTTPTrailer() http.Header {
	if len(r.Trailer) == 0 {
		return nil
	}
	return httpHeader(r.Trailer)
}

func httpHeader(fields trace.Headers) http.Header {
	m := make(http.Header, len(fields))
	values := make([]string, len(fields)) // of all names, in one piece
	for i, field := range fields {
		key := http.CanonicalHeaderKey(field.Name)
		if list, ok := m[key]; ok {
			m[key] = append(list, field.Value)
			continue
		}
		values[i] = field.Value
		m[key] = values[i : i+1 : i+1]
	}
	return m
}

// body is the body of a response.
type body struct {
	x        *exchange
	response *Response
	framing  framing
	src      io.Reader // for chunked bodies
	left     int64
	read     int64
	ended    bool
	err      error // what Read returns once ended
}

// open readies the connection for reading a body.
func (b *body) open(c *Conn) {
	c.in.idle = max(c.o.Timeouts.Idle, 0)
	if b.framing.chunked {
		b.src = httputil.NewChunkedReader(c.br)
	}
}

// Read reads the body without its framing.
func (b *body) Read(p []byte) (int, error) {
	if b.ended {
		return 0, b.err
	}
	if b.framing.broken != nil {
		return 0, b.end(b.framing.broken)
	}
	n, err := b.fill(p)
	b.read += int64(n)
	if err != nil {
		err = b.end(err)
		if n > 0 && errors.Is(err, io.EOF) {
			return n, nil
		}
	}
	return n, err
}

// fill reads some; io.EOF is the proper end of the body.
func (b *body) fill(p []byte) (int, error) {
	br := b.x.c.br
	switch {
	case b.framing.chunked:
		n, err := b.src.Read(p)
		if errors.Is(err, io.EOF) {
			err = b.trailer()
		} else if err != nil && kindOf(err) == trace.FailIO {
			err = malformedf("the body's chunks: %v", err)
		}
		return n, err
	case b.framing.untilClose:
		return br.Read(p)
	}
	if int64(len(p)) > b.left {
		p = p[:b.left]
	}
	n, err := br.Read(p)
	b.left -= int64(n)
	switch {
	case b.left == 0:
		err = io.EOF
	case errors.Is(err, io.EOF):
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// trailer reads what follows the last chunk.
func (b *body) trailer() error {
	c := b.x.c
	fields, notes, err := readTrailer(c.br, &c.o.Limits)
	if err != nil {
		return err
	}
	b.response.Trailer = fields
	c.rec.Update(func() {
		b.x.leg.Response.Trailers = fields
		b.x.notes(notes)
	})
	return io.EOF
}

// end ends the body and with it the leg; io.EOF and nil are proper ends.
func (b *body) end(err error) error {
	c, leg := b.x.c, b.x.leg
	proper := err == nil || errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF)
	b.ended = true
	c.rec.Update(func() {
		leg.Response.BodyBytes = b.read
		leg.Response.BodyCut = !proper
	})
	if proper {
		b.err = io.EOF
		if b.framing.untilClose {
			c.shut(trace.Server, "eof", c.rec.now())
		}
		if err := b.x.done("body", nil, true); err != nil {
			b.err = err
		}
		return b.err
	}
	b.err = b.x.done("body", err, false)
	return b.err
}

// WriteTo copies the body in large pieces.
func (b *body) WriteTo(w io.Writer) (int64, error) {
	buf := buffers.Get().(*[128 << 10]byte)
	defer buffers.Put(buf)
	var total int64
	for {
		n, err := b.Read(buf[:])
		if n > 0 {
			m, err := w.Write(buf[:n])
			total += int64(m)
			if err != nil {
				return total, err
			}
			if m < n {
				return total, io.ErrShortWrite
			}
		}
		if errors.Is(err, io.EOF) && b.clean() {
			return total, nil
		}
		if err != nil {
			return total, err
		}
	}
}

// clean reports whether the body came to its proper end.
func (b *body) clean() bool { return b.ended && b.err == io.EOF } //nolint:errorlint // io.EOF itself, not what wraps it

// Close ends the body. What is left of it is read if that is little and comes
// soon; else the connection is closed.
func (b *body) Close() error {
	if b.ended {
		return nil
	}
	c := b.x.c
	limit := c.o.Limits.Drain
	if b.framing.broken == nil && b.left <= limit && limit > 0 {
		c.in.idle = 0
		c.nc.SetReadDeadline(after(c.o.Timeouts.Drain))
		buf := buffers.Get().(*[128 << 10]byte)
		defer buffers.Put(buf)
		for drained := int64(0); !b.ended && drained <= limit; {
			n, err := b.fill(buf[:])
			drained += int64(n)
			b.read += int64(n)
			if errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
				_ = b.end(io.EOF)
			} else if err != nil {
				break
			}
		}
	}
	if !b.ended {
		b.abandon()
	}
	return nil
}

// abandon gives up the rest of the body and the connection.
func (b *body) abandon() {
	c, leg := b.x.c, b.x.leg
	b.ended, b.err = true, http.ErrBodyReadAfterClose
	c.rec.Update(func() {
		leg.Response.BodyBytes, leg.Response.BodyCut = b.read, true
		if b.framing.broken == nil {
			leg.AddNote("the rest of the body was not read")
		}
	})
	_ = b.x.done("body", nil, false)
}

// Drain is Response.Body.Close, and reports whether the connection can be used
// for another request.
func (r *Response) Drain() bool {
	r.Body.Close()
	return r.Leg.Error == nil && !r.Close && !r.Leg.Response.BodyCut
}

var _ io.WriterTo = (*body)(nil)
