package wire

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// sender writes a request with its body on a goroutine of its own, so that the
// response can be read meanwhile.
type sender struct {
	c    *Conn
	req  *Request
	head []byte
	// gate opens when the peer sends 100 Continue; never is closed where a final
	// response came first.
	gate, never chan struct{}
	once        sync.Once // of gate and never
	bodyClosed  sync.Once
	done        chan struct{}
	written     atomic.Int64
	stopped     atomic.Bool

	// What follows is valid once done is closed.
	complete bool
	err      error
	sentAt   time.Time
}

// small is how much of a body goes out in one write with the head, and how much
// may be left when a refusal comes for the rest to be sent all the same.
const small = 64 << 10

func (c *Conn) send(req *Request, head []byte) *sender {
	s := &sender{c: c, req: req, head: head, gate: make(chan struct{}), never: make(chan struct{}), done: make(chan struct{})}
	go s.run()
	return s
}

func (s *sender) run() {
	err := s.write()
	s.bodyClosed.Do(s.req.closeBody)
	s.err, s.complete, s.sentAt = err, err == nil, s.c.rec.now()
	s.c.armHead() // before done: the next exchange's head is not this one's business
	close(s.done)
	if errors.As(err, new(*bodyError)) {
		s.c.sock.Close() // nothing can be said any more that would make sense to the peer
	}
}

// bodyError is a body that could not be read, or was too short.
type bodyError struct{ err error }

func (e *bodyError) Error() string { return "the request's body: " + e.err.Error() }
func (e *bodyError) Unwrap() error { return e.err }

var errStopped = errors.New("the rest of the body was not sent")

// write writes head and body.
func (s *sender) write() error {
	length := s.req.ContentLength
	if sized, ok := s.req.Body.(interface{ Len() int }); ok && !s.req.Expect && length >= 0 && length <= small && int64(sized.Len()) >= length {
		message := slices.Grow(s.head, int(length))[:len(s.head)+int(length)]
		if _, err := io.ReadFull(s.req.Body, message[len(s.head):]); err != nil {
			return &bodyError{err}
		}
		if err := s.out(message); err != nil {
			return err
		}
		s.written.Store(length)
		return nil
	}
	if err := s.out(s.head); err != nil {
		return err
	}
	if s.req.Expect && !s.wait() {
		return errStopped
	}
	if length < 0 {
		return s.chunks()
	}
	if file, ok := s.req.Body.(*os.File); ok {
		tcp, ok := s.c.nc.(*net.TCPConn)
		if info, err := file.Stat(); ok && err == nil && info.Mode().IsRegular() {
			return s.file(tcp, file)
		}
	}
	return s.bytes()
}

// wait waits for 100 Continue, for a while.
func (s *sender) wait() bool {
	var patience <-chan time.Time
	if d := s.c.o.Timeouts.Expect; d > 0 {
		timer := time.NewTimer(d)
		defer timer.Stop()
		patience = timer.C
	}
	select {
	case <-s.never:
		return false
	case <-s.gate:
	case <-patience:
	}
	return true
}

// buffers are for bodies on their way, in either direction.
var buffers = sync.Pool{New: func() any { return new([128 << 10]byte) }}

func (s *sender) bytes() error {
	buf := buffers.Get().(*[128 << 10]byte)
	defer buffers.Put(buf)
	for left := s.req.ContentLength; left > 0; {
		n, err := s.req.Body.Read(buf[:min(left, int64(len(buf)))])
		if n > 0 {
			if err := s.out(buf[:n]); err != nil {
				return err
			}
			left -= int64(n)
			s.written.Add(int64(n))
		}
		if err != nil && left > 0 {
			return s.short(err, left)
		}
	}
	return nil
}

// file lets the kernel copy, in pieces: each is progress.
func (s *sender) file(tcp *net.TCPConn, file *os.File) error {
	const piece = 4 << 20
	for left := s.req.ContentLength; left > 0; {
		if err := s.deadline(); err != nil {
			return err
		}
		n, err := io.CopyN(tcp, file, min(left, piece))
		left -= n
		s.written.Add(n)
		if err != nil {
			return s.short(err, left)
		}
	}
	return nil
}

// short words a body that ended too soon; other errors are passed on.
func (s *sender) short(err error, left int64) error {
	switch {
	case s.stopped.Load():
		return errStopped
	case errors.Is(err, io.EOF):
		return &bodyError{fmt.Errorf("it ended %d bytes short of its %d", left, s.req.ContentLength)}
	case isReset(err), errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, net.ErrClosed):
		return err
	}
	return &bodyError{err}
}

func (s *sender) chunks() error {
	buf := buffers.Get().(*[128 << 10]byte)
	defer buffers.Put(buf)
	const room, end = 8, 2 // for the size before a chunk and the line's end after it
	for {
		n, err := s.req.Body.Read(buf[room : len(buf)-end])
		if n > 0 {
			var size [room]byte
			line := append(strconv.AppendInt(size[:0], int64(n), 16), "\r\n"...)
			from := room - len(line)
			copy(buf[from:], line)
			to := room + n + copy(buf[room+n:], "\r\n")
			if err := s.out(buf[from:to]); err != nil {
				return err
			}
			s.written.Add(int64(n))
		}
		switch {
		case errors.Is(err, io.EOF):
			return s.out([]byte("0\r\n\r\n"))
		case s.stopped.Load():
			return errStopped
		case err != nil:
			return &bodyError{err}
		}
	}
}

// out writes b with a deadline of its own.
func (s *sender) out(b []byte) error {
	if err := s.deadline(); err != nil {
		return err
	}
	_, err := s.c.nc.Write(b)
	return err
}

func (s *sender) deadline() error {
	if s.stopped.Load() {
		return errStopped
	}
	s.c.writeDeadline()
	if s.stopped.Load() { // stop has set another deadline just now, maybe before ours
		s.c.nc.SetWriteDeadline(past)
	}
	return nil
}

// past is a deadline that has passed.
var past = time.Unix(1, 0)

// proceed opens the gate.
func (s *sender) proceed() { s.once.Do(func() { close(s.gate) }) }

// finished reports whether all was written or given up.
func (s *sender) finished() bool {
	select {
	case <-s.done:
		return true
	default:
		return false
	}
}

// refused is called when a final response comes that needs no more of the
// body. What is almost sent is sent to its end: that saves the connection.
func (s *sender) refused() {
	s.once.Do(func() { close(s.never) })
	left := s.req.ContentLength - s.written.Load()
	if s.req.ContentLength >= 0 && left <= small && !s.req.Expect && s.within(settle) {
		return
	}
	s.stop()
}

// settle is how long a body that ought to be out may take to be.
const settle = time.Second

// stop makes the goroutine end.
func (s *sender) stop() {
	s.stopped.Store(true)
	s.once.Do(func() { close(s.never) })
	if !s.finished() {
		s.c.nc.SetWriteDeadline(past)
		s.bodyClosed.Do(s.req.closeBody)
	}
}

// within waits for the goroutine's end.
func (s *sender) within(d time.Duration) bool {
	if s.finished() {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-s.done:
		return true
	case <-timer.C:
		return false
	}
}

// describe says in the leg what went out.
func (s *sender) describe(leg *trace.Leg, whole bool) {
	leg.Request.BodyBytes, leg.Request.BodyCut = s.written.Load(), !whole
	if s.finished() {
		leg.SentMS = trace.MS(s.sentAt.Sub(leg.Started.Time))
	}
}
