package origin

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// conn is one connection of a client.
type conn struct {
	s *Server
	// nc is what is read and written, TLS if there is any; tcp is beneath it.
	nc, tcp       net.Conn
	br            *bufio.Reader
	id            uint64
	local, remote string
	tls           *trace.TLS
	requests      int
	logon         logon
	key           string // what logon is kept under
	upstream      *upstream
	// idle says that the next request is waited for.
	idle     atomic.Bool
	closedBy trace.Side
	failure  *trace.Failure
}

// serve answers the requests of a connection until it ends.
func (c *conn) serve(ctx context.Context) {
	defer c.end()
	if c.s.o.TLS != nil && !c.secure(ctx) {
		return
	}
	c.key = "connection " + strconv.FormatUint(c.id, 10)
	for c.await() && c.next(ctx) {
	}
}

// secure makes the TLS session.
func (c *conn) secure(ctx context.Context) bool {
	session := tls.Server(c.tcp, c.s.o.TLS)
	ctx, cancel := context.WithTimeout(ctx, c.s.o.Timeouts.Head)
	defer cancel()
	if err := session.HandshakeContext(ctx); err != nil {
		c.failure = &trace.Failure{Kind: trace.FailTLS, Text: "the TLS handshake failed: " + err.Error()}
		c.closedBy = trace.Server
		return false
	}
	state := session.ConnectionState()
	c.tls = &trace.TLS{
		Version: tls.VersionName(state.Version), Cipher: tls.CipherSuiteName(state.CipherSuite),
		ServerName: state.ServerName, Resumed: state.DidResume,
	}
	c.nc = session
	c.br.Reset(session)
	return true
}

// await waits for the first byte of a request.
func (c *conn) await() bool {
	if c.br.Buffered() > 0 {
		return true
	}
	c.nc.SetReadDeadline(time.Now().Add(c.s.o.Timeouts.Idle))
	c.idle.Store(true)
	defer c.idle.Store(false)
	if c.s.draining.Load() {
		c.closedBy = trace.Server
		return false
	}
	if _, err := c.br.Peek(1); err != nil {
		c.broke(err)
		return false
	}
	return true
}

// broke keeps why a read failed between two requests, or in one.
func (c *conn) broke(err error) {
	c.closedBy = trace.Client
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		c.closedBy = trace.Server
		if !c.s.draining.Load() {
			c.failure = &trace.Failure{Kind: trace.FailTimeout, Text: "the client was silent for too long"}
		}
	case errors.Is(err, net.ErrClosed):
		c.closedBy = trace.Server
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		c.failure = &trace.Failure{Kind: trace.FailReset, Text: "the client reset the connection"}
	case errors.Is(err, io.ErrUnexpectedEOF):
		c.failure = &trace.Failure{Kind: trace.FailEOF, Text: "the client closed in the middle of a request"}
	case !errors.Is(err, io.EOF):
		c.failure = &trace.Failure{Kind: trace.FailIO, Text: err.Error()}
	}
}

// headEnd is looked for in what is buffered: most heads come in one piece.
var headEnd = []byte("\r\n\r\n")

// boundHead puts a limit on the time of a head that has not come in one piece.
func (c *conn) boundHead() {
	there, _ := c.br.Peek(c.br.Buffered())
	if !bytes.Contains(there, headEnd) {
		c.nc.SetReadDeadline(time.Now().Add(c.s.o.Timeouts.Head))
	}
}

// lingerBytes and lingerTime bound what is read after the last answer.
const (
	lingerBytes = 1 << 20
	lingerTime  = time.Second
)

// linger reads what the client still sends, so that the reset which unread bytes
// bring about does not overtake the answer.
func (c *conn) linger() {
	if half, ok := c.nc.(interface{ CloseWrite() error }); ok && half.CloseWrite() == nil {
		c.nc.SetReadDeadline(time.Now().Add(lingerTime))
		_, _ = io.CopyN(io.Discard, c.br, lingerBytes) // whatever there is
	}
}

// end takes the connection out of the table.
func (c *conn) end() {
	c.nc.Close()
	c.tcp.Close()
	if c.upstream != nil {
		c.upstream.conn.Close()
	}
	c.s.mu.Lock()
	delete(c.s.conns, c)
	c.s.mu.Unlock()
	c.s.event(Event{
		Kind: EventClosed, Connection: c.id, Local: c.local, Remote: c.remote,
		Requests: int64(c.requests), ClosedBy: c.closedBy, Error: c.failure,
	})
}
