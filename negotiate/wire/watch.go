package wire

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// watched is what came on a connection that was being watched: the first byte,
// which stays in the buffer, or an error.
type watched struct {
	err error
	at  time.Time
}

// rest leaves the connection idle. Its end is to be noticed when it comes, and
// not by the next request; so after a lull it is watched. A request that comes
// sooner saves the goroutine, and the hand-over of its response.
func (c *Conn) rest() {
	c.mu.Lock()
	c.busy, c.resting = false, true
	c.mu.Unlock()
	if c.lull == nil {
		c.lull = time.AfterFunc(lull, c.watchIdle)
	} else {
		c.lull.Reset(lull)
	}
}

// watchIdle begins to watch unless a request was faster.
func (c *Conn) watchIdle() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.resting && !c.closed && c.watching == nil {
		c.watch()
	}
}

// watch waits on a goroutine for what comes next: the response if a request is
// sent meanwhile, else the end of the connection. The caller holds c.mu.
func (c *Conn) watch() {
	watching := make(chan watched, 1)
	c.watching = watching
	br, now := c.br, c.rec.now
	go func() {
		_, err := br.Peek(1)
		watching <- watched{err, now()}
	}()
}

// next waits for what comes next, on the goroutine that watches if there is one.
// The connection is busy.
func (c *Conn) next() watched {
	if c.watching == nil {
		_, err := c.br.Peek(1)
		return watched{err, c.rec.now()}
	}
	w := <-c.watching
	c.mu.Lock()
	c.watching = nil
	c.mu.Unlock()
	return w
}

// patience is how long a goroutine may take to read what lies in the socket.
const patience = 50 * time.Millisecond

// pending reports whether something waits in the socket, as far as that can be seen.
func (c *Conn) pending() bool { return c.raw != nil && pending(c.raw) }

// look takes note of what happened on an idle connection.
func (c *Conn) look() {
	if c.target.Scheme == "tcp" { // what comes on it is whoever's that hijacks it
		return
	}
	c.mu.Lock()
	if c.closed || !c.resting {
		c.mu.Unlock()
		return
	}
	if c.watching == nil {
		if c.br.Buffered() == 0 && !c.pending() {
			c.mu.Unlock()
			return
		}
		c.watch()
	}
	watching := c.watching
	c.mu.Unlock()
	var w watched
	select {
	case w = <-watching:
	default:
		if !c.pending() {
			return
		}
		timer := time.NewTimer(patience)
		defer timer.Stop()
		select {
		case w = <-watching:
		case <-timer.C: // a session ticket
			return
		}
	}
	watching <- w // for whoever looks next
	if w.err != nil {
		by, how := sideOf(w.err)
		if errors.Is(w.err, os.ErrClosed) {
			by, how = trace.Client, ""
		}
		c.spoil(&failed{kindOf(w.err), fmt.Errorf("%w (%s)", ErrPeerClosed, how)})
		c.shut(by, how, w.at)
		return
	}
	c.unasked(w.at)
}

// unasked is what a peer sent that belongs to no response.
func (c *Conn) unasked(at time.Time) {
	text, _ := c.br.Peek(min(c.br.Buffered(), quoted))
	note := fmt.Sprintf("after it the peer sent what nobody asked for: %s", quoteStart(text))
	c.mu.Lock()
	last := c.last
	c.mu.Unlock()
	if last != nil {
		c.rec.Update(func() { last.AddNote(note) })
	}
	c.spoil(malformedf("the peer sent what nobody asked for: %s", quoteStart(text)))
	by, how := trace.Client, "error"
	if len(text) > 12 && string(text[:5]) == "HTTP/" && string(text[9:12]) == "408" { // the polite way to end an idle connection
		by, how = trace.Server, "announced"
	}
	c.shut(by, how, at)
}

// spoil says why the connection cannot be used any more; the first reason counts.
func (c *Conn) spoil(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.unusable == nil {
		c.unusable = err
	}
}

// unwatch ends the watching; what was read ahead stays in the buffer. The
// connection is busy.
func (c *Conn) unwatch() error {
	if c.watching == nil {
		return nil
	}
	c.nc.SetReadDeadline(past)
	w := c.next()
	c.nc.SetReadDeadline(time.Time{})
	if w.err != nil && !errors.Is(w.err, os.ErrDeadlineExceeded) && !errors.Is(w.err, io.EOF) {
		return w.err
	}
	return nil
}
