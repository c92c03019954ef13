package origin

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// upstream is the connection to the server behind a proxy. One client's
// connection has one of its own, so that a handshake with that server survives.
type upstream struct {
	conn      net.Conn
	br        *bufio.Reader
	authority string
}

// forward passes on a request whose target is a whole URL (RFC 9112 section
// 3.2.2).
func (r *request) forward(ctx context.Context) bool {
	u, err := url.Parse(r.x.Target)
	if err != nil || u.Scheme != "http" || u.Host == "" {
		return r.reject(bad("a proxy is asked for http://host/path, or by CONNECT"))
	}
	r.x.Upstream = authorityOf(u)
	if strings.Contains(strings.Join(r.x.Headers.Values("Via"), ","), r.via()) {
		return r.reject(&malformed{http.StatusLoopDetected, "the request has been here before"})
	}
	head := r.outgoing(u)
	if !r.framing.empty() {
		if err := r.continueFirst(); err != nil {
			r.broke(err)
			return false
		}
	}
	h, err := r.exchangeWith(ctx, head)
	if err != nil {
		if r.upstream != nil {
			r.upstream.conn.Close()
			r.upstream = nil
		}
		return r.unreachable(err)
	}
	return r.passBack(h)
}

func authorityOf(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = "80"
	}
	return net.JoinHostPort(u.Hostname(), port)
}

// via is how this proxy names itself.
func (r *request) via() string { return "ntlmctl-" + r.s.instance }

// outgoing is the head that goes on.
func (r *request) outgoing(u *url.URL) []byte {
	b := append([]byte(nil), r.x.Method...)
	b = append(b, ' ')
	b = append(b, u.RequestURI()...)
	b = append(b, " HTTP/1.1\r\n"...)
	b = appendField(b, "Host", u.Host)
	b = appendPassedOn(b, r.x.Headers, "Host")
	b = appendField(b, "Via", strings.TrimPrefix(r.x.Protocol, "HTTP/")+" "+r.via())
	switch {
	case r.framing.chunked:
		b = appendField(b, "Transfer-Encoding", "chunked")
	case r.x.Headers.Has("Content-Length"):
		b = appendField(b, "Content-Length", strconv.FormatInt(r.framing.length, 10))
	}
	return append(b, "\r\n"...)
}

// response is the head of the answer from behind.
type response struct {
	status  int
	reason  string
	headers trace.Headers
	framing
}

// exchangeWith sends the request on and reads the head of the answer. A
// connection that has been used may have gone stale: then a request without a
// body is sent once more, on a fresh one.
func (r *request) exchangeWith(ctx context.Context, head []byte) (*response, error) {
	for {
		reused, err := r.reach(ctx)
		if err != nil {
			return nil, err
		}
		h, err := r.attempt(head)
		if err == nil || !reused || !r.framing.empty() || errors.Is(err, os.ErrDeadlineExceeded) {
			return h, err
		}
		r.upstream.conn.Close()
		r.upstream = nil
	}
}

// reach sees to it that there is a connection to the server that is meant.
func (r *request) reach(ctx context.Context) (reused bool, err error) {
	if up := r.upstream; up != nil {
		if up.authority == r.x.Upstream {
			return true, nil
		}
		up.conn.Close()
		r.upstream = nil
	}
	conn, err := r.dial(ctx, r.x.Upstream)
	if err != nil {
		return false, err
	}
	r.upstream = &upstream{conn, bufio.NewReaderSize(conn, readSize), r.x.Upstream}
	return false, nil
}

func (r *request) dial(ctx context.Context, authority string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, r.s.o.Timeouts.Dial)
	defer cancel()
	return r.s.o.Dial(ctx, "tcp", authority)
}

// attempt is one try of exchangeWith.
func (r *request) attempt(head []byte) (*response, error) {
	up := r.upstream
	up.conn.SetWriteDeadline(time.Now().Add(r.s.o.Timeouts.Transfer))
	if _, err := up.conn.Write(head); err != nil {
		return nil, err
	}
	if !r.framing.empty() {
		b := r.requestBody()
		n, err := r.relay(up.conn, b, r.framing.chunked)
		if r.x.BodyBytes = n; err != nil {
			return nil, err
		}
	}
	for {
		up.conn.SetReadDeadline(time.Now().Add(r.s.o.Timeouts.Transfer))
		text, err := appendHead(nil, up.br, r.s.o.Limits.Head)
		if err != nil {
			return nil, err
		}
		h, err := parseResponse(string(text), r.s.o.Limits.Fields)
		if err != nil || h.status >= 200 {
			return h, err
		}
	}
}

