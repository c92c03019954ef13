package diagnose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
)

// Entry is one experiment of a plan.
type Entry struct {
	experiment.Info
	// Optional ones run only where they are named.
	Optional bool
	// Prefix is before the name of one that is not put to the path itself.
	Prefix string
	// Left says why it is left out; empty if it is not.
	Left string
}

// Plan lists the experiments that a run would put, in their order. Whether each
// makes sense is known only when those before it have run.
func (o Options) Plan() []Entry {
	o = o.withDefaults()
	r := o.run()
	session := r.session()
	var list []Entry
	add := func(plan []step, prefix string) {
		for _, s := range plan {
			info := s.Info()
			if prefix == OriginPrefix {
				info.Cost.Requests *= 3 // each connection begins with the proxy's handshake
			}
			left := r.left(s)
			if left == "" && !o.hasAccount(prefix) && slices.Contains(info.Needs, experiment.NeedCredentials) {
				left = "it needs " + string(experiment.NeedCredentials)
			}
			list = append(list, Entry{Info: info, Optional: s.optional || s.without != "", Prefix: prefix, Left: left})
		}
	}
	if o.Direct != "" {
		add(r.directPlan(session), DirectPrefix)
	}
	add(r.pathPlan(session), "")
	if o.Wire.Proxy != nil && o.ProxyCredentials != nil {
		add(r.originPlan(session), OriginPrefix)
	}
	return list
}

// hasAccount reports whether there is an account for whoever is asked. It is the
// proxy that asks on a path with a proxy, if any does.
func (o *Options) hasAccount(prefix string) bool {
	return o.Credentials != nil || o.ProxyCredentials != nil && prefix == ""
}

// Cost is what the run costs at most.
func (o Options) Cost() experiment.Cost {
	var sum experiment.Cost
	for _, e := range o.Plan() {
		if e.Left == "" {
			sum = sum.Add(e.Cost)
		}
	}
	most := max(o.MaxRefused, 1)
	if o.twoAccounts() {
		most *= 2
	}
	sum.RefusedLogons = min(sum.RefusedLogons, most)
	return sum
}

// Check finds a Direct that is none, and names in Only and Skip that no experiment has.
func (o Options) Check() error {
	if o.Direct != "" {
		if _, _, _, err := directOf(o.Direct, o.URL.Scheme); err != nil {
			return fmt.Errorf("--direct: %w", err)
		}
	}
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
