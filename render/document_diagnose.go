package render

import (
	"github.com/ntlmctl/ntlmctl/diagnose"
	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
)

// SchemaDiagnose is the schema of a diagnosis.
const SchemaDiagnose = "ntlmctl.diagnose/v1"

// DiagnoseDocument is what ntlmctl diagnose --format json and --report write.
type DiagnoseDocument struct {
	// Names the kind and version of the document.
	Schema string `json:"schema" jsonschema:"enum=ntlmctl.diagnose/v1"`
	// The URL that was asked for, without credentials.
	URL string `json:"url"`
	// Where the server itself was asked, as --direct has it; absent without.
	Direct string `json:"direct,omitempty"`
	// What happens to a handshake.
	Verdict verdict.Verdict `json:"verdict"`
	// What else was found, the worst first.
	OtherVerdicts []verdict.Verdict `json:"other_verdicts,omitempty"`
	// The experiments in their order; those that went straight to the server have "direct " before their name, those that went to the server through a proxy that was logged on to have "origin ".
	Experiments []experiment.Outcome `json:"experiments"`
	// The boxes and servers that were recognised on the path.
	Intermediaries []IntermediaryObject `json:"intermediaries,omitempty"`
	// The legs in their order, those straight to the server included.
	Legs []LegObject `json:"legs"`
	// The connections that they went over, and those that did not come about.
	Connections []trace.Connection `json:"connections"`
	// How many refused logons the run has cost the account.
	CredentialsSpent int `json:"credentials_spent" jsonschema:"minimum=0"`
}

// IntermediaryObject is a product that was recognised.
type IntermediaryObject struct {
	// Its name.
	Product string `json:"product"`
	// What gave it away; it may hold text from the server.
	Evidence string `json:"evidence"`
}

// DiagnoseReport is a DiagnoseDocument as it is written: its tokens are appended
// by hand.
type DiagnoseReport struct {
	Schema           string               `json:"schema"`
	URL              string               `json:"url"`
	Direct           string               `json:"direct,omitempty"`
	Verdict          verdict.Verdict      `json:"verdict"`
	OtherVerdicts    []verdict.Verdict    `json:"other_verdicts,omitempty"`
	Experiments      []experiment.Outcome `json:"experiments"`
	Intermediaries   []IntermediaryObject `json:"intermediaries,omitempty"`
	Legs             []reportLeg          `json:"legs"`
	Connections      []*trace.Connection  `json:"connections"`
	CredentialsSpent int                  `json:"credentials_spent"`
}

// NewDiagnoseReport puts a report together. The trace in it is redacted.
func NewDiagnoseReport(url, direct string, d *diagnose.Diagnosis) *DiagnoseReport {
	f := NewFetchReport(url, d.Verdict, d.Trace.Redact(), d.Spent)
	r := &DiagnoseReport{
		Schema: SchemaDiagnose, URL: url, Direct: direct, Verdict: d.Verdict, OtherVerdicts: d.Others, Experiments: d.Outcomes,
		Legs: f.Legs, Connections: f.Connections, CredentialsSpent: d.Spent,
	}
	for _, s := range d.Products {
		r.Intermediaries = append(r.Intermediaries, IntermediaryObject{s.Product.Name, s.Evidence})
	}
	return r
}

// AppendDiagnoseReport appends a report as one line of JSON.
func AppendDiagnoseReport(dst []byte, r *DiagnoseReport) ([]byte, error) { return appendLine(dst, r) }
