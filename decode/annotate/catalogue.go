package annotate

// Code names one kind of finding. The names are stable: scripts match on them.
type Code uint8

// The catalogue's codes. What each means stands beside its name in the table.
const (
	_ Code = iota

	// Framing and layout.
	Unrecognised
	UnknownMessageType
	Truncated
	PayloadOutOfBounds
	PayloadInHeader
	PayloadOverlap
	PayloadShared
	EmptyBufferOffset
	BufferMaxLen
	Gap
	TrailingData
	ReservedBytes

	// Flags, version and text.
	ReservedFlags
	NoCharset
	OEMOnly
	VersionWithoutFlag
	VersionMissing
	VersionOdd
	NameWithoutFlag
	FlagWithoutName
	UTF16InType1
	UTF16InOEM
	OddUTF16
	LoneSurrogate
	ControlCharacters

	// Target information.
	NoTargetInfo
	TargetInfoWithoutFlag
	FlagWithoutTargetInfo
	AVMissingEOL
	AVTruncated
	AVUnknownID
	AVDuplicate
	AVLength
	AVAfterEOL
	SingleHostSize
	FileTimeZero
	FileTimeOverflow

	// Responses.
	ResponseLength
	UnknownResponseType
	LMv1InUse
	NTLMv1InUse
	NTLMv1ESSInUse
	AnonymousLogon
	NullResponse
	MICMissing
	MICUnclaimed
	MICAbsent
	ChannelBindingAbsent
	ChannelBindingZero
	UPNWithDomain
	SessionKeyWithoutFlag
	FlagWithoutSessionKey

	// Security and disclosure.
	ESSMissing
	LMKey
	Only56Bit
	NoSign
	KnownChallenge
	WorkstationDiscloses
	NamesDisclosed
	BuildNotPatchLevel
	ClockSkew

	// ASN.1 and SPNEGO.
	DERTruncated
	DERIndefinite
	DERNonMinimal
	DERUnexpected
	DERDepth
	GSSFrameMissing
	SPNEGONoMechTypes
	SPNEGONoMechToken
	SPNEGOMechMismatch
	SPNEGOReject
	SPNEGOMICIsToken
	SPNEGOEmpty
	NTLMInNegotiate
	SPNEGOInNTLM
	EmbeddedNTLM

	// Kerberos, NEGOEX and CredSSP.
	KerberosError
	KerberosMSOID
	KerberosUserToUser
	KerberosWeakEtype
	KerberosVersion
	NEGOEXVersion
	NEGOEXTruncated
	NEGOEXAlert
	CredSSPError

	// Handshakes.
	FlagsDropped
	FlagsNotOffered
	TargetInfoChanged
	DifferentConnections
	HandshakeIncomplete
	HandshakeRefused

	codeEnd
)

// Entry is one line of the catalogue of findings.
type Entry struct {
	// Code is the stable name, in words joined by hyphens.
	Code      string
	Severity  Severity
	Reference string
	Text      string
}

