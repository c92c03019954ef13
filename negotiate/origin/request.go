package origin

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// scratch is what one request needs and the next can use again.
type scratch struct {
	x    Exchange
	head []byte // as it came
	body []byte // of the answer
	out  []byte // the answer
	copy []byte // between two connections, and of uploads
}

// maxKept is the largest buffer that is kept for the next request.
const maxKept = 64 << 10

// begin clears the scratch.
func (sc *scratch) begin(c *conn) *Exchange {
	for _, buf := range []*[]byte{&sc.head, &sc.body, &sc.out} {
		if cap(*buf) > maxKept {
			*buf = nil
		}
	}
	headers, tokens := sc.x.Headers[:0], sc.x.Tokens[:0]
	clear(headers[:cap(headers)])
	clear(tokens[:cap(tokens)])
	c.requests++
	sc.x = Exchange{
		Instance: c.s.instance, Connection: c.id, Request: c.requests, AuthKey: c.key, Local: c.local, Remote: c.remote, TLS: c.tls,
		Headers: headers, Tokens: tokens, State: StateAnonymous,
	}
	return &sc.x
}

// request is one request on its way to an answer.
type request struct {
	*conn
	*scratch
	x *Exchange
	answer
	framing framing
	// keep says that the connection goes on.
	keep bool
	// extra are fields of the answer, each with its line end.
	extra []byte
}

// next answers one request and reports whether another may follow.
func (c *conn) next(ctx context.Context) bool {
	sc := c.s.scratch.Get().(*scratch)
	defer c.s.scratch.Put(sc)
	r := request{conn: c, scratch: sc, x: sc.begin(c)}
	c.boundHead()
	err := c.plainHTTP()
	if err != nil {
		return r.reject(err)
	}
	if sc.head, err = appendHead(sc.head[:0], c.br, c.s.o.Limits.Head); err == nil {
		r.x.Started = c.s.o.Now()
		err = r.parse(string(sc.head))
	}
	if err != nil {
		return r.reject(err)
	}
	switch {
	case !r.admitted():
		return r.dismiss()
	case r.x.Method == http.MethodConnect && c.s.o.Proxy:
		return r.tunnel(ctx)
	case c.s.o.Proxy && !strings.HasPrefix(r.x.Target, "/") && r.x.Target != "*":
		return r.forward(ctx)
	case r.x.Method == http.MethodConnect:
		r.x.note("CONNECT is for a proxy")
		r.status, r.keep = http.StatusMethodNotAllowed, false
		return r.reply()
	}
	return r.serveSelf()
}

// plainHTTP refuses TLS on a port without it: a client's first record has no line
// end to wait for.
func (c *conn) plainHTTP() error {
	const handshake = 0x16 // RFC 8446 section 5.1
	if first, err := c.br.Peek(1); err == nil && first[0] == handshake {
		return bad("the client speaks TLS, and this port HTTP")
	}
	return nil
}

// parse reads the head and settles the logon.
func (r *request) parse(head string) error {
	line, rest := cutLine(head)
	err := parseRequestLine(line, r.x)
	if err != nil {
		return err
	}
	if r.x.Headers, err = appendFields(r.x.Headers, rest, r.s.o.Limits.Fields); err != nil {
		return err
	}
	if r.framing, _, err = framingOf(r.x.Headers, r.x.Protocol); err != nil {
		return err
	}
	r.keep = keepsAlive(r.x.Headers, r.x.Protocol)
	l, keyed, err := r.logonOf()
	if err != nil {
		return err
	}
	r.answer = r.s.logOn(l, keyed, r.x)
	return nil
}

// keepsAlive reports whether the sender of a head wants to go on (RFC 9112
// section 9.3).
func keepsAlive(headers trace.Headers, protocol string) bool {
	if protocol == "HTTP/1.0" {
		return headers.HasToken("Connection", "keep-alive") || headers.HasToken("Proxy-Connection", "keep-alive")
	}
	return !headers.HasToken("Connection", "close")
}

// maxKey is how long the value of ConnectionIDHeader may be.
const maxKey = 128

