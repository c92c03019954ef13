package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/ntlmctl/ntlmctl/render"
)

// TestDiagnoseReports holds real reports against the schemas, and against the types
// that they are made from.
func TestDiagnoseReports(t *testing.T) {
	server := newPeer(t, false)
	for _, c := range []struct {
		name string
		args []string
	}{
		{"nothing there", []string{"diagnose", "http://127.0.0.1:1/"}},
		{"no credentials", []string{"diagnose", server.URL + "/ntlm/x"}},
		{"logged on, and straight", []string{"diagnose", "-u", `LAB\alice:Passw0rd!`, "--direct", strings.TrimPrefix(server.URL, "http://"), server.URL + "/ntlm/x"}},
		{"refused", []string{"diagnose", "-u", `LAB\alice:wrong`, server.URL + "/ntlm/x"}},
		{"demo", []string{"demo"}},
		{"demo of one", []string{"demo", "closer"}},
		{"list", []string{"diagnose", "--list"}},
		{"dry run", []string{"diagnose", "--dry-run", "-u", `LAB\alice`, "--direct", "server:80", "--attempts", "3", server.URL + "/ntlm/x"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, errs, _ := call(t, nil, append(c.args, "--format", "json")...)
			switch {
			case c.args[0] == "demo":
				holds[render.DemoDocument](t, "../../docs/schema/demo-v1.json", out, errs)
			case strings.HasPrefix(out, `{"schema":"ntlmctl.plan/v1"`):
				holds[render.PlanDocument](t, "../../docs/schema/plan-v1.json", out, errs)
			default:
				holds[render.DiagnoseDocument](t, "../../docs/schema/diagnose-v1.json", out, errs)
			}
			if strings.Contains(out, "null") || strings.Contains(out, "Passw0rd") {
				t.Errorf("null, or a password: %s", out)
			}
		})
	}
	out, errs, _ := call(t, nil, "demo", "relay", "closer", "--format", "jsonl")
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	if len(lines) != 2 {
		t.Errorf("%d lines: %s", len(lines), out)
	}
	for _, line := range lines {
		holds[render.DiagnoseDocument](t, "../../docs/schema/diagnose-v1.json", line, errs)
	}
}

// holds compares a document with its schema, and with the same written by its type.
func holds[T any](t *testing.T, schema, document, errs string) {
	t.Helper()
	generic1, err := jsonschema.UnmarshalJSON(strings.NewReader(document))
	if err != nil {
		t.Fatalf("%v: %s%s", err, document, errs)
	}
	if err := compiled(t, schema).Validate(generic1); err != nil {
		t.Errorf("%v: %s", err, document)
	}
	d := json.NewDecoder(strings.NewReader(document))
	d.DisallowUnknownFields()
	var typed T
	if err := d.Decode(&typed); err != nil {
		t.Fatalf("%v: %s", err, document)
	}
	again, err := json.Marshal(&typed)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(generic(t, []byte(document)), generic(t, again)); diff != "" {
		t.Errorf("written by the types: %s", diff)
	}
}
