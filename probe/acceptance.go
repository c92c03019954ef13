package probe

import (
	"fmt"
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
	for _, o := range c.r.Offers {
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
	wrapped, raw, choice := c.seen.Find(experiment.NameNegotiateNTLM), c.seen.Find(experiment.NameNegotiateRaw), c.seen.Find(experiment.NameNegotiateChoice)
	a := c.judge(wrapped, c.outcome(experiment.NameNegotiateNTLM))
	switch {
	case a.State == Accepted:
	case raw.Answer() == experiment.Challenged:
		a = c.judge(raw, "")
		a.Evidence += ", without SPNEGO around it"
	case a.State == Refused && a.Grade == verdict.Proven:
		c.doubt(&a)
	case choice.Answer() == experiment.ChoseNTLM:
		a = Acceptance{State: Accepted, Grade: verdict.Likely, Evidence: legText(choice) + " chooses NTLM"}
	case choice.Answer() == experiment.Rejected:
		a = Acceptance{State: Refused, Grade: verdict.Proven, Evidence: legText(choice) + " refuses Kerberos, NEGOEX and NTLM alike"}
	case a.State == Refused && wrapped.Answer() == experiment.Bare && raw.Answer() == experiment.Bare:
		// One form may be malformed in the server's eyes; both are less so.
		a.Grade = verdict.Likely
		a.Evidence += "; so does " + legText(raw) + " to NTLM without SPNEGO"
	}
	if mechanism := choice.Choice(); mechanism != "" {
		a.Choice = nameOf(mechanism)
		if mechanism.Kerberos() {
			a.Evidence += "; " + legText(choice) + " chooses Kerberos"
		}
	}
	return a
}

// doubt lowers the grade of a refusal where NTLM is on offer by its own name and
// gets no challenge either: an upstream connection that somebody's unfinished
// handshake spoilt answers so, too.
func (c *classifier) doubt(a *Acceptance) {
	if c.first.Offered("NTLM") != nil && c.r.NTLM.State != Accepted {
		a.Grade = verdict.Consistent
		a.Evidence += "; NTLM is on offer by its own name, and gets no challenge either"
	}
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
		return refused(verdict.Proven, "%s is a NegTokenResp that rejects NTLM", leg)
	case experiment.ChoseKerberos, experiment.ChoseOther:
		return refused(verdict.Proven, "%s is a NegTokenResp that wants %s instead", leg, nameOf(o.Choice()))
	case experiment.Bare:
		return refused(verdict.Consistent, "%s has the names of schemes and no challenge", leg)
	case experiment.NoOffer:
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
	switch {
	case c.r.Classification == KerberosOnly && c.r.Grade == verdict.Proven:
		c.r.OtherVerdicts = nil
	case c.r.NTLM.State == Refused || c.r.Negotiate.State == Refused && c.r.Negotiate.Grade != verdict.Proven:
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
	if o := c.seen.Sharing(); o != nil && o.Answer() == experiment.Bare {
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
	c.also(verdict.Verdict{
		Code: verdict.ConnectionNotPinned, Target: o.Target, Grade: verdict.Likely, Summary: verdict.ConnectionNotPinned.Summary(),
		Evidence: []verdict.Evidence{{Leg: o.Leg.N, Text: "the bare names of schemes, on a fresh connection, after a handshake on another connection was challenged: they met on one upstream connection"}},
		WouldProve: []string{
			"ntlmctl diagnose with credentials: it tests whether strangers get in",
			"the same probe straight to the server: there every connection gets its challenge",
		},
	})
}

// also adds a verdict once.
func (c *classifier) also(v verdict.Verdict) {
	for i := range c.r.OtherVerdicts {
		if c.r.OtherVerdicts[i].Code == v.Code {
			return
		}
	}
	c.r.OtherVerdicts = append(c.r.OtherVerdicts, v)
}
