package negotiate

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ntlmctl/ntlmctl/internal/lab/loopback"
	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
	"github.com/ntlmctl/ntlmctl/negotiate/origin"
	"github.com/ntlmctl/ntlmctl/negotiate/wire"
)

// The accounts that the peers know.
const (
	alice    = `LAB\alice`
	password = "Passw0rd!"
)

// serve starts a server of our own and returns its URL.
func serve(t testing.TB, o origin.Options) string {
	t.Helper()
	users, err := ntlm.ParseUsers(strings.NewReader("LAB:alice:Passw0rd!\nLAB:proxy:Pr0xy-pw\n"))
	if err != nil {
		t.Fatal(err)
	}
	o.Acceptor.Users, o.Acceptor.Names = users, ntlm.Names{NbComputer: "ORIGIN", NbDomain: "LAB", Member: true}
	if o.Body == nil {
		o.Body = func(dst []byte, x *origin.Exchange) []byte {
			return fmt.Appendf(dst, "%s, %d bytes from %q", x.State, x.BodyBytes, x.Account)
		}
	}
	server, err := origin.New(o)
	if err != nil {
		t.Fatal(err)
	}
	address, _ := loopback.Serve(t, server.Serve)
	if o.TLS != nil {
		return "https://" + address
	}
	return "http://" + address
}

// certificate is for a server of our own.
func certificate(t testing.TB) *tls.Config {
	t.Helper()
	cert, err := origin.NewCertificate(origin.ECDSA, time.Now(), "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
}

// script starts a server that does with each connection what the n-th function
// says, the last one for all that follow, and returns its URL.
func script(t testing.TB, connections ...func(net.Conn)) string {
	t.Helper()
	return "http://" + loopback.Talk(t, func(n int, nc net.Conn) { connections[min(n, len(connections))-1](nc) })
}

// answers reads requests and answers each in turn; then it reads until the end.
func answers(list ...string) func(net.Conn) {
	return func(nc net.Conn) {
		br := bufio.NewReader(nc)
		for _, text := range list {
			r, err := http.ReadRequest(br)
			if err != nil {
				return
			}
			io.Copy(io.Discard, r.Body)
			if _, err := io.WriteString(nc, text); err != nil {
				return
			}
		}
		io.Copy(io.Discard, br)
	}
}

// response is one without a body.
func response(status int, fields ...string) string {
	text := fmt.Sprintf("HTTP/1.1 %d %s\r\nContent-Length: 0\r\n", status, http.StatusText(status))
	for _, field := range fields {
		text += field + "\r\n"
	}
	return text + "\r\n"
}

// tester is a client whose results are kept.
type tester struct {
	*Client
	recorder *wire.Recorder
	results  []*Result
}

// newTester makes a client that logs on as alice, if o does not say otherwise.
func newTester(t testing.TB, o Options) *tester {
	t.Helper()
	r := &tester{recorder: &wire.Recorder{}}
	o.Wire.Recorder = r.recorder
	if o.Wire.TLS == nil {
		o.Wire.TLS = &tls.Config{InsecureSkipVerify: true} //nolint:gosec // the server's certificate is its own
	}
	r.Client = NewClient(o)
	r.Done = func(result *Result) { r.results = append(r.results, result) }
	t.Cleanup(func() { r.Close() })
	return r
}

// as are credentials for an account.
func as(user, password string) Logon {
	return Logon{Credentials: NewPassword(user, password, ntlm.ClientOptions{})}
}

// last is the result of the last round trip.
func (r *tester) last(t testing.TB) *Result {
	t.Helper()
	if len(r.results) == 0 {
		t.Fatal("no result")
	}
	return r.results[len(r.results)-1]
}

// do makes a request and reads the answer to its end.
func (r *tester) do(t testing.TB, req *http.Request) (body string, err error) {
	t.Helper()
	resp, err := r.RoundTrip(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return string(text), err
}

func request(t testing.TB, method, address string, body io.Reader) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("User-Agent", "test")
	return req
}

// once is a body that can be had once.
func once(text string) io.Reader { return struct{ io.Reader }{strings.NewReader(text)} }

// outcome is what tables compare: verdict, status, this round trip's legs, all
// connections, refused logons.
func (r *tester) outcome(t testing.TB) string {
	t.Helper()
	result := r.last(t)
	status := 0
	if result.Response != nil {
		status = result.Response.Status
	}
	return fmt.Sprint(result.Verdict.Code, " ", status, " ", len(result.Legs), " ", len(r.recorder.Trace().Connections), " ", result.Spent)
}

func parse(t testing.TB, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// through is the proxy at a URL, for all requests.
func through(t testing.TB, address string) *wire.Proxy {
	t.Helper()
	p, err := wire.ProxyOf(parse(t, address))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// readRequest reads the head of one request.
func readRequest(nc net.Conn) *http.Request {
	r, _ := http.ReadRequest(bufio.NewReader(nc))
	return r
}
