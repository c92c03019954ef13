package diagnose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ntlmctl/ntlmctl/negotiate"
	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
)

// Entry is one experiment of a plan.
type Entry struct {
	experiment.Info
	// Optional ones run only where they are named.
	Optional bool
	// Direct ones go straight to the server.
	Direct bool
	// Left says why it is left out; empty if it is not.
	Left string
}

// Plan lists the experiments that a run would put, in their order. Whether each
// makes sense is known only when those before it have run.
func (o Options) Plan() []Entry {
	o = o.withDefaults()
	r := &run{Options: o, budget: new(negotiate.Budget)}
	session := &experiment.Session{Budget: r.budget}
	var list []Entry
	add := func(plan []step, direct bool) {
		for _, s := range plan {
			info := s.Info()
			left := r.left(s)
			if left == "" && o.Credentials == nil && o.ProxyCredentials == nil && slices.Contains(info.Needs, experiment.NeedCredentials) {
				left = "it needs " + string(experiment.NeedCredentials)
			}
			list = append(list, Entry{Info: info, Optional: s.optional || s.without != "", Direct: direct, Left: left})
		}
	}
	if o.Direct != "" {
		add(r.directPlan(session), true)
	}
	add(r.pathPlan(session), false)
	return list
}

// Cost is what the run costs at most.
func (o Options) Cost() experiment.Cost {
	var sum experiment.Cost
	for _, e := range o.Plan() {
		if e.Left == "" {
			sum = sum.Add(e.Cost)
		}
	}
	sum.RefusedLogons = min(sum.RefusedLogons, max(o.MaxRefused, 1))
	return sum
}

// Check finds names in Only and Skip that no experiment has.
func (o Options) Check() error {
	known := map[string]bool{}
	var names []string
	for _, e := range o.Plan() {
		if !known[e.Name] {
			names = append(names, e.Name)
		}
		known[e.Name] = true
	}
	for _, name := range append(slices.Clone(o.Only), o.Skip...) {
		if !known[name] {
			return fmt.Errorf("there is no experiment %q; there are %s", name, strings.Join(names, ", "))
		}
	}
	return nil
}
