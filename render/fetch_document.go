package render

import (
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
)

// FetchDocument is what ntlmctl fetch --format json and --report write for each
// URL, on a line of its own.
type FetchDocument struct {
	// Names the kind and version of the document.
	Schema string `json:"schema" jsonschema:"enum=ntlmctl.fetch/v1"`
	// The URL that was asked for, without credentials.
	URL string `json:"url"`
	// The URL that answered in the end, where redirects led elsewhere.
	FinalURL string `json:"final_url,omitempty"`
	// The status of the last answer; absent without one.
	Status int `json:"status,omitempty" jsonschema:"minimum=100,maximum=999"`
	// What happened to the logon that counts most.
	Verdict verdict.Verdict `json:"verdict"`
	// What happened to others: the proxy's, and those of redirects on the way.
	OtherVerdicts []verdict.Verdict `json:"other_verdicts,omitempty"`
	// What went wrong beside what the verdict says.
	Error string `json:"error,omitempty"`
	// The legs in their order, those of redirects and retries included.
	Legs []LegObject `json:"legs"`
	// The connections that they went over, and those that did not come about.
	Connections []trace.Connection `json:"connections"`
	// How many refused logons the run has cost the account so far.
	CredentialsSpent int `json:"credentials_spent" jsonschema:"minimum=0"`
}

// LegObject is one request and its response.
type LegObject struct {
	trace.Leg
	// The tokens of the request, then those of the response.
	Tokens []LegTokenObject `json:"tokens,omitempty"`
}

// LegTokenObject is a token of a leg. Unless --reveal was given, what helps to find
// a password is zeroed in it.
type LegTokenObject struct {
	// Which way it went.
	Direction trace.Direction `json:"direction" jsonschema:"enum=request,enum=response"`
	// The header that held it, as it was written.
	Header string `json:"header"`
	// The decoded token.
	Token TokenObject `json:"token"`
}
