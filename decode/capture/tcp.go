package capture

import (
	"container/list"
	"slices"
	"time"
)

const (
	// maxConnections is how many TCP connections are remembered.
	maxConnections = 1 << 16
	// maxPending and maxPendingBytes are how much of one direction waits for a
	// segment that is missing; then it is given up.
	maxPending      = 256
	maxPendingBytes = 256 << 10
	// maxHeld is how many bytes all connections together hold on to.
	maxHeld = 24 << 20
)

// origin is where bytes of a stream came from.
type origin struct {
	packet int
	time   time.Time
	// offset is where in the input the first of them stands.
	offset int64
}

// tcp sorts segments into connections and their bytes into order.
type tcp struct {
	s           *scan
	connections map[connKey]*list.Element
	recent      list.List // of *connection, the latest at the front
	count       int
	held        int
}

// connKey names a connection whatever the direction of a segment: a is the
// lesser end.
type connKey struct {
	a, b         address
	aPort, bPort uint16
}

// connection is one TCP connection.
type connection struct {
	number int
	key    connKey
	// halves are by sender: 0 is a.
	halves [2]half
	// client is the half of the client, -1 if not known.
	client int
	// methods are those of the requests not answered yet.
	methods   []string
	encrypted bool
	packets   int
}

// half is one direction of a connection.
type half struct {
	// next is the sequence number due, base the first that was seen.
	next, base            uint32
	seen, started, closed bool
	pending               []pendingSegment
	bytes                 int
	parser                streamParser
}

type pendingSegment struct {
	seq     uint32
	data    []byte
	origin  origin
	packets int
}

func newTCP(s *scan) *tcp {
	return &tcp{s: s, connections: make(map[connKey]*list.Element)}
}

// add takes one segment.
func (t *tcp) add(g segment, o origin) {
	key, side := connKey{g.from, g.to, g.fromPort, g.toPort}, 0
	if c := slices.Compare(g.from[:], g.to[:]); c > 0 || c == 0 && g.fromPort > g.toPort {
		key, side = connKey{g.to, g.from, g.toPort, g.fromPort}, 1
	}
	c := t.lookup(key, side, g)
	c.packets++
	h := &c.halves[side]
	if !h.seen {
		h.seen, h.base = true, g.seq
	}
	if g.flags&flagSYN != 0 {
		if !h.started {
			h.started, h.next = true, g.seq+1
		}
		if g.flags&flagACK == 0 {
			c.client = side
		} else {
			c.client = 1 - side
		}
		g.seq++
	}
	if len(g.data) > 0 {
		t.data(c, side, g.seq, g.data, o)
	}
	if other := &c.halves[1-side]; g.flags&flagACK != 0 && len(other.pending) > 0 {
		// What the receiver has acknowledged and did not come by here never will,
		// but for packets that were captured out of order.
		if first := other.pending[0]; int32(g.ack-first.seq) > 0 && c.packets-first.packets > 8 {
			t.giveUp(c, 1-side)
		}
	}
	if g.flags&(flagFIN|flagRST) != 0 && !h.closed {
		h.closed = true
		if len(h.pending) == 0 {
			h.parser.end(t, c, side)
		}
	}
	t.trim()
}

// lookup returns the connection of a segment. As Wireshark does, it takes a SYN
// with another sequence number than the connection began with for a new one.
func (t *tcp) lookup(key connKey, side int, g segment) *connection {
	if e := t.connections[key]; e != nil {
		c := e.Value.(*connection)
		h := &c.halves[side]
		if g.flags&(flagSYN|flagACK) != flagSYN || !h.seen || h.base == g.seq {
			t.recent.MoveToFront(e)
			return c
		}
		t.drop(e)
	}
	c := &connection{number: t.count, key: key, client: -1}
	t.count++
	t.connections[key] = t.recent.PushFront(c)
	if t.recent.Len() > maxConnections {
		t.drop(t.recent.Back())
	}
	return c
}

// drop forgets a connection, having read what it holds.
func (t *tcp) drop(e *list.Element) {
	c := e.Value.(*connection)
	t.finish(c)
	t.recent.Remove(e)
	delete(t.connections, c.key)
}

// trim has the connections that were idle longest give up what they hold, if
// all together hold more than they may, until it is half of that.
func (t *tcp) trim() {
	if t.held <= maxHeld {
		return
	}
	for e := t.recent.Back(); e != nil && t.held > maxHeld/2; e = e.Prev() {
		t.finish(e.Value.(*connection))
	}
}

// finish reads what is left of both directions.
func (t *tcp) finish(c *connection) {
	for side := range c.halves {
		h := &c.halves[side]
		for len(h.pending) > 0 {
			t.giveUp(c, side)
		}
		h.parser.end(t, c, side)
	}
}

// close reads what is left of all connections, in their order.
func (t *tcp) close() {
	all := make([]*connection, 0, t.recent.Len())
	for e := t.recent.Back(); e != nil; e = e.Prev() {
		all = append(all, e.Value.(*connection))
	}
	slices.SortFunc(all, func(a, b *connection) int { return a.number - b.number })
	for _, c := range all {
		t.finish(c)
	}
}

// data takes a segment's bytes, in order or not.
func (t *tcp) data(c *connection, side int, seq uint32, data []byte, o origin) {
	h := &c.halves[side]
	if !h.started {
		h.started, h.next = true, seq
	}
	if int32(seq-h.next) > 0 {
		t.hold(c, side, seq, data, o)
		return
	}
	t.deliver(c, side, seq, data, o)
	t.drain(c, side)
}

// hold keeps a segment until those before it have come.
func (t *tcp) hold(c *connection, side int, seq uint32, data []byte, o origin) {
	h := &c.halves[side]
	i, _ := slices.BinarySearchFunc(h.pending, seq, func(p pendingSegment, seq uint32) int { return int(int32(p.seq - seq)) })
	if i < len(h.pending) && h.pending[i].seq == seq && len(h.pending[i].data) >= len(data) {
		return
	}
	h.pending = slices.Insert(h.pending, i, pendingSegment{seq, slices.Clone(data), o, c.packets})
	h.bytes += len(data)
	t.held += len(data)
	for len(h.pending) > maxPending || h.bytes > maxPendingBytes {
		t.giveUp(c, side)
	}
}

// giveUp goes on with the first segment that waits, behind a gap.
func (t *tcp) giveUp(c *connection, side int) {
	h := &c.halves[side]
	if first := h.pending[0].seq; int32(first-h.next) > 0 {
		h.parser.gap(t, c, side, int64(first-h.next))
		h.next = first
	}
	t.drain(c, side)
}

// drain delivers what waited and is due.
func (t *tcp) drain(c *connection, side int) {
	h := &c.halves[side]
	for len(h.pending) > 0 && int32(h.pending[0].seq-h.next) <= 0 {
		p := h.pending[0]
		h.pending = slices.Delete(h.pending, 0, 1)
		h.bytes -= len(p.data)
		t.held -= len(p.data)
		t.deliver(c, side, p.seq, p.data, p.origin)
	}
	if len(h.pending) == 0 && h.closed {
		h.parser.end(t, c, side)
	}
}

// deliver passes on what is new of a segment that is due.
func (t *tcp) deliver(c *connection, side int, seq uint32, data []byte, o origin) {
	h := &c.halves[side]
	if known := int(int32(h.next - seq)); known > 0 {
		if known >= len(data) {
			return
		}
		data = data[known:]
		o.offset += int64(known)
		seq += uint32(known)
	}
	h.next = seq + uint32(len(data))
	h.parser.feed(t, c, side, data, o)
}
