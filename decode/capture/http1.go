package capture

import (
	"bytes"
	"strconv"

	"github.com/ntlmctl/ntlmctl/decode"
)

// httpState is where in a stream of HTTP/1 messages a parser is.
type httpState uint8

const (
	httpStart   httpState = iota // before a start line
	httpHeader                   // in a header
	httpBody                     // in a body of known length
	httpChunk                    // before a chunk's size
	httpInChunk                  // in a chunk
	httpAfter                    // after a chunk's data
	httpTrailer                  // in the trailer after the last chunk
	httpOther                    // in a body that ends with the connection, or no HTTP at all
	httpOpaque                   // in what is encrypted
)

// maxHeader is the longest header that is waited for.
const maxHeader = 256 << 10

// streamParser reads one direction of a connection (RFC 9112), leniently. What
// is no HTTP it searches for tokens by their signatures.
type streamParser struct {
	state httpState
	// buf has what was not consumed yet; its first byte is at base.
	buf  []byte
	base int64
	from origins
	// remaining is what the body or chunk still has.
	remaining int64
	body      *payload
	// replying says that the other side has sent a token of SPNEGO.
	replying bool
}

// feed takes the next bytes of the stream.
func (p *streamParser) feed(t *tcp, c *connection, side int, data []byte, o origin) {
	if other := c.halves[1-side].parser.body; other != nil {
		other.answered()
	}
	switch p.state {
	case httpOpaque:
		return
	case httpOther:
		switch {
		case looksTLS(data):
			p.endBody(t)
			p.turnOpaque(t, c)
			return
		case startsHTTP(data) == stateDone:
			p.endBody(t)
			p.state = httpStart
		}
	}
	p.from.add(p.base+int64(len(p.buf)), o)
	p.buf = append(p.buf, data...)
	t.held += len(data)
	before := len(p.buf)
	p.process(t, c, side)
	t.held -= before - len(p.buf)
	if len(p.buf) == 0 && cap(p.buf) > 64<<10 {
		p.buf = nil
	}
}

// process consumes what it can.
func (p *streamParser) process(t *tcp, c *connection, side int) {
	for len(p.buf) > 0 && !t.s.stopped {
		switch p.state {
		case httpStart:
			n := 0
			for n < len(p.buf) && (p.buf[n] == '\r' || p.buf[n] == '\n') {
				n++
			}
			p.consume(n)
			if len(p.buf) == 0 {
				return
			}
			switch startsHTTP(p.buf) {
			case stateMore:
				if len(p.buf) < 16<<10 {
					return
				}
				p.state = httpOther
			case stateDone:
				p.state = httpHeader
			default:
				if looksTLS(p.buf) {
					p.turnOpaque(t, c)
					return
				}
				p.state = httpOther
			}
		case httpHeader:
			end := headerEnd(p.buf)
			if end < 0 {
				if len(p.buf) < maxHeader {
					return
				}
				end = len(p.buf)
			}
			p.header(t, c, side, p.buf[:end])
			p.consume(end)
		case httpBody, httpInChunk:
			n := int(min(int64(len(p.buf)), p.remaining))
			p.pass(t, c, side, n)
			if p.remaining -= int64(n); p.remaining > 0 {
				return
			}
			if p.state == httpInChunk {
				p.state = httpAfter
				continue
			}
			p.endBody(t)
			p.state = httpStart
		case httpChunk, httpAfter, httpTrailer:
			end := bytes.IndexByte(p.buf, '\n')
			if end < 0 {
				if len(p.buf) > 8<<10 {
					p.state = httpOther
					continue
				}
				return
			}
			line := bytes.TrimSpace(p.buf[:end])
			switch p.state {
			case httpAfter:
				p.state = httpChunk
			case httpTrailer:
				if len(line) == 0 {
					p.endBody(t)
					p.state = httpStart
				}
			default:
				size, _, _ := bytes.Cut(line, []byte(";"))
				n, err := strconv.ParseInt(string(bytes.TrimSpace(size)), 16, 63)
				switch {
				case err != nil:
					p.state = httpOther
				case n == 0:
					p.state = httpTrailer
				default:
					p.state, p.remaining = httpInChunk, n
				}
			}
			p.consume(end + 1)
		case httpOther:
			p.pass(t, c, side, len(p.buf))
		case httpOpaque:
			p.consume(len(p.buf))
		}
	}
}

