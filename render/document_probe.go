package render

import "github.com/ntlmctl/ntlmctl/probe"

// SchemaProbe is the schema of one URL's result.
const SchemaProbe = "ntlmctl.probe/v1"

// ProbeDocument is what ntlmctl probe --format json writes for each URL, on a
// line of its own.
type ProbeDocument struct {
	// Names the kind and version of the document.
	Schema string `json:"schema" jsonschema:"enum=ntlmctl.probe/v1"`
	*probe.Result
}
