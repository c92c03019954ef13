package render

// SchemaDemo is the schema of a demo's report.
const SchemaDemo = "ntlmctl.demo/v1"

// DemoDocument is what ntlmctl demo --format json writes.
type DemoDocument struct {
	// Names the kind and version of the document.
	Schema string `json:"schema" jsonschema:"enum=ntlmctl.demo/v1"`
	// The ways to the origin, in the order in which they were diagnosed.
	Paths []DemoPathObject `json:"paths"`
}

// DemoPathObject is one way to the demo's origin.
type DemoPathObject struct {
	// The intermediary's name.
	Name string `json:"name"`
	// What it does, in a phrase.
	Text string `json:"text"`
	// What it would take for NTLM to survive it.
	Takes string `json:"takes"`
	// What was found.
	Diagnosis DiagnoseDocument `json:"diagnosis"`
}

// DemoReport is a DemoDocument as it is written.
type DemoReport struct {
	Schema string     `json:"schema"`
	Paths  []DemoPath `json:"paths"`
}

// DemoPath is a DemoPathObject as it is written.
type DemoPath struct {
	Name      string          `json:"name"`
	Text      string          `json:"text"`
	Takes     string          `json:"takes"`
	Diagnosis *DiagnoseReport `json:"diagnosis"`
}

// AppendDemoReport appends a report as one line of JSON.
func AppendDemoReport(dst []byte, r *DemoReport) ([]byte, error) { return appendLine(dst, r) }
