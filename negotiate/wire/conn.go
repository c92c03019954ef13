package wire

import (
	"bufio"
	"context"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"sync"
	"syscall"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// Conn is one connection. One goroutine uses it at a time, but Close may be
// called from any.
type Conn struct {
	o        Options
	rec      *Recorder
	info     *trace.Connection
	target   Target
	absolute bool // requests go to a proxy, in absolute form
	cert     *x509.Certificate
	proxyTLS *x509.Certificate
	// connected is the CONNECT that a proxy granted.
	connected *trace.Leg

	sock net.Conn // the socket
	raw  syscall.RawConn
	nc   net.Conn // what is spoken on: sock, or TLS over it
	in   *input
	br   *bufio.Reader
	lull *time.Timer // runs out when the connection has been idle for a while

	mu sync.Mutex
	// watching is where the first byte of what comes next, or the end, is told;
	// nil while nobody watches. A busy connection's is its exchange's.
	watching chan watched
	busy     bool
	resting  bool // idle, and HTTP is due on it
	closed   bool
	unusable error
	// announced is who said that the connection ends after the last response.
	announced trace.Side
	cause     error // why the program itself tore it down
	awaiting  bool  // a head is due: its deadline may be set
	last      *trace.Leg
}

// input reads from the connection and renews the deadline while a body comes.
type input struct {
	nc   net.Conn
	idle time.Duration // 0: the deadline is somebody else's
}

func (in *input) Read(b []byte) (int, error) {
	if in.idle > 0 {
		in.nc.SetReadDeadline(after(in.idle))
	}
	return in.nc.Read(b)
}

// speakOn sets what is spoken on.
func (c *Conn) speakOn(nc net.Conn) {
	c.nc = nc
	c.in = &input{nc: nc}
	c.br = bufio.NewReaderSize(c.in, c.o.Limits.Ahead)
}

// Info is what is known of the connection.
func (c *Conn) Info() trace.Connection {
	c.rec.mu.Lock()
	defer c.rec.mu.Unlock()
	return *cloneConnection(c.info)
}

// ID is the connection's number in the trace.
func (c *Conn) ID() int { return c.info.ID }

// Target is what the connection is for.
func (c *Conn) Target() Target { return c.target }

// PeerCertificate is the origin's certificate, nil without TLS.
func (c *Conn) PeerCertificate() *x509.Certificate { return c.cert }

// ProxyCertificate is the certificate of an https proxy, or nil.
func (c *Conn) ProxyCertificate() *x509.Certificate { return c.proxyTLS }

// Absolute reports whether requests go to a proxy in absolute form, so that a
// 407 may answer any of them.
func (c *Conn) Absolute() bool { return c.absolute }

// Update changes the connection in the trace, as by setting its channel binding.
func (c *Conn) Update(change func(*trace.Connection)) {
	c.rec.Update(func() { change(c.info) })
}

// Usable reports whether another request may be sent: as far as can be seen
// now, the connection is open, and nothing is left on it of the last response.
func (c *Conn) Usable() bool {
	c.look()
	return !c.Spent()
}

// Spent reports whether no other request may be sent, as far as is known without
// looking at the socket.
func (c *Conn) Spent() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closed || c.unusable != nil || c.busy
}

// AwaitClose waits until the peer closes the idle connection, or sends
// something unasked, and reports true; false if the context ended first.
func (c *Conn) AwaitClose(ctx context.Context) bool {
	c.watchIdle()
	c.mu.Lock()
	watching := c.watching
	idle := !c.closed && !c.busy
	c.mu.Unlock()
	if !idle {
		return true
	}
	select {
	case w := <-watching:
		watching <- w
		c.look()
		return true
	case <-ctx.Done():
		return false
	}
}

// Close closes the connection. It may be called more than once.
func (c *Conn) Close() error {
	c.look()
	c.mu.Lock()
	by, how := trace.Client, ""
	if c.announced == trace.Server {
		by, how = trace.Server, "announced"
	}
	c.mu.Unlock()
	c.shut(by, how, c.rec.now())
	return nil
}

// shut closes the connection and takes down who did it. The first call counts.
func (c *Conn) shut(by trace.Side, how string, at time.Time) {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return
	}
	c.closed = true
	last := c.last
	c.mu.Unlock()
	if by == trace.Client && how == "" {
		c.nc.Close() // with TLS's close_notify
	}
	c.sock.Close()
	c.rec.Update(func() {
		c.info.ClosedBy, c.info.ClosedHow, c.info.Closed = by, how, trace.Stamp(at)
		if last != nil && last.ClosedBy == "" {
			last.ClosedBy, last.ClosedMS = by, trace.MS(at.Sub(last.Started.Time))
		}
	})
	c.rec.event(Closed, c.info, nil)
}

// interrupt tears the connection down because the caller's context ended.
func (c *Conn) interrupt(cause error) {
	c.mu.Lock()
	if c.cause == nil {
		c.cause = cause
	}
	c.mu.Unlock()
	c.sock.Close()
}

// armHead starts the time that a response's head may take.
func (c *Conn) armHead() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.awaiting {
		c.nc.SetReadDeadline(after(c.o.Timeouts.Head))
	}
}

// await says whether a head is due.
func (c *Conn) await(due bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.awaiting = due
	c.nc.SetReadDeadline(time.Time{})
}

func (c *Conn) writeDeadline() { c.nc.SetWriteDeadline(after(c.o.Timeouts.Idle)) }

// after is the deadline d from now; none if d is negative.
func after(d time.Duration) time.Time {
	if d <= 0 {
		return time.Time{}
	}
	return time.Now().Add(d)
}

// Hijack takes the connection out of the program's hands: after a 101, or for
// a target of scheme "tcp". What was read ahead comes out of it first. The
// trace says no more about it.
func (c *Conn) Hijack() (net.Conn, error) {
	c.mu.Lock()
	taken := !c.closed && !c.busy
	c.closed = true
	c.mu.Unlock()
	if !taken {
		return nil, ErrClosed
	}
	if err := c.unwatch(); err != nil {
		return nil, err
	}
	return c.remains(), nil
}

// remains is what is spoken on, with what was read ahead before it.
func (c *Conn) remains() net.Conn {
	if c.br.Buffered() == 0 {
		return c.nc
	}
	ahead, _ := c.br.Peek(c.br.Buffered())
	return &prefixed{Conn: c.nc, ahead: ahead}
}

// prefixed is a connection of which something was read ahead.
type prefixed struct {
	net.Conn
	ahead []byte
}

func (p *prefixed) Read(b []byte) (int, error) {
	if len(p.ahead) > 0 {
		n := copy(b, p.ahead)
		p.ahead = p.ahead[n:]
		return n, nil
	}
	return p.Conn.Read(b)
}

// sideOf tells who ended a connection, from the error that showed it.
func sideOf(err error) (by trace.Side, how string) {
	switch kind := kindOf(err); {
	case kind == trace.FailReset:
		return trace.Server, "reset"
	case kind == trace.FailTLS:
		return trace.Server, "tls"
	case kind == trace.FailEOF || errors.Is(err, io.EOF):
		return trace.Server, "eof"
	case kind == trace.FailTimeout:
		return trace.Client, "timeout"
	}
	return trace.Client, "error"
}
