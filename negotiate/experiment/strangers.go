package experiment

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"sync"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/wire"
)

// NameStrangers is the name of Strangers.
const NameStrangers = "strangers"

// The variants of Strangers: when they asked, and whether for an address that
// nobody asked for before.
const (
	VariantDuring = "during"
	VariantBefore = "from before" // during, on a connection that was there before the logon
	VariantIdle   = "idle"
	VariantAfter  = "after"
	VariantUnique = "unique"
)

// Strangers asks without credentials on fresh connections, while the connection
// that is logged on is in use, while it is idle and after its end. The first of them
// are from before the logon: some boxes take a client's first request to a fresh
// connection, and those after it to any. Every second one asks for an address of its
// own, so that a cache cannot answer.
type Strangers struct {
	Session *Session
	// Number is how many there are.
	Number int
}

// enough strangers let in end the experiment: it has its answer.
const enough = 4

// Info describes it.
func (e Strangers) Info() Info {
	return Info{
		Name: NameStrangers, Asks: fmt.Sprintf("do %d strangers, without credentials, get what only the account may?", e.Number),
		Needs: []Need{NeedRefusal, NeedLogon}, Cost: Cost{Requests: e.Number + e.Number*3/10},
	}
}

// Run asks.
func (e Strangers) Run(ctx context.Context, p *Path, seen *Seen) Outcome {
	if !e.Session.wasLoggedOn(seen) {
		return skipped(NeedLogon)
	}
	s := &strangers{Strangers: e, path: p, seen: seen}
	s.during(ctx)
	s.crowd(ctx, VariantIdle, e.Number/4)
	e.Session.Close()
	s.crowd(ctx, VariantAfter, e.Number-s.asked)
	return s.outcome(ctx)
}

// wasLoggedOn reports whether a logon succeeded, be the connection gone by now.
func (s *Session) wasLoggedOn(seen *Seen) bool {
	for _, name := range []string{NameHandshake, NameCarried} {
		for _, o := range seen.All(name) {
			if o.LoggedOn() {
				return true
			}
		}
	}
	return false
}

type strangers struct {
	Strangers
	path         *Path
	seen         *Seen
	asked, let   int
	unsuccessful int
}

// during has them ask one by one, each after a request on the connection that is
// logged on: its upstream connection is the one used last, which is what most
// pools hand out next.
func (s *strangers) during(ctx context.Context) {
	for range s.Number * 3 / 10 {
		if s.enough(ctx) {
			return
		}
		waiting := s.fromBefore()
		if s.Session.loggedOn() && (waiting != nil || s.asked%2 == 0) {
			s.Session.askAgain(ctx, s.path, s.seen, NameSecondRequest, VariantDuring)
		}
		if waiting == nil {
			s.batch(ctx, VariantDuring, 1).close()
			continue
		}
		q := strangersQuestion(NameStrangers, s.variant(VariantBefore, 0), nil)
		o, conn := s.path.askOn(ctx, s.seen, q, waiting)
		connections{conn}.close()
		s.count(o)
	}
}

// fromBefore is a stranger's connection from before the logon, nil if none is left.
func (s *strangers) fromBefore() *wire.Conn {
	for waiting := &s.Session.waiting; len(*waiting) > 0; {
		conn := (*waiting)[0]
		*waiting = (*waiting)[1:]
		if conn != nil && conn.Usable() {
			return conn
		}
		connections{conn}.close()
	}
	return nil
}

// variant is that of the next stranger, or of one so many after it.
func (s *strangers) variant(when string, after int) string {
	if (s.asked+after)%2 == 1 {
		return when + " " + VariantUnique
	}
	return when
}

// count takes down how a stranger fared.
func (s *strangers) count(o *Observation) {
	s.asked++
	switch {
	case s.seen.LetIn(o):
		s.let++
	case !o.TurnedAway():
		s.unsuccessful++
	}
}

// crowd has them ask a few at a time, and keeps their connections until all have
// asked: a box of several processes hands them to different ones, and one that
// gives each connection a process of its own to as many.
func (s *strangers) crowd(ctx context.Context, when string, number int) {
	var held connections
	defer func() { held.close() }()
	for left := number; left > 0 && !s.enough(ctx); {
		n := min(left, 3)
		held = append(held, s.batch(ctx, when, n)...)
		left -= n
	}
}

// connections are held open, some of them nil.
type connections []*wire.Conn

func (list connections) close() {
	for _, conn := range list {
		if conn != nil {
			conn.Close()
		}
	}
}

func (s *strangers) enough(ctx context.Context) bool { return s.let >= enough || ctx.Err() != nil }

// batch has some ask at the same time, and returns their connections.
func (s *strangers) batch(ctx context.Context, when string, number int) connections {
	found, conns := make([]Observation, number), make(connections, number)
	var all sync.WaitGroup
	for i := range found {
		variant := s.variant(when, i)
		if s.path.pace(ctx) != nil {
			found = found[:i]
			break
		}
		all.Go(func() { found[i], conns[i] = s.path.freshly(ctx, s.seen, NameStrangers, variant, nil) })
	}
	all.Wait()
	for _, o := range found {
		s.count(s.seen.add(o))
	}
	return conns
}

// stranger is one request on a fresh connection that is closed after it. It adds
// nothing to what was seen.
func (p *Path) stranger(ctx context.Context, seen *Seen, name, variant string, header trace.Headers) Observation {
	o, conn := p.freshly(ctx, seen, name, variant, header)
	connections{conn}.close()
	return o
}

// freshly is stranger, but leaves the connection to the caller; nil if it ended.
func (p *Path) freshly(ctx context.Context, seen *Seen, name, variant string, header trace.Headers) (Observation, *wire.Conn) {
	q := strangersQuestion(name, variant, header)
	o := p.observation(seen, q)
	conn, err := p.dial(ctx)
	if err != nil {
		o.fail(err)
		return o, nil
	}
	return p.exchange(ctx, q, o, conn)
}

// strangersQuestion is a request without credentials.
func strangersQuestion(name, variant string, header trace.Headers) question {
	q := question{experiment: name, variant: variant, body: true, hold: true, header: header}
	if strings.HasSuffix(variant, VariantUnique) {
		q.change = func(r *wire.Request) { r.Target = unique(r.Target) }
	}
	return q
}

// unique is a target that nobody asked for before.
func unique(target string) string {
	separator := "?"
	if strings.Contains(target, "?") {
		separator = "&"
	}
	return target + separator + "ntlmctl=" + rand.Text()[:12]
}

func (s *strangers) outcome(ctx context.Context) Outcome {
	switch {
	case s.let > 0:
		return Outcome{State: Failed, Text: fmt.Sprintf("%d of %d strangers were let in", s.let, s.asked)}
	case ctx.Err() != nil:
		return Outcome{State: Inconclusive, Text: fmt.Sprintf("the time ended after %d strangers", s.asked)}
	case s.unsuccessful > 0:
		return Outcome{State: Inconclusive, Text: fmt.Sprintf("%d of %d strangers were answered neither way, and none was let in", s.unsuccessful, s.asked)}
	}
	return Outcome{State: Passed, Text: fmt.Sprintf("%d strangers were refused", s.asked)}
}
