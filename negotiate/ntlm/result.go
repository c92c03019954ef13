package ntlm

import "github.com/ntlmctl/ntlmctl/decode"

// Absent is the outcome of a check for which the client sent nothing.
const Absent decode.Check = "absent"

// Reason says why an Acceptor decided as it did.
type Reason string

// The reasons. The first that applies, in this order, is the one that is given.
const (
	ReasonAccepted Reason = "accepted"
	// ReasonMalformed: a token does not decode, or is cut.
	ReasonMalformed Reason = "malformed"
	// ReasonUnexpected: a whole token that was not due, as a Type 3 that answers no challenge.
	ReasonUnexpected Reason = "unexpected-token"
	// ReasonOtherMechanism: NTLM is not among the client's mechanisms.
	ReasonOtherMechanism Reason = "other-mechanism"
	// ReasonInternal: the acceptor itself failed.
	ReasonInternal    Reason = "internal"
	ReasonAnonymous   Reason = "anonymous"
	ReasonNoResponse  Reason = "no-response"
	ReasonUnknownUser Reason = "unknown-user"
	// ReasonLM and ReasonNTLMv1: the response is of a version that is not allowed.
	ReasonLM     Reason = "lm-not-allowed"
	ReasonNTLMv1 Reason = "ntlmv1-not-allowed"
	// ReasonWrongResponse: the password, the account's spelling or the challenge differs.
	ReasonWrongResponse          Reason = "wrong-response"
	ReasonMICMismatch            Reason = "mic-mismatch"
	ReasonMICAbsent              Reason = "mic-absent"
	ReasonChannelBindingMismatch Reason = "channel-binding-mismatch"
	ReasonChannelBindingAbsent   Reason = "channel-binding-absent"
	ReasonChannelBindingUntested Reason = "channel-binding-untested" // demanded, and there is none to compare with
	ReasonTargetNameMismatch     Reason = "target-name-mismatch"
	ReasonTargetNameAbsent       Reason = "target-name-absent"
	ReasonTargetNameUntested     Reason = "target-name-untested" // demanded, and there is none to compare with
	ReasonMechListMICMismatch    Reason = "mech-list-mic-mismatch"
)

// Result is what an Acceptor found. It holds no key.
type Result struct {
	// Done says that the handshake is over; Accepted that the logon stands.
	Done     bool `json:"done"`
	Accepted bool `json:"accepted"`
	// Reason is empty until the handshake is over. Detail is more about it.
	Reason Reason `json:"reason,omitempty"`
	Detail string `json:"detail,omitempty"`
	// SPNEGO says that the messages came wrapped.
	SPNEGO bool `json:"spnego"`
	// User, Domain and Workstation are as the client wrote them.
	User        string `json:"user,omitempty"`
	Domain      string `json:"domain,omitempty"`
	Workstation string `json:"workstation,omitempty"`
	// ClientTargetName is the client's MsvAvTargetName.
	ClientTargetName  string                   `json:"client_target_name,omitempty"`
	ResponseVersion   decode.ResponseVersion   `json:"response_version,omitempty"`
	LMResponseVersion decode.LMResponseVersion `json:"lm_response_version,omitempty"`
	// The checks, each by itself: match, mismatch, absent or untested. They are
	// made and given whatever the policy says; empty until the
	// AUTHENTICATE_MESSAGE came.
	NTResponse     decode.Check `json:"nt_response,omitempty"`
	LMResponse     decode.Check `json:"lm_response,omitempty"`
	MIC            decode.Check `json:"mic,omitempty"`
	ChannelBinding decode.Check `json:"channel_binding,omitempty"`
	TargetName     decode.Check `json:"target_name,omitempty"`
	MechListMIC    decode.Check `json:"mech_list_mic,omitempty"`
	// Notes are sentences for whoever runs the acceptor: they help to guess a
	// password and are not for the client.
	Notes []string `json:"-"`
}