var catalogue = [codeEnd]Entry{
	Unrecognised:          {"unrecognised", Error, "MS-NLMP 2.2.1", "no token: the bytes are neither NTLMSSP, SPNEGO, Kerberos, NEGOEX nor CredSSP"},
	UnknownMessageType:    {"unknown-message-type", Error, "MS-NLMP 2.2.1", "NTLMSSP with a MessageType other than 1, 2 and 3"},
	Truncated:             {"truncated", Error, "MS-NLMP 2.2.1", "the token ends inside a field"},
	PayloadOutOfBounds:    {"payload-out-of-bounds", Error, "MS-NLMP 2.2.1", "a buffer wants bytes outside the token"},
	PayloadInHeader:       {"payload-in-header", Error, "MS-NLMP 2.2.1", "a buffer points into the fixed part of the message"},
	PayloadOverlap:        {"payload-overlap", Warning, "MS-NLMP 2.2.1", "two buffers share some of their bytes"},
	PayloadShared:         {"payload-shared", Info, "MS-NLMP 2.2.1", "two buffers point at the same bytes"},
	EmptyBufferOffset:     {"empty-buffer-offset", Info, "MS-NLMP 2.2.1", "an empty buffer points outside the token; its offset is to be ignored, and some parsers do not"},
	BufferMaxLen:          {"buffer-max-len", Info, "MS-NLMP 2.2.1", "a buffer's MaxLen differs from its Len; it is to be ignored"},
	Gap:                   {"gap", Info, "MS-NLMP 2.2.1", "bytes that no field claims"},
	TrailingData:          {"trailing-data", Info, "MS-NLMP 2.2.1", "bytes after the end of the message"},
	ReservedBytes:         {"reserved-bytes", Info, "MS-NLMP 2.2.1.2", "reserved bytes that should be zero are not"},
	ReservedFlags:         {"reserved-flags", Info, "MS-NLMP 2.2.2.5", "flags are set that the specification reserves"},
	NoCharset:             {"no-charset", Warning, "MS-NLMP 2.2.2.5", "neither UNICODE nor OEM is set, so no encoding of names is agreed"},
	OEMOnly:               {"oem-only", Info, "MS-NLMP 2.2.2.5", "OEM without UNICODE: names are in the sender's code page, and clients that only speak Unicode refuse it"},
	VersionWithoutFlag:    {"version-without-flag", Info, "MS-NLMP 2.2.2.10", "version bytes are present although the VERSION flag is clear"},
	VersionMissing:        {"version-missing", Warning, "MS-NLMP 2.2.2.10", "the VERSION flag is set and the bytes are not all there"},
	VersionOdd:            {"version-odd", Info, "MS-NLMP 2.2.2.10", "the version's NTLM revision is not 15"},
	NameWithoutFlag:       {"name-without-flag", Info, "MS-NLMP 2.2.1.1", "a name is present and its SUPPLIED flag is clear"},
	FlagWithoutName:       {"flag-without-name", Info, "MS-NLMP 2.2.1.1", "a SUPPLIED flag is set and the name is empty"},
	UTF16InType1:          {"utf16-in-type1", Info, "MS-NLMP 2.2.1.1", "a name of the NEGOTIATE_MESSAGE is in UTF-16, where OEM is due"},
	UTF16InOEM:            {"utf16-in-oem", Warning, "MS-NLMP 2.2.2.5", "a name is in UTF-16 although the flags say OEM"},
	OddUTF16:              {"odd-utf16", Warning, "MS-NLMP 2.2", "UTF-16 text of an odd number of bytes"},
	LoneSurrogate:         {"lone-surrogate", Warning, "MS-NLMP 2.2", "UTF-16 text holds half of a surrogate pair"},
	ControlCharacters:     {"control-characters", Warning, "MS-NLMP 2.2", "a name holds control or bidirectional formatting characters"},
	NoTargetInfo:          {"no-target-info", Warning, "MS-NLMP 2.2.1.2", "no target information: no names, no timestamp, and nothing to bind NTLMv2 and EPA to"},
	TargetInfoWithoutFlag: {"target-info-without-flag", Info, "MS-NLMP 2.2.1.2", "target information is present and its flag is clear"},
	FlagWithoutTargetInfo: {"flag-without-target-info", Warning, "MS-NLMP 2.2.1.2", "TARGET_INFO is set and the list is empty"},
	AVMissingEOL:          {"av-missing-eol", Warning, "MS-NLMP 2.2.2.1", "the list of AV pairs has no MsvAvEOL at its end"},
	AVTruncated:           {"av-truncated", Error, "MS-NLMP 2.2.2.1", "an AV pair wants bytes past the end of its list"},
	AVUnknownID:           {"av-unknown-id", Info, "MS-NLMP 2.2.2.1", "an AvId that the specification does not define"},
	AVDuplicate:           {"av-duplicate", Warning, "MS-NLMP 2.2.2.1", "an AvId occurs twice"},
	AVLength:              {"av-length", Warning, "MS-NLMP 2.2.2.1", "an AV pair of fixed size has another length"},
	AVAfterEOL:            {"av-after-eol", Info, "MS-NLMP 2.2.2.1", "bytes that are not zero follow MsvAvEOL"},
	SingleHostSize:        {"single-host-size", Warning, "MS-NLMP 2.2.2.2", "the Size of MsvAvSingleHost is not its length"},
	FileTimeZero:          {"filetime-zero", Info, "MS-DTYP 2.3.3", "a timestamp of zero"},
	FileTimeOverflow:      {"filetime-overflow", Warning, "MS-DTYP 2.3.3", "a timestamp past the year 9999"},
	ResponseLength:        {"response-length", Warning, "MS-NLMP 2.2.2.3", "a response of a length that the specification does not know"},
	UnknownResponseType:   {"unknown-response-type", Warning, "MS-NLMP 2.2.2.7", "an NT response longer than 24 bytes whose RespType is not 1"},
	LMv1InUse:             {"lmv1-response", Warning, "MS-NLMP 3.3.1", "an LM response, which is broken at once by whoever sees it"},
	NTLMv1InUse:           {"ntlmv1-response", Warning, "MS-NLMP 3.3.1", "an NTLMv1 response: the NT hash can be recovered from it"},
	NTLMv1ESSInUse:        {"ntlmv1-ess-response", Warning, "MS-NLMP 3.3.1", "an NTLMv1 response with extended session security: the NT hash can be recovered from it"},
	AnonymousLogon:        {"anonymous", Info, "MS-NLMP 3.2.5.1.2", "an anonymous logon: no user and no response"},
	NullResponse:          {"no-response", Warning, "MS-NLMP 2.2.1.3", "a user is named and no response is sent"},
	MICMissing:            {"mic-missing", Error, "MS-NLMP 2.2.1.3", "MsvAvFlags claims a MIC and there is no room for one"},
	MICUnclaimed:          {"mic-unclaimed", Info, "MS-NLMP 2.2.1.3", "bytes stand where a MIC belongs and MsvAvFlags does not claim one"},
	MICAbsent:             {"mic-absent", Warning, "MS-NLMP 3.1.5.1.2", "no MIC although the challenge carried a timestamp: the flags can be changed on the way"},
	ChannelBindingAbsent:  {"channel-binding-absent", Info, "MS-NLMP 3.1.5.1.2", "no channel binding: a server that demands EPA will refuse this"},
	ChannelBindingZero:    {"channel-binding-zero", Info, "MS-NLMP 3.1.5.1.2", "the channel binding is all zeros: the client said that it has none to give"},
	UPNWithDomain:         {"upn-with-domain", Warning, "MS-NLMP 3.3.2", "the user is written user@realm and a domain is named as well; the two enter the response together"},
	SessionKeyWithoutFlag: {"session-key-without-flag", Info, "MS-NLMP 2.2.1.3", "an encrypted session key is sent and KEY_EXCH is clear"},
	FlagWithoutSessionKey: {"flag-without-session-key", Warning, "MS-NLMP 2.2.1.3", "KEY_EXCH is set and no encrypted session key is sent"},
	ESSMissing:            {"ess-missing", Warning, "MS-NLMP 2.2.2.5", "EXTENDED_SESSIONSECURITY is clear: NTLMv1 without it is open to precomputed tables"},
	LMKey:                 {"lm-key", Warning, "MS-NLMP 2.2.2.5", "LM_KEY is set: session keys come from the LM hash"},
	Only56Bit:             {"56-bit-only", Info, "MS-NLMP 2.2.2.5", "session keys of 56 bits at most: 56 is set and 128 is not"},
	NoSign:                {"no-sign", Info, "MS-NLMP 2.2.2.5", "SIGN is clear: nothing after the handshake is protected by it, as is usual over HTTP"},
	KnownChallenge:        {"known-challenge", Warning, "MS-NLMP 3.2.5.1.1", "the server challenge is a published constant: responses to it can be looked up in precomputed tables"},
	WorkstationDiscloses:  {"workstation-discloses", Info, "MS-NLMP 2.2.1.1", "the workstation's name is told to whoever asks"},
	NamesDisclosed:        {"names-disclosed", Info, "MS-NLMP 2.2.2.1", "names of the server and its domain are told before anybody has logged on"},
	BuildNotPatchLevel:    {"build-not-patch-level", Info, "MS-NLMP 2.2.2.10", "the build names the release of Windows, not its patch level"},
	ClockSkew:             {"clock-skew", Warning, "MS-NLMP 3.1.5.1.2", "the clock differs by more than five minutes"},
	DERTruncated:          {"der-truncated", Error, "X.690 8.1", "an element wants bytes past the end of what holds it"},
	DERIndefinite:         {"der-indefinite", Info, "X.690 10.1", "an indefinite length, which DER forbids"},
	DERNonMinimal:         {"der-non-minimal", Info, "X.690 10.1", "a length in more bytes than DER allows"},
	DERUnexpected:         {"der-unexpected", Error, "X.690 8.1", "an element of another type than is due here"},
	DERDepth:              {"der-depth", Error, "X.690 8.1", "elements are nested too deep to be read"},
	GSSFrameMissing:       {"gss-frame-missing", Info, "RFC 4178 4.2", "a NegTokenInit without the GSS-API frame (0x60) that an initial token has"},
	SPNEGONoMechTypes:     {"spnego-no-mech-types", Error, "RFC 4178 4.2.1", "a NegTokenInit that lists no mechanism"},
	SPNEGONoMechToken:     {"spnego-no-mech-token", Info, "RFC 4178 4.2.1", "a NegTokenInit without mechToken: the client waits for the acceptor's choice"},
	SPNEGOMechMismatch:    {"spnego-mech-mismatch", Warning, "RFC 4178 4.2.1", "the mechToken is not of the first mechanism on the list"},
	SPNEGOReject:          {"spnego-reject", Warning, "RFC 4178 4.2.2", "the acceptor rejected the negotiation"},
	SPNEGOMICIsToken:      {"spnego-mic-is-token", Info, "MS-SPNG 3.2.5.1", "mechListMIC repeats the responseToken, as Windows 2000 does; it is no MIC"},
	SPNEGOEmpty:           {"spnego-empty", Warning, "RFC 4178 4.2.2", "a NegTokenResp without a single field"},
	NTLMInNegotiate:       {"ntlm-in-negotiate", Info, "RFC 4559 4", "NTLMSSP directly under Negotiate, without SPNEGO around it"},
	SPNEGOInNTLM:          {"spnego-in-ntlm", Warning, "MS-NTHT 2.1", "SPNEGO under the scheme name NTLM"},
	EmbeddedNTLM:          {"embedded-ntlm", Error, "MS-NLMP 2.2.1", "an NTLMSSP message inside a wrapper that cannot be read"},
	KerberosError:         {"krb5-error", Error, "RFC 4120 7.5.9", "Kerberos failed"},
	KerberosMSOID:         {"krb5-ms-oid", Info, "MS-SPNG 2.2", "Kerberos under 1.2.840.48018.1.2.2, the value that Windows 2000 cut to 16 bits"},
	KerberosUserToUser:    {"krb5-user-to-user", Info, "RFC 4120 3.7", "user-to-user authentication: the ticket is encrypted in a session key"},
	KerberosWeakEtype:     {"krb5-weak-etype", Warning, "RFC 8429 4", "an encryption type that is no longer safe"},
	KerberosVersion:       {"krb5-version", Error, "RFC 4120 5.10", "a Kerberos message whose pvno is not 5"},
	NEGOEXVersion:         {"negoex-version", Warning, "MS-NEGOEX 2.2.6", "a NEGOEX message that is not as its header says"},
	NEGOEXTruncated:       {"negoex-truncated", Error, "MS-NEGOEX 2.2.6.2", "a NEGOEX message wants bytes outside itself or past the end of the token"},
	NEGOEXAlert:           {"negoex-alert", Warning, "MS-NEGOEX 2.2.6.6", "NEGOEX reports a problem"},
	CredSSPError:          {"credssp-error", Error, "MS-CSSP 2.2.1", "CredSSP reports an error"},
	FlagsDropped:          {"flags-dropped", Info, "MS-NLMP 3.1.5.1.2", "the client dropped flags that the server had set"},
	FlagsNotOffered:       {"flags-not-offered", Warning, "MS-NLMP 3.2.5.1.1", "the server set flags that the client had not offered"},
	TargetInfoChanged:     {"target-info-changed", Warning, "MS-NLMP 3.1.5.1.2", "the NTLMv2 response does not carry the target information of this challenge"},
	DifferentConnections:  {"different-connections", Warning, "MS-NTHT 3.1.5", "the messages of one handshake came on different connections"},
	HandshakeIncomplete:   {"handshake-incomplete", Info, "MS-NTHT 3.1.5", "the handshake stops before its AUTHENTICATE_MESSAGE"},
	HandshakeRefused:      {"handshake-refused", Warning, "RFC 4559 5", "the server refused the AUTHENTICATE_MESSAGE"},
}

// String is the code's stable name.
func (c Code) String() string { return c.entry().Code }

func (c Code) entry() Entry {
	if c < codeEnd {
		return catalogue[c]
	}
	return Entry{}
}

// Catalogue lists every finding there is, in the order of the codes.
func Catalogue() []Entry { return append([]Entry(nil), catalogue[1:]...) }
