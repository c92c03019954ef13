package diagnose

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
)

// Settings are what single experiments are told. Zero values leave those out
// that need one.
type Settings struct {
	// Farm is how many connections are held open together; 0 is 3, enough to meet
	// two processes.
	Farm int
	// Attempts is how many logons follow the first, Concurrency how many of them
	// are under way at a time.
	Attempts, Concurrency int
	// Pauses are tried within handshakes.
	Pauses []time.Duration
	// ConnectionIDHeader is the header by which the server tells connections apart.
	ConnectionIDHeader string
}

// step is one experiment in its place.
type step struct {
	experiment.Experiment
	// optional ones run only where Only names them.
	optional bool
	// without says what is not given that asks for it; empty if nothing lacks.
	without string
	// unless gives the reason why the experiment has nothing to add to what was
	// seen; empty: run it.
	unless func(*experiment.Seen) string
}

// pathPlan is what the path is asked, in this order. What logs on goes first: an
// unfinished handshake could spoil a shared connection for it.
func (r *run) pathPlan(s *experiment.Session) []step {
	set := r.Settings
	return []step{
		{Experiment: experiment.Offer{Retries: 1}},
		{Experiment: experiment.Cache{}},
		{Experiment: experiment.Repetition{Number: few, Session: s}},
		{Experiment: experiment.Handshake{Session: s}},
		{Experiment: experiment.Carried{Session: s}},
		{Experiment: experiment.SecondRequest{Session: s}},
		{Experiment: experiment.SecondUser{Session: s, Credentials: r.Second}, without: given(r.Second != nil, "--user2")},
		{Experiment: experiment.Forgery{Session: s, Header: set.ConnectionIDHeader}, without: given(set.ConnectionIDHeader != "", "--connection-id-header")},
		{Experiment: experiment.Strangers{Session: s, Number: r.Strangers}},
		{Experiment: experiment.Attempts{Session: s, Number: set.Attempts, Concurrency: set.Concurrency}, without: given(set.Attempts > 0, "--attempts")},
		{Experiment: experiment.Pauses{Session: s, Pauses: set.Pauses}, without: given(len(set.Pauses) > 0, "--idle")},
		{Experiment: experiment.Bodies{Session: s}, optional: true},
		{Experiment: experiment.Binding{Session: s, Own: r.own}, optional: true},
		{Experiment: experiment.NTLM{}, unless: loggedOn},
		{Experiment: experiment.NegotiateNTLM{}, unless: loggedOn},
		{Experiment: experiment.NegotiateChoice{}, unless: challenged},
		{Experiment: experiment.NegotiateOrder{}, unless: challenged},
		{Experiment: experiment.NegotiateAgain{}, unless: challenged},
		{Experiment: experiment.Farm{Connections: cmp.Or(set.Farm, 3)}, unless: loggedOn},
		{Experiment: experiment.Cookies{}, unless: loggedOn},
		{Experiment: experiment.TypeShapes{}, unless: challenged},
		{Experiment: experiment.Orphan{Session: s}, optional: true},
		{Experiment: experiment.HTTP2{}},
		{Experiment: experiment.HeaderSize{}},
		{Experiment: experiment.Front{}},
	}
}

// AskedForBy begins the text of an experiment that is left out because nothing
// asked for it; what would follows.
const AskedForBy = "asked for by "

// given is why an experiment is left out that a flag asks for; empty if it does.
func given(is bool, flag string) string {
	if is {
		return ""
	}
	return AskedForBy + flag
}

// directPlan is what the server itself is asked, for comparison.
func (r *run) directPlan(s *experiment.Session) []step {
	return []step{
		{Experiment: experiment.Offer{Retries: 1}},
		{Experiment: experiment.Handshake{Session: s}},
		{Experiment: experiment.SecondRequest{Session: s}},
		{Experiment: experiment.Strangers{Session: s, Number: few}},
		{Experiment: experiment.Pauses{Session: s, Pauses: r.Settings.Pauses}, without: given(len(r.Settings.Pauses) > 0, "--idle")},
		{Experiment: experiment.NTLM{}},
		{Experiment: experiment.Farm{Connections: 1}},
		{Experiment: experiment.Closing{}},
	}
}

