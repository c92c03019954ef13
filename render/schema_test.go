package render

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// schemaFiles are the files of docs/schema by the schema that they describe.
var schemaFiles = map[string]string{
	SchemaToken:     "token-v1.json",
	SchemaHandshake: "handshake-v1.json",
	SchemaDecode:    "decode-v1.json",
	SchemaFetch:     "fetch-v1.json",
	SchemaDiagnose:  "diagnose-v1.json",
	SchemaDemo:      "demo-v1.json",
	SchemaPlan:      "plan-v1.json",
	SchemaProbe:     "probe-v1.json",
	SchemaServe:     "serve-v1.json",

	SchemaServeEvent: "serve-event-v1.json",
	SchemaServeLog:   "serve-log-v1.json",
}

var schemas = sync.OnceValues(func() (map[string]*jsonschema.Schema, error) {
	compiled := map[string]*jsonschema.Schema{}
	for name, file := range schemaFiles {
		f, err := os.Open(filepath.Join("..", "docs", "schema", file))
		if err != nil {
			return nil, fmt.Errorf("%w; make docs makes it", err)
		}
		doc, err := jsonschema.UnmarshalJSON(f)
		f.Close()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		c := jsonschema.NewCompiler()
		id := "urn:" + strings.NewReplacer(".", ":", "/", ":").Replace(name)
		if got := doc.(map[string]any)["$id"]; got != id {
			return nil, fmt.Errorf("%s: $id is %v, want %s", file, got, id)
		}
		if err := c.AddResource(id, doc); err != nil {
			return nil, err
		}
		if compiled[name], err = c.Compile(id); err != nil {
			return nil, err
		}
	}
	return compiled, nil
})

// validate compares a document with its JSON Schema.
func validate(schema string, document any) error {
	compiled, err := schemas()
	if err != nil {
		return err
	}
	return compiled[schema].Validate(document)
}

// TestSchemasAreStrict makes sure that the schemas refuse what is wrong: a
// schema that accepts everything would hold every test.
func TestSchemasAreStrict(t *testing.T) {
	const token = `{"schema":"ntlmctl.token/v1","kind":"ntlm.challenge","size":3,"message":{"server_challenge":"0011223344556677"}}`
	const handshake = `{"schema":"ntlmctl.handshake/v1","same_connection":"yes","flags":{"offered":"0x00000001"}}`
	for _, c := range []struct{ name, document, from, to string }{
		{name: "a good token", document: token},
		{name: "a good handshake", document: handshake},
		{"an unknown key", token, `"size"`, `"other":1,"size"`},
		{"a missing key", token, `,"size":3`, ``},
		{"another schema", token, `token/v1`, `token/v2`},
		{"an unknown kind", token, `ntlm.challenge`, `ntlm.other`},
		{"a key of another kind", token, `"server_challenge":"0011223344556677"`, `"user":"alice"`},
		{"a message for an unknown token", token, `ntlm.challenge`, `unknown`},
		{"a null", token, `"0011223344556677"`, `null`},
		{"hexadecimal in capitals", token, `0011223344556677`, `00112233445566FF`},
		{"another inner kind", token, `"size":3`, `"size":3,"inner":{"kind":"krb5.error","size":1,"message":{"user":"a"}}`},
		{"an unknown fact", handshake, `"yes"`, `"maybe"`},
		{"a finding with a place", handshake, `"flags"`, `"findings":[{"code":"flags-dropped","severity":"info","offset":0,"length":0,"text":"","reference":""}],"flags"`},
		{"an unknown code", handshake, `"flags"`, `"findings":[{"code":"no-such-code","severity":"info","text":"","reference":""}],"flags"`},
	} {
		document := strings.Replace(c.document, c.from, c.to, 1)
		var head struct{ Schema string }
		if err := json.Unmarshal([]byte(c.document), &head); err != nil {
			t.Fatal(err)
		}
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader([]byte(document)))
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		err = validate(head.Schema, v)
		if good := c.from == ""; good != (err == nil) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
