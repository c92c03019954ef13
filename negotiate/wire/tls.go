package wire

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"net"
	"strings"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// secure makes a TLS session over a connection.
func secure(ctx context.Context, nc net.Conn, config *tls.Config, host string) (*tls.Conn, error) {
	if config == nil {
		config = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	config = config.Clone()
	if config.ServerName == "" {
		config.ServerName = host
	}
	if config.NextProtos == nil {
		config.NextProtos = []string{"http/1.1"}
	}
	session := tls.Client(nc, config)
	if err := session.HandshakeContext(ctx); err != nil {
		switch kind := kindOf(err); {
		case strings.HasSuffix(err.Error(), noProtocol):
			return nil, &failed{trace.FailHTTP2, fmt.Errorf("the peer does not speak http/1.1 (ALPN): %w", err)}
		case kind == trace.FailIO, kind == trace.FailEOF, kind == trace.FailReset: // somebody is there who does not go on with TLS
			return nil, &failed{trace.FailTLS, explain(err)}
		}
		return nil, err
	}
	return session, nil
}

// noProtocol is how crypto/tls words the alert of a server that knows none of
// the client's protocols (RFC 7301 section 3.2). It has no type to compare with.
const noProtocol = "tls: no application protocol"

// tlsOf is what a trace says of a session, and the peer's certificate.
func tlsOf(state *tls.ConnectionState) (*trace.TLS, *x509.Certificate) {
	t := &trace.TLS{
		Version: tls.VersionName(state.Version), Cipher: tls.CipherSuiteName(state.CipherSuite),
		ServerName: state.ServerName, Resumed: state.DidResume,
	}
	if len(state.PeerCertificates) == 0 {
		return t, nil
	}
	cert := state.PeerCertificates[0]
	sum := sha256.Sum256(cert.Raw)
	t.Certificate, t.CertificateSHA256 = cert.Raw, hex.EncodeToString(sum[:])
	t.Subject, t.Issuer, t.NotAfter = cert.Subject.String(), cert.Issuer.String(), trace.Stamp(cert.NotAfter)
	return t, cert
}
