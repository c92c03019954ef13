package verdict

// surer says of each code what would raise its grade where the rule that found it
// knows nothing better.
var surer = map[Code]string{
	Survives:               strangers,
	Open:                   "the same request without credentials: it is refused unless the page is open",
	OfferStripped:          "ntlmctl diagnose --direct: what the server itself offers",
	OfferRewritten:         "ntlmctl diagnose --direct: what the server itself offers",
	SchemeNotOffered:       "ntlmctl diagnose --direct: what the server itself offers",
	KerberosOnly:           "ntlmctl diagnose --direct: what the server itself answers to NTLM within SPNEGO",
	AuthorizationStripped:  "ntlmctl diagnose --direct, or ntlmctl serve in the server's place: it says what reached it",
	Type1Refused:           "ntlmctl diagnose --direct: if the server itself refuses it, no box between does",
	ChallengeMangled:       "ntlmctl diagnose -u --direct: if the server's own challenge can be answered, a box between changes it",
	ConnectionClosed:       "ntlmctl diagnose -u --direct: if the same logon works straight at the server, the path ends the connection",
	HTTP10Downgrade:        instead,
	ConnectionNotPinned:    instead,
	BackendSwitched:        "ntlmctl serve in place of each server, and credentials (-u): a logon sends the cookies back that were set on the way",
	RejectedUnattributed:   "the same run with credentials, to its end",
	CredentialsRejected:    straight,
	EPAMismatch:            "ntlmctl diagnose -u --only epa --max-refused 3: other channel bindings",
	AuthenticatedForbidden: "ntlmctl diagnose -u: whether the connection is logged on after it",
	AuthNotPersistent:      "ntlmctl diagnose -u --direct: if it is the same straight at the server, it is configured so",
	SessionShared:          "ntlmctl diagnose -u --strangers 100, while nobody else is logged on: strangers that are let in after a logon of yours",
	ResponseCached:         "ntlmctl serve in the server's place: it numbers its answers, and a copy has the number of another",
	IPSurrogate:            "the same request from another machine: if that is refused, the proxy goes by the address",
	HeaderTooLarge:         "ntlmctl diagnose --only header-size: the same without a token",
	IdleTimeout:            "the same --idle with --direct: if that outlasts the pause, the path does not",
	Intermittent:           "ntlmctl diagnose -u --attempts 50: the ratio, and what each failure was",
	HTTP2Only:              "ntlmctl diagnose --only http2",
	BodyRefused:            "ntlmctl diagnose -u --only bodies: the same without a body, and with others",
	Unreachable:            "another try",
	TLSFailed:              "another try",
	Timeout:                "another try, with more time (--max-time)",
}

// Surer is what would raise a grade below proven: what the verdict says itself, or
// what holds for its code.
func (v *Verdict) Surer() []string {
	if v.Grade == Proven || len(v.WouldProve) > 0 {
		return v.WouldProve
	}
	return []string{surer[v.Code]}
}
