// Package trace is what happened on the wire, as plain data: connections, the
// legs on them, and both together. One leg is one request and its response. No
// sockets, no clock: package wire fills it in, everybody else reads it.
//
// Everything here holds what was sent and received, credentials included.
// Redact makes a copy that may be shown.
package trace

import "time"

// Trace is all that happened in one run.
type Trace struct {
	// Legs are in the order in which they began.
	Legs []*Leg `json:"legs"`
	// Connections are in the order in which they were dialled.
	Connections []*Connection `json:"connections"`
}

// Leg returns the leg with the number n, or nil.
func (t *Trace) Leg(n int) *Leg {
	for _, leg := range t.Legs {
		if leg.N == n {
			return leg
		}
	}
	return nil
}

// Connection returns the connection with the id, or nil.
func (t *Trace) Connection(id int) *Connection {
	for _, c := range t.Connections {
		if c.ID == id {
			return c
		}
	}
	return nil
}

// Side is one end of a connection, as the program that traces sees it.
type Side string

// The two sides. Server is whoever is at the other end of the socket: it may
// be a proxy.
const (
	Client Side = "client"
	Server Side = "server"
)

// MS is a duration in milliseconds, to the microsecond.
func MS(d time.Duration) float64 {
	return float64(d.Round(time.Microsecond)) / float64(time.Millisecond)
}
