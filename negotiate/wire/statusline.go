package wire

import (
	"bytes"
	"strconv"
)

// statusLine is the first line of a response (RFC 9112 section 4).
type statusLine struct {
	// version is as it was written, after the slash: "1.1".
	version string
	// major and minor are what it means.
	major, minor int
	status       int
	reason       string
	// note is what is odd about it, or empty.
	note string
}

// parseStatusLine reads a line that begins with "HTTP/".
func parseStatusLine(line []byte) (statusLine, error) {
	s := statusLine{}
	version, rest, _ := bytes.Cut(line[len("HTTP/"):], []byte(" "))
	s.version = string(version)
	major, minor, dotted := bytes.Cut(version, []byte("."))
	var ok bool
	if s.major, ok = digit(major); !ok {
		return s, malformedf("the status line has no version: %s", quoteStart(line))
	}
	if s.minor, ok = digit(minor); dotted != ok {
		return s, malformedf("the status line has no version: %s", quoteStart(line))
	}
	if s.major != 1 {
		s.note = "the status line says HTTP/" + s.version
	}
	rest = bytes.TrimLeft(rest, " \t")
	code, reason, _ := bytes.Cut(rest, []byte(" "))
	status, err := strconv.Atoi(string(code))
	if err != nil || len(code) != 3 || status < 100 {
		return s, malformedf("the status line has no status: %s", quoteStart(line))
	}
	s.status, s.reason = status, string(bytes.Trim(reason, " \t"))
	return s, nil
}

func digit(b []byte) (int, bool) {
	if len(b) != 1 || b[0] < '0' || b[0] > '9' {
		return 0, false
	}
	return int(b[0] - '0'), true
}

// keepsAlive reports whether the version's connections persist without being asked to.
func (s *statusLine) keepsAlive() bool { return s.major > 1 || s.major == 1 && s.minor >= 1 }
