package render

import (
	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/negotiate/origin"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// ServeDocument is the body of what ntlmctl serve answers.
type ServeDocument struct {
	// Names the kind and version of the document.
	Schema string `json:"schema" jsonschema:"enum=ntlmctl.serve/v1"`
	ExchangeObject
}

// ServeEventDocument is one event as a line of ntlmctl serve --format jsonl.
type ServeEventDocument struct {
	// Names the kind and version of the document.
	Schema string `json:"schema" jsonschema:"enum=ntlmctl.serve-event/v1"`
	ServeEventObject
}

// ServeLogDocument is what ntlmctl serve --format json writes.
type ServeLogDocument struct {
	// Names the kind and version of the document.
	Schema string `json:"schema" jsonschema:"enum=ntlmctl.serve-log/v1"`
	// All events, in the order in which they happened.
	Events []ServeEventObject `json:"events"`
}

// ServeEventObject is one thing that happened; answered has the keys of the
// exchange, and duration_ms.
type ServeEventObject struct {
	// What happened.
	Event origin.EventKind `json:"event" jsonschema:"enum=listening,enum=opened,enum=answered,enum=closed,enum=stopped"`
	// When.
	Time string `json:"time" jsonschema:"pattern=^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{7}Z$"`
	*ExchangeObject
	// Where the server listens.
	URL string `json:"url,omitempty"`
	// How long the answer took, in milliseconds from when the head had come.
	DurationMS *float64 `json:"duration_ms,omitempty" jsonschema:"minimum=0"`
	// How many requests the connection had, or all connections had.
	Requests *int64 `json:"requests,omitempty" jsonschema:"minimum=0"`
	// How many connections there were.
	Connections *int64 `json:"connections,omitempty" jsonschema:"minimum=0"`
	// Who ended the connection.
	ClosedBy trace.Side `json:"closed_by,omitempty" jsonschema:"enum=client,enum=server"`
	// Why the connection ended, if it was not by agreement.
	Error *FailureObject `json:"error,omitempty"`
}

// FailureObject is why a connection ended.
type FailureObject struct {
	// How it failed.
	Code trace.FailureKind `json:"code" jsonschema:"pattern=^[a-z0-9]+$"`
	// The same in words.
	Text string `json:"text"`
}

// ExchangeObject is one request and what was made of it.
type ExchangeObject struct {
	// Tells servers apart: it is made anew at each start.
	Instance string `json:"instance,omitempty" jsonschema:"pattern=^[0-9a-f]{16}$"`
	// The number of the TCP connection, from 1.
	Connection int64 `json:"connection,omitempty" jsonschema:"minimum=1"`
	// The number of the request on it, from 1.
	Request int `json:"request,omitempty" jsonschema:"minimum=1"`
	// What the state of the logon is kept under.
	AuthKey string `json:"auth_key,omitempty"`
	// The number of the request under that key, from 1.
	Leg int `json:"leg,omitempty" jsonschema:"minimum=1"`
	// The version that was asked in.
	Protocol string `json:"protocol,omitempty"`
	// The request's method.
	Method string `json:"method,omitempty"`
	// The request's target, as it came.
	Target string `json:"target,omitempty"`
	// The server's end of the socket.
	Local string `json:"local,omitempty"`
	// The client's end of the socket.
	Remote string `json:"remote,omitempty"`
	// What was negotiated, where there is TLS.
	TLS *ServeTLSObject `json:"tls,omitempty"`
	// The answer's status.
	Status int `json:"status,omitempty"`
	// Where the request found, or brought, the logon.
	State origin.State `json:"state,omitempty" jsonschema:"enum=anonymous,enum=challenged,enum=accepted,enum=authenticated,enum=refused"`
	// Who is logged on.
	Account string `json:"account,omitempty"`
	// The scheme of the credentials that came, as it was written.
	Scheme string `json:"scheme,omitempty"`
	// What was found in the NTLM messages so far.
	Checks *ChecksObject `json:"checks,omitempty"`
	// The request's header fields in their order and case; credentials are redacted.
	Headers []trace.Header `json:"headers,omitzero"`
	// The request's token and the answer's, redacted.
	Tokens []ServeTokenObject `json:"tokens,omitempty"`
	// How much of the request's body came.
	BodyBytes *int64 `json:"body_bytes,omitempty" jsonschema:"minimum=0"`
	// Its hash, where ?sha256 asked for it.
	BodySHA256 string `json:"body_sha256,omitempty" jsonschema:"pattern=^[0-9a-f]{64}$"`
	// Where a proxy passed the request on to.
	Upstream string `json:"upstream,omitempty"`
	// What was odd.
	Note string `json:"note,omitempty"`
}

// ServeTLSObject is what was negotiated.
type ServeTLSObject struct {
	// The version, as "TLS 1.3".
	Version string `json:"version"`
	// The cipher suite.
	Cipher string `json:"cipher"`
	// The name that the client asked for.
	ServerName string `json:"server_name,omitempty"`
	// Whether an earlier session went on.
	Resumed bool `json:"resumed,omitempty"`
}

// ServeTokenObject is a token of a request or its answer.
type ServeTokenObject struct {
	// Which way it went.
	Direction trace.Direction `json:"direction" jsonschema:"enum=request,enum=response"`
	// The name of the header field, as it was written.
	Header string `json:"header"`
	// The token.
	Token TokenObject `json:"token"`
}

// ChecksObject is what an acceptor found in NTLM messages, each check by itself.
type ChecksObject struct {
	// Whether the handshake is over.
	Done bool `json:"done"`
	// Whether the logon stands.
	Accepted bool `json:"accepted"`
	// Whether the messages came in SPNEGO.
	SPNEGO bool `json:"spnego"`
	// Why it was decided so: accepted, wrong-response, unexpected-token, ...
	Reason string `json:"reason,omitempty"`
	// More about the reason.
	Detail string `json:"detail,omitempty"`
	// The account's name, as the client wrote it.
	User string `json:"user,omitempty"`
	// The account's domain, as the client wrote it.
	Domain string `json:"domain,omitempty"`
	// The client's machine, as it says.
	Workstation string `json:"workstation,omitempty"`
	// The client's MsvAvTargetName.
	ClientTargetName string `json:"client_target_name,omitempty"`
	// What the NT response is.
	ResponseVersion decode.ResponseVersion `json:"response_version,omitempty"`
	// What the LM response is.
	LMResponseVersion decode.LMResponseVersion `json:"lm_response_version,omitempty"`
	// Whether the NT response is right.
	NTResponse decode.Check `json:"nt_response,omitempty" jsonschema:"enum=match,enum=mismatch,enum=absent,enum=untested"`
	// Whether the LM response is right.
	LMResponse decode.Check `json:"lm_response,omitempty" jsonschema:"enum=match,enum=mismatch,enum=absent,enum=untested"`
	// Whether the MIC covers the three messages as they were sent.
	MIC decode.Check `json:"mic,omitempty" jsonschema:"enum=match,enum=mismatch,enum=absent,enum=untested"`
	// Whether the channel binding is that of the server's certificate.
	ChannelBinding decode.Check `json:"channel_binding,omitempty" jsonschema:"enum=match,enum=mismatch,enum=absent,enum=untested"`
	// Whether the target name is the server's.
	TargetName decode.Check `json:"target_name,omitempty" jsonschema:"enum=match,enum=mismatch,enum=absent,enum=untested"`
	// Whether SPNEGO's list of mechanisms came unchanged.
	MechListMIC decode.Check `json:"mech_list_mic,omitempty" jsonschema:"enum=match,enum=mismatch,enum=absent,enum=untested"`
	// Sentences for whoever runs the server; in events only.
	Notes []string `json:"notes,omitempty"`
}
