package negotiate

import (
	"bufio"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/negotiate/origin"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
)

// What the caller puts into Authorization replaces the logon.
func TestAuthorizationOfTheCaller(t *testing.T) {
	address := serve(t, origin.Options{Schemes: []string{SchemeBasic, SchemeNTLM}})
	client := newTester(t, Options{Origin: at([]string{SchemeNTLM}, true)})
	if _, err := client.do(t, request(t, "GET", address, nil)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ value, want string }{
		{"Bearer x", "scheme-not-offered 401 1 2 0"},
		{"Basic TEFCXGFsaWNlOlBhc3N3MHJkIQ==", "survives 200 1 2 0"},
		{"Basic TEFCXGFsaWNlOndyb25n", "credentials-rejected 401 1 2 0"},
	} {
		req := request(t, "GET", address, nil)
		req.Header.Set(fieldAuthorization, c.value)
		if _, err := client.do(t, req); err != nil {
			t.Fatal(err)
		}
		if got := client.outcome(t); got != c.want {
			t.Errorf("%s: got %q, want %q; %+v", c.value, got, c.want, client.last(t).Verdict)
		}
	}
}

// A redirect to another host gets credentials only if they are for it.
func TestRedirectToAnotherHost(t *testing.T) {
	far := serve(t, origin.Options{})
	near := script(t, answers(response(302, "Location: "+far)))
	for _, given := range []bool{false, true} {
		logon := as(alice, password)
		logon.For = func(u *url.URL) bool { return given || u.Host == parse(t, near).Host }
		client := newTester(t, Options{Origin: logon})
		resp, err := (&http.Client{Transport: client}).Do(request(t, "GET", near, nil))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		want := map[bool]string{false: "rejected-unattributed 401 1 2 0", true: "survives 200 3 2 0"}[given]
		if got := client.outcome(t); got != want {
			t.Errorf("given %v: got %q, want %q", given, got, want)
		}
	}
}

// Some servers close after a refusal and do not say so.
func TestClosedWithoutAWord(t *testing.T) {
	silent := func(nc net.Conn) {
		readRequest(nc)
		io.WriteString(nc, response(401, "WWW-Authenticate: NTLM"))
		readRequest(nc)
	}
	for _, c := range []struct {
		name  string
		then  func(net.Conn)
		token string
	}{
		{"and take the Type 1 on the next connection", answers(response(401, "WWW-Authenticate: NTLM "+type2(t)), response(200)), "survives 200 4 2 0"},
		{"each time", func(nc net.Conn) { readRequest(nc) }, "connection-closed 0 3 2 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := newTester(t, Options{Origin: as(alice, password)})
			_, err := client.do(t, request(t, "GET", script(t, silent, c.then), nil))
			if got := client.outcome(t); got != c.token || (err == nil) != strings.HasPrefix(got, "survives") {
				t.Errorf("%s, %v: %+v", got, err, client.last(t).Verdict)
			}
		})
	}
}

// A server that refuses a large body before it has it, and closes, is heard all
// the same.
func TestBodyRefusedEarly(t *testing.T) {
	challenge := response(401, "WWW-Authenticate: NTLM "+type2(t))
	address := script(t, func(nc net.Conn) {
		br := bufio.NewReader(nc)
		for _, text := range []string{challenge, response(413, "Connection: close")} {
			if _, err := http.ReadRequest(br); err != nil {
				return
			}
			io.WriteString(nc, text)
		}
		io.CopyN(io.Discard, br, 64<<10)
	})
	client := newTester(t, Options{Origin: as(alice, password)})
	body := &watchedBody{Reader: io.LimitReader(zeros{}, 1<<30)}
	if _, err := client.do(t, request(t, "PUT", address, body)); err != nil {
		t.Fatal(err)
	}
	if got := client.outcome(t); got != "body-refused 413 2 1 0" || body.read == 1<<30 || body.closed != 1 {
		t.Errorf("%s, %d bytes read, closed %d times", got, body.read, body.closed)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// A server that speaks HTTP/2 alone cannot be logged on to.
func TestHTTP2Only(t *testing.T) {
	config := certificate(t)
	config.NextProtos = []string{"h2c"} // with h2 Go lets clients of http/1.1 in
	address := script(t, func(nc net.Conn) { tls.Server(nc, config).Handshake() })
	client := newTester(t, Options{Origin: as(alice, password)})
	if _, err := client.do(t, request(t, "GET", strings.Replace(address, "http:", "https:", 1), nil)); err == nil || client.last(t).Verdict.Code != verdict.HTTP2Only {
		t.Errorf("%v: %+v", err, client.last(t).Verdict)
	}
}
