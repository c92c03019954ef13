package diagnose

import (
	"bufio"
	"flag"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

var update = flag.Bool("update", false, "write the tables instead of comparing them")

// wrong is no password of any account.
const wrong = "Wr0ng-0ne"

// passwordName says which password a cell of a table is about.
func passwordName(password string) string {
	switch password {
	case "":
		return "none"
	case wrong:
		return "wrong"
	}
	return "right"
}

// codes are the verdicts in one line.
func codes(d *Diagnosis) string {
	text := string(d.Verdict.Code) + " " + string(d.Verdict.Grade)
	for _, o := range d.Others {
		text += " + " + string(o.Code) + " " + string(o.Grade)
	}
	return text
}

// table is a file of cells and the verdicts that are to come out, each on a
// line: the cell, a space, the verdicts. Where chance decides, " or " is between
// those that may.
type table struct {
	path string
	want map[string][]string

	mu    sync.Mutex
	cells []string
	got   map[string]string
}

func openTable(t *testing.T, path string) *table {
	t.Helper()
	table := &table{path: path, want: map[string][]string{}, got: map[string]string{}}
	f, err := os.Open(path)
	if err != nil {
		if *update {
			return table
		}
		t.Fatal(err)
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		cell, verdicts, ok := strings.Cut(lines.Text(), " : ")
		if !ok {
			continue
		}
		table.want[cell] = strings.Split(verdicts, " or ")
		table.cells = append(table.cells, cell)
	}
	return table
}

// check compares what came out in a cell.
func (b *table) check(t *testing.T, cell, got string) {
	t.Helper()
	if want := b.expected(cell, got); !*update && !slices.Contains(want, got) {
		t.Errorf("%s: %s, want %s", cell, got, strings.Join(want, " or "))
	}
}

// note takes down what came out in a cell where chance has a say, as where a pool
// hands out whichever connection is free: another outcome is told and no failure.
func (b *table) note(t *testing.T, cell, got string) {
	t.Helper()
	if want := b.expected(cell, got); !*update && !slices.Contains(want, got) {
		t.Logf("%s: %s this time, and %s as a rule", cell, got, strings.Join(want, " or "))
	}
}

func (b *table) expected(cell, got string) []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.got[cell] = got
	return b.want[cell]
}

// close writes the table, or finds cells that nobody looked at.
func (b *table) close(t *testing.T) {
	t.Helper()
	if !*update {
		return
	}
	var text strings.Builder
	seen := map[string]bool{}
	write := func(cell string) {
		if seen[cell] {
			return
		}
		seen[cell] = true
		verdicts := b.want[cell]
		if got, ran := b.got[cell]; ran && !slices.Contains(verdicts, got) {
			verdicts = []string{got}
		}
		text.WriteString(cell + " : " + strings.Join(verdicts, " or ") + "\n")
	}
	cells := make([]string, 0, len(b.got))
	for cell := range b.got {
		cells = append(cells, cell)
	}
	slices.Sort(cells)
	for _, cell := range append(slices.Clone(b.cells), cells...) {
		write(cell)
	}
	if err := os.WriteFile(b.path, []byte(text.String()), 0o644); err != nil {
		t.Error(err)
	}
}
