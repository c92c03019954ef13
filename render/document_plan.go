package render

import (
	"github.com/ntlmctl/ntlmctl/diagnose"
	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
)

// SchemaPlan is the schema of what a diagnosis would ask.
const SchemaPlan = "ntlmctl.plan/v1"

// PlanDocument is what ntlmctl diagnose writes with --list or --dry-run and --format json.
type PlanDocument struct {
	// Names the kind and version of the document.
	Schema string `json:"schema" jsonschema:"enum=ntlmctl.plan/v1"`
	// The URL that would be asked, without credentials; absent in a list of all experiments.
	URL string `json:"url,omitempty"`
	// Where the server itself would be asked, as --direct has it; absent without.
	Direct string `json:"direct,omitempty"`
	// The experiments in their order.
	Experiments []PlannedObject `json:"experiments"`
	// What the run costs at most; absent in a list of all experiments.
	AtMost *experiment.Cost `json:"at_most,omitempty"`
}

// PlannedObject is one experiment of a plan.
type PlannedObject struct {
	// Its name, with "direct " before it where it would be put straight to the server, and "origin " where to the server through a proxy that is logged on to first.
	Name string `json:"name"`
	// The question, in a phrase.
	Asks string `json:"asks"`
	// What has to be so for the question to be put; it is known when those before it have run.
	Needs []experiment.Need `json:"needs,omitempty"`
	// True where it runs only if it is asked for.
	Optional bool `json:"optional,omitempty"`
	// Why it would be left out; absent where it would not, and in a list of all experiments.
	LeftOut string `json:"left_out,omitempty"`
	// What it costs at most.
	Cost experiment.Cost `json:"cost"`
	// What the cost's requests are for where their number was not given, such as "attempt"; absent: they are for the whole experiment.
	CostPer string `json:"cost_per,omitempty"`
}

// NewExperimentList is a list of all experiments.
func NewExperimentList(list []diagnose.Entry) *PlanDocument {
	d := NewPlan("", "", list, experiment.Cost{})
	d.AtMost = nil
	for i := range d.Experiments {
		d.Experiments[i].LeftOut = ""
	}
	return d
}

// NewPlan is what a run would ask and would leave out.
func NewPlan(url, direct string, list []diagnose.Entry, total experiment.Cost) *PlanDocument {
	d := &PlanDocument{Schema: SchemaPlan, URL: url, Direct: direct, Experiments: []PlannedObject{}, AtMost: &total}
	for _, e := range list {
		d.Experiments = append(d.Experiments, PlannedObject{
			Name: e.Prefix + e.Name, Asks: e.Asks, Needs: e.Needs, Optional: e.Optional, LeftOut: e.Left, Cost: e.Cost, CostPer: e.Per,
		})
	}
	return d
}

// AppendPlan appends a plan as one line of JSON.
func AppendPlan(dst []byte, d *PlanDocument) ([]byte, error) { return appendLine(dst, d) }
