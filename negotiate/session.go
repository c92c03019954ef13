package negotiate

import (
	"context"
	"strings"

	"github.com/ntlmctl/ntlmctl/negotiate/wire"
)

// session is a connection and what it is logged on as.
type session struct {
	key  sessionKey
	conn *wire.Conn
	// origin is the logon to the server. Via is that to the proxy which gets the
	// requests in absolute form, nil where there is none.
	origin, via *logon
}

// sessionKey says what a connection can be used for again.
type sessionKey struct {
	target wire.Target
	proxy  string
	tunnel bool
	// origin and via: the credentials are for them. A request that must not use
	// them may not go out on a connection that is logged on.
	origin, via bool
}

// logons are those that a request steps, the proxy's first.
func (s *session) logons() []*logon {
	if s.via == nil {
		return []*logon{s.origin}
	}
	return []*logon{s.via, s.origin}
}

// begin readies the session for another request.
func (s *session) begin() {
	for _, l := range s.logons() {
		l.begin()
	}
}

// settled reports whether the leg whose values have been made may carry the body.
func (s *session) settled() bool {
	return s.origin.settled() && (s.via == nil || s.via.settled()) && !s.holds()
}

// holds reports whether the server's value has to wait, since the proxy would not
// pass it on.
func (s *session) holds() bool { return s.via != nil && s.via.waiting() }

// handOver gives the server's logon what the proxy's holds of their budget, once
// the proxy has let the leg pass.
func (s *session) handOver() {
	if s.origin.covered && s.origin.proof {
		s.via.held, s.origin.held, s.origin.covered = false, true, false
	}
}

// values are what goes out with the next leg.
func (s *session) values(ctx context.Context, method, target string) (via, origin string, err error) {
	if s.via != nil {
		if via, err = s.via.value(ctx, method, s.conn.Target().Scheme+"://"+s.conn.Target().Authority()+target); err != nil {
			return "", "", err
		}
	}
	if s.holds() {
		s.origin.undelivered()
		return via, "", nil
	}
	s.origin.covered = s.via != nil && s.via.held && s.via.o.Budget == s.origin.o.Budget
	if origin, err = s.origin.value(ctx, method, target); err != nil {
		s.undelivered()
	}
	return via, origin, err
}

// undelivered takes note that nobody answered the last leg.
func (s *session) undelivered() {
	for _, l := range s.logons() {
		l.undelivered()
	}
}

// begun reports whether a handshake is under way that cannot go on elsewhere.
func (s *session) begun() bool {
	for _, l := range s.logons() {
		if l.begun() {
			return true
		}
	}
	return false
}

// tokens reports whether a first token was due on the last leg, and no proof.
func (s *session) tokens() bool {
	found := false
	for _, l := range s.logons() {
		if l.stepper != nil && !l.accepted {
			if l.stepper.proves() {
				return false
			}
			found = true
		}
	}
	return found
}

// legName says what the leg is for, whose values have been made.
func (s *session) legName() string {
	var parts []string
	if s.via != nil && s.via.sent {
		parts = append(parts, "proxy "+s.via.stepper.name())
	}
	if s.origin.sent {
		parts = append(parts, s.origin.stepper.name())
	}
	switch {
	case len(parts) > 0:
		return strings.Join(parts, ", ")
	case s.origin.accepted || s.via != nil && s.via.accepted:
		return "logged on"
	}
	return "anonymous"
}

// maxIdle is how many idle connections are kept for one key.
const maxIdle = 16

// take takes an idle connection, the one last used, that is still open.
func (c *Client) take(key sessionKey) *session {
	c.mu.Lock()
	list := c.idle[key]
	delete(c.idle, key)
	c.mu.Unlock()
	var found *session
	for len(list) > 0 && found == nil {
		last := list[len(list)-1]
		list = list[:len(list)-1]
		if last.conn.Usable() {
			found = last
		} else {
			last.conn.Close()
		}
	}
	if len(list) > 0 {
		c.mu.Lock()
		c.idle[key] = append(list, c.idle[key]...)
		c.mu.Unlock()
	}
	return found
}

// release keeps a connection for later requests, or closes one that is of no
// use to them.
func (c *Client) release(s *session, last bool) {
	if !last && s.origin.clean() && s.via.clean() && !s.conn.Spent() {
		c.mu.Lock()
		if list := c.idle[s.key]; !c.closed && len(list) < maxIdle {
			c.idle[s.key] = append(list, s)
			s = nil
		}
		c.mu.Unlock()
	}
	if s != nil {
		s.conn.Close()
	}
}
