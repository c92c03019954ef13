package negotiate

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
	"github.com/ntlmctl/ntlmctl/negotiate/wire"
)

// origin is a server that keeps the state of a logon with its connection.
type origin struct {
	options ntlm.AcceptorOptions
	schemes []string
	// bodies counts the requests that brought one.
	bodies atomic.Int32
	// drop, if set, closes the connection after this many requests on it.
	drop int
}

type logon struct {
	acceptor *ntlm.Acceptor
	done     bool
	requests int
}

type logonKey struct{}

func (o *origin) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	state := r.Context().Value(logonKey{}).(*logon)
	state.requests++
	body, _ := io.ReadAll(r.Body)
	if len(body) > 0 {
		o.bodies.Add(1)
	}
	if o.drop == state.requests {
		w.Header().Set("Connection", "close")
	}
	scheme, text, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if in, err := base64.StdEncoding.DecodeString(text); !state.done && text != "" && err == nil {
		if state.acceptor == nil {
			state.acceptor = ntlm.NewAcceptor(o.options)
		}
		out, done, err := state.acceptor.Step(in)
		state.done = err == nil && done && state.acceptor.Result().Accepted
		if !state.done && len(out) > 0 {
			w.Header().Add("WWW-Authenticate", scheme+" "+base64.StdEncoding.EncodeToString(out))
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
	}
	if !state.done {
		for _, scheme := range o.schemes {
			w.Header().Add("WWW-Authenticate", scheme)
		}
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, "who are you?")
		return
	}
	fmt.Fprintf(w, "hello, %d bytes", len(body))
}

// serve starts the origin, with TLS or without.
func (o *origin) serve(t *testing.T, secure bool) *httptest.Server {
	t.Helper()
	users, err := ntlm.ParseUsers(strings.NewReader("LAB:alice:Passw0rd!\n"))
	if err != nil {
		t.Fatal(err)
	}
	o.options.Users, o.options.Names = users, ntlm.Names{NbComputer: "ORIGIN", NbDomain: "LAB", Member: true}
	server := httptest.NewUnstartedServer(o)
	server.Config.ConnContext = func(ctx context.Context, _ net.Conn) context.Context {
		return context.WithValue(ctx, logonKey{}, &logon{})
	}
	if secure {
		server.StartTLS()
		hash, err := ntlm.ChannelBindings(server.Certificate())
		if err != nil {
			t.Fatal(err)
		}
		o.options.ChannelBindings = [][16]byte{hash}
	} else {
		server.Start()
	}
	t.Cleanup(server.Close)
	return server
}

