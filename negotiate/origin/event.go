package origin

import (
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// EventKind names what happened.
type EventKind string

// The kinds of event.
const (
	// EventListening: the server accepts connections at Local.
	EventListening EventKind = "listening"
	// EventOpened: a connection came.
	EventOpened EventKind = "opened"
	// EventAnswered: a request was answered; see Exchange.
	EventAnswered EventKind = "answered"
	// EventClosed: a connection ended.
	EventClosed EventKind = "closed"
	// EventStopped: the server ended. Connection and Requests are totals.
	EventStopped EventKind = "stopped"
)

// Event is one thing that happened.
type Event struct {
	Kind EventKind
	Time time.Time
	// Connection is its number; 0 if the event is not about one.
	Connection uint64
	// Local and Remote are the addresses of the socket.
	Local, Remote string
	// URL is where the server listens.
	URL string
	// Exchange is what was answered.
	Exchange *Exchange
	// Requests is how many requests a connection that ended had.
	Requests int64
	// ClosedBy says who ended a connection.
	ClosedBy trace.Side
	// Error says why it ended, if it was not by agreement.
	Error *trace.Failure
}
