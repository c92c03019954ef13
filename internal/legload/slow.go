package main

import (
	"bufio"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
)

// slow is a server that spends next to nothing on an answer and gives it after a
// fixed time: what it is asked for waits, not its clients for a processor.
type slow struct {
	latency time.Duration
	schemes []string
	due     chan answer
	// late is by how much answers were later than they should, over all of them.
	late, answers atomic.Int64

	mu     sync.Mutex
	canned map[string][]byte // by the credentials that are answered
}

type answer struct {
	at   time.Time
	conn net.Conn
	text []byte
}

// latePath is asked for how late answers were, in microseconds, on average.
const latePath = "/late"

func serveSlow(ctx context.Context, address string, s *slow, out io.Writer) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	context.AfterFunc(ctx, func() { _ = listener.Close() })
	s.due, s.canned = make(chan answer, 1<<16), map[string][]byte{}
	go s.give()
	fmt.Fprintln(out, listener.Addr())
	for {
		conn, err := listener.Accept()
		if err != nil {
			return context.Cause(ctx)
		}
		go s.hear(conn)
	}
}

// give gives the answers as they are due. All wait for the same time, so they
// are due in the order in which they were asked for.
func (s *slow) give() {
	for a := range s.due {
		for wait := time.Until(a.at); wait > 0; wait = time.Until(a.at) {
			sleep(wait)
		}
		s.late.Add(int64(time.Since(a.at)))
		s.answers.Add(1)
		_, _ = a.conn.Write(a.text) // a client that went away
	}
}

func (s *slow) hear(conn net.Conn) {
	defer conn.Close()
	in := bufio.NewReaderSize(conn, 2<<10)
	for {
		path, credentials, err := readRequest(in)
		if err != nil {
			return
		}
		if path == latePath {
			text := fmt.Sprintf("%.0f\n", float64(s.late.Load())/max(float64(s.answers.Load()), 1)/1000)
			fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(text), text)
			continue
		}
		s.due <- answer{time.Now().Add(s.latency), conn, s.answer(credentials)}
	}
}

// readRequest reads the head of a request without a body.
func readRequest(in *bufio.Reader) (path, credentials string, err error) {
	for first := true; ; first = false {
		line, err := in.ReadSlice('\n')
		text := strings.TrimRight(string(line), "\r\n")
		switch {
		case err != nil:
			return "", "", err
		case first:
			_, rest, _ := strings.Cut(text, " ")
			path, _, _ = strings.Cut(rest, " ")
		case text == "":
			return path, credentials, nil
		default:
			if value, ok := strings.CutPrefix(text, "Authorization: "); ok {
				credentials = value
			}
		}
	}
}

// answer is made once for the same credentials: clients' first messages are all
// the same.
func (s *slow) answer(credentials string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
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
