package origin

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate/offer"
)

// Server accepts connections and answers requests on them; see Options. It is
// made by New.
type Server struct {
	o        Options
	habits   habits
	instance string
	// demand is 401, or a proxy's 407; challengeHeader and credentialsHeader are
	// the fields that go with it, and offers the fields that name the schemes.
	demand                             int
	challengeHeader, credentialsHeader string
	offers                             []byte
	viewNames                          viewNames
	// shows says that somebody will look at what an Exchange holds.
	shows bool
	keys  *keyTable // nil without ConnectionIDHeader

	scratch  sync.Pool // of *scratch
	draining atomic.Bool
	accepted atomic.Uint64
	answered atomic.Int64
	mu       sync.Mutex
	conns    map[*conn]struct{}
	running  sync.WaitGroup
}

// New makes a server. Errors are about the options.
func New(o Options) (*Server, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	var id [8]byte
	if _, err := rand.Read(id[:]); err != nil {
		return nil, fmt.Errorf("origin: instance: %w", err)
	}
	s := &Server{
		o: o, habits: dialects[o.Dialect], instance: hex.EncodeToString(id[:]),
		demand: http.StatusUnauthorized, challengeHeader: "WWW-Authenticate", credentialsHeader: "Authorization",
		viewNames: viewNamesOf(o.Proxy), shows: o.Body != nil || o.Events != nil, conns: map[*conn]struct{}{},
	}
	s.o.Acceptor.StrictNegotiate = o.Acceptor.StrictNegotiate || s.habits.strict
	if o.Proxy {
		s.demand, s.challengeHeader, s.credentialsHeader = http.StatusProxyAuthRequired, "Proxy-Authenticate", "Proxy-Authorization"
	}
	for _, scheme := range o.Schemes {
		challenge := offer.Challenge{Scheme: scheme}
		if scheme == SchemeBasic {
			challenge.Params = []offer.Param{{Name: "realm", Value: "ntlmctl", Quoted: true}}
		}
		s.offers = fmt.Appendf(s.offers, "%s: %s\r\n", s.challengeHeader, challenge.String())
	}
	if o.ConnectionIDHeader != "" {
		s.keys = newKeyTable(o.Limits.Keys, o.Timeouts.Key)
	}
	s.scratch.New = func() any { return new(scratch) }
	return s, nil
}

// Instance is what tells this server from others.
func (s *Server) Instance() string { return s.instance }

// URL is that of a server which listens at an address.
func (s *Server) URL(a net.Addr) string {
	if s.o.TLS != nil {
		return "https://" + a.String()
	}
	return "http://" + a.String()
}

// Stats are counts.
type Stats struct {
	// Open is how many connections there are now, and Keys how many values of
	// ConnectionIDHeader are remembered.
	Open, Keys int
	// Connections and Requests are totals.
	Connections uint64
	Requests    int64
}

// Stats counts.
func (s *Server) Stats() Stats {
	s.mu.Lock()
	stats := Stats{Open: len(s.conns)}
	s.mu.Unlock()
	stats.Connections, stats.Requests = s.accepted.Load(), s.answered.Load()
	if s.keys != nil {
		stats.Keys = s.keys.len()
	}
	return stats
}

// Serve accepts connections until ctx ends; then it lets the requests that run
// come to their end, within Timeouts.Stop, and returns nil. It closes the
// listener. A server serves once.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	s.event(Event{Kind: EventListening, Local: l.Addr().String(), URL: s.URL(l.Addr())})
	stopped := context.AfterFunc(ctx, func() { l.Close() })
	defer stopped()
	if s.keys != nil {
		sweeping := make(chan struct{})
		defer close(sweeping)
		go s.sweep(sweeping)
	}
	err := s.accept(ctx, l)
	l.Close()
	s.drain()
	s.event(Event{Kind: EventStopped, Connection: s.accepted.Load(), Requests: s.answered.Load()})
	if ctx.Err() != nil {
		return nil
	}
	return fmt.Errorf("origin: accept: %w", err)
}

// sweep forgets idle keys from time to time.
func (s *Server) sweep(done <-chan struct{}) {
	ticks := time.NewTicker(s.o.Timeouts.Key/2 + 1)
	defer ticks.Stop()
	for {
		select {
		case <-ticks.C:
			s.keys.sweep(s.o.Now())
		case <-done:
			return
		}
	}
}

// longestPause is between two tries to accept, where descriptors have run out.
const longestPause = time.Second

// accept starts a goroutine for each connection.
func (s *Server) accept(ctx context.Context, l net.Listener) error {
	places := make(chan struct{}, s.o.Limits.Connections)
	pause := time.Millisecond
	for {
		select {
		case places <- struct{}{}:
		case <-ctx.Done():
			return ctx.Err()
		}
		nc, err := l.Accept()
		if err != nil {
			<-places
			if ctx.Err() != nil || errors.Is(err, net.ErrClosed) {
				return err
			}
			select {
			case <-time.After(pause):
			case <-ctx.Done():
				return ctx.Err()
			}
			pause = min(2*pause, longestPause)
			continue
		}
		pause = time.Millisecond
		c := s.open(nc)
		s.running.Go(func() {
			defer func() { <-places }()
			c.serve(ctx)
		})
	}
}

// readSize is the buffer of a connection. Most heads fit in.
const readSize = 4 << 10

// open enters a connection into the table.
func (s *Server) open(nc net.Conn) *conn {
	c := &conn{s: s, nc: nc, tcp: nc, id: s.accepted.Add(1), local: nc.LocalAddr().String(), remote: nc.RemoteAddr().String()}
	c.br = bufio.NewReaderSize(nc, readSize)
	s.mu.Lock()
	s.conns[c] = struct{}{}
	s.mu.Unlock()
	s.event(Event{Kind: EventOpened, Connection: c.id, Local: c.local, Remote: c.remote})
	return c
}

// drain ends idle connections at once, and the others when their request is
// answered or the time is over.
func (s *Server) drain() {
	s.draining.Store(true)
	s.each(func(c *conn) {
		if c.idle.Load() {
			c.tcp.SetReadDeadline(time.Unix(1, 0))
		}
	})
	ended := make(chan struct{})
	go func() {
		s.running.Wait()
		close(ended)
	}()
	late := time.NewTimer(s.o.Timeouts.Stop)
	defer late.Stop()
	select {
	case <-ended:
		return
	case <-late.C:
	}
	s.each(func(c *conn) { c.tcp.Close() })
	<-ended
}

func (s *Server) each(do func(*conn)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		do(c)
	}
}

func (s *Server) event(e Event) {
	if s.o.Events == nil {
		return
	}
	e.Time = s.o.Now()
	s.o.Events(e)
}
