package origin_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate/origin"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/render"
)

// TestRequests sends requests, good and broken, to somebody who is logged on
// where the case says so.
func TestRequests(t *testing.T) {
	const version = " HTTP/1.1\r\nHost: o\r\n"
	for _, c := range []struct {
		name, request string
		loggedOn      bool
		status        int
		closed        bool
		want          string // in the body
	}{
		{"plain", "GET /a?b=c" + version + "\r\n", true, 200, false, `"target":"/a?b=c"`},
		{"order and case", "GET / HTTP/1.1\r\nhOsT: o\r\nX-B: 2\r\nx-a: 1\r\nX-B: 3\r\n\r\n", true, 200, false,
			`[{"name":"hOsT","value":"o"},{"name":"X-B","value":"2"},{"name":"x-a","value":"1"},{"name":"X-B","value":"3"}]`},
		{"bare line feeds", "GET / HTTP/1.1\nHost: o\n\n", true, 200, false, `"method":"GET"`},
		{"an empty line first", "\r\nGET /" + version + "\r\n", true, 200, false, `"method":"GET"`},
		{"a whole URL", "GET http://o/x" + version + "\r\n", true, 200, false, `"target":"http://o/x"`},
		{"close", "GET /" + version + "Connection: close\r\n\r\n", true, 200, true, `"status":200`},
		{"HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", true, 200, true, `"protocol":"HTTP/1.0"`},
		{"HTTP/1.0, keep-alive", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true, 200, false, `"protocol":"HTTP/1.0"`},
		{"a cookie", "GET /" + version + "Cookie: a=secret\r\n\r\n", true, 200, false, `"value":"a=[redacted]"`},
		{"other credentials", "GET /" + version + "Authorization: Bearer secret\r\n\r\n", true, 200, false, `"value":"Bearer [redacted]"`},
		{"a body", "POST /" + version + "Content-Length: 5\r\n\r\nhello", true, 200, false, `"body_bytes":5`},
		{"chunks", "POST /" + version + "Transfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\nA\r\n0123456789\r\n0\r\nT: 1\r\n\r\n", true, 200, false, `"body_bytes":15`},
		{"a body without a logon", "POST /" + version + "Content-Length: 5\r\n\r\nhello", false, 401, false, `"body_bytes":5`},
		{"chunks without a logon", "POST /" + version + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", false, 401, false, `"body_bytes":5`},
		{"a long body without a logon", "POST /" + version + "Content-Length: 99999999\r\n\r\nhello", false, 401, true, `was not read`},
		{"a body that waits, without a logon", "POST /" + version + "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n", false, 401, true, `was not read`},
		{"a broken chunk", "POST /" + version + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", true, 400, true, `"status":400`},
		{"two lengths", "POST /" + version + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", true, 400, true, `Content-Length`},
		{"a length and chunks", "POST /" + version + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", true, 400, true, `exclude`},
		{"a negative length", "POST /" + version + "Content-Length: -5\r\n\r\n", true, 400, true, `Content-Length`},
		{"gzip, chunked", "POST /" + version + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", true, 501, true, `other than chunked`},
		{"no version", "GET /\r\n\r\n", true, 400, true, `request line`},
		{"HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", true, 505, true, `cannot carry NTLM`},
		{"TLS", "\x16\x03\x01\x02\x00\x01", true, 400, true, `speaks TLS`},
		{"a control character in the target", "GET /\x1b[31m" + version + "\r\n", true, 400, true, `request line`},
		{"a field without a name", "GET /" + version + ": x\r\n\r\n", true, 400, true, `field name`},
		{"a blank before the colon", "GET /" + version + "X : x\r\n\r\n", true, 400, true, `field name`},
		{"a folded field", "GET /" + version + "X: x\r\n y\r\n\r\n", true, 400, true, `folded`},
		{"a NUL", "GET /" + version + "X: a\x00b\r\n\r\n", true, 400, true, `control character`},
		{"a long head", "GET /" + version + "X: " + strings.Repeat("x", 300<<10) + "\r\n\r\n", true, 431, true, `longer than 262144`},
		{"many fields", "GET /" + version + strings.Repeat("X: y\r\n", 1001) + "\r\n", true, 431, true, `more than 1000`},
		{"CONNECT", "CONNECT a:1" + version + "\r\n", true, 405, true, `for a proxy`},
		{"a size that is none", "GET /?size=x" + version + "\r\n", true, 400, true, `size is no number`},
		{"a size that is too much", "GET /?size=99999999999999" + version + "\r\n", true, 400, true, `size is no number`},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := options(t)
			o.Body, o.BodyType = render.AppendServeBody, "application/json"
			p := dial(t, start(t, o))
			if c.loggedOn {
				p.logOn("NTLM", `LAB\alice`, password)
			}
			a := p.do(c.request)
			if a.StatusCode != c.status || !strings.Contains(a.body, c.want) || strings.Contains(a.body, "secret") {
				t.Errorf("status %d, want %d with %s: %s", a.StatusCode, c.status, c.want, a.body)
			}
			a.report(t)
			for _, name := range []string{trace.HeaderInstance, trace.HeaderConnection, trace.HeaderRequest, trace.HeaderAuthKey} {
				if a.Header.Get(name) == "" {
					t.Errorf("%s is missing", name)
				}
			}
			if a.Close != c.closed {
				t.Errorf("Connection: close is %t, want %t", a.Close, c.closed)
			}
			if c.closed {
				p.closed()
			} else if again := p.get("/again"); again.report(t).Request != doc(t, a)+1 {
				t.Errorf("the next request: %s", again.body)
			}
		})
	}
}

func doc(t *testing.T, a answer) int { return a.report(t).Request }

func TestHead(t *testing.T) {
	o := options(t)
	o.Body = render.AppendServeBody
	p := dial(t, start(t, o))
	p.logOn("NTLM", `LAB\alice`, password)
	for _, target := range []string{"/", "/?size=1000"} {
		if a := p.do("HEAD " + target + " HTTP/1.1\r\n\r\n"); a.StatusCode != 200 || a.body != "" {
			t.Errorf("%s: %d %q", target, a.StatusCode, a.body)
		}
	}
	if a := p.get("/"); a.report(t).Request != 5 {
		t.Errorf("%s", a.body)
	}
}

func TestPayload(t *testing.T) {
	o := options(t)
	o.Body = render.AppendServeBody
	p := dial(t, start(t, o))
	p.logOn("NTLM", `LAB\alice`, password)
	for _, n := range []int{0, 1, 65536, 1_000_001} {
		if a := p.get(fmt.Sprintf("/deep/path?x=y&size=%d", n)); len(a.body) != n || a.ContentLength != int64(n) {
			t.Errorf("%d bytes, want %d", len(a.body), n)
		}
	}
	body := strings.Repeat("0123456789", 50_000)
	sum := sha256.Sum256([]byte(body))
	p.send(fmt.Sprintf("PUT /?sha256 HTTP/1.1\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", len(body)))
	if a := p.read("PUT"); a.StatusCode != http.StatusContinue {
		t.Fatalf("status %d", a.StatusCode)
	}
	p.send(body)
	if doc := p.read("PUT").report(t); *doc.BodyBytes != int64(len(body)) || doc.BodySHA256 != hex.EncodeToString(sum[:]) {
		t.Errorf("%d bytes, hash %s", *doc.BodyBytes, doc.BodySHA256)
	}
}

// TestPipelined sends two requests in one piece.
func TestPipelined(t *testing.T) {
	o := options(t)
	o.Body = render.AppendServeBody
	p := dial(t, start(t, o))
	p.send("GET /one HTTP/1.1\r\n\r\nPOST /two HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcGET /three HTTP/1.1\r\n\r\n")
	for i, target := range []string{"/one", "/two", "/three"} {
		if doc := p.read("GET").report(t); doc.Target != target || doc.Request != i+1 {
			t.Errorf("%s, request %d", doc.Target, doc.Request)
		}
	}
}

// TestSilence bounds a head that drips, and a pause between requests.
func TestSilence(t *testing.T) {
	o := options(t)
	o.Timeouts = origin.Timeouts{Head: 50 * time.Millisecond, Idle: 50 * time.Millisecond}
	address := start(t, o)
	p := dial(t, address)
	p.send("GET / HT")
	if a := p.read("GET"); a.StatusCode != http.StatusRequestTimeout {
		t.Errorf("status %d", a.StatusCode)
	}
	p.closed()
	dial(t, address).closed()
}

func TestOptions(t *testing.T) {
	for _, c := range []struct {
		o    origin.Options
		want string
	}{
		{origin.Options{Schemes: []string{"Digest"}}, "unknown scheme"},
		{origin.Options{Schemes: []string{"NTLM", "NTLM"}}, "named twice"},
		{origin.Options{Dialect: "apache"}, "unknown dialect"},
		{origin.Options{ConnectionIDHeader: "X Y"}, "name of a header"},
	} {
		if _, err := origin.New(c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
}
