package negotiate

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/negotiate/origin"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
)

// watchedBody counts what is read of it, and knows whether it was closed.
type watchedBody struct {
	io.Reader
	read, closed int
}

func (b *watchedBody) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	b.read += n
	return n, err
}

func (b *watchedBody) Close() error {
	b.closed++
	return nil
}

// Where the body goes: the bytes of it on each leg.
func TestBody(t *testing.T) {
	const text = "twelve bytes"
	challenge := response(401, "WWW-Authenticate: NTLM "+type2(t))
	anonymous := response(401, "WWW-Authenticate: NTLM")
	for _, c := range []struct {
		name    string
		answers []string
		logon   Logon
		expect  bool
		replay  bool // the request has GetBody
		want    string
		sent    []int64
	}{
		{"nobody logs on", []string{response(200)}, Logon{}, false, false, "open 200 1 1 0", []int64{12}},
		{"with the Type 3", []string{challenge, response(200)}, as(alice, password), false, false, "survives 200 2 1 0", []int64{0, 12}},
		{"the Type 1 is refused", []string{anonymous}, as(alice, password), false, false, "authorization-stripped 401 1 1 0", []int64{0}},
		{"the Type 1 is let in", []string{response(200), response(201)}, as(alice, password), false, false, "open 201 2 1 0", []int64{0, 12}},
		{"the Type 1 is redirected", []string{response(302, "Location: /")}, as(alice, password), false, false, "open 302 1 1 0", []int64{0}},
		{"the Type 3 is refused", []string{challenge, anonymous}, as(alice, password), false, false, "rejected-unattributed 401 2 1 1", []int64{0, 12}},
		{"Basic is asked for", []string{response(401, `WWW-Authenticate: Basic realm="r"`), response(200)}, Logon{}, false, false, "scheme-not-offered 401 1 1 0", []int64{12}},
		{"Digest is stale, and the body can be had again", []string{response(401, `WWW-Authenticate: Digest realm="r", nonce="a"`),
			response(401, `WWW-Authenticate: Digest realm="r", nonce="b", stale=true`), response(200)},
			at([]string{SchemeDigest}, false), false, true, "survives 200 3 1 0", []int64{0, 12, 12}},
		{"Digest is stale, and the body is gone", []string{response(401, `WWW-Authenticate: Digest realm="r", nonce="a"`),
			response(401, `WWW-Authenticate: Digest realm="r", nonce="b", stale=true`)},
			at([]string{SchemeDigest}, false), false, false, "rejected-unattributed 401 2 1 0", []int64{0, 12}},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := newTester(t, Options{Origin: c.logon, Expect: func(*http.Request) bool { return c.expect }})
			b := &watchedBody{Reader: strings.NewReader(text)}
			req := request(t, "POST", script(t, answers(c.answers...)), b)
			req.ContentLength = int64(len(text))
			if c.replay {
				req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }
			}
			if _, err := client.do(t, req); err != nil {
				t.Fatal(err)
			}
			if got := client.outcome(t); got != c.want {
				t.Errorf("got %q, want %q; %+v", got, c.want, client.last(t).Verdict)
			}
			for i, leg := range client.last(t).Legs {
				if i < len(c.sent) && leg.Request.BodyBytes != c.sent[i] {
					t.Errorf("leg %d: %d bytes, want %d", i, leg.Request.BodyBytes, c.sent[i])
				}
			}
			if b.read > len(text) || b.closed != 1 {
				t.Errorf("%d bytes read, closed %d times", b.read, b.closed)
			}
		})
	}
}

// type2 is a challenge that can be answered.
func type2(t testing.TB) string {
	t.Helper()
	address := serve(t, origin.Options{Schemes: []string{SchemeNTLM}})
	client := newTester(t, Options{Origin: as(alice, password)})
	if _, err := client.do(t, request(t, "GET", address, nil)); err != nil {
		t.Fatal(err)
	}
	value := client.last(t).Legs[1].Response.Headers.Get("WWW-Authenticate")
	_, token, _ := strings.Cut(value, " ")
	return token
}

// With Expect, a body that the server does not want is not read.
func TestBodyExpected(t *testing.T) {
	address := script(t, func(nc net.Conn) {
		readRequest(nc)
		io.WriteString(nc, response(403))
	})
	client := newTester(t, Options{Expect: func(*http.Request) bool { return true }})
	b := &watchedBody{Reader: strings.NewReader("twelve bytes")}
	if _, err := client.do(t, request(t, "POST", address, b)); err != nil {
		t.Fatal(err)
	}
	if result := client.last(t); b.read != 0 || b.closed != 1 || result.Response.Status != 403 || !result.Legs[0].Request.Headers.Has("Expect") {
		t.Errorf("%d bytes read, closed %d times: %+v", b.read, b.closed, result.Verdict)
	}
}

// A body that breaks is the caller's fault, and no path's.
func TestBodyBroken(t *testing.T) {
	broken := errors.New("the disk is gone")
	client := newTester(t, Options{Origin: as(alice, password)})
	b := &watchedBody{Reader: io.MultiReader(bytes.NewReader(make([]byte, 100<<10)), errorReader{broken})}
	_, err := client.do(t, request(t, "POST", serve(t, origin.Options{}), b))
	if !errors.Is(err, broken) || kind(err) != trace.FailRequest {
		t.Errorf("error %v", err)
	}
	if v := client.last(t).Verdict; v.Grade != verdict.Untested || b.closed != 1 {
		t.Errorf("%+v, closed %d times", v, b.closed)
	}
}

type errorReader struct{ err error }

func (r errorReader) Read([]byte) (int, error) { return 0, r.err }