// originPlan is what the server is asked through a proxy that was logged on to
// before: what the path is asked. The size of headers goes first: once the server has
// refused an account that is the proxy's, too, nobody gets past the proxy.
func (r *run) originPlan(s *experiment.Session) []step {
	list := []step{{Experiment: experiment.Offer{Retries: 1}}, {Experiment: experiment.HeaderSize{}}}
	for _, s := range r.pathPlan(s) {
		switch s.Info().Name {
		case experiment.NameOffer, experiment.NameHeaderSize:
		default:
			list = append(list, s)
		}
	}
	return list
}

// few strangers tell whether the server itself lets them in.
const few = 3

// loggedOn: the logon has shown what the question is about.
func loggedOn(seen *experiment.Seen) string {
	for _, o := range seen.All(experiment.NameHandshake) {
		if o.LoggedOn() {
			return "the logon has settled it"
		}
	}
	return ""
}

// challenged: the server takes the first message as it is.
func challenged(seen *experiment.Seen) string {
	for _, o := range seen.Observations {
		if o.Answer() == experiment.Challenged {
			return "the first message got a challenge"
		}
	}
	return ""
}

// left says why a step is left out, empty if it is not.
func (r *run) left(s step) string {
	name := s.Info().Name
	switch named := r.named(name); {
	case len(r.Only) > 0 && !named && !r.basic(name):
		return "not chosen"
	case slices.Contains(r.Skip, name):
		return "left out by --skip"
	case s.optional && !named:
		return AskedForBy + "--only " + name
	}
	return s.without
}

// named reports whether Only has an experiment.
func (r *run) named(name string) bool { return slices.Contains(r.Only, name) }

// basic experiments are what others build on: they run even where others are chosen.
func (r *run) basic(name string) bool {
	switch name {
	case experiment.NameOffer, experiment.NameHandshake:
		return true
	case experiment.NameNTLM, experiment.NameNegotiateNTLM: // a challenge is to be had
		return r.named(experiment.NameFarm) || r.named(experiment.NameShapes)
	}
	return false
}

// chosen is a step as the options have it: bounded in time, watched, or left out.
func (r *run) chosen(s step, prefix string) experiment.Experiment {
	c := &choice{step: s, bound: r.Bound, left: r.left(s)}
	if r.named(s.Info().Name) { // whoever asks for it wants its answer
		c.unless = nil
	}
	if long, is := s.Experiment.(interface{ Long() time.Duration }); is {
		c.bound += long.Long()
	}
	if r.Progress != nil {
		name := prefix + s.Info().Name
		c.done = func(o experiment.Outcome) {
			o.Name = name
			r.Progress(o)
		}
	}
	return c
}

// choice is a step that may be left out.
type choice struct {
	step
	bound time.Duration
	left  string
	done  func(experiment.Outcome)
}

// Info is the experiment's; one that is left out needs nothing.
func (c *choice) Info() experiment.Info {
	info := c.step.Info()
	if c.left != "" {
		info.Needs = nil
	}
	return info
}

// Run asks within the bound.
func (c *choice) Run(ctx context.Context, p *experiment.Path, seen *experiment.Seen) (outcome experiment.Outcome) {
	defer func() {
		if c.done != nil {
			c.done(outcome)
		}
	}()
	if c.left != "" {
		return experiment.Outcome{State: experiment.Skipped, Text: c.left}
	}
	if c.unless != nil {
		if reason := c.unless(seen); reason != "" {
			return experiment.Outcome{State: experiment.Skipped, Text: reason}
		}
	}
	ctx, cancel := context.WithTimeout(ctx, c.bound)
	defer cancel()
	return c.Experiment.Run(ctx, p, seen)
}
