package wire

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// echo says what it was asked.
func echo(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("X-Length", fmt.Sprint(r.ContentLength))
	w.Header().Set("X-Coding", strings.Join(r.TransferEncoding, ","))
	fmt.Fprintf(w, "%s %s %s %s", r.Method, r.RequestURI, r.Host, body)
}

// All kinds of exchange on one connection to net/http's server.
func TestNetHTTP(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/", echo)
	mux.HandleFunc("/chunked", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Trailer", "X-Sum")
		for i := range 5 {
			fmt.Fprint(w, i)
			w.(http.Flusher).Flush()
		}
		w.Header().Set("X-Sum", "10")
	})
	mux.HandleFunc("/none", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("/same", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) })
	mux.HandleFunc("/early", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusProcessing)
		w.Header().Set("Link", "</style.css>")
		w.WriteHeader(http.StatusEarlyHints)
		fmt.Fprint(w, "late")
	})
	for _, secure := range []bool{false, true} {
		t.Run(map[bool]string{false: "plain", true: "tls"}[secure], func(t *testing.T) {
			server := httptest.NewUnstartedServer(mux)
			o := Options{Recorder: &Recorder{}}
			if secure {
				server.StartTLS()
				o.TLS = &tls.Config{RootCAs: x509.NewCertPool()}
				o.TLS.RootCAs.AddCert(server.Certificate())
			} else {
				server.Start()
			}
			defer server.Close()
			target := serverTarget(t, server)
			c := dial(t, target, o)
			host := target.Address()
			for _, test := range []struct {
				name   string
				req    *Request
				status int
				body   string
				header trace.Header
				legHas func(*trace.Leg) bool
			}{
				{name: "GET", req: &Request{Target: "/a?b"}, body: "GET /a?b " + host + " ", header: trace.Header{Name: "X-Length", Value: "0"}},
				{name: "Host of one's own", req: &Request{Target: "/", Header: trace.Headers{{Name: "X-A", Value: "b"}, {Name: "hOST", Value: "other"}}}, body: "GET / other "},
				{name: "empty POST", req: &Request{Method: "POST"}, body: "POST / " + host + " ", header: trace.Header{Name: "X-Length", Value: "0"}},
				{name: "POST", req: &Request{Method: "POST", Body: strings.NewReader("hello"), ContentLength: 5}, body: "POST / " + host + " hello", header: trace.Header{Name: "X-Length", Value: "5"},
					legHas: func(l *trace.Leg) bool { return l.Request.BodyBytes == 5 && !l.Request.BodyCut }},
				{name: "POST less than there is", req: &Request{Method: "POST", Body: strings.NewReader("hello"), ContentLength: 4}, body: "POST / " + host + " hell"},
				{name: "POST from a pipe", req: &Request{Method: "PUT", Body: onlyReader{strings.NewReader("hello")}, ContentLength: 5}, body: "PUT / " + host + " hello"},
				{name: "POST chunked", req: &Request{Method: "POST", Body: onlyReader{strings.NewReader(strings.Repeat("x", 300_000))}, ContentLength: -1}, body: "POST / " + host + " " + strings.Repeat("x", 300_000),
					header: trace.Header{Name: "X-Coding", Value: "chunked"}},
				{name: "POST chunked, empty", req: &Request{Method: "POST", Body: strings.NewReader(""), ContentLength: -1}, body: "POST / " + host + " "},
				{name: "POST of no length", req: &Request{Method: "POST", Body: strings.NewReader(""), ContentLength: 0}, body: "POST / " + host + " "},
				{name: "Expect", req: &Request{Method: "POST", Body: strings.NewReader("hello"), ContentLength: 5, Expect: true}, body: "POST / " + host + " hello",
					legHas: func(l *trace.Leg) bool { return len(l.Interim) == 1 && l.Interim[0].Status == 100 }},
				{name: "framing is not the caller's", req: &Request{Method: "POST", Body: strings.NewReader("hello"), ContentLength: 5, Header: trace.Headers{{Name: "content-length", Value: "99"}, {Name: "Transfer-Encoding", Value: "chunked"}}}, body: "POST / " + host + " hello"},
				{name: "HEAD", req: &Request{Method: "HEAD"}},
				{name: "chunked", req: &Request{Target: "/chunked"}, body: "01234", legHas: func(l *trace.Leg) bool { return l.Response.Trailers.Get("X-Sum") == "10" && l.Response.BodyBytes == 5 }},
				{name: "204", req: &Request{Target: "/none"}, status: 204},
				{name: "304", req: &Request{Target: "/same"}, status: 304},
				{name: "interim", req: &Request{Target: "/early"}, body: "late", legHas: func(l *trace.Leg) bool {
					return len(l.Interim) == 2 && l.Interim[0].Status == 102 && l.Interim[1].Status == 103 && l.Interim[1].Headers.Get("Link") == "</style.css>"
				}},
				{name: "OPTIONS *", req: &Request{Method: "OPTIONS", Target: "*"}},
				{name: "close", req: &Request{Header: trace.Headers{{Name: "Connection", Value: "close"}}}, body: "GET / " + host + " ", legHas: func(l *trace.Leg) bool { return l.Response.Close }},
			} {
				if !c.Usable() {
					t.Fatalf("%s: the connection is of no use", test.name)
				}
				test.req.Name = test.name
				r := roundTrip(t, c, test.req)
				body := readAll(t, r)
				want := max(test.status, 200)
				if test.status == 0 && r.Status != want || r.Status != want {
					t.Errorf("%s: status %d", test.name, r.Status)
				}
				if body != test.body {
					t.Errorf("%s: body %.100q", test.name, body)
				}
				if test.header.Name != "" && r.Header.Get(test.header.Name) != test.header.Value {
					t.Errorf("%s: %s is %q", test.name, test.header.Name, r.Header.Get(test.header.Name))
				}
				if leg := r.Leg; leg.Error != nil || leg.Name != test.name || leg.HTTPVersion != "1.1" || leg.Note != "" || test.legHas != nil && !test.legHas(leg) {
					t.Errorf("%s: leg %+v, response %+v", test.name, leg, leg.Response)
				}
			}
			if c.Usable() {
				t.Error("the connection is usable after Connection: close")
			}
			_, err := c.RoundTrip(patient(t), &Request{})
			if e := failure(t, err, trace.FailEOF); e.Sent {
				t.Error("a request went out on a closed connection")
			}
			checkTrace(t, o.Recorder.Trace(), secure)
		})
	}
}

