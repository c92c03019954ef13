package diagnose

import (
	"slices"

	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
)

type observation = experiment.Observation

// sessionShared: strangers are let in, and no cache answers them. Only if the
// first request of the run was refused: else the page may be open.
func (c *joined) sessionShared() *finding {
	asked, let, unique := c.path.strangers()
	answers := unique
	if len(unique) == 0 && len(let) > 0 && !c.cached(let) {
		answers = let
	}
	if len(answers) == 0 || !c.path.first().Refused() {
		return nil
	}
	if c.serverLetsIn() {
		return nil
	}
	f := c.found(verdict.SessionShared, verdict.Proven)
	if c.path.target() == verdict.Proxy {
		f = c.found(verdict.IPSurrogate, verdict.Likely)
	}
	if c.differing() != nil { // strangers were let in before the logon as well
		f.Grade = verdict.Likely
	}
	f.see(c.path.first(), "%d without credentials, before anybody logged on", c.path.first().Status())
	f.see(answers[0], "%d, %d bytes (sha256 %.12s) to a stranger on a connection of their own, without credentials", answers[0].Status(), size(answers[0]), answers[0].Hash())
	return f.see(nil, "%d of %d strangers were let in", len(let), len(asked))
}

// differing: requests without credentials are refused and let in by turns, before
// anybody logged on here.
func (c *joined) differing() *finding {
	first := c.path.first()
	for _, o := range c.path.All(experiment.NameRepetition) {
		refused, let := first, o
		if o.TurnedAway() {
			refused, let = o, first
		}
		if !refused.TurnedAway() || let.Status() == 0 || let.Status() >= 400 || let.Kept() != "" {
			continue
		}
		return c.found(verdict.Intermittent, verdict.Likely).
			see(refused, "%d without credentials", refused.Status()).
			see(let, "%d without credentials, on another connection", let.Status()).
			see(nil, "one server of several asks for nothing, or connections to the server are shared, and somebody has logged one on").
			prove("credentials (-u): strangers are counted after a logon", "--direct for each server")
	}
	return nil
}

// serverLetsIn reports whether strangers are let in by the server itself: it
// knows clients by their address, and the path is not to blame.
func (c *joined) serverLetsIn() bool {
	if c.direct == nil {
		return false
	}
	_, let, _ := c.direct.strangers()
	return len(let) > 0
}

// sharedHandshakes: handshakes on different connections met upstream.
func (c *joined) sharedHandshakes() *finding {
	o := c.path.Sharing()
	if o == nil || !c.path.first().Refused() {
		return nil
	}
	if o.Answer() == experiment.LetIn {
		if c.path.target() == verdict.Proxy {
			return c.found(verdict.IPSurrogate, verdict.Likely).see(o, "%d in answer to a Type 1, before anything was proven", o.Status())
		}
		return c.found(verdict.SessionShared, verdict.Likely).
			see(c.path.first(), "%d without credentials", c.path.first().Status()).
			see(o, "%d in answer to a Type 1: the connection to the server is already somebody's", o.Status())
	}
	f := c.found(verdict.SessionShared, verdict.Likely)
	for _, before := range c.path.type1s() {
		if before.Answer() == experiment.Challenged {
			f.see(before, "a Type 1 got a challenge")
			break
		}
	}
	return f.see(o, "a Type 1 on another connection, right after it, got the bare names of schemes: it met the handshake of the other one").
		prove("credentials (-u): requests without credentials after a logon show whether strangers are let in",
			"ntlmctl serve in the server's place: it says which connection each request came in on")
}

// openFromCache: what the first request got came out of a cache, and the server
// refuses it.
func (c *joined) openFromCache() *finding {
	asked := c.path.Find(experiment.NameCache)
	if asked == nil || !asked.Refused() {
		return nil
	}
	first := c.path.first()
	return c.found(verdict.ResponseCached, verdict.Proven).
		see(first, "%d without credentials, with %s", first.Status(), first.Kept()).
		see(asked, "%d for an address that nobody asked for before", asked.Status())
}

// carried: a Type 3 was taken on another connection than its challenge.
func (c *joined) carried() *finding {
	for _, o := range c.path.All(experiment.NameCarried) {
		if o.LoggedOn() && o.Status() != 403 { // some servers refuse a logon so
			return c.found(verdict.SessionShared, verdict.Likely).
				see(o, "%d to a Type 3 on another connection than its challenge: both came over one connection to the server, which strangers share", o.Status())
		}
	}
	return nil
}

// mixedUp: one account was given what is another's.
func (c *joined) mixedUp() *finding {
	o := c.path.Mixed()
	if o == nil {
		return nil
	}
	return c.found(verdict.SessionShared, verdict.Proven).
		see(c.path.proof(), "%d to the first account's logon", c.path.proof().Status()).
		see(o, "%s: %d, and the answer is the other account's", o.Variant, o.Status())
}

// forged: whoever sets the header by which the server tells connections apart is
// taken for somebody else.
func (c *joined) forged() *finding {
	o := c.path.Find(experiment.NameForgery)
	if o == nil || !c.path.LetIn(o) {
		return nil
	}
	return c.found(verdict.SessionShared, verdict.Proven).
		see(o, "%d to a stranger who forged the header by which the server tells connections apart: the proxy lets it through", o.Status())
}

// responseCached: a stranger gets what was answered before, and not what nobody
// has asked for yet.
func (c *joined) responseCached() *finding {
	_, let, unique := c.path.strangers()
	if !c.cached(let) || !c.path.first().Refused() {
		return nil
	}
	grade := verdict.Likely
	if len(unique) == 0 {
		grade = verdict.Proven
	}
	let = slices.DeleteFunc(slices.Clone(let), func(o *observation) bool { return c.kept(o) == "" })
	if c.copied(let[0]) {
		grade = verdict.Proven
	}
	f := c.found(verdict.ResponseCached, grade)
	f.see(let[0], "%d to a stranger, with %s", let[0].Status(), c.kept(let[0]))
	if p := c.path.proof(); p != nil && p.Hash() == let[0].Hash() && p.Hash() != "" {
		f.see(p, "the same body as the account got: sha256 %.12s", p.Hash())
	}
	for _, o := range c.path.All(experiment.NameStrangers) {
		if o.Refused() {
			return f.see(o, "%d to a stranger who asked for an address of its own", o.Status())
		}
	}
	return f
}

// copied reports whether an answer has the numbers that a ntlmctl serve gave to
// another one.
func (c *joined) copied(answer *observation) bool {
	v := view(answer)
	return v != nil && slices.ContainsFunc(c.path.Observations, func(o *observation) bool {
		w := view(o)
		return o != answer && w != nil && v.Instance == w.Instance && v.Connection == w.Connection && v.Request == w.Request
	})
}

// cached reports whether any of the answers shows that it comes from a cache.
func (c *joined) cached(let []*observation) bool {
	for _, o := range let {
		if c.kept(o) != "" {
			return true
		}
	}
	return false
}

// kept is the header by which a response to a stranger owns that it was kept,
// empty if it does not. Age: 0 counts where the account's own answer had no Age.
func (c *joined) kept(o *observation) string {
	if sign := o.Kept(); sign != "" {
		return sign
	}
	p := c.path.proof()
	if p == nil || p.Leg.Response == nil || p.Leg.Response.Headers.Has("Age") || !o.Leg.Response.Headers.Has("Age") {
		return ""
	}
	return "Age: " + o.Leg.Response.Headers.Get("Age")
}

func size(o *observation) int64 {
	if o.Leg == nil || o.Leg.Response == nil {
		return 0
	}
	return o.Leg.Response.BodyBytes
}