// consume drops the first n bytes.
func (p *streamParser) consume(n int) {
	if n == 0 {
		return
	}
	p.base += int64(n)
	p.buf = p.buf[:copy(p.buf, p.buf[n:])]
	p.from.forget(p.base)
}

// pass hands the first n bytes to the search for signatures, and drops them.
func (p *streamParser) pass(t *tcp, c *connection, side int, n int) {
	if n == 0 {
		return
	}
	if p.body == nil {
		http := p.state != httpOther
		p.body = newPayload(t.s, func(r run, x context) { p.foundInBody(t, c, side, http, r, x) })
		p.body.text.replying = &p.replying
	}
	for _, part := range p.from.within(p.base, p.base+int64(n)) {
		t.held += p.body.push(p.buf[part.at-p.base:part.end-p.base], part.origin)
	}
	p.consume(n)
}

// foundInBody hands out a token that was in no HTTP header.
func (p *streamParser) foundInBody(t *tcp, c *connection, side int, http bool, r run, x context) {
	b := p.body
	first := b.from.find(b.w.base + int64(r.start))
	last := b.from.find(b.w.base + int64(r.end) - 1)
	if !http {
		if x.header == "" {
			x.header = c.protocol(b.w.buf, r.start)
		}
		p.replying = false
		c.halves[1-side].parser.replying = len(r.raw) > 0 && (r.raw[0] == 0x60 || r.raw[0] == 0xa1)
	}
	direction := c.direction(side)
	if direction == "" {
		direction = x.direction
	}
	t.s.emit(Found{
		Raw: r.raw, Scheme: x.scheme, Time: last.time,
		Source: decode.Source{Offset: first.offset, Packet: last.packet, Direction: direction, Stream: streamName(c), Header: x.header},
	})
}

// endBody hands out what a body that ends here leaves.
func (p *streamParser) endBody(t *tcp) {
	if p.body != nil {
		t.held -= p.body.end()
		p.body = nil
	}
}

// turnOpaque gives up on a stream that is encrypted.
func (p *streamParser) turnOpaque(t *tcp, c *connection) {
	p.state = httpOpaque
	p.consume(len(p.buf))
	if !c.encrypted {
		c.encrypted = true
		t.s.stats.Encrypted++
	}
}

// gap says that n bytes are missing here.
func (p *streamParser) gap(t *tcp, c *connection, side int, n int64) {
	if (p.state == httpBody || p.state == httpInChunk) && n < p.remaining {
		p.endBody(t)
		p.remaining -= n
		return
	}
	p.end(t, c, side)
}

// end reads what is left; should more come, it is looked at afresh.
func (p *streamParser) end(t *tcp, c *connection, side int) {
	if p.state == httpOpaque {
		return
	}
	t.held -= len(p.buf)
	if p.state == httpHeader && len(p.buf) > 0 {
		p.header(t, c, side, p.buf)
	} else if len(p.buf) > 0 {
		p.state = httpOther
		p.pass(t, c, side, len(p.buf))
	}
	p.endBody(t)
	p.consume(len(p.buf))
	p.buf, p.state = nil, httpOther
}

