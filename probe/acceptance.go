package probe

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ntlmctl/ntlmctl/decode/spnego"
	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
)

// accept settles whether NTLM is accepted under both schemes.
func (c *classifier) accept() {
	c.r.NTLM = c.underNTLM()
	c.r.Negotiate = c.underNegotiate()
}

func (c *classifier) notOffered() Acceptance {
	var names []string
	for _, o := range c.asked() {
		if o.Scheme != "" {
			names = append(names, o.Scheme)
		}
	}
	return Acceptance{State: NotOffered, Grade: verdict.Proven, Evidence: legText(c.first) + " offers " + strings.Join(names, ", ")}
}

// underNTLM judges the answer to a Type 1 under the scheme NTLM.
func (c *classifier) underNTLM() Acceptance {
	if c.first.Offered("NTLM") == nil {
		return c.notOffered()
	}
	o := c.seen.Find(experiment.NameNTLM)
	return c.judge(o, c.outcome(experiment.NameNTLM))
}

// underNegotiate puts the answers to the questions about Negotiate together.
func (c *classifier) underNegotiate() Acceptance {
	if c.first.Offered("Negotiate") == nil {
		return c.notOffered()
	}
	a := c.within()
	choice := c.seen.Find(experiment.NameNegotiateChoice)
	if mechanism := choice.Choice(); mechanism != "" {
		a.Choice = nameOf(mechanism)
		if mechanism.Kerberos() {
			a.Evidence += "; " + legText(choice) + " chooses Kerberos"
		}
	}
	return a
}

// within says whether NTLM is accepted within Negotiate.
func (c *classifier) within() Acceptance {
	wrapped, raw := c.seen.Find(experiment.NameNegotiateNTLM), c.seen.Find(experiment.NameNegotiateRaw)
	choice, order := c.seen.Find(experiment.NameNegotiateChoice), c.seen.Find(experiment.NameNegotiateOrder)
	a := c.judge(wrapped, c.outcome(experiment.NameNegotiateNTLM))
	if a.State == Accepted {
		return a
	}
	if raw.Answer() == experiment.Challenged {
		a = c.judge(raw, "")
		a.Evidence += ", without SPNEGO around it"
		return a
	}
	for _, o := range []*experiment.Observation{order, choice} {
		switch o.Answer() {
		case experiment.Challenged, experiment.ChoseNTLM:
			return c.judge(o, "")
		}
	}
	if o, inOrder := c.seen.PassedOver(); o != nil {
		return c.passedOver(a, o, inOrder)
	}
	if a.State == Refused && a.Grade != verdict.Proven {
		c.doubt(&a)
	}
	return a
}

// passedOver judges a server that chooses Kerberos from a list in which NTLM
// stands first.
func (c *classifier) passedOver(a Acceptance, o *experiment.Observation, inOrder bool) Acceptance {
	text := legText(o) + " passes over NTLM, offered before Kerberos"
	switch {
	case a.State != Refused:
		a = Acceptance{State: Refused, Grade: verdict.Proven, Evidence: text}
	case a.Grade == verdict.Proven:
		return a
	default:
		a.grade(verdict.Proven, "%s", text)
	}
	if !inOrder {
		a.grade(verdict.Likely, "but the server may have an order of its own")
	}
	return a
}

// doubt grades a refusal of NTLM within Negotiate that a server would give as well
// whose upstream connection somebody's unfinished handshake has spoilt:
// mod_auth_gssapi rejects the first token on such a connection, whatever it
// offers, and answers those after it with bare names.
func (c *classifier) doubt(a *Acceptance) {
	wrapped, raw := c.seen.Find(experiment.NameNegotiateNTLM), c.seen.Find(experiment.NameNegotiateRaw)
	choice, order := c.seen.Find(experiment.NameNegotiateChoice), c.seen.Find(experiment.NameNegotiateOrder)
	switch {
	case choice.Answer() == experiment.ChoseKerberos && (order.Answer() == experiment.Rejected || order.Answer() == experiment.Bare):
		a.grade(verdict.Consistent, "%s has no choice any more for a list with Kerberos: a spoilt upstream connection answers so", legText(order))
	case wrapped.Answer() == experiment.Rejected && choice.Answer() == experiment.Bare:
		c.again(a)
	case choice.Answer() == experiment.Rejected:
		a.grade(verdict.Likely, "but %s rejects a list with Kerberos as well, as a spoilt upstream connection does", legText(choice))
		if box := experiment.Multiplexer(c.seen); box != "" {
			a.grade(verdict.Consistent, "%s may share upstream connections", box)
		}
	case wrapped.Answer() == experiment.Bare && raw.Answer() == experiment.Bare:
		// One form may be malformed in the server's eyes; both are less so.
		a.grade(verdict.Likely, "so does %s to NTLM without SPNEGO", legText(raw))
	}
	if c.first.Offered("NTLM") != nil && c.r.NTLM.State != Accepted {
		a.grade(verdict.Consistent, "NTLM is on offer by its own name, and gets no challenge either")
	}
}

