package render

import "github.com/ntlmctl/ntlmctl/decode"

// MessageObject is the typed message of a token. Which keys there can be depends
// on the token's kind: the tag kinds names the kinds, in full or up to the dot.
type MessageObject struct {
	// The NegotiateFlags as 0x and eight hexadecimal digits.
	Flags string `json:"flags,omitempty" kinds:"ntlm" jsonschema:"pattern=^0x[0-9a-f]{8}$"`
	// The names of the flags that are set, the lowest bit first.
	FlagNames []string `json:"flag_names,omitzero" kinds:"ntlm"`
	// The domain that the client names.
	Domain string `json:"domain,omitempty" kinds:"ntlm.negotiate,ntlm.authenticate"`
	// The account that logs on.
	User string `json:"user,omitempty" kinds:"ntlm.authenticate"`
	// The client's machine, as it says.
	Workstation string `json:"workstation,omitempty" kinds:"ntlm.negotiate,ntlm.authenticate"`
	// The domain or machine that the server authenticates for.
	TargetName string `json:"target_name,omitempty" kinds:"ntlm.challenge"`
	// The server's nonce, 8 bytes in hexadecimal.
	ServerChallenge string `json:"server_challenge,omitempty" kinds:"ntlm.challenge" jsonschema:"pattern=^[0-9a-f]{16}$"`
	// The sender's version of Windows, where the message has room for one.
	Version *VersionObject `json:"version,omitempty" kinds:"ntlm"`
	// The AV pairs in the order of the wire: the server's own, or those that the NTLMv2 response carries.
	TargetInfo []AVPairObject `json:"target_info,omitempty" kinds:"ntlm.challenge,ntlm.authenticate"`
	// What the NT response is.
	ResponseVersion decode.ResponseVersion `json:"response_version,omitempty" kinds:"ntlm.authenticate" jsonschema:"enum=none,enum=anonymous,enum=lmv1,enum=ntlmv1,enum=ntlmv1-ess,enum=ntlmv2"`
	// What the LM response is.
	LMResponseVersion decode.LMResponseVersion `json:"lm_response_version,omitempty" kinds:"ntlm.authenticate" jsonschema:"enum=none,enum=empty,enum=lmv1,enum=lmv2,enum=ess,enum=copy-of-nt,enum=anonymous"`
	// The client's nonce, 8 bytes in hexadecimal.
	ClientChallenge string `json:"client_challenge,omitempty" kinds:"ntlm.authenticate" jsonschema:"pattern=^[0-9a-f]{16}$"`
	// The NTProofStr of an NTLMv2 response, 16 bytes in hexadecimal.
	NTProof string `json:"nt_proof,omitempty" kinds:"ntlm.authenticate" jsonschema:"pattern=^[0-9a-f]{32}$"`
	// The server's clock (MsvAvTimestamp), or the time in the NTLMv2 response.
	Timestamp string `json:"timestamp,omitempty" kinds:"ntlm.challenge,ntlm.authenticate" jsonschema:"pattern=^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{7}Z$"`
	// The message integrity code.
	MIC *MICObject `json:"mic,omitempty" kinds:"ntlm.authenticate"`
	// The LmChallengeResponse in hexadecimal.
	LMResponse string `json:"lm_response,omitempty" kinds:"ntlm.authenticate" jsonschema:"pattern=^([0-9a-f]{2})+$"`
	// The NtChallengeResponse in hexadecimal.
	NTResponse string `json:"nt_response,omitempty" kinds:"ntlm.authenticate" jsonschema:"pattern=^([0-9a-f]{2})+$"`
	// The EncryptedRandomSessionKey in hexadecimal.
	SessionKey string `json:"session_key,omitempty" kinds:"ntlm.authenticate" jsonschema:"pattern=^([0-9a-f]{2})+$"`

	// The mechanisms on offer, the preferred one first.
	MechTypes []MechTypeObject `json:"mech_types,omitzero" kinds:"spnego.init,spnego.init2"`
	// The ContextFlags that reqFlags sets, by name.
	ReqFlags []string `json:"req_flags,omitempty" kinds:"spnego.init,spnego.init2"`
	// What the acceptor says of the negotiation.
	NegState string `json:"neg_state,omitempty" kinds:"spnego.resp" jsonschema:"enum=accept-completed,enum=accept-incomplete,enum=reject,enum=request-mic"`
	// The OID of the mechanism that the acceptor chose.
	SupportedMech string `json:"supported_mech,omitempty" kinds:"spnego.resp"`
	// Its usual name, where it has one.
	SupportedMechName string `json:"supported_mech_name,omitempty" kinds:"spnego.resp"`
	// The MIC over the list of mechanisms, in hexadecimal.
	MechListMIC string `json:"mech_list_mic,omitempty" kinds:"spnego" jsonschema:"pattern=^([0-9a-f]{2})+$"`
	// The hintName of a NegTokenInit2.
	Hints string `json:"hints,omitempty" kinds:"spnego.init2"`
	// The hintAddress of a NegTokenInit2, in hexadecimal.
	HintAddress string `json:"hint_address,omitempty" kinds:"spnego.init2" jsonschema:"pattern=^([0-9a-f]{2})+$"`

	// The name of the Kerberos message: AP-REQ, KRB-ERROR and so on.
	Type string `json:"type,omitempty" kinds:"krb5"`
	// The service's realm.
	Realm string `json:"realm,omitempty" kinds:"krb5"`
	// The service's principal name, without its realm.
	SPN string `json:"spn,omitempty" kinds:"krb5"`
	// The client's realm.
	ClientRealm string `json:"client_realm,omitempty" kinds:"krb5"`
	// The client's principal, without its realm.
	Client string `json:"client,omitempty" kinds:"krb5"`
	// The encryption type of the ticket, or of an AP-REP: its name, or its number where it has none.
	EType string `json:"etype,omitempty" kinds:"krb5"`
	// The version of the service's key.
	KVNO *uint32 `json:"kvno,omitempty" kinds:"krb5"`
	// The encryption type of the authenticator.
	AuthenticatorEType string `json:"authenticator_etype,omitempty" kinds:"krb5"`
	// The ap-options of an AP-REQ, by name.
	APOptions []string `json:"ap_options,omitempty" kinds:"krb5"`
	// What a KRB-ERROR says.
	Error *KerberosErrorObject `json:"error,omitempty" kinds:"krb5"`
	// The status of Windows that a KRB-ERROR or a CredSSP answer carries.
	NTStatus *NTStatusObject `json:"nt_status,omitempty" kinds:"krb5,credssp"`
	// The client's clock, of a KRB-ERROR.
	CTime string `json:"ctime,omitempty" kinds:"krb5" jsonschema:"pattern=^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{7}Z$"`
	// The server's clock, of a KRB-ERROR.
	STime string `json:"stime,omitempty" kinds:"krb5" jsonschema:"pattern=^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{7}Z$"`

	// The messages of a NEGOEX token, in order.
	Messages []NEGOEXObject `json:"messages,omitzero" kinds:"negoex"`

	// The version of a TSRequest.
	CredSSPVersion int `json:"credssp_version,omitempty" kinds:"credssp"`
	// The clientNonce of a TSRequest, in hexadecimal.
	ClientNonce string `json:"client_nonce,omitempty" kinds:"credssp" jsonschema:"pattern=^([0-9a-f]{2})+$"`
}

