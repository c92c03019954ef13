package decode

// Check is the outcome of one comparison with a secret or a certificate.
type Check string

// The outcomes of a check.
const (
	Match    Check = "match"
	Mismatch Check = "mismatch"
	Untested Check = "untested" // something that the comparison needs is not there
)

// Verified says how an AUTHENTICATE_MESSAGE compares with a secret, its
// challenge and a certificate. Package negotiate/ntlm works it out.
type Verified struct {
	NTResponse, LMResponse, MIC, ChannelBinding Check
	// SessionKey is the ExportedSessionKey of 16 bytes; nil unless the NT or LM
	// response matches.
	SessionKey []byte
	// Tried lists the spellings of the account that were put in place of the
	// message's own after its NT response did not match, in order.
	Tried []Attempt
	// Notes are sentences for a person: why a check is untested, what a mismatch
	// may come from.
	Notes []string
}

// Attempt is one spelling of the account that was tried.
type Attempt struct {
	// Spelling says what was changed: "domain empty", "domain in upper case".
	Spelling     string
	User, Domain string
	Result       Check
}
