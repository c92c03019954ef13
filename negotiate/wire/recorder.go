package wire

import (
	"slices"
	"sync"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// Recorder takes down what happens on any number of connections and numbers
// them. Its zero value is ready; it may be shared among goroutines.
type Recorder struct {
	// Observe, if not nil, is called for each event, on the goroutine that does
	// the work. It must not call the recorder nor keep what it is given.
	Observe func(Event)
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// Discard keeps nothing: for programs that run for long.
	Discard bool

	mu                  sync.Mutex
	legs                []*trace.Leg
	connections         []*trace.Connection
	nLegs, nConnections int
}

// EventKind names an event.
type EventKind string

// The events, in the order in which they come about.
const (
	// Dialled: the socket is open, or Connection.Error says why not.
	Dialled EventKind = "dialled"
	// Secured: a TLS session with the proxy or the origin stands.
	Secured EventKind = "secured"
	// Requesting: the head of a request is about to be written.
	Requesting EventKind = "requesting"
	// Interim: a 1xx response has come, the last of Leg.Interim.
	Interim EventKind = "interim"
	// Responding: the head of the final response has come.
	Responding EventKind = "responding"
	// Done: the leg is over: its body was read, or Leg.Error says why not.
	Done EventKind = "done"
	// Closed: the connection is closed.
	Closed EventKind = "closed"
)

// Event is something that happened.
type Event struct {
	Kind       EventKind
	Connection *trace.Connection
	// Leg is nil for events of the connection alone.
	Leg *trace.Leg
}

// Trace returns a copy of what was recorded so far.
func (r *Recorder) Trace() *trace.Trace {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := &trace.Trace{Legs: make([]*trace.Leg, len(r.legs)), Connections: make([]*trace.Connection, len(r.connections))}
	for i, leg := range r.legs {
		t.Legs[i] = cloneLeg(leg)
	}
	for i, c := range r.connections {
		t.Connections[i] = cloneConnection(c)
	}
	return t
}

// Connections is how many connections are in the trace.
func (r *Recorder) Connections() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.connections)
}

// Forget drops all legs so far, and the connections that are closed. Their numbers
// are not given again.
func (r *Recorder) Forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.legs = nil
	r.connections = slices.DeleteFunc(r.connections, func(c *trace.Connection) bool { return c.ClosedBy != "" || c.Error != nil })
}

func cloneConnection(c *trace.Connection) *trace.Connection {
	same := *c
	for _, t := range [...]**trace.TLS{&same.TLS, &same.ProxyTLS} {
		if *t != nil {
			session := **t
			*t = &session
		}
	}
	return &same
}

// Update changes a recorded leg or connection while others may read the trace:
// change runs under the recorder's lock.
func (r *Recorder) Update(change func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change()
}

func cloneLeg(leg *trace.Leg) *trace.Leg {
	c := *leg
	c.Interim, c.Tokens = slices.Clone(leg.Interim), slices.Clone(leg.Tokens)
	if leg.Response != nil {
		response := *leg.Response
		c.Response = &response
	}
	return &c
}

func (r *Recorder) now() time.Time {
	if r.Now != nil {
		return r.Now()
	}
	return time.Now()
}

func (r *Recorder) addConnection(c *trace.Connection) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.nConnections++
	c.ID = r.nConnections
	if !r.Discard {
		r.connections = append(r.connections, c)
	}
}

func (r *Recorder) addLeg(leg *trace.Leg) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.nLegs++
	leg.N = r.nLegs
	if !r.Discard {
		r.legs = append(r.legs, leg)
	}
}

func (r *Recorder) event(kind EventKind, c *trace.Connection, leg *trace.Leg) {
	if r.Observe != nil {
		r.Observe(Event{Kind: kind, Connection: c, Leg: leg})
	}
}
