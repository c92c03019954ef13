package origin

import (
	"bufio"
	"errors"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// malformed is a request that cannot be served, and the status that says so.
type malformed struct {
	status int
	text   string
}

func (m *malformed) Error() string { return m.text }

func bad(text string) *malformed { return &malformed{http.StatusBadRequest, text} }

// maxLeadingLines is how many empty lines may come before a request line (RFC
// 9112 section 2.2).
const maxLeadingLines = 4

// appendHead appends a head of a request or a response, with the empty line that
// ends it.
func appendHead(dst []byte, br *bufio.Reader, limit int) ([]byte, error) {
	leading := 0
	for {
		line, err := br.ReadSlice('\n')
		whole := err == nil
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			if len(dst) > 0 || len(line) > 0 {
				err = unexpected(err)
			}
			return dst, err
		}
		first := len(dst) == 0 || dst[len(dst)-1] == '\n'
		empty := whole && first && len(line) <= 2 && (line[0] == '\n' || line[0] == '\r')
		if empty && len(dst) == 0 {
			if leading++; leading > maxLeadingLines {
				return dst, bad("empty lines in place of a request")
			}
			continue
		}
		if len(dst)+len(line) > limit {
			return dst, &malformed{http.StatusRequestHeaderFieldsTooLarge, "the head is longer than " + strconv.Itoa(limit) + " bytes"}
		}
		if dst = append(dst, line...); empty {
			return dst, nil
		}
	}
}

func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// cutLine takes the first line off a head.
func cutLine(head string) (line, rest string) {
	i := strings.IndexByte(head, '\n')
	return strings.TrimSuffix(head[:i], "\r"), head[i+1:]
}

// parseRequestLine takes a request line apart (RFC 9112 section 3). What could be
// read is in x even if there is an error.
func parseRequestLine(line string, x *Exchange) error {
	method, rest, ok := strings.Cut(line, " ")
	target, version, ok2 := strings.Cut(rest, " ")
	if !ok || !ok2 || !isToken(method) || target == "" || !isVisible(target) {
		return bad("the request line is malformed")
	}
	x.Method, x.Target = method, target
	switch version {
	case "HTTP/1.1", "HTTP/1.0":
		x.Protocol = version
		return nil
	case "HTTP/2.0":
		x.Protocol = version
		return &malformed{http.StatusHTTPVersionNotSupported, "HTTP/2 cannot carry NTLM, and is not spoken here"}
	}
	return &malformed{http.StatusHTTPVersionNotSupported, "the request line ends with no version of HTTP/1"}
}

// appendFields appends the fields of a head. Their text aliases it.
func appendFields(dst trace.Headers, text string, most int) (trace.Headers, error) {
	for {
		var line string
		if line, text = cutLine(text); line == "" {
			return dst, nil
		}
		name, value, ok := strings.Cut(line, ":")
		switch {
		case line[0] == ' ' || line[0] == '\t':
			return dst, bad("a header field is folded")
		case !ok || !isToken(name):
			return dst, bad("a header line has no field name before a colon")
		case strings.ContainsAny(value, "\x00\r"):
			return dst, bad("a header field holds a control character")
		case len(dst) >= most:
			return dst, &malformed{http.StatusRequestHeaderFieldsTooLarge, "there are more than " + strconv.Itoa(most) + " header fields"}
		}
		dst = append(dst, trace.Header{Name: name, Value: strings.Trim(value, " \t")})
	}
}

// framing is how the body of a message ends (RFC 9112 section 6).
type framing struct {
	length  int64
	chunked bool
	// length and chunked say nothing if untilClose is set.
	untilClose bool
}

func (f *framing) empty() bool { return !f.chunked && !f.untilClose && f.length == 0 }

// framingOf reads it off a head. None is there without a field that says so.
func framingOf(headers trace.Headers, protocol string) (f framing, given bool, err error) {
	for i := range headers {
		h := &headers[i]
		switch {
		case len(h.Name) == len("Content-Length") && strings.EqualFold(h.Name, "Content-Length"):
			n, ok := parseLength(h.Value)
			if !ok || given && !f.chunked && n != f.length {
				return f, given, bad("Content-Length is no number, or there are two")
			}
			f.length = n
		case len(h.Name) == len("Transfer-Encoding") && strings.EqualFold(h.Name, "Transfer-Encoding"):
			if !strings.EqualFold(h.Value, "chunked") || f.chunked || protocol == "HTTP/1.0" {
				return f, given, &malformed{http.StatusNotImplemented, "a Transfer-Encoding other than chunked"}
			}
			f.chunked = true
		default:
			continue
		}
		given = true
	}
	if f.chunked && headers.Has("Content-Length") {
		return f, given, bad("Content-Length and Transfer-Encoding exclude one another")
	}
	return f, given, nil
}

func parseLength(s string) (int64, bool) {
	n, err := strconv.ParseUint(s, 10, 63)
	return int64(n), err == nil && n < math.MaxInt64 && s[0] != '+'
}

func isToken(s string) bool {
	for i := range len(s) {
		if !isTokenChar(s[i]) {
			return false
		}
	}
	return s != ""
}

// isTokenChar is tchar of RFC 9110 section 5.6.2.
func isTokenChar(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0
}

// isVisible reports whether s has no control characters and no blanks.
func isVisible(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] == 0x7f {
			return false
		}
	}
	return true
}
