package render

import (
	"encoding/json"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
)

// SchemaFetch is the schema of a fetch's report.
const SchemaFetch = "ntlmctl.fetch/v1"

// FetchReport is what a fetch saw. The trace in it is redacted by whoever makes it.
type FetchReport struct {
	Schema string `json:"schema"`
	// URL is the one that was asked for, FinalURL the one that answered in the end
	// where that is another.
	URL      string `json:"url"`
	FinalURL string `json:"final_url,omitempty"`
	// Status is that of the last answer, 0 for none.
	Status  int             `json:"status,omitempty"`
	Verdict verdict.Verdict `json:"verdict"`
	// OtherVerdicts are those of other targets and of redirects on the way.
	OtherVerdicts []verdict.Verdict `json:"other_verdicts,omitempty"`
	// Error is what went wrong beside what the verdict says.
	Error            string              `json:"error,omitempty"`
	Legs             []reportLeg         `json:"legs"`
	Connections      []*trace.Connection `json:"connections"`
	CredentialsSpent int                 `json:"credentials_spent"`
}

// reportLeg is a leg with its tokens written out.
type reportLeg struct {
	*trace.Leg
	Tokens []reportToken `json:"tokens,omitempty"`
}

type reportToken struct {
	Direction trace.Direction `json:"direction"`
	Header    string          `json:"header"`
	Token     json.RawMessage `json:"token"`
}

// NewFetchReport puts a report together.
func NewFetchReport(url string, v verdict.Verdict, t *trace.Trace, spent int) *FetchReport {
	r := &FetchReport{Schema: SchemaFetch, URL: url, Verdict: v, Legs: []reportLeg{}, Connections: t.Connections, CredentialsSpent: spent}
	if r.Connections == nil {
		r.Connections = []*trace.Connection{}
	}
	for _, leg := range t.Legs {
		fill(leg)
		out := reportLeg{Leg: leg}
		for _, at := range leg.Tokens {
			if at.Token != nil {
				out.Tokens = append(out.Tokens, reportToken{at.Direction, at.Header, AppendToken(nil, at.Token)})
			}
		}
		r.Legs = append(r.Legs, out)
	}
	return r
}

// fill puts empty lists where there are none, since null is never written.
func fill(leg *trace.Leg) {
	for i := range leg.Interim {
		if leg.Interim[i].Headers == nil {
			leg.Interim[i].Headers = trace.Headers{}
		}
	}
	if leg.Response != nil && leg.Response.Headers == nil {
		leg.Response.Headers = trace.Headers{}
	}
	if leg.Request.Headers == nil {
		leg.Request.Headers = trace.Headers{}
	}
}

// AppendFetchReport appends a report as one line of JSON.
func AppendFetchReport(dst []byte, r *FetchReport) ([]byte, error) { return appendLine(dst, r) }
