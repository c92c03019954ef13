package capture

import (
	"bytes"
	"container/list"
	"time"

	"github.com/ntlmctl/ntlmctl/decode"
)

// Handshake is one logon and what is known of where it was. At least two of the
// messages are there, or one and the status that it was answered with.
type Handshake struct {
	decode.Handshake
	// Name is the input's name, Stream the connection of the last message.
	Name, Stream string
	// Start and End are the times of the first and the last event; zero if not
	// known.
	Start, End time.Time
}

const (
	// maxOpen is how many handshakes are open at a time.
	maxOpen = 4096
	// maxLoose is how many of them may be of one input without connections.
	maxLoose = 64
)

// Grouper puts the messages of handshakes together. Messages belong together if
// they are of one connection. Where connections are not known, and where an
// Authenticate message came by another one than its challenge, the target
// information tells that NTLMv2 repeats, and else the order.
//
// Not safe for concurrent use.
type Grouper struct {
	emit func(Handshake)
	// open are the handshakes that may go on, the oldest first, and waiting those
	// of them with a challenge that nothing has answered, in the order in which it came.
	open, waiting *list.List
	// latest is the handshake that is open on a connection.
	latest map[streamKey]*openHandshake
	loose  map[string]int
	// answered are the inputs that tell of responses.
	answered map[string]bool
}

type streamKey struct{ name, stream string }

type openHandshake struct {
	Handshake
	key streamKey
	// open and waiting are its places in the lists of the Grouper; nil if it is in
	// none.
	open, waiting *list.Element
}

// NewGrouper returns a Grouper that calls emit for each handshake when it
// closes: with the final response, with the next on the connection, or with
// Close.
func NewGrouper(emit func(Handshake)) *Grouper {
	return &Grouper{
		emit: emit, open: list.New(), waiting: list.New(), latest: make(map[streamKey]*openHandshake),
		loose: make(map[string]int), answered: make(map[string]bool),
	}
}

// Add takes the next token, which was decoded from f. Tokens that have no NTLM
// message in them are passed over, and so are messages that go the wrong way:
// those are quotations. It returns the handshake that the token is now part of,
// or nil.
func (g *Grouper) Add(token *decode.Token, f Found) *decode.Handshake {
	message := token.NTLM()
	if message == nil {
		return nil
	}
	if f.Status > 0 || f.Responds {
		g.answered[f.Source.Name] = true
	}
	key := streamKey{f.Source.Name, f.Source.Stream}
	var h *openHandshake
	switch {
	case message.Kind == decode.KindNTLMNegotiate && f.Source.Direction != response:
		h = g.negotiate(key, token, f)
	case message.Kind == decode.KindNTLMChallenge && f.Source.Direction != request:
		h = g.challenge(key, token, f)
	case message.Kind == decode.KindNTLMAuthenticate && f.Source.Direction != response:
		h = g.authenticate(key, token, f)
	}
	if h == nil {
		return nil
	}
	return &h.Handshake.Handshake
}

// Responded takes the head of a response, in its place among the tokens: see
// Options.Responded.
func (g *Grouper) Responded(r Response) {
	g.answered[r.Source.Name] = true
	h := g.latest[streamKey{r.Source.Name, r.Source.Stream}]
	if h == nil || h.Challenge != nil && h.Authenticate == nil {
		return
	}
	h.Status, h.End = r.Status, r.Time
	if h.Authenticate != nil {
		g.close(h)
	}
}

// Close closes all handshakes that are open.
func (g *Grouper) Close() {
	for g.open.Len() > 0 {
		g.close(oldest(g.open))
	}
}

func (g *Grouper) negotiate(key streamKey, token *decode.Token, f Found) *openHandshake {
	if h := g.latest[key]; h != nil && (key.stream != "" || h.Authenticate != nil || h.Status > 0) {
		g.close(h)
	}
	h := g.begin(key, f)
	h.Negotiate = token
	return h
}

func (g *Grouper) challenge(key streamKey, token *decode.Token, f Found) *openHandshake {
	h := g.latest[key]
	if h != nil && same(h.Challenge, token) {
		return h // the log says it twice
	}
	if h != nil && (h.Challenge != nil || h.Authenticate != nil) {
		if key.stream != "" || h.Authenticate != nil {
			g.close(h)
		}
		h = nil
	}
	if h == nil {
		h = g.begin(key, f)
	}
	h.Challenge, h.Status = token, 0
	h.waiting = g.waiting.PushBack(h)
	h.touch(f)
	return h
}