// again grades a rejection of NTLM beside bare names for a list with Kerberos.
func (c *classifier) again(a *Acceptance) {
	list := c.seen.All(experiment.NameNegotiateAgain)
	switch box := experiment.Multiplexer(c.seen); {
	case len(list) == 0 || list[len(list)-1].Failure != nil:
		a.Evidence += "; one rejection alone is no proof"
	case c.seen.Rejects() == nil:
		a.grade(verdict.Consistent, "but %s has %s for what was answered in another way before, as a spoilt upstream connection does", legText(list[len(list)-1]), list[len(list)-1].Answer())
	case box != "":
		a.grade(verdict.Likely, "so are all that follow, but %s may share upstream connections, and spoilt ones reject as well", box)
	default:
		a.grade(verdict.Proven, "so is it in legs %d and %d, and lists with Kerberos get bare names each time: the answers follow what is sent, not the connection", list[0].Leg.N, list[1].Leg.N)
	}
}

// grade sets the grade and says why it is that.
func (a *Acceptance) grade(g verdict.Grade, format string, args ...any) {
	a.Grade = g
	a.Evidence += "; " + fmt.Sprintf(format, args...)
}

func nameOf(o spnego.OID) string {
	if name := o.Name(); name != "" {
		return name
	}
	return string(o)
}

// judge says what the answer to one token means.
func (c *classifier) judge(o *experiment.Observation, outcome string) Acceptance {
	untested := func(format string, args ...any) Acceptance {
		return Acceptance{State: Untested, Grade: verdict.Untested, Evidence: fmt.Sprintf(format, args...)}
	}
	refused := func(grade verdict.Grade, format string, args ...any) Acceptance {
		return Acceptance{State: Refused, Grade: grade, Evidence: fmt.Sprintf(format, args...)}
	}
	leg := legText(o)
	if o != nil && c.shared() == o {
		return untested("%s has no challenge after an earlier handshake got one: a shared upstream connection looks the same", leg)
	}
	switch answer := o.Answer(); answer {
	case experiment.Unasked:
		if outcome != "" {
			return untested("not asked: %s", outcome)
		}
		return untested("not asked")
	case experiment.Challenged:
		return Acceptance{State: Accepted, Grade: verdict.Proven, Evidence: leg + " brings a challenge"}
	case experiment.ChoseNTLM:
		return Acceptance{State: Accepted, Grade: verdict.Likely, Evidence: leg + " chooses NTLM, and brings no challenge"}
	case experiment.Rejected:
		return refused(verdict.Likely, "%s is a NegTokenResp that rejects NTLM", leg)
	case experiment.ChoseKerberos, experiment.ChoseOther:
		return refused(verdict.Proven, "%s is a NegTokenResp that wants %s instead", leg, nameOf(o.Choice()))
	case experiment.Bare:
		return refused(verdict.Consistent, "%s has the names of schemes and no challenge", leg)
	case experiment.NoOffer:
		if o.Leg.Note != "" { // what is missing may have been in what could not be read
			return untested("%s names no scheme any more; %s", leg, o.Leg.Note)
		}
		return untested("%s names no scheme any more", leg)
	case experiment.LetIn:
		return untested("%s lets the request in before anything was proven", leg)
	case experiment.Silence:
		return untested("no answer: %s", o.Failure.Text)
	case experiment.Mangled:
		return untested("%s has a token that is no challenge", leg)
	}
	return refused(verdict.Consistent, "%s", leg)
}

// outcome is how an experiment ended, where it asked nothing.
func (c *classifier) outcome(name string) string {
	for _, o := range c.seen.Outcomes {
		if o.Name == name {
			return o.Text
		}
	}
	return ""
}

// legText names a leg and its status.
func legText(o *experiment.Observation) string {
	if o == nil || o.Leg == nil {
		return "no leg"
	}
	return fmt.Sprintf("leg %d: %d", o.Leg.N, o.Status())
}

