package main

import (
	"bytes"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/probe"
	"github.com/ntlmctl/ntlmctl/render"
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

// TestProbePage makes sure that the pages tell of every class, question, finding,
// key and column that there is; -update writes the table of findings.
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
	keys, err := os.ReadFile("../../docs/json.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(keys), "## A probe\n")
	section, _, _ = strings.Cut(section, "\n## ")
	for _, key := range probeKeys(t) {
		if !strings.Contains(section, "`"+key+"`") {
			t.Errorf("docs/json.md does not tell of %s", key)
		}
	}
	for _, name := range probe.KnownNames() {
		if !strings.Contains(page, name) {
			t.Errorf("the page does not tell of --paths %s", name)
		}
	}
}

// probeKeys are the keys of a result in JSON and the columns of one in CSV.
func probeKeys(t *testing.T) []string {
	var table bytes.Buffer
	if err := render.NewProbeCSV(&table).Write(new(probe.Result)); err != nil {
		t.Fatal(err)
	}
	columns, _, _ := strings.Cut(table.String(), "\n")
	keys := strings.Split(columns, ",")
	for _, part := range []any{probe.Result{}, probe.Offer{}, probe.Acceptance{}, probe.Server{}, probe.Backend{}, probe.Intermediary{}, probe.Client{}, probe.Finding{}, probe.Error{}, trace.TLS{}} {
		for field := range reflect.TypeOf(part).Fields() {
			if key, _, _ := strings.Cut(field.Tag.Get("json"), ","); key != "" && key != "-" {
				keys = append(keys, key)
			}
		}
	}
	return keys
}