func checkTrace(t *testing.T, tr *trace.Trace, secure bool) {
	t.Helper()
	if len(tr.Connections) != 1 {
		t.Fatalf("%d connections", len(tr.Connections))
	}
	c := tr.Connections[0]
	if c.ID != 1 || c.Local == "" || c.Remote != c.Target || c.Opened.IsZero() || c.Error != nil || c.Via != "" {
		t.Errorf("connection %+v", c)
	}
	if secure != (c.TLS != nil) || secure && (c.TLS.Version != "TLS 1.3" || len(c.TLS.CertificateSHA256) != 64 || len(c.TLS.Certificate) == 0 || c.ALPN != "http/1.1") {
		t.Errorf("TLS %+v", c.TLS)
	}
	for i, leg := range tr.Legs {
		if leg.N != i+1 || leg.Connection != 1 || leg.Started.IsZero() || len(leg.Request.Headers) == 0 {
			t.Errorf("leg %+v", leg)
		}
	}
}

type onlyReader struct{ io.Reader }

// A body that is a file, larger than the socket's buffers.
func TestFileBody(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, _ := io.Copy(io.Discard, r.Body)
		fmt.Fprint(w, n)
	}))
	defer server.Close()
	name := filepath.Join(t.TempDir(), "body")
	const size = 9 << 20
	if err := os.WriteFile(name, make([]byte, size), 0o600); err != nil {
		t.Fatal(err)
	}
	c := dial(t, serverTarget(t, server), Options{})
	for _, length := range []int64{size, size - 1, -1} {
		file, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		want := length
		if length < 0 {
			want = size
		}
		if got := readAll(t, roundTrip(t, c, &Request{Method: "PUT", Body: file, ContentLength: length})); got != fmt.Sprint(want) {
			t.Errorf("%d of %d bytes arrived", length, want)
		}
		if _, err := file.Read(make([]byte, 1)); !errors.Is(err, os.ErrClosed) {
			t.Error("the body was not closed")
		}
	}
	file, _ := os.Open(name)
	_, err := c.RoundTrip(patient(t), &Request{Method: "PUT", Body: file, ContentLength: size + 1})
	failure(t, err, trace.FailRequest)
	if !strings.Contains(err.Error(), "1 bytes short") {
		t.Error(err)
	}
}

