package verdict

import "slices"

// Code names what happened to a handshake. The codes are stable: scripts match
// on them.
type Code string

// The catalogue's codes.
const (
	Survives               Code = "survives"
	Open                   Code = "open"
	OfferStripped          Code = "offer-stripped"
	OfferRewritten         Code = "offer-rewritten"
	SchemeNotOffered       Code = "scheme-not-offered"
	KerberosOnly           Code = "kerberos-only"
	AuthorizationStripped  Code = "authorization-stripped"
	Type1Refused           Code = "type1-refused"
	ChallengeMangled       Code = "challenge-mangled"
	ConnectionClosed       Code = "connection-closed"
	HTTP10Downgrade        Code = "http10-downgrade"
	ConnectionNotPinned    Code = "connection-not-pinned"
	BackendSwitched        Code = "backend-switched"
	RejectedUnattributed   Code = "rejected-unattributed"
	CredentialsRejected    Code = "credentials-rejected"
	EPAMismatch            Code = "epa-mismatch"
	AuthenticatedForbidden Code = "authenticated-forbidden"
	AuthNotPersistent      Code = "auth-not-persistent"
	SessionShared          Code = "session-shared"
	ResponseCached         Code = "response-cached"
	IPSurrogate            Code = "ip-surrogate"
	HeaderTooLarge         Code = "header-too-large"
	IdleTimeout            Code = "idle-timeout"
	Intermittent           Code = "intermittent"
	HTTP2Only              Code = "http2-only"
	BodyRefused            Code = "body-refused"
	Unreachable            Code = "unreachable"
	TLSFailed              Code = "tls-failed"
	Timeout                Code = "timeout"
)

// Entry is one line of the catalogue.
type Entry struct {
	Code Code
	// Summary is what happened, in a few words; Meaning what that means.
	Summary, Meaning string
}

// catalogue is in the order in which documents print it.
var catalogue = []Entry{
	{Survives, "the handshake survives this path", "A logon needed its connection, and the path kept it."},
	{Open, "nothing asked for a logon", "The anonymous request was answered, so there was nothing to authenticate."},
	{OfferStripped, "the refusal names no scheme", "A 401 or 407 without a challenge header: the server does not say how to log on, or a box between removed it."},
	{OfferRewritten, "the challenge was changed on the way", "What arrives is not what such servers send: merged, re-cased, or another scheme in its place."},
	{SchemeNotOffered, "neither NTLM nor Negotiate is offered", "The server wants something else, or a box between took NTLM and Negotiate out of the offer."},
	{KerberosOnly, "Negotiate is offered and NTLM inside it is refused", "The server takes Kerberos and nothing else."},
	{AuthorizationStripped, "the Type 1 did not reach the server", "The server answered as if no credentials had been sent."},
	{Type1Refused, "the server read the Type 1 and refused it", "Its shape or a policy does not suit the server."},
	{ChallengeMangled, "the Type 2 cannot be read", "The challenge was cut or changed on the way."},
	{ConnectionClosed, "the connection was closed within the handshake", "NTLM logs a connection on, and this one ended between the challenge and the Type 3."},
	{HTTP10Downgrade, "a hop speaks HTTP/1.0", "No connection lives long enough for a handshake."},
	{ConnectionNotPinned, "the messages reached the server on different connections", "A box between takes each request to whichever upstream connection is free."},
	{BackendSwitched, "the messages were answered by different servers", "A load balancer sends each request to another server."},
	{RejectedUnattributed, "the Type 3 was refused, and it is not known why", "A wrong password and an unpinned connection look the same from here."},
	{CredentialsRejected, "the server judged the logon and refused it", "Password, locked or disabled account, or a policy."},
	{EPAMismatch, "the server demands a channel binding or target name that differs", "TLS ends somewhere else than at the server, or the name is another."},
	{AuthenticatedForbidden, "logged on, and not allowed", "The server knows who asks and does not let them in: not a failure of authentication."},
	{AuthNotPersistent, "each request has to log on anew", "The server is configured so: not a fault."},
	{SessionShared, "a request without credentials was answered as somebody else", "A box between lets strangers use a connection that somebody logged on."},
	{ResponseCached, "an authenticated answer was served to a stranger from a cache", "A cache keeps what it must not."},
	{IPSurrogate, "the proxy let a Type 1 through", "It remembers the client by its address."},
	{HeaderTooLarge, "a header of a token's size is refused", "A limit on the size of headers lies below that of tokens."},
	{IdleTimeout, "the handshake breaks after a pause", "A box between closes idle connections sooner than the handshake takes."},
	{Intermittent, "some attempts of many fail", "The path treats requests differently from one another."},
	{HTTP2Only, "the path insists on HTTP/2", "NTLM cannot be carried over it."},
	{BodyRefused, "the handshake works without a body and breaks with one", "A box between or the server closes before the body is through."},
	{Unreachable, "no connection could be made", "There is no HTTP exchange to judge."},
	{TLSFailed, "TLS failed", "There is no HTTP exchange to judge."},
	{Timeout, "no answer in time", "There is no HTTP exchange to judge."},
}

// Catalogue returns all entries, in the order in which documents print them.
func Catalogue() []Entry { return slices.Clone(catalogue) }

// Summary is the catalogue's, empty for an unknown code.
func (c Code) Summary() string { return c.entry().Summary }

// Meaning is the catalogue's, empty for an unknown code.
func (c Code) Meaning() string { return c.entry().Meaning }

func (c Code) entry() Entry {
	for _, e := range catalogue {
		if e.Code == c {
			return e
		}
	}
	return Entry{}
}
