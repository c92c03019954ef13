package wire

import (
	"fmt"
	"strconv"
	"strings"
)

// framing is how a body's end is found (RFC 9112 section 6.3).
type framing struct {
	// length is that of the body: -1 if it is chunked or ends with the connection.
	length  int64
	chunked bool
	// untilClose: the end of the connection is the body's.
	untilClose bool
	// broken: the fields contradict each other, the body cannot be read.
	broken error
	notes  []string
}

// frame finds how the body of a final response to a method is delimited.
func (h *head) frame(method string) framing {
	f := framing{}
	switch {
	case method == "HEAD", h.status == 101, h.status == 204, h.status == 304, method == "CONNECT" && h.status/100 == 2:
		return f
	}
	length, err := contentLength(h.fields.Values("Content-Length"))
	if codings := h.fields.Values("Transfer-Encoding"); len(codings) > 0 {
		f.length = -1
		all := strings.Split(strings.Join(codings, ","), ",")
		f.chunked = strings.EqualFold(strings.TrimSpace(all[len(all)-1]), "chunked")
		f.untilClose = !f.chunked
		if len(all) > 1 || !f.chunked {
			f.notes = append(f.notes, fmt.Sprintf("the body is in a transfer coding that is not undone: %s", quoteStart([]byte(strings.Join(codings, ", ")))))
		}
		if h.fields.Has("Content-Length") {
			f.notes = append(f.notes, "there are both Transfer-Encoding and Content-Length")
		}
		if !h.keepsAlive() {
			f.notes = append(f.notes, "there is a Transfer-Encoding in HTTP/1.0")
		}
		return f
	}
	f.length = length
	switch {
	case err != nil:
		f.length, f.broken = -1, err
		f.notes = append(f.notes, err.Error())
	case length < 0:
		f.untilClose = true
	}
	return f
}

// contentLength is the length that all values agree on, -1 if there is none.
func contentLength(values []string) (int64, error) {
	length := int64(-1)
	for _, value := range values {
		for part := range strings.SplitSeq(value, ",") {
			part = strings.Trim(part, " \t")
			n, err := strconv.ParseUint(part, 10, 63)
			if err != nil || part[0] == '+' {
				return -1, malformedf("Content-Length is no length: %s", quoteStart([]byte(part)))
			}
			if length >= 0 && int64(n) != length {
				return -1, malformedf("there are Content-Lengths that differ: %d and %d", length, n)
			}
			length = int64(n)
		}
	}
	return length, nil
}
