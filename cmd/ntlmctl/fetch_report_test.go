package main

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/ntlmctl/ntlmctl/render"
)

// TestFetchReports holds real reports against the schema, and against the types that
// it is made from.
func TestFetchReports(t *testing.T) {
	schema := compiled(t, "../../docs/schema/fetch-v1.json")
	server, other, secure := newPeer(t, false), newPeer(t, false), newPeer(t, true)
	server.other = other.URL
	login := []string{"-u", `LAB\alice:Passw0rd!`}
	for _, c := range []struct {
		name string
		args []string
	}{
		{"open", []string{server.URL + "/x"}},
		{"logged on", append(login, server.URL+"/ntlm/x")},
		{"refused", []string{"-u", `LAB\alice:wrong`, "--ntlm", server.URL + "/ntlm/x"}},
		{"redirected", append(login, "-L", server.URL+"/ntlm/away/x")},
		{"with TLS", append(login, "-k", secure.URL+"/ntlm/x")},
		{"TLS that fails", []string{secure.URL}},
		{"through a proxy", []string{"-x", server.URL, "http://some.name/x"}},
		{"upload", append(login, "-T", "-", server.URL+"/ntlm/x")},
		{"body that is cut", []string{server.URL + "/cut"}},
		{"nothing there", []string{"http://127.0.0.1:1/"}},
		{"revealed", append(login, "--reveal", server.URL+"/ntlm/affinity")},
		{"two", append(login, server.URL+"/ntlm/x", server.URL+"/ntlm/y")},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, errs, _ := call(t, []byte("body"), append([]string{"fetch", "--format", "json"}, c.args...)...)
			lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
			for _, line := range lines {
				document, err := jsonschema.UnmarshalJSON(strings.NewReader(line))
				if err != nil {
					t.Fatalf("%v: %s%s", err, out, errs)
				}
				if err := schema.Validate(document); err != nil {
					t.Errorf("%v: %s", err, line)
				}
				d := json.NewDecoder(strings.NewReader(line))
				d.DisallowUnknownFields()
				var doc render.FetchDocument
				if err := d.Decode(&doc); err != nil {
					t.Fatalf("%v: %s", err, line)
				}
				again, err := json.Marshal(&doc)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(generic(t, []byte(line)), generic(t, again)); diff != "" {
					t.Errorf("written by the types: %s", diff)
				}
				if strings.Contains(line, "null") || strings.Contains(line, "Passw0rd") {
					t.Errorf("null, or a password: %s", line)
				}
			}
		})
	}
}

func compiled(t *testing.T, path string) *jsonschema.Schema {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("urn:fetch", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("urn:fetch")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func generic(t *testing.T, text []byte) (v any) {
	t.Helper()
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	return v
}
