package trace

// Connection is one connection, dialled or tried.
type Connection struct {
	// ID counts the connections of a run from 1.
	ID int `json:"id"`
	// Local and Remote are the socket's addresses; Remote is the proxy's if there is one.
	Local  string `json:"local,omitempty"`
	Remote string `json:"remote,omitempty"`
	// Target is host:port of the origin.
	Target string `json:"target,omitempty"`
	// Via is the URL of the proxy, without credentials; empty if there is none.
	Via string `json:"via,omitempty"`
	// Tunnel says that Via was passed by CONNECT.
	Tunnel bool `json:"tunnel,omitempty"`
	// TLS is that with the origin, ProxyTLS that with the proxy.
	TLS      *TLS `json:"tls,omitempty"`
	ProxyTLS *TLS `json:"proxy_tls,omitempty"`
	// ALPN is the protocol that was negotiated with the origin.
	ALPN   string `json:"alpn,omitempty"`
	Opened Time   `json:"opened"`
	// DNSMS and DialMS are how long the name and the socket took, TLSMS the
	// handshake with the origin, ReadyMS all of it with the proxies.
	DNSMS   float64 `json:"dns_ms,omitempty"`
	DialMS  float64 `json:"dial_ms,omitempty"`
	TLSMS   float64 `json:"tls_ms,omitempty"`
	ReadyMS float64 `json:"ready_ms,omitempty"`
	// ClosedBy says who closed it; empty while it is open.
	ClosedBy Side `json:"closed_by,omitempty"`
	// ClosedHow is "eof", "reset", "tls" (an alert) or "timeout".
	ClosedHow string `json:"closed_how,omitempty"`
	// Closed is when that was noticed.
	Closed Time `json:"closed,omitzero"`
	// Error says why it did not come about.
	Error *Failure `json:"error,omitempty"`
}

// TLS is what was negotiated.
type TLS struct {
	// Version and Cipher have Go's names: "TLS 1.3", "TLS_AES_128_GCM_SHA256".
	Version    string `json:"version"`
	Cipher     string `json:"cipher"`
	ServerName string `json:"server_name,omitempty"`
	// CertificateSHA256 is the fingerprint of the peer's certificate, in hexadecimal.
	CertificateSHA256 string `json:"certificate_sha256,omitempty"`
	// Subject, Issuer and NotAfter are the certificate's own.
	Subject  string `json:"subject,omitempty"`
	Issuer   string `json:"issuer,omitempty"`
	NotAfter Time   `json:"not_after,omitzero"`
	// ChannelBinding is tls-server-end-point in hexadecimal. Who does NTLM sets it.
	ChannelBinding string `json:"channel_binding,omitempty"`
	// Resumed says that an earlier session went on.
	Resumed bool `json:"resumed,omitempty"`
	// Certificate is the peer's certificate in DER; nil if there was none.
	Certificate []byte `json:"-"`
}
