package origin

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// noDeadline stands in for a connection.
type noDeadline struct{ net.Conn }

func (noDeadline) SetReadDeadline(time.Time) error { return nil }

// FuzzRequest reads bytes as a request: what is accepted has no control
// characters in it, and its body takes no more than there is.
func FuzzRequest(f *testing.F) {
	for _, seed := range []string{
		"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc",
		"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nT: x\r\n\r\n", "GET / HTTP/1.0\n\n", "\r\n\r\nGET",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		br := bufio.NewReaderSize(bytes.NewReader(in), 64)
		head, err := appendHead(nil, br, 4096)
		if err != nil {
			return
		}
		if len(head) > 4096 || !bytes.HasSuffix(head, []byte("\n")) {
			t.Fatalf("head %q", head)
		}
		line, rest := cutLine(string(head))
		var x Exchange
		if parseRequestLine(line, &x) != nil {
			return
		}
		if !isVisible(x.Target) || !isToken(x.Method) {
			t.Fatalf("%q %q", x.Method, x.Target)
		}
		headers, err := appendFields(nil, rest, 10)
		if err != nil {
			return
		}
		for _, h := range headers {
			if !isToken(h.Name) || strings.ContainsAny(h.Value, "\r\n\x00") {
				t.Fatalf("%q", h)
			}
		}
		frame, _, err := framingOf(headers, x.Protocol)
		if err != nil {
			return
		}
		b := &body{br: br, framing: frame, conn: noDeadline{}}
		if n, _ := io.Copy(io.Discard, b); n > int64(len(in)) {
			t.Fatalf("%d bytes of a body out of %d", n, len(in))
		}
	})
}
