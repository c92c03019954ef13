// Package probe finds out what URLs really accept: NTLM, Negotiate, Kerberos
// alone. It asks the questions of package experiment, without credentials, and
// classifies what they bring to light; for one URL or for a stream of them.
package probe

import (
	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
)

// Result is what is known of one URL.
type Result struct {
	// The URL that was asked.
	URL string `json:"url"`
	// The URL that a redirect led to, if redirects were followed.
	FinalURL string `json:"final_url,omitempty"`
	// The HTTP status of the answer to a request without credentials.
	Status int `json:"status,omitempty"`
	// What the URL accepts.
	Classification Classification `json:"classification" jsonschema:"enum=open,enum=ntlm,enum=negotiate,enum=negotiate+ntlm,enum=kerberos-only,enum=basic-only,enum=other,enum=offer-stripped,enum=proxy-auth,enum=error"`
	// How sure that is.
	Grade verdict.Grade `json:"grade" jsonschema:"enum=proven,enum=likely,enum=consistent,enum=untested"`
	// What else would look the same, or is wrong besides.
	OtherVerdicts []verdict.Verdict `json:"other_verdicts,omitempty"`
	// The challenges that came with the refusal, in their order.
	Offers []Offer `json:"offers,omitempty"`
	// Whether NTLM is accepted under the scheme NTLM.
	NTLM Acceptance `json:"ntlm"`
	// Whether NTLM is accepted under the scheme Negotiate.
	Negotiate Acceptance `json:"negotiate"`
	// What the challenge tells of the server.
	Server *Server `json:"server,omitempty"`
	// This machine's clock less the one in the challenge, in milliseconds.
	ClockSkewMS *int64 `json:"clock_skew_ms,omitempty"`
	// This machine's clock less the one in the header Date, in milliseconds; Date has whole seconds.
	DateSkewMS *int64 `json:"date_skew_ms,omitempty"`
	// The servers that answered on connections held open together.
	Backends []Backend `json:"backends,omitempty"`
	// What stands between, or serves, as far as it gives itself away.
	Intermediaries []Intermediary `json:"intermediaries,omitempty"`
	// The TLS session with whoever answered.
	TLS *trace.TLS `json:"tls,omitempty"`
	// The versions of HTTP that were spoken.
	HTTPVersions []string `json:"http_versions,omitempty"`
	// Which clients get a challenge that they can answer.
	Clients []Client `json:"clients,omitempty"`
	// What is worth knowing or mending, worst first.
	Findings []Finding `json:"findings,omitempty"`
	// The questions that were put, and how each ended.
	Experiments []experiment.Outcome `json:"experiments,omitempty"`
	// Why there is no answer to judge.
	Error *Error `json:"error,omitempty"`
	// When the first request went out.
	Asked trace.Time `json:"asked,omitzero"`
	// How many requests went out, those of redirects included; CONNECT counts only where the proxy wants a logon for it.
	Requests int `json:"requests"`
	// How many connections were opened, or tried in vain.
	Connections int `json:"connections"`
	// How long it all took, in milliseconds.
	DurationMS float64 `json:"duration_ms"`
}

// Classification is what a URL accepts. The words are stable.
type Classification string

// The classifications.
const (
	// Open: a request without credentials was answered.
	Open Classification = "open"
	// NTLM: the scheme NTLM is offered, and Negotiate is not.
	NTLM Classification = "ntlm"
	// Negotiate is offered; whether NTLM is accepted inside it is not known.
	Negotiate Classification = "negotiate"
	// NegotiateNTLM: Negotiate is offered, and NTLM gets a challenge.
	NegotiateNTLM Classification = "negotiate+ntlm"
	// KerberosOnly: Negotiate is offered, and NTLM inside it is refused.
	KerberosOnly Classification = "kerberos-only"
	// BasicOnly: Basic is offered and nothing else.
	BasicOnly Classification = "basic-only"
	// Other: something else is wanted, a form, a bearer token, Digest.
	Other Classification = "other"
	// OfferStripped: the refusal names no scheme.
	OfferStripped Classification = "offer-stripped"
	// ProxyAuth: a proxy wants a logon before it passes anything on.
	ProxyAuth Classification = "proxy-auth"
	// Failed: there was no HTTP answer, or one that says that the server is out of order.
	Failed Classification = "error"
)

