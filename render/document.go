package render

import "github.com/ntlmctl/ntlmctl/decode"

// The types of the document*.go files are the JSON that ntlmctl writes, for Go
// programs to unmarshal it into. The JSON Schemas in docs/schema are made from
// them, descriptions included. The program itself does not marshal them: it
// appends its JSON by hand, which is faster, and a test holds the two together.
//
// A key whose fact is absent or unknown is left out; null is never written. A
// pointer, or omitzero, marks a key whose zero value says something.

// DecodeDocument is what ntlmctl decode --format json writes.
type DecodeDocument struct {
	// Names the kind and version of the document.
	Schema string `json:"schema" jsonschema:"enum=ntlmctl.decode/v1"`
	// All tokens, in the order of the input.
	Tokens []TokenObject `json:"tokens"`
	// The handshakes that the tokens make up, in the order in which they closed.
	Handshakes []HandshakeObject `json:"handshakes"`
}

// TokenDocument is one token as a line of ntlmctl decode --format jsonl.
type TokenDocument struct {
	// Names the kind and version of the document.
	Schema string `json:"schema" jsonschema:"enum=ntlmctl.token/v1"`
	TokenObject
}

// HandshakeDocument is one handshake as a line of ntlmctl decode --format jsonl.
type HandshakeDocument struct {
	// Names the kind and version of the document.
	Schema string `json:"schema" jsonschema:"enum=ntlmctl.handshake/v1"`
	HandshakeObject
}

// TokenObject is one decoded token.
type TokenObject struct {
	// What the token is.
	Kind decode.Kind `json:"kind" jsonschema:"enum=ntlm.negotiate,enum=ntlm.challenge,enum=ntlm.authenticate,enum=spnego.init,enum=spnego.init2,enum=spnego.resp,enum=krb5.ap-req,enum=krb5.ap-rep,enum=krb5.error,enum=krb5.tgt-req,enum=krb5.tgt-rep,enum=krb5.other,enum=negoex,enum=credssp,enum=unknown"`
	// Its length in bytes.
	Size int `json:"size" jsonschema:"minimum=0"`
	// The HTTP authentication scheme before it, as it was written.
	Scheme string `json:"scheme,omitempty"`
	// Where it was found.
	Source *SourceObject `json:"source,omitempty"`
	// What it says; its keys depend on the kind.
	Message *MessageObject `json:"message,omitempty"`
	// Every byte of it by name, in the order of the specification; absent with --brief.
	Fields []FieldObject `json:"fields,omitempty"`
	// What is wrong with it or worth knowing about it, in the order of its bytes.
	Findings []FindingObject `json:"findings,omitempty"`
	// The token that it carries.
	Inner *TokenObject `json:"inner,omitempty"`
	// How it compares with the secret or certificate that was given; on an ntlm.authenticate only.
	Verified *VerifiedObject `json:"verified,omitempty"`
}

// SourceObject says where a token was found.
type SourceObject struct {
	// The file, - for standard input, or argument and its number.
	Name string `json:"name,omitempty"`
	// The line, from 1, in a text.
	Line int `json:"line,omitempty" jsonschema:"minimum=1"`
	// Where the token's text or bytes begin in the input, in bytes from 0.
	Offset *int64 `json:"offset,omitempty" jsonschema:"minimum=0"`
	// The number, from 1, of the packet that brought the token's last byte.
	Packet int `json:"packet,omitempty" jsonschema:"minimum=1"`
	// Which way the token went.
	Direction string `json:"direction,omitempty" jsonschema:"enum=request,enum=response"`
	// The connection that it came on, as the input tells connections apart.
	Stream string `json:"stream,omitempty"`
	// The name of the header or protocol field that held it.
	Header string `json:"header,omitempty"`
}

// FieldObject is one named span of a token.
type FieldObject struct {
	// The specification's name.
	Name string `json:"name"`
	// The names of its parents and its own, joined by dots.
	Path string `json:"path"`
	// Where it begins, in bytes from the first of this token.
	Offset int `json:"offset" jsonschema:"minimum=0"`
	// Its length in bytes; 0 for one that is absent or empty.
	Length int `json:"length" jsonschema:"minimum=0"`
	// Its bytes in hexadecimal, as far as they are there.
	Raw string `json:"raw,omitempty" jsonschema:"pattern=^([0-9a-f]{2})+$"`
	// What the bytes say, as text; absent where the children say it.
	Value *string `json:"value,omitempty"`
	// A sentence for a person.
	Meaning string `json:"meaning,omitempty"`
	// The fields inside it.
	Children []FieldObject `json:"children,omitempty"`
}

// FindingObject is one thing that is wrong with a token or worth knowing about
// it.
type FindingObject struct {
	// The stable name; docs/findings.md lists them all.
	Code string `json:"code"`
	// How bad it is: a property of the code.
	Severity string `json:"severity" jsonschema:"enum=info,enum=warning,enum=error"`
	// Where the bytes concerned begin, from the first of this token.
	Offset int `json:"offset" jsonschema:"minimum=0"`
	// How many bytes are concerned.
	Length int `json:"length" jsonschema:"minimum=0"`
	// The finding in a sentence, with what is special about this one.
	Text string `json:"text"`
	// The section of the specification that it rests on.
	Reference string `json:"reference"`
}

// VerifiedObject says how an AUTHENTICATE_MESSAGE compares with a secret, its
// challenge and a certificate.
type VerifiedObject struct {
	// Whether the NT response was computed from the secret, for the account as the message spells it.
	NTResponse decode.Check `json:"nt_response,omitempty" jsonschema:"enum=match,enum=mismatch,enum=untested"`
	// The same of the LM response.
	LMResponse decode.Check `json:"lm_response,omitempty" jsonschema:"enum=match,enum=mismatch,enum=untested"`
	// Whether the MIC covers the three messages as they were found.
	MIC decode.Check `json:"mic,omitempty" jsonschema:"enum=match,enum=mismatch,enum=untested"`
	// Whether the channel binding is that of the certificate.
	ChannelBinding decode.Check `json:"channel_binding,omitempty" jsonschema:"enum=match,enum=mismatch,enum=untested"`
	// The session key in hexadecimal, where a response matches; never with --redact.
	SessionKey string `json:"session_key,omitempty" jsonschema:"pattern=^[0-9a-f]{32}$"`
	// Other spellings of the account that were put in place of the message's own, in order.
	Tried []AttemptObject `json:"tried,omitempty"`
	// Sentences for a person: why a check is untested, what a mismatch may come from.
	Notes []string `json:"notes,omitempty"`
}

// AttemptObject is one spelling of the account that was tried.
type AttemptObject struct {
	// What was changed.
	Spelling string `json:"spelling"`
	// The user as it was tried.
	User string `json:"user"`
	// The domain as it was tried; may be empty.
	Domain string `json:"domain"`
	// Whether the response matches with it.
	Result decode.Check `json:"result" jsonschema:"enum=match,enum=mismatch,enum=untested"`
}
