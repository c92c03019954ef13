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
	Schema           string              `json:"schema"`
	URL              string              `json:"url"`
	Verdict          verdict.Verdict     `json:"verdict"`
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

// AppendFetchReport appends a report as one line of JSON.
func AppendFetchReport(dst []byte, r *FetchReport) ([]byte, error) {
	line, err := json.Marshal(r)
	if err != nil {
		return dst, err
	}
	return append(append(dst, line...), '\n'), nil
}