// logonOf finds the logon that the request's key stands for.
func (r *request) logonOf() (l *logon, keyed bool, err error) {
	if r.s.keys == nil {
		return &r.logon, false, nil
	}
	name := r.s.o.ConnectionIDHeader
	values := r.x.Headers.Values(name)
	switch {
	case len(values) == 0:
		r.x.note("there is no " + name + ": the logon is kept with the TCP connection")
		return &r.logon, false, nil
	case len(values) > 1:
		return nil, false, bad(name + " is there twice: the proxy must replace what the client sends")
	case values[0] == "" || len(values[0]) > maxKey || !isVisible(values[0]):
		return nil, false, bad(name + " is empty, longer than " + strconv.Itoa(maxKey) + " bytes, or has blanks in it")
	}
	r.x.AuthKey = "key " + values[0]
	return r.s.keys.get(values[0], r.s.o.Now()), true, nil
}

// reject answers what is no request that can be served, where that makes sense.
func (r *request) reject(err error) bool {
	r.keep = false
	r.x.Started = r.s.o.Now()
	var m *malformed
	switch {
	case errors.As(err, &m):
		r.status = m.status
		r.x.note(m.text)
	case errors.Is(err, os.ErrDeadlineExceeded):
		r.status = http.StatusRequestTimeout
		r.x.note("the head did not come in time")
	default:
		r.requests-- // it was none
		r.broke(err)
		return false
	}
	r.reply()
	r.linger()
	return false
}

// dismiss answers a request that is not admitted. A short body is read, so that
// the connection, and the handshake on it, can go on.
func (r *request) dismiss() bool {
	short := r.framing.length <= r.s.o.Limits.Drain && !r.x.Headers.HasToken("Expect", "100-continue")
	if !r.framing.empty() && (!short || !r.drain()) {
		r.x.note("the body was not read to its end, so the connection ends")
		r.keep = false
		r.reply()
		r.linger()
		return false
	}
	return r.reply()
}

// drain reads a body that nobody wants, and reports whether it came to its end.
func (r *request) drain() bool {
	b := r.requestBody()
	n, err := io.Copy(io.Discard, io.LimitReader(b, r.s.o.Limits.Drain))
	r.x.BodyBytes = n
	if err == nil && !b.ended {
		_, _ = b.Read(make([]byte, 1)) // the end may come right there
	}
	return b.ended
}

func (r *request) requestBody() *body {
	return &body{br: r.br, framing: r.framing, conn: r.nc, timeout: r.s.o.Timeouts.Transfer}
}

// serveSelf answers a request that is admitted.
func (r *request) serveSelf() bool {
	w, err := wishOf(r.x.Target, r.s.o.Limits.Body)
	if err != nil {
		return r.reject(err)
	}
	if !r.framing.empty() {
		if err := r.receive(w.hash); err != nil {
			return r.reject(err)
		}
	}
	if w.sized {
		return r.payload(w.size)
	}
	return r.reply()
}

// continueFirst tells a client that waits for it that its body is wanted.
func (r *request) continueFirst() error {
	if r.br.Buffered() > 0 || !r.x.Headers.HasToken("Expect", "100-continue") {
		return nil
	}
	return r.write([]byte("HTTP/1.1 100 Continue\r\n\r\n"))
}

// receive reads the body and counts it.
func (r *request) receive(hashed bool) error {
	tooLong := &malformed{http.StatusRequestEntityTooLarge, "the body is longer than " + strconv.FormatInt(r.s.o.Limits.Body, 10) + " bytes"}
	if r.framing.length > r.s.o.Limits.Body {
		return tooLong
	}
	if err := r.continueFirst(); err != nil {
		return err
	}
	var sum hash.Hash
	if hashed {
		sum = sha256.New()
	}
	b, buf := r.requestBody(), r.transferBuffer()
	for {
		n, err := b.Read(buf)
		if r.x.BodyBytes += int64(n); r.x.BodyBytes > r.s.o.Limits.Body {
			return tooLong
		}
		if sum != nil {
			sum.Write(buf[:n])
		}
		switch {
		case b.ended:
			if sum != nil {
				r.x.BodySHA256 = hex.EncodeToString(sum.Sum(nil))
			}
			return nil
		case errors.Is(err, errChunk):
			return bad(err.Error())
		case err != nil:
			return err
		}
	}
}

// transferSize is how much is read or written at a time where there is much.
const transferSize = 64 << 10

func (r *request) transferBuffer() []byte {
	if r.copy == nil {
		r.copy = make([]byte, transferSize)
	}
	return r.copy
}
