//go:build unix

package diagnose

import (
	"crypto/x509"
	"slices"
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/internal/lab/daemons"
	"github.com/ntlmctl/ntlmctl/negotiate/product"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
)

// boxes are the programs of the laboratory as remedies name them.
var boxes = map[string]string{
	"nginx": product.Nginx, "haproxy": product.HAProxy, "varnish": product.Varnish, "squid": product.Squid,
	"squid-forward": product.Squid, "apache": product.Apache,
}

// TestRemedies applies what a diagnosis prints under "mend" to the box that it is
// about, starts it again, and diagnoses again, until the handshake survives. Each
// remedy of the first diagnosis is the beginning of a way of its own; after it the
// first is taken that was not applied yet. testdata/remedies.txt holds the ways.
func TestRemedies(t *testing.T) {
	origins, roots, serve := realOrigins(t), trusted(t), served(t)
	table := openTable(t, "testdata/remedies.txt")
	t.Run("fronts", func(t *testing.T) {
		for _, front := range realFronts(t) {
			program, _, _ := strings.Cut(front.Name, "/")
			if front.Effect == daemons.Keeps || boxes[program] == "" {
				continue
			}
			behind := origins
			if front.Effect == daemons.Breaks && program == "nginx" && front.Origins == 1 { // only serve sees HTTP/1.0
				behind = append(slices.Clone(origins), serve)
			}
			for _, origin := range behind {
				m := mending{realCell{front, origin, daemons.Password, true}, roots, boxes[program], table}
				cell := table.cell(front.Name + " " + origin.name)
				t.Run(cell, func(t *testing.T) {
					t.Parallel()
					m.table.check(t, cell, m.ways(t))
				})
			}
		}
	})
	table.close(t)
}

// mending is a front that is to be mended.
type mending struct {
	realCell
	roots   *x509.CertPool
	product string
	table   *table
}

// mostApplied is how many remedies a box may need: what one mends may hide what
// the next is for.
const mostApplied = 3

// ways are all that lead from the front as it is to a handshake that survives.
func (m *mending) ways(t *testing.T) string {
	t.Helper()
	first, _ := m.run(t, nil, m.roots)
	list := m.remedies(first)
	if len(list) == 0 {
		t.Errorf("%s: the diagnosis has no line for %s", codes(first), m.product)
	}
	var ways []string
	for _, r := range list {
		ways = append(ways, string(first.Verdict.Code)+m.way(t, r))
	}
	return strings.Join(ways, " | ")
}

// way applies one remedy, and what is advised after it.
func (m *mending) way(t *testing.T, r verdict.Remedy) (way string) {
	t.Helper()
	var changes []daemons.Change
	applied := map[string]bool{}
	for range mostApplied {
		for _, c := range r.Changes {
			changes = append(changes, daemons.Change(c))
		}
		applied[r.Text] = true
		d, _ := m.run(t, changes, m.roots)
		way += " > " + inShort(r.Changes) + " > " + string(d.Verdict.Code)
		if codes(d) == "survives proven" {
			return way
		}
		next := false
		for _, r = range m.remedies(d) {
			if next = !applied[r.Text]; next {
				break
			}
		}
		if !next {
			break
		}
	}
	t.Errorf("the handshake does not survive: %s", way)
	return way
}

// remedies are those of a diagnosis that are lines of the front's configuration;
// those of the catalogue where the front is not recognised, as Varnish is not that
// passes all on.
func (m *mending) remedies(d *Diagnosis) []verdict.Remedy {
	var list []verdict.Remedy
	seen := map[string]bool{}
	add := func(remedies []verdict.Remedy) {
		for _, r := range remedies {
			if r.Product == m.product && r.Changes != nil && !seen[r.Text] {
				seen[r.Text] = true
				list = append(list, r)
			}
		}
	}
	for _, v := range append([]verdict.Verdict{d.Verdict}, d.Others...) {
		add(v.Remedies)
	}
	if len(list) == 0 {
		add(verdict.RemediesFor(d.Verdict.Code))
	}
	return list
}

// inShort are changes as a table can hold them.
func inShort(changes []verdict.Change) string {
	var list []string
	for _, c := range changes {
		if c.Take != "" {
			list = append(list, "-"+c.Take)
		}
		if c.Put != "" {
			name, _, block := strings.Cut(c.Put, " {")
			if block {
				name += " {...}"
			}
			list = append(list, "+"+name)
		}
	}
	return strings.Join(list, " ")
}