func TestBodyErrors(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(echo))
	defer server.Close()
	broken := errors.New("the disk is gone")
	for _, test := range []struct {
		name   string
		body   io.Reader
		length int64
		want   string
	}{
		{"too short", strings.NewReader("abc"), 4, "short"},
		{"fails at once", brokenReader{broken}, 100, "the disk is gone"},
		{"fails at once, chunked", brokenReader{broken}, -1, "the disk is gone"},
		{"fails later", io.MultiReader(strings.NewReader("abc"), brokenReader{broken}), 100, "the disk is gone"},
		{"fails later, chunked", io.MultiReader(strings.NewReader("abc"), brokenReader{broken}), -1, "the disk is gone"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := dial(t, serverTarget(t, server), Options{})
			_, err := c.RoundTrip(patient(t), &Request{Method: "POST", Body: test.body, ContentLength: test.length})
			e := failure(t, err, trace.FailRequest)
			if !strings.Contains(err.Error(), test.want) || !e.Sent || e.Leg.ClosedBy != trace.Client || !e.Leg.Request.BodyCut {
				t.Errorf("%v, leg %+v", err, e.Leg)
			}
			if c.Usable() {
				t.Error("the connection is still usable")
			}
		})
	}
}

type brokenReader struct{ err error }

func (b brokenReader) Read([]byte) (int, error) { return 0, b.err }

func TestBadRequests(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(echo))
	defer server.Close()
	c := dial(t, serverTarget(t, server), Options{})
	for _, req := range []*Request{
		{Method: "GE T"},
		{Target: "/a b"},
		{Target: "/\r\nHost: x"},
		{Header: trace.Headers{{Name: "A b", Value: "c"}}},
		{Header: trace.Headers{{Name: "", Value: "c"}}},
		{Header: trace.Headers{{Name: "Authorization", Value: "secret\r\nX: y"}}},
		{Header: trace.Headers{{Name: "A", Value: "b\x00"}}},
		{Body: strings.NewReader(""), ContentLength: -2},
	} {
		_, err := c.RoundTrip(patient(t), req)
		if e := failure(t, err, trace.FailRequest); e.Sent || strings.Contains(err.Error(), "secret") {
			t.Errorf("%+v: %v", req, err)
		}
	}
	if got := readAll(t, roundTrip(t, c, &Request{})); !strings.HasPrefix(got, "GET /") {
		t.Errorf("the connection suffered: %q", got)
	}
}

func TestBusy(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(echo))
	defer server.Close()
	c := dial(t, serverTarget(t, server), Options{})
	r := roundTrip(t, c, &Request{})
	if _, err := c.RoundTrip(patient(t), &Request{}); !errors.Is(err, ErrBusy) {
		t.Errorf("second request: %v", err)
	}
	if c.Usable() {
		t.Error("a busy connection is usable")
	}
	if !r.Drain() || !c.Usable() {
		t.Error("draining does not free the connection")
	}
	readAll(t, roundTrip(t, c, &Request{}))
}

