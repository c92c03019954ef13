package diagnose

import (
	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
)

// pairs are two legs in a row on one connection of the client, both seen by a
// ntlmctl serve at the far end, the first of them part of a logon: where a box takes
// requests that nobody logs on with is its own affair.
func (c *joined) pairs(look func(a, b *observation) *finding) *finding {
	last := map[int]*observation{}
	for _, o := range c.path.Observations {
		if view(o) == nil {
			continue
		}
		if before := last[o.Leg.Connection]; before != nil && begun(view(before)) {
			if f := look(before, o); f != nil {
				return f
			}
		}
		last[o.Leg.Connection] = o
	}
	return nil
}

// begun reports whether a logon had begun, as far as the server told.
func begun(v *trace.OriginView) bool { return v.State != "anonymous" }

func view(o *observation) *trace.OriginView {
	switch {
	case o == nil || o.Leg == nil:
		return nil
	case o.Target == verdict.Proxy:
		return o.Leg.ProxyView
	}
	return o.Leg.OriginView
}

// oldProtocol: a hop speaks HTTP/1.0.
func (c *joined) oldProtocol() *finding {
	for _, o := range c.path.Observations {
		if v := view(o); v != nil && v.Protocol == "HTTP/1.0" {
			return c.found(verdict.HTTP10Downgrade, verdict.Proven).see(o, "the server was asked in HTTP/1.0, on its connection %s", v.Connection)
		}
	}
	return nil
}

// backendSwitched: one connection of the client reaches different servers.
func (c *joined) backendSwitched() *finding {
	return c.pairs(func(a, b *observation) *finding {
		if view(a).Instance == view(b).Instance {
			return nil
		}
		f := c.found(verdict.BackendSwitched, verdict.Proven).
			see(a, "answered by server %s", view(a).Instance).see(b, "on the same connection, answered by server %s", view(b).Instance)
		return c.withoutCookie(f, b)
	})
}

// seenApart: one connection of the client reaches the server on different ones.
func (c *joined) seenApart() *finding {
	return c.pairs(func(a, b *observation) *finding {
		if view(a).Instance != view(b).Instance || view(a).AuthKey == view(b).AuthKey {
			return nil
		}
		return c.found(verdict.ConnectionNotPinned, verdict.Proven).
			see(a, "reached the server on its connection %s", view(a).Connection).
			see(b, "on the same connection, reached the server on its connection %s", view(b).Connection)
	})
}

// challengeLost: the server challenged a Type 1, and the names of schemes arrived.
func (c *joined) challengeLost() *finding {
	for _, o := range c.path.type1s() {
		if v := view(o); v != nil && v.State == "challenged" && o.Answer() == experiment.Bare {
			return c.found(verdict.OfferRewritten, verdict.Proven).
				see(o, "the server answered with a challenge, on its connection %s, and what arrived offers %s", v.Connection, names(o))
		}
	}
	return nil
}

// sharedConnection: a request came to the server on a connection on which another
// connection of the client had begun to log on. That such connections carry requests
// of several clients before anybody logs on is no fault: Squid and HAProxy keep one to
// a client from its Type 1 on.
func (c *joined) sharedConnection() *finding {
	type key struct{ instance, connection string }
	holder := map[key]*observation{}
	for _, o := range c.path.Observations {
		v := view(o)
		if v == nil || o.Kept() != "" { // a cache repeats what another request was told
			continue
		}
		k := key{v.Instance, v.Connection}
		if before := holder[k]; before != nil && before.Leg.Connection != o.Leg.Connection {
			return c.found(verdict.SessionShared, verdict.Likely).
				see(before, "a handshake on the server's connection %s", v.Connection).
				see(o, "on another connection, reached the server on the same one: whoever logs on there does so for both")
		}
		if v.State != "" && begun(v) {
			holder[k] = o
		}
	}
	return nil
}
