package main

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
)

// slow is a server that spends next to nothing on an answer and gives it a fixed
// time after it was asked: what it is asked for waits, not its clients for a
// processor.
type slow struct {
	latency time.Duration
	schemes []string
	canned  map[string][]byte // by the credentials that are answered
	// late is by how much answers were later than they should, over all of them.
	late    time.Duration
	answers int
}

// latePath is asked for how late answers were, in microseconds, on average.
const latePath = "/late"

// headOf is the target and the credentials of a request without a body, or false
// if not all of it is there.
func headOf(request []byte) (path, credentials string, ok bool) {
	head, _, ok := bytes.Cut(request, []byte("\r\n\r\n"))
	if !ok {
		return "", "", false
	}
	for i, line := range strings.Split(string(head), "\r\n") {
		if i == 0 {
			_, rest, _ := strings.Cut(line, " ")
			path, _, _ = strings.Cut(rest, " ")
		} else if value, ok := strings.CutPrefix(line, "Authorization: "); ok {
			credentials = value
		}
	}
	return path, credentials, true
}

// answer is made once for the same credentials: clients' first messages are all
// the same.
func (s *slow) answer(credentials string) []byte {
	text, ok := s.canned[credentials]
	if !ok {
		text = s.refusal(credentials)
		s.canned[credentials] = text
	}
	return text
}

func (s *slow) refusal(credentials string) []byte {
	fields := http.Header{"Content-Length": {"0"}, "Www-Authenticate": s.schemes}
	if scheme, token, ok := strings.Cut(credentials, " "); ok {
		raw, err := base64.StdEncoding.DecodeString(token)
		out, _, stepErr := ntlm.NewAcceptor(ntlm.AcceptorOptions{Names: ntlm.Names{NbComputer: "SLOW", NbDomain: "LAB"}}).Step(raw)
		if err == nil && stepErr == nil {
			fields["Www-Authenticate"] = []string{scheme + " " + base64.StdEncoding.EncodeToString(out)}
		}
	}
	var b strings.Builder
	b.WriteString("HTTP/1.1 401 Unauthorized\r\n")
	_ = fields.Write(&b) // it writes to memory
	return []byte(b.String() + "\r\n")
}
