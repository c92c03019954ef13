package diagnose

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
)

// Conclude joins what was seen into a verdict and what else there is to say, the
// worst first. It is a pure function: same evidence, same verdict. A proxy and the
// server behind it that both want a logon are judged each for itself.
//
// A refused Type 3 alone never becomes credentials-rejected: a path that does not
// keep the connection looks the same.
func Conclude(e *Evidence) (verdict.Verdict, []verdict.Verdict) {
	var all []verdict.Verdict
	for _, c := range e.hops() {
		all = append(all, c.conclude()...)
	}
	slices.SortStableFunc(all, func(a, b verdict.Verdict) int {
		return cmp.Or(cmp.Compare(rank(&a), rank(&b)), cmp.Compare(sureness(a.Grade), sureness(b.Grade)), cmp.Compare(leg(a.Code), leg(b.Code)))
	})
	all = unique(all)
	e.mend(all)
	main := all[0]
	return main, slices.DeleteFunc(all[1:], func(v verdict.Verdict) bool { return v.Target == main.Target && idle(main, v) })
}

// hops are those on the path who may want a logon.
func (e *Evidence) hops() []*joined {
	path := e.joined(e.Path, e.Wanted)
	if path.path.target() != verdict.Proxy {
		path.direct = e.straight()
		return []*joined{path}
	}
	path.wanted = e.ProxyWanted
	server := &joined{direct: e.straight(), wanted: e.Wanted, strangers: e.Strangers, beyond: e.Behind == nil}
	if e.Behind != nil {
		server.path = side{e.Behind}
	}
	if server.path.Seen == nil || server.path.target() == verdict.Proxy { // nobody got to it
		server.path, server.beyond = side{new(experiment.Seen)}, true
	}
	return []*joined{path, server}
}

func (e *Evidence) joined(seen *experiment.Seen, wanted []string) *joined {
	return &joined{path: side{seen}, wanted: wanted, strangers: e.Strangers}
}

// straight is nil where nobody asked the server itself.
func (e *Evidence) straight() *side {
	if e.Direct == nil {
		return nil
	}
	return &side{e.Direct}
}

// conclude is what is to be said about one of them.
func (c *joined) conclude() (all []verdict.Verdict) {
	for _, rule := range rules {
		if f := rule(c); f != nil {
			f.WouldProve = f.Surer()
			all = append(all, f.Verdict)
		}
	}
	if c.beyond {
		return all
	}
	return append(all, c.alone(all))
}

// mend adds the remedies for the products that were recognised.
func (e *Evidence) mend(all []verdict.Verdict) {
	var products []string
	for _, s := range e.sightings() {
		products = append(products, s.Product.Name)
	}
	for i := range all {
		if v := &all[i]; v.Code != verdict.RejectedUnattributed && v.Target == verdict.Origin {
			v.Remedies = verdict.RemediesFor(v.Code, products...)
		}
	}
}

// rules are asked in this order; the order counts where two are as grave and as sure.
var rules = []func(*joined) *finding{
	(*joined).sessionShared, (*joined).mixedUp, (*joined).forged, (*joined).carried,
	(*joined).sharedHandshakes, (*joined).sharedConnection, (*joined).responseCached, (*joined).openFromCache,
	(*joined).differing, (*joined).intermittent, (*joined).atTimes, (*joined).pausesBreak, (*joined).bodiesBreak, (*joined).bindingDiffers,
	(*joined).oldProtocol, (*joined).backendSwitched, (*joined).otherName, (*joined).seenApart,
	(*joined).offerChanged, (*joined).challengeLost, (*joined).shapeRefused, (*joined).type1Blocked,
	(*joined).authorizationLost, (*joined).offerTakenBack, (*joined).otherBinding, (*joined).brokenByPath, (*joined).stateLost,
	(*joined).judged, (*joined).refusedBy403, (*joined).forbidden, (*joined).notPersistent, (*joined).headerTooLarge, (*joined).unreached, (*joined).survives,
}