// VersionObject is the Version of an NTLM message.
type VersionObject struct {
	// ProductMajorVersion.
	Major int `json:"major"`
	// ProductMinorVersion.
	Minor int `json:"minor"`
	// ProductBuild: the release of Windows, not its patch level.
	Build int `json:"build"`
	// NTLMRevisionCurrent, 15 today.
	Revision int `json:"revision"`
}

// AVPairObject is one AV pair of the target information.
type AVPairObject struct {
	// The AvId.
	ID int `json:"id" jsonschema:"minimum=0,maximum=65535"`
	// Its name, or AvId and the number.
	Name string `json:"name"`
	// Text, a time, 0x and eight digits for MsvAvFlags, or hexadecimal.
	Value string `json:"value"`
}

// MICObject is the message integrity code of an AUTHENTICATE_MESSAGE.
type MICObject struct {
	// The 16 bytes in its place, in hexadecimal; absent where there is none.
	Value string `json:"value,omitempty" jsonschema:"pattern=^[0-9a-f]{32}$"`
	// Claimed by MsvAvFlags, there without being claimed, or absent.
	State decode.MICState `json:"state" jsonschema:"enum=claimed,enum=unclaimed,enum=absent"`
}

// MechTypeObject is one mechanism of SPNEGO.
type MechTypeObject struct {
	// The object identifier in dotted decimals.
	OID string `json:"oid"`
	// Its usual name, where it has one.
	Name string `json:"name,omitempty"`
}

// KerberosErrorObject is what a KRB-ERROR says.
type KerberosErrorObject struct {
	// The error-code.
	Code int `json:"code"`
	// Its name.
	Name string `json:"name,omitempty"`
	// The e-text.
	Text string `json:"text,omitempty"`
	// What usually causes it.
	Cause string `json:"cause,omitempty"`
}

// NTStatusObject is an NTSTATUS of Windows.
type NTStatusObject struct {
	// The status as 0x and eight hexadecimal digits.
	Code string `json:"code" jsonschema:"pattern=^0x[0-9a-f]{8}$"`
	// Its name.
	Name string `json:"name,omitempty"`
}

// NEGOEXObject is one NEGOEX message.
type NEGOEXObject struct {
	// The MESSAGE_TYPE by name.
	Type string `json:"type,omitempty"`
	// The SequenceNum.
	Sequence int64 `json:"sequence" jsonschema:"minimum=0"`
	// The ConversationId.
	ConversationID string `json:"conversation_id,omitempty"`
	// The schemes that a NEGO message offers.
	AuthSchemes []string `json:"auth_schemes,omitempty"`
	// The scheme of any other message.
	AuthScheme string `json:"auth_scheme,omitempty"`
}
