package diagnose

import (
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"sync/atomic"
	"testing"

	"github.com/ntlmctl/ntlmctl/internal/lab/loopback"
)

// tap stands before an origin, passes everything on, and counts at the origin's
// door the Type 3 that were answered with a refusal.
type tap struct {
	addr    string
	refused atomic.Int32
}

// type3 is how a Type 3 begins in base64, bare or at the end of SPNEGO's header.
var type3 = []byte("TlRMTVNTUAAD")

// startTap starts one, at which TLS ends if there is a configuration of it.
func startTap(t *testing.T, origin string, secure *tls.Config) *tap {
	t.Helper()
	l := loopback.Listen(t)
	if secure != nil {
		l = tls.NewListener(l, secure)
	}
	p := &tap{addr: l.Addr().String()}
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go p.serve(client, origin)
		}
	}()
	return p
}

func (p *tap) serve(client net.Conn, origin string) {
	defer client.Close()
	server, err := net.Dial("tcp", origin)
	if err != nil {
		return
	}
	defer server.Close()
	var proof atomic.Bool // a Type 3 went up and is not answered yet
	go func() {
		_, _ = io.Copy(server, watched{client, func(b []byte) {
			if bytes.Contains(b, type3) {
				proof.Store(true)
			}
		}})
		if half, ok := server.(*net.TCPConn); ok {
			_ = half.CloseWrite()
		}
	}()
	_, _ = io.Copy(client, watched{server, func(b []byte) {
		_, rest, is := bytes.Cut(b, []byte("HTTP/1."))
		if is && proof.Swap(false) && len(rest) > 4 && (rest[2] == '4' || rest[2] == '5') {
			p.refused.Add(1)
		}
	}})
}

// watched shows what is read.
type watched struct {
	io.Reader
	see func([]byte)
}

func (w watched) Read(p []byte) (int, error) {
	n, err := w.Reader.Read(p)
	w.see(p[:n])
	return n, err
}