// joined is the evidence about one who may want a logon, as rules ask for it.
type joined struct {
	path   side
	direct *side
	// wanted are the schemes that there was an account for; nil where there was none.
	wanted    []string
	strangers int
	// beyond: nobody got to it on the path.
	beyond bool
}

// alone is what the legs of the one logon say by themselves. It gives way to
// what was joined from several experiments.
func (c *joined) alone(found []verdict.Verdict) verdict.Verdict {
	if len(c.path.Observations) == 0 {
		return c.found(verdict.Timeout, verdict.Untested).see(nil, "the time ended before anything was asked").prove("more time (--max-time)").Verdict
	}
	r := c.path.logon()
	r.Wanted = c.wanted
	v := c.kerberosAlone(r.Judge())
	if v.Code == verdict.RejectedUnattributed && v.Grade != verdict.Untested {
		return c.remembered(v)
	}
	if c.direct != nil && c.direct.loggedOn() {
		v = c.pathsDoing(v)
	}
	if v.Code != verdict.RejectedUnattributed || v.Grade != verdict.Untested {
		return v
	}
	if len(found) == 0 {
		return c.remembered(c.nothingAgainst().Verdict)
	}
	return found[0]
}

// kerberosAlone makes sure of a rejection, as probe does.
func (c *joined) kerberosAlone(v verdict.Verdict) verdict.Verdict {
	if v.Code != verdict.KerberosOnly || v.Grade == verdict.Proven {
		return v
	}
	o, text := c.path.Rejects(), "NTLM is rejected each time, and a list with Kerberos gets bare names each time: the answers follow what is sent"
	if passed, inOrder := c.path.PassedOver(); inOrder {
		o, text = passed, "Kerberos is chosen from a list in which NTLM and its first message stand first"
	} else if experiment.Multiplexer(c.path.Seen) != "" {
		return v
	}
	if o == nil {
		return v
	}
	v.Grade, v.WouldProve = verdict.Proven, nil
	return (&finding{v}).see(o, "%s", text).Verdict
}

// pathsDoing raises the grade of what broke a logon here that works straight at the
// server: it is the path's doing.
func (c *joined) pathsDoing(v verdict.Verdict) verdict.Verdict {
	switch v.Code {
	case verdict.ChallengeMangled, verdict.ConnectionClosed, verdict.HeaderTooLarge, verdict.BodyRefused:
	default:
		return v
	}
	raised := map[verdict.Grade]verdict.Grade{verdict.Likely: verdict.Proven, verdict.Consistent: verdict.Likely}[v.Grade]
	if raised == "" {
		return v
	}
	v.Grade = raised
	if v.Grade == verdict.Proven {
		v.WouldProve = nil
	}
	f := &finding{v}
	return f.see(c.direct.proof(), "straight at the server: %d, logged on", c.direct.proof().Status()).Verdict
}

// remembered adds to what is not attributed, or not tested, what a second Type 1
// on one connection got.
func (c *joined) remembered(v verdict.Verdict) verdict.Verdict {
	f := &finding{v}
	first, second := twice(c.path)
	switch {
	case second == nil || first.Answer() != experiment.Challenged:
	case second.Answer() == experiment.Bare:
		f.see(second, "a second Type 1 on one connection was refused: the server remembers the first, so the path keeps a connection at times")
	case second.Answer() == experiment.Challenged:
		f.see(second, "a second Type 1 on one connection got a challenge: IIS does so, and so does any server behind a path that does not keep connections")
	}
	return f.Verdict
}

// nothingAgainst is for a path on which no logon was tried and nothing went wrong:
// what is unknown is not called well.
func (c *joined) nothingAgainst() *finding {
	f := c.found(verdict.Survives, verdict.Untested)
	f.Summary = "no handshake was begun, so whether one survives was not tested"
	for _, o := range c.path.type1s() {
		if c.path.target() != o.Target {
			continue
		}
		f.see(o, "the first message was answered: %s", o.Answer())
		if o.Answer() == experiment.Challenged {
			f.Summary = "the first message was answered with a challenge; whether the handshake survives was not tested"
		}
		break
	}
	if len(f.Evidence) == 0 {
		f.see(c.path.Observations[0], "%d, and no handshake was begun", c.path.Observations[0].Status())
	}
	return f.prove(c.toLogOn())
}

