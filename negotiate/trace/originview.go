package trace

// The headers in which ntlmctl serve says what it saw.
const (
	HeaderInstance   = "X-Ntlmctl-Instance"
	HeaderConnection = "X-Ntlmctl-Connection"
	HeaderRequest    = "X-Ntlmctl-Request"
	HeaderAuthKey    = "X-Ntlmctl-Auth-Key"
	HeaderProtocol   = "X-Ntlmctl-Protocol"
)

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
}

// OriginViewOf reads the view from a response's headers; nil if it is not there.
func OriginViewOf(h Headers) *OriginView {
	if !h.Has(HeaderInstance) {
		return nil
	}
	return &OriginView{
		Instance:   h.Get(HeaderInstance),
		Connection: h.Get(HeaderConnection),
		Request:    h.Get(HeaderRequest),
		AuthKey:    h.Get(HeaderAuthKey),
		Protocol:   h.Get(HeaderProtocol),
	}
}