// parseResponse reads the head of a response.
func parseResponse(text string, fields int) (*response, error) {
	line, rest := cutLine(text)
	version, rest2, _ := strings.Cut(line, " ")
	code, reason, _ := strings.Cut(rest2, " ")
	status, err := strconv.Atoi(code)
	if !strings.HasPrefix(version, "HTTP/1.") || err != nil || status < 100 || status > 999 {
		return nil, errors.New("the answer is not HTTP/1")
	}
	h := &response{status: status, reason: reason}
	if h.headers, err = appendFields(nil, rest, fields); err != nil {
		return nil, err
	}
	var given bool
	if h.framing, given, err = framingOf(h.headers, "HTTP/1.1"); err != nil {
		return nil, err
	}
	h.untilClose = !given
	return h, nil
}

// unreachable answers for a server that does not.
func (r *request) unreachable(err error) bool {
	r.status = http.StatusBadGateway
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		r.status = http.StatusGatewayTimeout
	}
	r.x.note(r.x.Upstream + ": " + err.Error())
	if !r.framing.empty() {
		r.keep = false
	}
	return r.reply()
}

// passBack gives the answer from behind to the client.
func (r *request) passBack(h *response) bool {
	up := r.upstream
	if h.untilClose || !keepsAlive(h.headers, "HTTP/1.1") {
		defer func() {
			up.conn.Close()
			r.upstream = nil
		}()
	}
	none := r.x.Method == http.MethodHead || h.status == http.StatusNoContent || h.status == http.StatusNotModified
	chunked := !none && (h.chunked || h.untilClose)
	if chunked && r.x.Protocol == "HTTP/1.0" {
		chunked, r.keep = false, false
	}
	r.status = h.status
	b := r.out[:0]
	b = append(b, "HTTP/1.1 "...)
	b = strconv.AppendInt(b, int64(h.status), 10)
	b = append(append(append(b, ' '), h.reason...), "\r\n"...)
	b = appendPassedOn(b, h.headers, r.s.viewNames.list()...)
	b = r.appendView(b)
	if r.token != nil {
		b = r.appendChallenges(b)
	}
	b = r.appendConnection(b)
	switch {
	case chunked:
		b = appendField(b, "Transfer-Encoding", "chunked")
	case h.headers.Has("Content-Length"):
		b = appendField(b, "Content-Length", strconv.FormatInt(h.length, 10))
	}
	b = append(b, "\r\n"...)
	r.out = b
	r.settle()
	err := r.write(r.out)
	if err == nil && !none {
		from := &body{br: up.br, framing: h.framing, conn: up.conn, timeout: r.s.o.Timeouts.Transfer}
		if _, err = r.relay(r.nc, from, chunked); err != nil {
			r.keep = false // the client must not take half a body for a whole one
		}
	}
	return r.replied(err)
}

// relay copies a body from one connection to another, framed anew.
func (r *request) relay(to net.Conn, from *body, chunked bool) (int64, error) {
	const room = 10 // for the size of a chunk
	buf := r.transferBuffer()
	var total int64
	for {
		n, err := from.Read(buf[room : len(buf)-2])
		total += int64(n)
		if n > 0 {
			part := buf[room : room+n]
			if chunked {
				size := strconv.FormatInt(int64(n), 16) + "\r\n"
				start := room - len(size)
				copy(buf[start:], size)
				part = buf[start : room+n]
				part = append(part, "\r\n"...)
			}
			to.SetWriteDeadline(time.Now().Add(r.s.o.Timeouts.Transfer))
			if _, err := to.Write(part); err != nil {
				return total, err
			}
		}
		switch {
		case errors.Is(err, io.EOF) && chunked:
			_, err = io.WriteString(to, "0\r\n\r\n")
			return total, err
		case errors.Is(err, io.EOF):
			return total, nil
		case err != nil:
			return total, err
		}
	}
}
