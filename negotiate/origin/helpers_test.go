package origin_test

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ntlmctl/ntlmctl/internal/lab/loopback"
	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
	"github.com/ntlmctl/ntlmctl/negotiate/origin"
)

const password = "Passw0rd!"

// options are those of a server that knows LAB\alice.
func options(tb testing.TB) origin.Options {
	tb.Helper()
	users, err := ntlm.ParseUsers(strings.NewReader("LAB:alice:" + password + "\nLAB:bob:S3cret!12\n"))
	if err != nil {
		tb.Fatal(err)
	}
	return origin.Options{Acceptor: ntlm.AcceptorOptions{
		Users: users, Names: ntlm.Names{NbComputer: "ORIGIN", NbDomain: "LAB", Member: true},
	}}
}

// start serves until the test ends and returns host:port.
func start(tb testing.TB, o origin.Options) string {
	tb.Helper()
	_, address, _ := startServer(tb, o)
	return address
}

// startServer serves until the test ends, or stop is called.
func startServer(tb testing.TB, o origin.Options) (s *origin.Server, address string, stop func()) {
	tb.Helper()
	s, err := origin.New(o)
	if err != nil {
		tb.Fatal(err)
	}
	address, stop = loopback.Serve(tb, s.Serve)
	return s, address, stop
}

// peer is a client that writes and reads HTTP as the test wants it.
type peer struct {
	tb   testing.TB
	conn net.Conn
	br   *bufio.Reader
}

func dial(tb testing.TB, address string) *peer {
	tb.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		tb.Fatal(err)
	}
	return newPeer(tb, conn)
}

func newPeer(tb testing.TB, conn net.Conn) *peer {
	tb.Helper()
	conn.SetDeadline(time.Now().Add(time.Minute)) // a hang, not a measure of speed
	tb.Cleanup(func() { conn.Close() })
	return &peer{tb, conn, bufio.NewReader(conn)}
}

// answer is a response that has been read to its end.
type answer struct {
	*http.Response
	body string
}

// do sends the bytes of a request and reads the answer.
func (p *peer) do(request string) answer {
	p.tb.Helper()
	p.send(request)
	method, _, _ := strings.Cut(request, " ")
	return p.read(method)
}

func (p *peer) send(text string) {
	p.tb.Helper()
	if _, err := io.WriteString(p.conn, text); err != nil {
		p.tb.Fatal(err)
	}
}

func (p *peer) read(method string) answer {
	p.tb.Helper()
	r, err := http.ReadResponse(p.br, &http.Request{Method: method})
	if err != nil {
		p.tb.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		p.tb.Fatal(err)
	}
	return answer{r, string(body)}
}

// get sends a GET with these lines of fields, each without its line end.
func (p *peer) get(target string, fields ...string) answer {
	p.tb.Helper()
	return p.do("GET " + target + " HTTP/1.1\r\nHost: origin\r\n" + strings.Join(append(fields, "", ""), "\r\n"))
}

// closed wants the server to have closed the connection.
func (p *peer) closed() {
	p.tb.Helper()
	if _, err := p.br.ReadByte(); err == nil {
		p.tb.Error("the connection is still open")
	}
}

// token is what follows a scheme in an answer; nil if nothing does.
func (a answer) token(scheme string) []byte {
	for _, name := range []string{"WWW-Authenticate", "Proxy-Authenticate"} {
		for _, value := range a.Header.Values(name) {
			if text, ok := strings.CutPrefix(value, scheme+" "); ok {
				raw, _ := base64.StdEncoding.DecodeString(text)
				return raw
			}
		}
	}
	return nil
}

// offers are the bare schemes of an answer.
func (a answer) offers() string {
	return strings.Join(append(a.Header.Values("WWW-Authenticate"), a.Header.Values("Proxy-Authenticate")...), ", ")
}

func authorization(scheme string, token []byte) string {
	return "Authorization: " + scheme + " " + base64.StdEncoding.EncodeToString(token)
}

// handshake are the two legs of a logon.
type handshake struct {
	p      *peer
	scheme string
	client *ntlm.Client
	header string
}

func (p *peer) client(scheme, account, secret string) *handshake {
	p.tb.Helper()
	client, err := ntlm.NewClient(ntlm.ClientOptions{Account: ntlm.ParseAccount(account), Secret: ntlm.Password(secret), SPNEGO: scheme == "Negotiate"})
	if err != nil {
		p.tb.Fatal(err)
	}
	return &handshake{p, scheme, client, "Authorization"}
}

// step sends the client's next token and reads the answer.
func (h *handshake) step(in []byte) answer {
	h.p.tb.Helper()
	out, _, err := h.client.Step(in)
	if err != nil {
		h.p.tb.Fatal(err)
	}
	return h.p.get("/", fmt.Sprintf("%s: %s %s", h.header, h.scheme, base64.StdEncoding.EncodeToString(out)))
}

// logOn does both legs and returns the last answer.
func (p *peer) logOn(scheme, account, secret string) answer {
	p.tb.Helper()
	h := p.client(scheme, account, secret)
	return h.step(h.step(nil).token(scheme))
}