func TestDrain(t *testing.T) {
	for _, test := range []struct {
		name, answer string
		usable       bool
	}{
		{"small", "HTTP/1.1 401 x\r\nContent-Length: 1000\r\n\r\n" + strings.Repeat("x", 1000), true},
		{"small, chunked", "HTTP/1.1 401 x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nA: b\r\n\r\n", true},
		{"announced as large", "HTTP/1.1 401 x\r\nContent-Length: 5000\r\n\r\n", false},
		{"large", "HTTP/1.1 401 x\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n" + strings.Repeat("x", 65535), false},
		{"stalling", "HTTP/1.1 401 x\r\nContent-Length: 1000\r\n\r\nx", false},
		{"until the end", "HTTP/1.1 401 x\r\n\r\nx", false},
		{"contradicting itself", "HTTP/1.1 401 x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			over := make(chan bool)
			defer close(over)
			target := listen(t, func(nc net.Conn) {
				answers(test.answer)(nc)
				<-over
			})
			c := dial(t, target, Options{Limits: Limits{Drain: 2000}, Timeouts: Timeouts{Drain: 10 * time.Millisecond}})
			r := roundTrip(t, c, &Request{})
			if got := r.Drain(); got != test.usable || c.Usable() != test.usable {
				t.Errorf("drained %v, usable %v, want %v", got, c.Usable(), test.usable)
			}
			if r.Status != 401 || r.Leg.Error != nil {
				t.Errorf("leg %+v", r.Leg)
			}
			if _, err := r.Body.Read(make([]byte, 1)); err == nil {
				t.Error("a closed body can be read")
			}
		})
	}
}