// others gathers what else is the matter, from the rules that judge handshakes.
func (c *classifier) others() {
	c.sharing()
	for _, name := range []string{
		experiment.NameNTLM, experiment.NameNegotiateNTLM, experiment.NameNegotiateRaw,
	} {
		o := c.seen.Find(name)
		switch o.Answer() {
		case experiment.Unasked, experiment.ChoseNTLM, experiment.ChoseOther: // nothing is the matter
			continue
		}
		v := verdict.Run{Target: o.Target, Legs: []*trace.Leg{c.first.Leg, o.Leg}, Failure: o.Failure, Wanted: []string{"NTLM", "Negotiate"}}.Judge()
		switch v.Code {
		case verdict.RejectedUnattributed, verdict.KerberosOnly: // no Type 3 was sent; the classification says the other
			continue
		}
		c.also(v)
	}
	if c.r.NTLM.State == Refused || c.r.Negotiate.Grade != verdict.Proven && (c.r.Negotiate.State == Refused || c.contradicted()) {
		c.also(rival(c.first.Target, verdict.AuthorizationStripped, "a box that takes Authorization out gets the same answer from the server"))
		c.also(rival(c.first.Target, verdict.ConnectionNotPinned, "an upstream connection that somebody's unfinished handshake spoilt gives the same answer"))
	}
}

func rival(target verdict.Target, code verdict.Code, text string) verdict.Verdict {
	return verdict.Verdict{
		Code: code, Target: target, Grade: verdict.Consistent, Summary: code.Summary(),
		Evidence: []verdict.Evidence{{Text: text}},
	}
}

// shared is the observation that speaks for an upstream connection that clients
// share, nil if there is none. What was let in is another matter.
func (c *classifier) shared() *experiment.Observation {
	if o := c.seen.Sharing(); o != nil && o.Answer() != experiment.LetIn {
		return o
	}
	return nil
}

// sharing adds what that observation means.
func (c *classifier) sharing() {
	o := c.shared()
	if o == nil {
		return
	}
	grade, text := verdict.Likely, string(o.Answer())+", on a fresh connection, after a handshake on another connection was challenged: they met on one upstream connection"
	if c.byNameAlone(o) {
		grade, text = verdict.Consistent, text+", unless "+byNameAlone
	}
	c.also(verdict.Verdict{
		Code: verdict.ConnectionNotPinned, Target: o.Target, Grade: grade, Summary: verdict.ConnectionNotPinned.Summary(),
		Evidence: []verdict.Evidence{{Leg: o.Leg.N, Text: text}},
		WouldProve: []string{
			"ntlmctl diagnose with credentials: it tests whether strangers get in",
			"the same probe straight to the server: there every connection gets its challenge",
		},
	})
}

// byNameAlone is what bare names for NTLM within Negotiate may mean as well.
const byNameAlone = "the server takes NTLM by its own name alone, and none within Negotiate"

// byNameAlone reports whether that would explain the sign of a shared connection.
func (c *classifier) byNameAlone(o *experiment.Observation) bool {
	switch o.Experiment {
	case experiment.NameNegotiateNTLM, experiment.NameNegotiateRaw:
		return c.seen.Find(experiment.NameNegotiateNTLM).Answer() != experiment.Challenged
	}
	return false
}

// contradicted reports whether NTLM alone got bare names, and other tokens tokens.
func (c *classifier) contradicted() bool {
	return c.seen.Find(experiment.NameNegotiateNTLM).Answer() == experiment.Bare && c.gaveToken()
}

// gaveToken reports whether some token was answered with one: so Authorization
// does reach the server.
func (c *classifier) gaveToken() bool {
	return slices.ContainsFunc(c.seen.Observations, func(o *experiment.Observation) bool {
		switch o.Answer() {
		case experiment.Challenged, experiment.Rejected, experiment.ChoseKerberos, experiment.ChoseNTLM, experiment.ChoseOther:
			return true
		}
		return false
	})
}

// also adds a verdict once.
func (c *classifier) also(v verdict.Verdict) {
	if v.Code == verdict.AuthorizationStripped && c.gaveToken() {
		return
	}
	for i := range c.r.OtherVerdicts {
		if c.r.OtherVerdicts[i].Code == v.Code {
			return
		}
	}
	c.r.OtherVerdicts = append(c.r.OtherVerdicts, v)
}