func (g *Grouper) authenticate(key streamKey, token *decode.Token, f Found) *openHandshake {
	h := g.latest[key]
	if h != nil && same(h.Authenticate, token) {
		return h
	}
	if h != nil && h.Authenticate != nil {
		g.close(h)
		h = nil
	}
	answers := decode.Unknown
	if h != nil && h.Challenge != nil {
		answers = decode.Answers(h.Challenge, token)
	}
	if answers != decode.Yes {
		// Was it the challenge of another connection that this one answers?
		if other := g.answeredBy(key, token); other != nil {
			if h != nil && key.stream != "" {
				// The connection's own handshake, if one was begun, is broken off.
				g.close(h)
			}
			h = other
			g.move(h, key)
		} else if h != nil && answers == decode.No && key.stream == "" {
			h = nil // of somebody else's logon
		}
	}
	if h == nil {
		if !g.answered[key.name] {
			return nil // nothing is known of this logon but the one message, nor will be
		}
		h = g.begin(key, f)
	}
	h.Authenticate, h.Status = token, 0
	g.settled(h)
	h.touch(f)
	if !g.answered[key.name] {
		g.close(h)
	}
	return h
}

// answeredBy returns the open handshake of the input whose challenge the message
// answers, the latest if there are several.
func (g *Grouper) answeredBy(key streamKey, token *decode.Token) *openHandshake {
	for e := g.waiting.Back(); e != nil; e = e.Prev() {
		if h := e.Value.(*openHandshake); h.key.name == key.name && decode.Answers(h.Challenge, token) == decode.Yes {
			return h
		}
	}
	return nil
}

// begin opens a handshake on a connection.
func (g *Grouper) begin(key streamKey, f Found) *openHandshake {
	if g.open.Len() >= maxOpen {
		g.close(oldest(g.open))
	}
	if key.stream == "" {
		if g.loose[key.name] >= maxLoose {
			g.close(g.oldestOf(key))
		}
		g.loose[key.name]++
	}
	h := &openHandshake{key: key}
	h.Name, h.Stream = key.name, key.stream
	h.SameConnection = decode.Unknown
	if key.stream != "" {
		h.SameConnection = decode.Yes
	}
	h.touch(f)
	h.open = g.open.PushBack(h)
	g.latest[key] = h
	return h
}

func oldest(l *list.List) *openHandshake { return l.Front().Value.(*openHandshake) }

// oldestOf is the oldest handshake of a connection, which has one.
func (g *Grouper) oldestOf(key streamKey) *openHandshake {
	e := g.open.Front()
	for e.Value.(*openHandshake).key != key {
		e = e.Next()
	}
	return e.Value.(*openHandshake)
}

// touch notes the time of an event.
func (h *openHandshake) touch(f Found) {
	if h.Start.IsZero() {
		h.Start = f.Time
	}
	h.End = f.Time
}

// move puts a handshake on another connection.
func (g *Grouper) move(h *openHandshake, key streamKey) {
	if h.key == key {
		g.latest[key] = h
		return
	}
	if g.latest[h.key] == h {
		delete(g.latest, h.key)
	}
	if h.key.stream == "" {
		g.loose[h.key.name]--
	}
	if key.stream == "" {
		g.loose[key.name]++
	}
	h.SameConnection = decode.Unknown
	if h.key.stream != "" && key.stream != "" {
		h.SameConnection = decode.No
	}
	h.key, h.Stream = key, key.stream
	g.latest[key] = h
}

// settled takes a handshake out of those that wait for an answer.
func (g *Grouper) settled(h *openHandshake) {
	if h.waiting != nil {
		g.waiting.Remove(h.waiting)
		h.waiting = nil
	}
}

// close hands out a handshake and forgets it.
func (g *Grouper) close(h *openHandshake) {
	if h.open == nil {
		return
	}
	g.open.Remove(h.open)
	h.open = nil
	g.settled(h)
	if g.latest[h.key] == h {
		delete(g.latest, h.key)
	}
	if h.key.stream == "" {
		g.loose[h.key.name]--
	}
	messages := len(h.Tokens())
	if messages < 2 {
		if h.Status == 0 || messages == 0 {
			return
		}
	}
	if messages == 1 && h.SameConnection == decode.Yes {
		h.SameConnection = decode.Unknown
	}
	g.emit(h.Handshake)
}

// same reports whether two tokens are, byte by byte.
func same(a, b *decode.Token) bool { return a != nil && bytes.Equal(a.Raw, b.Raw) }