// header reads one message's header and says how its body is delimited.
func (p *streamParser) header(t *tcp, c *connection, side int, block []byte) {
	first, _, _ := bytes.Cut(block, newline)
	status := statusLine(first)
	direction := request
	if bytes.HasPrefix(first, []byte("HTTP/")) {
		direction = response
		c.client = 1 - side
	} else {
		c.client = side
	}
	at := p.from.find(p.base)
	if status >= 200 {
		last := p.from.find(p.base + int64(len(block)) - 1)
		t.s.responded(Response{
			Status: status, Time: last.time,
			Source: decode.Source{Offset: at.offset, Packet: last.packet, Direction: response, Stream: streamName(c)},
		})
	}
	t.s.scanBlock(block, func(r run, x context) {
		from := p.from.find(p.base + int64(r.start))
		// The packet that completes a header is the one that brings its line's end.
		last := p.from.find(p.base + int64(min(r.end, len(block)-1)))
		t.s.emit(Found{
			Raw: r.raw, Scheme: x.scheme, Status: status, Responds: direction == request, Time: last.time,
			Source: decode.Source{Offset: from.offset, Packet: last.packet, Direction: direction, Stream: streamName(c), Header: x.header},
		})
	})
	p.frame(c, direction, status, first, block)
}

// frame works out where the body ends (RFC 9112 6.3).
func (p *streamParser) frame(c *connection, direction string, status int, first, block []byte) {
	p.state = httpStart
	method := ""
	if direction == request {
		m, _, _ := bytes.Cut(first, []byte(" "))
		if len(c.methods) < 64 {
			c.methods = append(c.methods, string(m))
		}
	} else if status/100 != 1 && len(c.methods) > 0 {
		method = c.methods[0]
		c.methods = c.methods[1:]
	}
	if direction == response {
		switch {
		case method == "CONNECT" && status/100 == 2:
			// A tunnel: whatever comes next is looked at afresh.
			return
		case method == "HEAD", status/100 == 1, status == 204, status == 304:
			return
		}
	}
	length := int64(-1)
	for line := range bytes.Lines(block) {
		name, value, ok := bytes.Cut(line, []byte(":"))
		if !ok {
			continue
		}
		value = bytes.TrimSpace(value)
		switch {
		case equalFold(name, "transfer-encoding"):
			if equalFold(value[max(0, len(value)-7):], "chunked") {
				p.state = httpChunk
				return
			}
		case equalFold(name, "content-length"):
			if n, err := strconv.ParseInt(string(value), 10, 63); err == nil && n >= 0 {
				length = n
			}
		}
	}
	switch {
	case length > 0:
		p.state, p.remaining = httpBody, length
	case length < 0 && direction == response:
		p.state = httpOther
	}
}

// headerEnd returns where the header at the beginning of b ends, with its empty
// line; -1 if it does not.
func headerEnd(b []byte) int {
	for i := 0; ; {
		n := bytes.IndexByte(b[i:], '\n')
		if n < 0 {
			return -1
		}
		i += n + 1
		if i < len(b) && b[i] == '\n' {
			return i + 1
		}
		if i+1 < len(b) && b[i] == '\r' && b[i+1] == '\n' {
			return i + 2
		}
	}
}

// startsHTTP reports whether b begins with a request or status line of HTTP/1.
func startsHTTP(b []byte) state {
	const version = "HTTP/1."
	if n := min(len(b), len(version)); string(b[:n]) == version[:n] {
		if n < len(version) {
			return stateMore
		}
		return stateDone
	}
	i := 0
	for i < len(b) && i < 32 && ('A' <= b[i] && b[i] <= 'Z' || b[i] == '-' || b[i] == '_') {
		i++
	}
	if i == len(b) && i < 32 {
		return stateMore
	}
	if i == 0 || i == 32 || b[i] != ' ' {
		return stateNone
	}
	end := bytes.IndexByte(b, '\n')
	if end < 0 {
		for _, c := range b[i:min(len(b), i+64)] {
			if c < ' ' && c != '\r' {
				return stateNone
			}
		}
		return stateMore
	}
	line := bytes.TrimRight(b[:end], "\r ")
	if j := bytes.LastIndexByte(line, ' '); j > i && bytes.HasPrefix(line[j+1:], []byte(version)) {
		return stateDone
	}
	return stateNone
}

// looksTLS reports whether b begins with a TLS record that has a hello in it.
func looksTLS(b []byte) bool {
	return len(b) >= 6 && b[0] == 0x16 && b[1] == 3 && b[2] <= 4 && (b[5] == 1 || b[5] == 2)
}
