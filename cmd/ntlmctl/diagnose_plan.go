package main

import (
	"github.com/ntlmctl/ntlmctl/diagnose"
	"github.com/ntlmctl/ntlmctl/internal/curl/address"
	"github.com/ntlmctl/ntlmctl/render"
)

// listExperiments says which there are, and what each costs.
func (o *diagnoseOptions) listExperiments(w *world) error {
	options, err := o.numbers()
	if err != nil {
		return err
	}
	list := options.Plan()
	if o.out.format == formatText {
		return o.out.text(w).Experiments(w.Stdout, list)
	}
	return writePlan(w, render.NewExperimentList(list))
}

// plan says what a run would ask, and what it would cost.
func (o *diagnoseOptions) plan(w *world, options diagnose.Options) error {
	list, cost := options.Plan(), options.Cost()
	if o.out.format == formatText {
		return o.out.text(w).Plan(w.Stdout, list, cost)
	}
	return writePlan(w, render.NewPlan(address.Text(options.URL), o.direct, list, cost))
}

func writePlan(w *world, d *render.PlanDocument) error {
	line, err := render.AppendPlan(nil, d)
	if err == nil {
		_, err = w.Stdout.Write(line)
	}
	return err
}
