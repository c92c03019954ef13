package render

import "github.com/ntlmctl/ntlmctl/decode"

// HandshakeObject is one logon: up to three messages laid side by side.
type HandshakeObject struct {
	// Whether the messages came on one connection.
	SameConnection decode.Fact `json:"same_connection,omitempty" jsonschema:"enum=yes,enum=no,enum=unknown"`
	// The HTTP status that the last message was answered with.
	Status int `json:"status,omitempty"`
	// The token of the Type 1.
	Negotiate *MessageRefObject `json:"negotiate,omitempty"`
	// The token of the Type 2.
	Challenge *MessageRefObject `json:"challenge,omitempty"`
	// The token of the Type 3.
	Authenticate *MessageRefObject `json:"authenticate,omitempty"`
	// The flags of the three messages.
	Flags FlagsObject `json:"flags"`
	// The challenge's TargetName.
	TargetName string `json:"target_name,omitempty"`
	// The server's clock, as the challenge has it.
	ChallengeTimestamp string `json:"challenge_timestamp,omitempty" jsonschema:"pattern=^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{7}Z$"`
	// The account's domain.
	Domain string `json:"domain,omitempty"`
	// The account.
	User string `json:"user,omitempty"`
	// The client's machine, as it says.
	Workstation string `json:"workstation,omitempty"`
	// What the NT response is.
	ResponseVersion decode.ResponseVersion `json:"response_version,omitempty" jsonschema:"enum=none,enum=anonymous,enum=lmv1,enum=ntlmv1,enum=ntlmv1-ess,enum=ntlmv2"`
	// Whether the Type 3 has a MIC.
	MIC decode.MICState `json:"mic,omitempty" jsonschema:"enum=claimed,enum=unclaimed,enum=absent"`
	// The time in the NTLMv2 response.
	ResponseTimestamp string `json:"response_timestamp,omitempty" jsonschema:"pattern=^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{7}Z$"`
	// Whether the NTLMv2 response carries the target information of this very challenge.
	AnswersThisChallenge decode.Fact `json:"answers_this_challenge,omitempty" jsonschema:"enum=yes,enum=no"`
	// The client's clock less the server's, in milliseconds, where both can be told.
	ClockSkewMS *int64 `json:"clock_skew_ms,omitempty"`
	// What is odd about the handshake as a whole.
	Findings []HandshakeFindingObject `json:"findings,omitempty"`
}

// MessageRefObject says which token of the input a message came in.
type MessageRefObject struct {
	// What the token is: the message itself, or what it travelled in.
	Kind decode.Kind `json:"kind"`
	// The HTTP authentication scheme before it, as it was written.
	Scheme string `json:"scheme,omitempty"`
	// Where it was found.
	Source *SourceObject `json:"source,omitempty"`
}

// FlagsObject compares the flags of the three messages.
type FlagsObject struct {
	// Those of the Type 1.
	Offered string `json:"offered,omitempty" jsonschema:"pattern=^0x[0-9a-f]{8}$"`
	// Those of the Type 2.
	Answered string `json:"answered,omitempty" jsonschema:"pattern=^0x[0-9a-f]{8}$"`
	// Those of the Type 3.
	Settled string `json:"settled,omitempty" jsonschema:"pattern=^0x[0-9a-f]{8}$"`
	// The names of those that the server set and the client did not keep.
	Dropped []string `json:"dropped,omitempty"`
	// The names of those that the server set and the client had not offered.
	NotOffered []string `json:"not_offered,omitempty"`
}

// HandshakeFindingObject is a finding about a handshake as a whole: it has no
// place in a token.
type HandshakeFindingObject struct {
	// The stable name; docs/findings.md lists them all.
	Code string `json:"code"`
	// How bad it is: a property of the code.
	Severity string `json:"severity" jsonschema:"enum=info,enum=warning,enum=error"`
	// The finding in a sentence, with what is special about this one.
	Text string `json:"text"`
	// The section of the specification that it rests on.
	Reference string `json:"reference"`
}