// A final response that comes before the body is sent.
func TestEarlyResponse(t *testing.T) {
	t.Run("refusal ends the sending", func(t *testing.T) {
		over := make(chan bool)
		defer close(over)
		target := listen(t, func(nc net.Conn) {
			answers("HTTP/1.1 413 Too Large\r\nContent-Length: 4\r\n\r\nhuge")(nc)
			<-over // reads nothing of the body
		})
		c := dial(t, target, Options{})
		r := roundTrip(t, c, &Request{Method: "PUT", Body: &endless{text: []byte("x")}, ContentLength: 1 << 40})
		if body := readAll(t, r); r.Status != 413 || body != "huge" || !r.Leg.Request.BodyCut || r.Leg.Note == "" || c.Usable() {
			t.Errorf("%d %q, leg %+v", r.Status, body, r.Leg)
		}
	})
	t.Run("refusal and close", func(t *testing.T) {
		target := listen(t, answers("HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 4\r\n\r\nhuge"))
		c := dial(t, target, Options{})
		r, err := c.RoundTrip(patient(t), &Request{Method: "PUT", Body: &endless{text: []byte("x")}, ContentLength: -1})
		if err != nil { // the reset for what was not read may overtake the response: the kernel's doing
			if kind := kindOf(err); kind != trace.FailReset {
				t.Fatal(err)
			}
			return
		}
		r.Body.Close()
		if r.Status != 413 {
			t.Errorf("status %d", r.Status)
		}
	})
	t.Run("a pipe that nobody writes to", func(t *testing.T) {
		target := listen(t, answers("HTTP/1.1 401 x\r\nContent-Length: 0\r\n\r\n", ""))
		c := dial(t, target, Options{})
		body, w := io.Pipe()
		defer w.Close()
		r := roundTrip(t, c, &Request{Method: "PUT", Body: body, ContentLength: -1})
		if r.Status != 401 || c.Usable() {
			t.Errorf("leg %+v", r.Leg)
		}
		if _, err := w.Write([]byte("x")); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("the body was not closed: %v", err)
		}
	})
	t.Run("success goes on", func(t *testing.T) {
		const size = 8 << 20
		target := listen(t, func(nc net.Conn) {
			answers("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")(nc)
			io.CopyN(io.Discard, nc, size)
			answers("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")(nc)
		})
		c := dial(t, target, Options{})
		r := roundTrip(t, c, &Request{Method: "PUT", Body: &endless{text: []byte("x")}, ContentLength: size})
		if r.Leg.Request.BodyBytes != size || !c.Usable() {
			t.Errorf("leg %+v", r.Leg)
		}
		roundTrip(t, c, &Request{})
	})
	t.Run("Expect is refused", func(t *testing.T) {
		target := listen(t, answers("HTTP/1.1 417 no\r\nContent-Length: 0\r\n\r\n", ""))
		c := dial(t, target, Options{Timeouts: Timeouts{Expect: -1}})
		read := false
		body := readerFunc(func([]byte) (int, error) { read = true; return 0, io.EOF })
		r := roundTrip(t, c, &Request{Method: "PUT", Body: body, ContentLength: 10, Expect: true})
		if r.Status != 417 || read || r.Leg.Request.BodyBytes != 0 || c.Usable() {
			t.Errorf("body read: %v, leg %+v", read, r.Leg)
		}
	})
	t.Run("Expect is ignored", func(t *testing.T) {
		target := listen(t, func(nc net.Conn) {
			readRequest(nc)
			b := make([]byte, 5)
			io.ReadFull(nc, b)
			fmt.Fprintf(nc, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n%s", b)
		})
		c := dial(t, target, Options{Timeouts: Timeouts{Expect: time.Millisecond}})
		r := roundTrip(t, c, &Request{Method: "PUT", Body: strings.NewReader("hello"), ContentLength: 5, Expect: true})
		if got := readAll(t, r); got != "hello" || len(r.Leg.Interim) != 0 {
			t.Errorf("%q, leg %+v", got, r.Leg)
		}
	})
	t.Run("the body is left unread", func(t *testing.T) {
		over := make(chan bool)
		defer close(over)
		target := listen(t, func(nc net.Conn) {
			answers("HTTP/1.1 200 OK\r\n\r\n")(nc)
			go io.Copy(io.Discard, nc)
			<-over
		})
		c := dial(t, target, Options{Timeouts: Timeouts{Drain: time.Millisecond}})
		r := roundTrip(t, c, &Request{Method: "PUT", Body: &endless{text: []byte("x")}, ContentLength: -1})
		r.Body.Close()
		if !r.Leg.Request.BodyCut || !r.Leg.Response.BodyCut || c.Usable() {
			t.Errorf("leg %+v", r.Leg)
		}
	})
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

func TestUpgrade(t *testing.T) {
	target := listen(t, func(nc net.Conn) {
		answers("HTTP/1.1 101 Switching\r\nUpgrade: echo\r\nConnection: upgrade\r\n\r\nhello")(nc)
		io.Copy(nc, nc)
	})
	c := dial(t, target, Options{})
	r := roundTrip(t, c, &Request{Header: trace.Headers{{Name: "Upgrade", Value: "echo"}, {Name: "Connection", Value: "upgrade"}}})
	if r.Status != 101 {
		t.Fatalf("status %d", r.Status)
	}
	if _, err := c.RoundTrip(patient(t), &Request{}); !errors.Is(err, ErrClosed) {
		t.Errorf("a request after an upgrade: %v", err)
	}
}

func TestHijack(t *testing.T) {
	greeted := make(chan bool)
	target := listen(t, func(nc net.Conn) {
		io.WriteString(nc, "hello ")
		close(greeted)
		io.Copy(nc, nc)
	})
	target.Scheme = "tcp"
	c := dial(t, target, Options{})
	<-greeted
	c.AwaitClose(patient(t)) // until the greeting has been read ahead
	if !c.Usable() {
		t.Error("a server that speaks first is taken for a broken one")
	}
	nc, err := c.Hijack()
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	io.WriteString(nc, "world")
	b := make([]byte, 11)
	if _, err := io.ReadFull(nc, b); err != nil || string(b) != "hello world" {
		t.Errorf("%q %v", b, err)
	}
	if _, err := c.Hijack(); err == nil {
		t.Error("hijacked twice")
	}
}

func TestHTTPHeader(t *testing.T) {
	target := listen(t, answers("HTTP/1.1 200 OK\r\nx-a: 1\r\nTransfer-Encoding: chunked\r\nX-A: 2\r\n\r\n0\r\nx-sum: 3\r\n\r\n"))
	r := roundTrip(t, dial(t, target, Options{}), &Request{})
	if r.HTTPTrailer() != nil {
		t.Error("a trailer before the body was read")
	}
	readAll(t, r)
	if diff := cmp.Diff(http.Header{"X-A": {"1", "2"}, "Transfer-Encoding": {"chunked"}}, r.HTTPHeader()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(http.Header{"X-Sum": {"3"}}, r.HTTPTrailer()); diff != "" {
		t.Error(diff)
	}
}

func TestWriteTo(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Write(bytes.Repeat([]byte("0123456789abcdef"), 64<<10))
	}))
	defer server.Close()
	c := dial(t, serverTarget(t, server), Options{})
	r := roundTrip(t, c, &Request{})
	var b bytes.Buffer
	n, err := io.Copy(&b, r.Body)
	if err != nil || n != 1<<20 || b.Len() != 1<<20 || r.Leg.Response.BodyBytes != 1<<20 || !c.Usable() {
		t.Errorf("%d bytes, %v, leg %+v", n, err, r.Leg.Response)
	}
	r = roundTrip(t, c, &Request{})
	if _, err := io.Copy(&failingWriter{}, r.Body); err == nil || errors.As(err, new(*Error)) {
		t.Errorf("the writer's error: %v", err)
	}
	r.Body.Close()
}

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errors.New("full") }

