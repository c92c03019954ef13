package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/probe"
)

// probeFindings is the table of findings in docs/probe.md.
func probeFindings() string {
	var b strings.Builder
	b.WriteString("| code | severity | what it says | what to do |\n| --- | --- | --- | --- |\n")
	for _, e := range probe.Catalogue() {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", e.Code, e.Severity, e.Text, e.Remedy)
	}
	return b.String()
}

// TestProbePage makes sure that the page tells of every class, question and
// finding that there is; -update writes the table of findings.
func TestProbePage(t *testing.T) {
	const path = "../../docs/probe.md"
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	page := string(raw)
	const begin, end = "## Findings\n\n", "\nCodes and severities are stable."
	head, rest, ok1 := strings.Cut(page, begin)
	shown, tail, ok2 := strings.Cut(rest, end)
	if !ok1 || !ok2 {
		t.Fatal("the page has no table of findings")
	}
	if want := probeFindings(); shown != want {
		if !*update {
			t.Error("the table of findings is stale: run make docs")
		}
		page = head + begin + want + end + tail
	}
	if *update {
		if err := os.WriteFile(path, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, class := range probe.Classifications() {
		if !strings.Contains(page, "| `"+string(class)+"` |") {
			t.Errorf("the page does not tell of %s", class)
		}
	}
	for _, name := range probe.KnownNames() {
		if !strings.Contains(page, name) {
			t.Errorf("the page does not tell of --paths %s", name)
		}
	}
}
