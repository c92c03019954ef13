package probe

import "github.com/ntlmctl/ntlmctl/decode/annotate"

// Finding is one thing that is worth knowing or mending.
type Finding struct {
	// The stable name; docs/probe.md lists them all.
	Code string `json:"code" jsonschema:"pattern=^[a-z0-9-]+$"`
	// How bad it is: a property of the code.
	Severity string `json:"severity" jsonschema:"enum=info,enum=warning,enum=error"`
	// The finding in a sentence, with what is special about this one.
	Text string `json:"text"`
	// What to do about it.
	Remedy string `json:"remedy,omitempty"`
}

// Entry is one line of the catalogue of findings. Codes are stable.
type Entry struct {
	Code         string
	Severity     annotate.Severity
	Text, Remedy string
}

const (
	info    = annotate.Info
	warning = annotate.Warning
	severe  = annotate.Error
)

// catalogue is in the order in which findings of one severity are shown.
var catalogue = []Entry{
	{"session-shared", severe, "a first message was answered as if somebody had logged on", "take the path out of service: a stranger is let in as whoever logged on before; NTLM needs one upstream connection for each client connection"},
	{"ntlm-behind-multiplexer", severe, "NTLM is accepted behind a box of a kind that shares upstream connections among clients", "run ntlmctl diagnose with credentials; pass NTLM through TCP (nginx stream, HAProxy mode tcp, AWS NLB), or move to Kerberos"},
	{"handshakes-share-a-connection", severe, "handshakes on different connections met on one upstream connection", "give each client connection an upstream connection of its own; run ntlmctl diagnose with credentials to see whether strangers get in"},
	{"connection-switched", severe, "one connection is switched between servers", "balance connections, not requests: cookies pin the server, not the connection"},
	{"challenge-closes", severe, "the connection ends with the challenge, so no client can answer it", "keep the client's connection alive at the first box (keepalive_timeout, Connection headers, HTTP/1.1)"},
	{"http10", severe, "the challenge comes over HTTP/1.0, which ends the connection", "speak HTTP/1.1 with keep-alive at the first box"},
	{"offer-stripped", severe, "the refusal names no scheme", "let WWW-Authenticate pass through every box (proxy_hide_header, del-header, connection-auth)"},
	{"type1-unanswered", severe, "NTLM is on offer, and its first message gets no challenge", "probe the server itself: a box that takes Authorization out, a policy and a spoilt upstream connection look alike from here"},
	{"basic-over-http", severe, "Basic is on offer without TLS: passwords go over the wire as they are", "offer Basic over https only"},
	{"ntlmv1-only", severe, "the challenge has neither target information nor extended session security, so nothing that NTLMv2 needs", "raise LmCompatibilityLevel on the server, or update what speaks NTLM there"},
	{"ntlm-over-http", warning, "NTLM is accepted without TLS: who listens can attack the password, who stands between can relay the logon", "serve the URL over https, and demand channel binding (Extended Protection)"},
	{"ntlm-beside-kerberos", warning, "NTLM gets in where Kerberos is chosen", "if Kerberos was meant: offer Negotiate:Kerberos alone, or refuse NTLM by policy"},
	{"basic-beside-ntlm", warning, "Basic is offered beside NTLM or Negotiate: clients that cannot do better send the password", "take Basic out of the offer"},
	{"fallback-order", warning, "a weaker scheme is offered before a stronger one: simple clients take the first", "offer Negotiate first, then NTLM, then Digest, then Basic"},
	{"offer-hard-to-read", warning, "some clients cannot read the offer", "send each challenge in a header line of its own, with the scheme spelt as it is registered"},
	{"tls-wanted", warning, "the port wants TLS and was asked without it", "ask https:// there"},
	{"clock-skew", warning, "the clocks differ by more than five minutes: Kerberos fails, and NTLMv2 may", "set the clocks by NTP"},
	{"client-refused", warning, "some clients cannot log on", "see the clients in the report; gateways on go-ntlmssp need Unicode and NTLMv2 without key exchange"},
	{"header-limit", warning, "a header of the size of an NTLM token is refused", "raise the limit (large_client_header_buffers, tune.bufsize, LimitRequestFieldSize, MaxFieldLength and MaxRequestBytes)"},
	{"challenge-odd", warning, "the challenge has faults that some clients trip over", "see docs/findings.md for the code"},
	{"header-limit-kerberos", info, "a header of the size of a large Kerberos ticket is refused", "raise the limit if tickets grow so large, as they do with many groups"},
	{"names-disclosed", info, "names of the server and its domain are told to whoever asks", ""},
	{"tls-names-another", info, "the certificate does not name the server that answers: TLS may end before it", "with Extended Protection the two must match, or the server must be told of the box before it"},
	{"http2", info, "HTTP/2 is spoken, which cannot carry NTLM", "clients must fall back to HTTP/1.1, or be given http/1.1 alone by ALPN"},
	{"redirects-to-login", info, "a form or an identity provider asks for the logon", ""},
	{"backends", info, "several servers answer", ""},
	{"clocks-differ", info, "the servers' clocks differ by more than a minute", "set the clocks by NTP"},
}

// Catalogue lists every finding there is.
func Catalogue() []Entry { return append([]Entry(nil), catalogue...) }

func entryOf(code string) (entry Entry, rank int) {
	for i, e := range catalogue {
		if e.Code == code {
			return e, i
		}
	}
	panic("probe: the catalogue has no " + code)
}