// toLogOn says what a logon on the path takes that there was not.
func (c *joined) toLogOn() string {
	switch {
	case c.wanted != nil && c.directProof() != nil:
		return "the right password, or --max-refused 2: the refused logon that the run may cost was spent straight at the server"
	case c.wanted != nil:
		return "a run that comes to its Type 3"
	case c.path.target() == verdict.Proxy:
		return "give -U USER: whether a handshake with the proxy survives is seen when somebody logs on"
	}
	return "give -u USER: whether a handshake survives is seen when somebody logs on"
}

// rank orders verdicts by what has to be dealt with first: danger, what the path
// breaks, the account, and what the path may break.
func rank(v *verdict.Verdict) int {
	switch v.Code {
	case verdict.SessionShared, verdict.ResponseCached:
		return 0
	case verdict.CredentialsRejected:
		return 2
	case verdict.RejectedUnattributed:
		return 4
	case verdict.SchemeNotOffered, verdict.KerberosOnly:
		return 5
	case verdict.Unreachable, verdict.TLSFailed, verdict.Timeout:
		return 6
	case verdict.AuthNotPersistent, verdict.AuthenticatedForbidden:
		return 7
	case verdict.Open, verdict.Survives:
		return 8
	}
	if sureness(v.Grade) > sureness(verdict.Likely) {
		return 3
	}
	return 1
}

// leg orders what breaks a handshake by the leg that it breaks first: the offer, the
// Type 1, the Type 3.
func leg(code verdict.Code) int {
	switch code {
	case verdict.OfferStripped, verdict.OfferRewritten:
		return 0
	case verdict.AuthorizationStripped, verdict.Type1Refused:
		return 1
	}
	return 2
}

func sureness(g verdict.Grade) int {
	return slices.Index([]verdict.Grade{verdict.Proven, verdict.Likely, verdict.Consistent, verdict.Untested}, g)
}

// unique keeps the surest of each code and target.
func unique(sorted []verdict.Verdict) []verdict.Verdict {
	var list []verdict.Verdict
	for _, v := range sorted {
		if !slices.ContainsFunc(list, func(o verdict.Verdict) bool { return o.Code == v.Code && o.Target == v.Target }) {
			list = append(list, v)
		}
	}
	return list
}

// idle reports whether a verdict says nothing beside the main one: that a logon
// works beside what is wrong with it all the same, or that one failed for reasons
// unknown beside the reason.
func idle(main, v verdict.Verdict) bool {
	switch v.Code {
	case verdict.Survives, verdict.Open:
		return true
	case verdict.RejectedUnattributed:
		return sureness(main.Grade) <= sureness(verdict.Likely)
	case verdict.AuthenticatedForbidden:
		return main.Code == verdict.RejectedUnattributed || main.Code == verdict.CredentialsRejected
	case verdict.ConnectionNotPinned:
		return main.Code == verdict.HTTP10Downgrade || main.Code == verdict.BackendSwitched
	case verdict.Intermittent: // the account itself meets other connections of the pool at times
		return main.Code == verdict.SessionShared && main.Grade == verdict.Proven
	case verdict.SchemeNotOffered, verdict.AuthorizationStripped:
		return main.Code == verdict.OfferRewritten || main.Code == verdict.Type1Refused
	}
	return false
}

// finding is a verdict that is being put together.
type finding struct{ verdict.Verdict }

func (c *joined) found(code verdict.Code, grade verdict.Grade) *finding {
	return &finding{verdict.Verdict{Code: code, Target: c.path.target(), Grade: grade, Summary: code.Summary()}}
}

// see adds evidence.
func (f *finding) see(o *observation, format string, args ...any) *finding {
	f.Evidence = append(f.Evidence, verdict.Evidence{Leg: legOf(o), Text: fmt.Sprintf(format, args...)})
	return f
}

// prove adds what would raise the grade.
func (f *finding) prove(would ...string) *finding {
	f.WouldProve = append(f.WouldProve, would...)
	return f
}
