package trace

import "strings"

// The headers in which ntlmctl serve says what it saw.
const (
	HeaderInstance   = viewPrefix + "Instance"
	HeaderConnection = viewPrefix + "Connection"
	HeaderRequest    = viewPrefix + "Request"
	HeaderAuthKey    = viewPrefix + "Auth-Key"
	HeaderProtocol   = viewPrefix + "Protocol"
	HeaderState      = viewPrefix + "State"
)

const (
	viewPrefix      = "X-Ntlmctl-"
	proxyViewPrefix = "X-Ntlmctl-Proxy-"
)

// ProxyHeader is the header in which a ntlmctl serve that is a proxy says the same
// of itself. The server behind it may be one, too: both are heard.
func ProxyHeader(header string) string {
	return proxyViewPrefix + strings.TrimPrefix(header, viewPrefix)
}

// OriginView is what a ntlmctl serve at the far end says about a leg.
type OriginView struct {
	// Instance tells servers apart.
	Instance string `json:"instance"`
	// Connection is the server's own number of the connection.
	Connection string `json:"connection,omitempty"`
	// Request is the number of the request on it.
	Request string `json:"request,omitempty"`
	// AuthKey is what the logon state is kept under.
	AuthKey string `json:"auth_key,omitempty"`
	// Protocol is the version that the server was asked in, as "HTTP/1.0".
	Protocol string `json:"protocol,omitempty"`
	// State is the logon's: anonymous, challenged, accepted, authenticated or
	// refused. Reason is why it was refused, as "channel-binding-mismatch".
	State  string `json:"state,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// OriginViewOf reads the view from a response's headers; nil if it is not there.
func OriginViewOf(h Headers) *OriginView {
	return viewOf(h, func(header string) string { return header })
}

// ProxyViewOf reads the view of a ntlmctl serve that is a proxy; nil if it is not
// there.
func ProxyViewOf(h Headers) *OriginView { return viewOf(h, ProxyHeader) }

func viewOf(h Headers, name func(string) string) *OriginView {
	if !h.Has(name(HeaderInstance)) {
		return nil
	}
	v := &OriginView{
		Instance:   h.Get(name(HeaderInstance)),
		Connection: h.Get(name(HeaderConnection)),
		Request:    h.Get(name(HeaderRequest)),
		AuthKey:    h.Get(name(HeaderAuthKey)),
		Protocol:   h.Get(name(HeaderProtocol)),
	}
	v.State, v.Reason, _ = strings.Cut(h.Get(name(HeaderState)), " ")
	return v
}