// The events come in order, and what they show is there.
func TestEvents(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(echo))
	defer server.Close()
	var kinds []EventKind
	rec := &Recorder{Observe: func(e Event) {
		kinds = append(kinds, e.Kind)
		if e.Connection == nil || (e.Kind == Responding) && e.Leg.Response == nil {
			t.Errorf("event %+v", e)
		}
	}}
	c := dial(t, serverTarget(t, server), Options{Recorder: rec, TLS: &tls.Config{InsecureSkipVerify: true}})
	readAll(t, roundTrip(t, c, &Request{Method: "POST", Expect: true, Body: strings.NewReader("x"), ContentLength: 1}))
	c.Close()
	c.Close()
	want := []EventKind{Dialled, Secured, Requesting, Interim, Responding, Done, Closed}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Error(diff)
	}
	if _, err := c.RoundTrip(context.Background(), &Request{}); !errors.Is(err, ErrClosed) {
		t.Errorf("a request on a closed connection: %v", err)
	}
}

// Tokens are decoded into the leg, those of other schemes are not.
func TestTokens(t *testing.T) {
	target := listen(t, answers("HTTP/1.1 401 x\r\nwww-authenticate: Negotiate, ntlm TlRMTVNTUAACAAAAAAAAADgAAAAFgoqi\r\nX-Ntlmctl-Instance: one\r\nX-Ntlmctl-Connection: 7\r\nContent-Length: 0\r\n\r\n"))
	c := dial(t, target, Options{})
	r := roundTrip(t, c, &Request{Header: trace.Headers{
		{Name: "Authorization", Value: "NTLM TlRMTVNTUAABAAAAB4IIogAAAAAAAAAAAAAAAAAAAAAKAGFKAAAADw=="},
		{Name: "Proxy-Authorization", Value: "Basic TlRMTVNTUAABAAAAB4IIogAAAAAAAAAAAAAAAAAAAAAKAGFKAAAADw=="},
	}})
	if len(r.Leg.Tokens) != 2 {
		t.Fatalf("tokens %+v", r.Leg.Tokens)
	}
	for i, want := range []string{"request Authorization ntlm.negotiate NTLM", "response www-authenticate ntlm.challenge ntlm"} {
		at := r.Leg.Tokens[i]
		if got := fmt.Sprint(at.Direction, " ", at.Header, " ", at.Token.Kind, " ", at.Token.Scheme); got != want {
			t.Errorf("token %q, want %q", got, want)
		}
	}
	if v := r.Leg.OriginView; v == nil || v.Instance != "one" || v.Connection != "7" {
		t.Errorf("origin view %+v", v)
	}
}
