package diagnose

import (
	"bufio"
	"flag"
	"maps"
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
	path  string
	want  map[string][]string
	cells map[string]bool

	mu  sync.Mutex
	got map[string]string
}

func openTable(t *testing.T, path string) *table {
	t.Helper()
	table := &table{path: path, want: map[string][]string{}, cells: map[string]bool{}, got: map[string]string{}}
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
	}
	return table
}

// cell takes down that there is a cell, whether or not it is looked at.
func (b *table) cell(name string) string {
	b.cells[name] = true
	return name
}

// check compares what came out in a cell.
func (b *table) check(t *testing.T, cell, got string) {
	t.Helper()
	b.mu.Lock()
	b.got[cell] = got
	want := b.want[cell]
	b.mu.Unlock()
	if !*update && !slices.Contains(want, got) {
		t.Errorf("%s: %s, want %s", cell, got, strings.Join(want, " or "))
	}
}

// close writes the table, or finds cells in it that are none any more.
func (b *table) close(t *testing.T) {
	t.Helper()
	for cell := range b.want {
		if !b.cells[cell] && !*update {
			t.Errorf("%s has a cell that is none: %s", b.path, cell)
		}
	}
	if !*update {
		return
	}
	var text strings.Builder
	for _, cell := range slices.Sorted(maps.Keys(b.cells)) {
		verdicts := b.want[cell]
		if got, ran := b.got[cell]; ran && !slices.Contains(verdicts, got) {
			verdicts = []string{got}
		}
		if len(verdicts) > 0 { // else its program is missing
			text.WriteString(cell + " : " + strings.Join(verdicts, " or ") + "\n")
		}
	}
	if err := os.WriteFile(b.path, []byte(text.String()), 0o644); err != nil {
		t.Error(err)
	}
}