func TestFetch(t *testing.T) {
	both := []string{"Negotiate", "NTLM"}
	for _, c := range []struct {
		name     string
		origin   *origin
		secure   bool
		password string
		binding  ntlm.ChannelBindingMode
		options  Options
		body     string
		want     string // verdict, status, legs, connections, bodies that arrived, refused logons
	}{
		{name: "the best offered", origin: &origin{schemes: both}, want: "survives 200 3 1 0 0"},
		{name: "NTLM alone is offered", origin: &origin{schemes: both[1:]}, want: "survives 200 3 1 0 0"},
		{name: "NTLM at once", origin: &origin{schemes: both}, options: Options{Scheme: SchemeNTLM, Preemptive: true}, want: "survives 200 2 1 0 0"},
		{name: "Negotiate at once", origin: &origin{schemes: both}, options: Options{Scheme: SchemeNegotiate, Preemptive: true}, want: "survives 200 2 1 0 0"},
		{name: "a body goes out once", origin: &origin{schemes: both}, body: "twelve bytes", want: "survives 200 2 1 1 0"},
		{name: "wrong password", origin: &origin{schemes: both}, password: "Wr0ng-0ne", want: "rejected-unattributed 401 3 1 0 1"},
		{name: "Basic alone is offered", origin: &origin{schemes: []string{`Basic realm="x"`}}, want: "scheme-not-offered 401 1 1 0 0"},
		{name: "nothing is offered", origin: &origin{}, want: "offer-stripped 401 1 1 0 0"},
		{name: "closed after the refusal", origin: &origin{schemes: both[1:], drop: 1}, want: "connection-closed 401 2 2 0 0"},
		{name: "closed after the challenge", origin: &origin{schemes: both[1:], drop: 2}, want: "connection-closed 401 2 1 0 0"},
		{name: "TLS", origin: &origin{schemes: both}, secure: true, want: "survives 200 3 1 0 0"},
		{name: "EPA", origin: &origin{schemes: both, options: ntlm.AcceptorOptions{RequireChannelBinding: true}}, secure: true, want: "survives 200 3 1 0 0"},
		{name: "EPA, wrong binding", origin: &origin{schemes: both, options: ntlm.AcceptorOptions{RequireChannelBinding: true}}, secure: true,
			binding: ntlm.ChannelBindingWrong, want: "rejected-unattributed 401 3 1 0 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := c.origin.serve(t, c.secure)
			u, err := url.Parse(server.URL + "/page")
			if err != nil {
				t.Fatal(err)
			}
			password := c.password
			if password == "" {
				password = "Passw0rd!"
			}
			recorder := &wire.Recorder{}
			c.options.Wire = wire.Options{Recorder: recorder, TLS: &tls.Config{InsecureSkipVerify: true}} //nolint:gosec // the server's certificate is its own
			c.options.Credentials = NTLM{ClientOptions: ntlm.ClientOptions{
				Account: ntlm.ParseAccount(`LAB\alice`), Secret: ntlm.Password(password), ChannelBinding: c.binding,
			}}
			req := &Request{Method: "GET", URL: u, Header: trace.Headers{{Name: "User-Agent", Value: "test"}}}
			if c.body != "" {
				req.Method, req.Body, req.ContentLength = "POST", strings.NewReader(c.body), int64(len(c.body))
			}
			result, err := Fetch(t.Context(), req, c.options)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { result.Close() }()
			body, err := io.ReadAll(result.Response.Body)
			if err != nil {
				t.Fatal(err)
			}
			seen := recorder.Trace()
			got := fmt.Sprint(result.Verdict.Code, " ", result.Response.Status, " ", len(seen.Legs), " ", len(seen.Connections), " ", c.origin.bodies.Load(), " ", result.Spent)
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if result.Response.Status == 200 && string(body) != fmt.Sprintf("hello, %d bytes", len(c.body)) {
				t.Errorf("body %q", body)
			}
		})
	}
}

// TestFetchNeverMoves has a server close, without a word, the connection that it
// has just challenged, at a moment when the client still takes it for open. The
// Type 3 must not go out on another one.
func TestFetchNeverMoves(t *testing.T) {
	o := &origin{schemes: []string{"NTLM"}}
	server := o.serve(t, false)
	u, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	recorder := &wire.Recorder{}
	credentials := &closing{NTLM: NTLM{ClientOptions: ntlm.ClientOptions{
		Account: ntlm.ParseAccount(`LAB\alice`), Secret: ntlm.Password("Passw0rd!"),
	}}, close: server.CloseClientConnections}
	result, err := Fetch(t.Context(), &Request{Method: "GET", URL: u}, Options{
		Wire: wire.Options{Recorder: recorder}, Credentials: credentials, Scheme: SchemeNTLM, Preemptive: true,
	})
	defer func() { result.Close() }()
	seen := recorder.Trace()
	if len(seen.Connections) != 1 {
		t.Errorf("%d connections for one handshake", len(seen.Connections))
	}
	if err == nil || result.Verdict.Code != verdict.ConnectionClosed || result.Spent != 0 {
		t.Errorf("verdict %s, %d logons spent, error %v", result.Verdict.Code, result.Spent, err)
	}
}

// closing are credentials whose mechanism has the server close its connections
// while it makes the answer to the challenge.
type closing struct {
	NTLM
	close func()
}

func (c *closing) Mechanism(scheme, spn string, cert *x509.Certificate) (Mechanism, error) {
	m, err := c.NTLM.Mechanism(scheme, spn, cert)
	return &closingMechanism{m, c.close}, err
}

type closingMechanism struct {
	Mechanism
	close func()
}

func (m *closingMechanism) Step(in []byte) (out []byte, done bool, err error) {
	if in != nil {
		m.close()
	}
	return m.Mechanism.Step(in)
}
