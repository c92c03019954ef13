package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/render"
)

// questions are the experiments that the flags choose. The first is always the
// request without credentials: all others need its answer.
func (o *probeOptions) questions() ([]experiment.Experiment, error) {
	list := experiment.Core(o.retries)
	if o.full || len(o.only) > 0 {
		list = experiment.Full(o.retries)
	}
	if o.repeat > 0 {
		list = append(list, experiment.Farm{Connections: o.repeat})
	}
	for _, name := range slices.Concat(o.only, o.skip) {
		if !slices.Contains(questionNames(), name) {
			return nil, usageError("ntlmctl probe --list names them", "unknown question %q", name)
		}
	}
	return slices.DeleteFunc(list, func(e experiment.Experiment) bool {
		name := e.Info().Name
		switch {
		case name == experiment.NameOffer:
			return false
		case name == experiment.NameFarm && !slices.Contains(o.skip, name):
			return false // --repeat has asked for it
		}
		return slices.Contains(o.skip, name) || len(o.only) > 0 && !slices.Contains(o.only, name)
	}), nil
}

// questionNames are what --only and --skip take.
func questionNames() []string {
	var names []string
	for _, e := range append(experiment.Full(0), experiment.Farm{}) {
		names = append(names, e.Info().Name)
	}
	return names
}

func questionNamed(name string) func(experiment.Experiment) bool {
	return func(e experiment.Experiment) bool { return e.Info().Name == name }
}

// listQuestions writes the questions and their costs.
func (o *probeOptions) listQuestions(out io.Writer) error {
	repeat := o.repeat
	if repeat == 0 {
		repeat = defaultRepeat
	}
	core := experiment.Core(o.retries)
	for _, e := range append(experiment.Full(o.retries), experiment.Farm{Connections: repeat}) {
		info := e.Info()
		when := "--full"
		switch {
		case slices.ContainsFunc(core, questionNamed(info.Name)):
			when = "default"
		case info.Name == experiment.NameFarm:
			when = "--repeat"
		}
		if _, err := fmt.Fprintf(out, "%-17s %-9s %-27s %s\n", info.Name, when, costText(info.Cost), info.Asks); err != nil {
			return err
		}
	}
	return nil
}

// defaultRepeat is for showing what --repeat costs.
const defaultRepeat = 8

func costText(c experiment.Cost) string {
	parts := []string{render.Plural(c.Requests, "request")}
	if c.Handshakes > 0 {
		parts = append(parts, render.Plural(c.Handshakes, "handshake"))
	}
	return strings.Join(parts, ", ")
}

// explainCost says what a run would ask and cost at most; for so many targets, if
// that can be told.
func explainCost(out io.Writer, list []experiment.Experiment, targets int) error {
	var cost experiment.Cost
	for _, e := range list {
		info := e.Info()
		cost = cost.Add(info.Cost)
		if _, err := fmt.Fprintf(out, "%-17s %-27s %s\n", info.Name, costText(info.Cost), info.Asks); err != nil {
			return err
		}
	}
	text := "\nat most " + costText(cost) + " for a URL, no password, no refused logon, no failed logon in a security log\n"
	if targets > 0 {
		text += render.Plural(targets, "URL") + ": at most " + render.Plural(targets*cost.Requests, "request") + "\n"
	}
	_, err := io.WriteString(out, text)
	return err
}
