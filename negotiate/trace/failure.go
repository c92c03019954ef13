package trace

// FailureKind says how an exchange failed.
type FailureKind string

// The kinds of failure.
const (
	// FailDial: no connection: name not found, refused, unreachable.
	FailDial FailureKind = "dial"
	// FailTLS: no TLS session, or it broke.
	FailTLS FailureKind = "tls"
	// FailProxy: the proxy refused to connect, by CONNECT or SOCKS.
	FailProxy FailureKind = "proxy"
	// FailTimeout: a deadline passed.
	FailTimeout FailureKind = "timeout"
	// FailCanceled: the caller gave up.
	FailCanceled FailureKind = "canceled"
	// FailReset: the peer reset the connection.
	FailReset FailureKind = "reset"
	// FailEOF: the peer closed the connection before the response was complete.
	FailEOF FailureKind = "eof"
	// FailMalformed: what the peer sent is no HTTP/1.x response, or breaks a limit.
	FailMalformed FailureKind = "malformed"
	// FailHTTP2: the peer answered in HTTP/2.
	FailHTTP2 FailureKind = "http2"
	// FailRequest: the request was not fit to be sent, or its body could not be read.
	FailRequest FailureKind = "request"
	// FailIO: the socket failed in another way.
	FailIO FailureKind = "io"
)

// Failure is why a connection or an exchange failed.
type Failure struct {
	Kind FailureKind `json:"kind"`
	// Text has no credentials in it; what comes from the peer is quoted.
	Text string `json:"text"`
}