// Classifications lists them all.
func Classifications() []Classification {
	return []Classification{NegotiateNTLM, NTLM, Negotiate, KerberosOnly, BasicOnly, Other, Open, OfferStripped, ProxyAuth, Failed}
}

// Offer is one challenge.
type Offer struct {
	// The scheme's name as it was written.
	Scheme string `json:"scheme"`
	// The challenge as it was written.
	Raw string `json:"raw"`
	// Who offers it.
	From verdict.Target `json:"from" jsonschema:"enum=origin,enum=proxy"`
	// The codes of what simpler clients trip over.
	Warnings []string `json:"warnings,omitempty"`
}

// State says whether something is accepted. Unknown is not no.
type State string

// The states.
const (
	Accepted   State = "accepted"
	Refused    State = "refused"
	NotOffered State = "not-offered"
	Untested   State = "untested"
)

// Acceptance is whether NTLM is accepted under a scheme, and what shows it.
type Acceptance struct {
	// Whether it is.
	State State `json:"state" jsonschema:"enum=accepted,enum=refused,enum=not-offered,enum=untested"`
	// How sure that is.
	Grade verdict.Grade `json:"grade" jsonschema:"enum=proven,enum=likely,enum=consistent,enum=untested"`
	// What shows it, in a sentence.
	Evidence string `json:"evidence"`
	// The mechanism that the server chose from Kerberos, NEGOEX and NTLM.
	Choice string `json:"choice,omitempty"`
}

// Server is what a challenge tells before anybody has logged on.
type Server struct {
	// The NetBIOS name of its domain.
	NBDomain string `json:"nb_domain,omitempty"`
	// Its NetBIOS name.
	NBComputer string `json:"nb_computer,omitempty"`
	// The DNS name of its domain.
	DNSDomain string `json:"dns_domain,omitempty"`
	// Its DNS name.
	DNSComputer string `json:"dns_computer,omitempty"`
	// The DNS name of its forest.
	DNSTree string `json:"dns_tree,omitempty"`
	// The release that sends such a version. The build is that of the release, not the patch level.
	OS string `json:"os,omitempty"`
	// The version as major.minor.build.
	Version string `json:"version,omitempty"`
	// Its clock when it made the challenge.
	Timestamp *trace.Time `json:"timestamp,omitempty"`
	// The ntlmctl serve that answered.
	Instance string `json:"instance,omitempty"`
}

// Backend is one server among several.
type Backend struct {
	Server
	// On how many connections it answered.
	Connections int `json:"connections"`
	// This machine's clock less its own, in milliseconds.
	ClockSkewMS *int64 `json:"clock_skew_ms,omitempty"`
}

// Intermediary is a product that was recognised.
type Intermediary struct {
	// Its name.
	Product string `json:"product"`
	// What gave it away.
	Evidence string `json:"evidence"`
	// Whether products of its kind share upstream connections among clients.
	Multiplexes bool `json:"multiplexes,omitempty"`
}

// Client is a kind of client and whether it gets in.
type Client struct {
	// Its name.
	Name string `json:"name"`
	// Whether its first message got a challenge that it can answer.
	State State `json:"state" jsonschema:"enum=accepted,enum=refused,enum=not-offered,enum=untested"`
	// Why.
	Why string `json:"why"`
}

// Error is why there is nothing to judge.
type Error struct {
	// The kind of failure; docs/json.md lists them.
	Code string `json:"code"`
	// The failure in a sentence.
	Text string `json:"text"`
}

// Danger reports whether a request without credentials was answered as somebody else.
func (r *Result) Danger() bool {
	for i := range r.OtherVerdicts {
		if c := r.OtherVerdicts[i].Code; c == verdict.SessionShared {
			return true
		}
	}
	return false
}
