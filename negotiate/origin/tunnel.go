package origin

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// tunnel answers CONNECT (RFC 9110 section 9.3.6) and copies both ways until
// both are done, or silent for Timeouts.Idle.
func (r *request) tunnel(ctx context.Context) bool {
	if _, _, err := net.SplitHostPort(r.x.Target); err != nil {
		return r.reject(bad("CONNECT is for host:port"))
	}
	r.x.Upstream = r.x.Target
	far, err := r.dial(ctx, r.x.Target)
	if err != nil {
		return r.unreachable(err)
	}
	defer far.Close()
	r.keep = true // so that nothing is said of the connection's end
	r.settle()
	r.appendHead("", -1)
	if err := r.write(r.out); err != nil {
		return r.replied(err)
	}
	r.replied(nil)
	var heard atomic.Int64
	var both sync.WaitGroup
	both.Go(func() { r.pump(far, r.br, r.nc, &heard) })
	both.Go(func() { r.pump(r.nc, far, far, &heard) })
	both.Wait()
	r.closedBy = trace.Client
	return false
}

// pump copies one direction of a tunnel. heard is when a byte last went either
// way, as nanoseconds of the clock's time.
func (r *request) pump(to net.Conn, from io.Reader, source net.Conn, heard *atomic.Int64) {
	buf := make([]byte, transferSize/2)
	idle := r.s.o.Timeouts.Idle
	heard.Store(time.Now().UnixNano())
	for {
		source.SetReadDeadline(time.Now().Add(idle))
		n, err := from.Read(buf)
		if n > 0 {
			heard.Store(time.Now().UnixNano())
			to.SetWriteDeadline(time.Now().Add(r.s.o.Timeouts.Transfer))
			if _, err := to.Write(buf[:n]); err != nil {
				r.cut(to)
				return
			}
		}
		switch {
		case err == nil:
		case errors.Is(err, os.ErrDeadlineExceeded) && time.Since(time.Unix(0, heard.Load())) < idle:
		case errors.Is(err, io.EOF):
			if half, ok := to.(interface{ CloseWrite() error }); ok && half.CloseWrite() == nil {
				return
			}
			r.cut(to)
			return
		default:
			r.cut(to)
			return
		}
	}
}

// cut ends both ways of a tunnel: what cannot be written on one side need not be
// read on the other.
func (r *request) cut(to net.Conn) {
	to.Close()
	r.tcp.Close()
}
