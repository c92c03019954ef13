package wire

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

func limits() *Limits {
	l := Options{}.withDefaults().Limits
	return &l
}

// fields makes header fields of names and values in turn.
func fields(list ...string) trace.Headers {
	var h trace.Headers
	for i := 0; i < len(list); i += 2 {
		h = append(h, trace.Header{Name: list[i], Value: list[i+1]})
	}
	return h
}

func parseHead(text string, l *Limits) (*head, error) {
	return readHead(bufio.NewReaderSize(strings.NewReader(text), 16), l)
}

func TestReadHead(t *testing.T) {
	for _, test := range []struct {
		name, text string
		version    string
		status     int
		reason     string
		fields     trace.Headers
		notes      []string
	}{
		{
			name: "plain", text: "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: NTLM\r\nContent-Length: 0\r\n\r\n",
			version: "1.1", status: 401, reason: "Unauthorized",
			fields: fields("WWW-Authenticate", "NTLM", "Content-Length", "0"),
		},
		{
			name: "bare line feeds, order and case", text: "HTTP/1.0 200 OK\nb: 2\nA:1\nB:  3\t\n\n",
			version: "1.0", status: 200, reason: "OK",
			fields: fields("b", "2", "A", "1", "B", "3"),
		},
		{
			name: "no reason, lower case", text: "http/1.1 200\r\n\r\n",
			version: "1.1", status: 200,
		},
		{
			name: "spaces in the status line", text: "HTTP/1.1  407   Proxy Auth  \r\n\r\n",
			version: "1.1", status: 407, reason: "Proxy Auth",
		},
		{
			name: "HTTP/2 in text", text: "HTTP/2 200\r\n\r\n",
			version: "2", status: 200, notes: []string{"the status line says HTTP/2"},
		},
		{
			name: "empty lines first", text: "\r\n\nHTTP/1.1 200 OK\r\n\r\n",
			version: "1.1", status: 200, reason: "OK", notes: []string{"an empty line came before the status line"},
		},
		{
			name: "folded", text: "HTTP/1.1 401 x\r\nWWW-Authenticate: NTLM\r\n TlRM\r\n\tTVNT\r\nA: b\r\n\r\n",
			version: "1.1", status: 401, reason: "x",
			fields: fields("WWW-Authenticate", "NTLM TlRM TVNT", "A", "b"),
			notes:  []string{"a header line is folded"},
		},
		{
			name: "malformed lines", text: "HTTP/1.1 200 x\r\n folded from nothing\r\nno colon\r\n and its continuation\r\n: no name\r\nbad name: x\r\nspace : y\r\nA: b\r\n\r\n",
			version: "1.1", status: 200, reason: "x",
			fields: fields("space", "y", "A", "b"),
			notes: []string{
				`a header line that continues none was left out: " folded from nothing"`,
				`a header line without a colon was left out: "no colon"`,
				`a header line with a malformed name was left out: ": no name"`,
				`a header line with a malformed name was left out: "bad name: x"`,
				`white space stands between the name and the colon of "space"`,
			},
		},
		{
			name: "control characters in a value", text: "HTTP/1.1 200 x\r\nA: a\rb\x00c\x1b[31m\r\n\r\n",
			version: "1.1", status: 200, reason: "x", fields: fields("A", "a\rb\x00c\x1b[31m"),
		},
		{
			name: "empty value", text: "HTTP/1.1 200 x\r\nA:\r\n\r\n",
			version: "1.1", status: 200, reason: "x", fields: fields("A", ""),
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			h, err := parseHead(test.text, limits())
			if err != nil {
				t.Fatal(err)
			}
			if h.version != test.version || h.status != test.status || h.reason != test.reason {
				t.Errorf("status line is %q %d %q", h.version, h.status, h.reason)
			}
			if diff := cmp.Diff(test.fields, h.fields); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(test.notes, h.notes); diff != "" {
				t.Error(diff)
			}
			if string(h.raw) != test.text || h.rawCut {
				t.Errorf("raw is %q", h.raw)
			}
		})
	}
}

func TestReadHeadErrors(t *testing.T) {
	for _, test := range []struct {
		name, text string
		kind       trace.FailureKind
	}{
		{"nothing", "", trace.FailEOF},
		{"garbage", "SSH-2.0-OpenSSH_9\r\n", trace.FailMalformed},
		{"short garbage", "SSH", trace.FailMalformed},
		{"HTTP/2", "\x00\x00\x12\x04\x00\x00\x00\x00\x00", trace.FailHTTP2},
		{"TLS", "\x15\x03\x01\x00\x02\x02\x16", trace.FailMalformed},
		{"no version", "HTTP/ 200 OK\r\n\r\n", trace.FailMalformed},
		{"bad version", "HTTP/1.x 200 OK\r\n\r\n", trace.FailMalformed},
		{"bad version", "HTTP/1. 200 OK\r\n\r\n", trace.FailMalformed},
		{"no status", "HTTP/1.1\r\n\r\n", trace.FailMalformed},
		{"status of words", "HTTP/1.1 two OK\r\n\r\n", trace.FailMalformed},
		{"status too long", "HTTP/1.1 2000 OK\r\n\r\n", trace.FailMalformed},
		{"status with a sign", "HTTP/1.1 +20 OK\r\n\r\n", trace.FailMalformed},
		{"status too small", "HTTP/1.1 099 OK\r\n\r\n", trace.FailMalformed},
		{"only empty lines", "\r\n\r\n\r\n\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", trace.FailMalformed},
		{"carriage return and garbage", "\rHTTP/1.1 200 OK\r\n\r\n", trace.FailMalformed},
		{"cut in the head", "HTTP/1.1 200 OK\r\nA: b\r\n", trace.FailEOF},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := parseHead(test.text, limits())
			if err == nil || kindOf(err) != test.kind {
				t.Errorf("got %v, want kind %s", err, test.kind)
			}
		})
	}
}

func TestReadHeadLimits(t *testing.T) {
	const start = "HTTP/1.1 200 OK\r\n"
	l := &Limits{Head: 1000, Line: 100, Fields: 3, Raw: 50}
	for _, test := range []struct {
		name, text string
		fields     int
		note       string
		fails      bool
	}{
		{name: "long line", text: start + "A: " + strings.Repeat("x", 200) + "\r\n and more\r\nB: c\r\n\r\n", fields: 1, note: "longer than 100"},
		{name: "line of just the limit", text: start + "A: " + strings.Repeat("x", 97) + "\r\n\r\n", fields: 1},
		{name: "line of just the limit, bare", text: start + "A: " + strings.Repeat("x", 97) + "\n\n", fields: 1},
		{name: "line one over", text: start + "A: " + strings.Repeat("x", 98) + "\r\n\r\n", note: "longer than 100"},
		{name: "long fold", text: start + "A: b\r\n" + strings.Repeat(" "+strings.Repeat("x", 40)+"\r\n", 4) + "B: c\r\n\r\n", fields: 1, note: "folded header line longer"},
		{name: "many fields", text: start + strings.Repeat("A: b\r\n", 9) + "\r\n", fields: 3, note: "after the first 3"},
		{name: "long head", text: start + strings.Repeat("A: b\r\n", 1000) + "\r\n", fails: true},
		{name: "long status line", text: "HTTP/1.1 200 " + strings.Repeat("x", 200) + "\r\n\r\n", fails: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			h, err := parseHead(test.text, l)
			if test.fails {
				if kindOf(err) != trace.FailMalformed {
					t.Errorf("got %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if len(h.fields) != test.fields || !strings.Contains(strings.Join(h.notes, "; "), test.note) {
				t.Errorf("got %d fields, notes %q", len(h.fields), h.notes)
			}
			if len(h.raw) != 50 && len(test.text) > 50 || len(test.text) > 50 && !h.rawCut {
				t.Errorf("kept %d raw bytes, cut %v", len(h.raw), h.rawCut)
			}
		})
	}
}

// An endless head costs no more than its limit.
func TestReadHeadEndless(t *testing.T) {
	for _, text := range []string{"A: b\r\n", "x", " fold\r\n", "\r", "A: b\r\n c\r\n"} {
		r := io.MultiReader(strings.NewReader("HTTP/1.1 200 OK\r\n"), &endless{text: []byte(text)})
		counter := &counting{r: r}
		if _, err := readHead(bufio.NewReader(counter), limits()); kindOf(err) != trace.FailMalformed {
			t.Errorf("%q: %v", text, err)
		}
		if counter.n > 2*limits().Head {
			t.Errorf("%q: read %d bytes", text, counter.n)
		}
	}
}

type endless struct {
	text []byte
	at   int
}

func (e *endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = e.text[e.at]
		e.at = (e.at + 1) % len(e.text)
	}
	return len(b), nil
}

type counting struct {
	r io.Reader
	n int
}

func (c *counting) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += n
	return n, err
}

func TestReadHeadTruncated(t *testing.T) {
	const text = "\r\nHTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: NTLM\r\n TlRM\r\nDate: x\r\n\r\n"
	for n := range len(text) {
		h, err := parseHead(text[:n], limits())
		if err == nil {
			t.Fatalf("%d bytes: no error", n)
		}
		if kind := kindOf(err); kind != trace.FailEOF && kind != trace.FailMalformed {
			t.Errorf("%d bytes: %v", n, err)
		}
		if n > 30 && (h == nil || h.status != 401) {
			t.Errorf("%d bytes: the status is lost", n)
		}
	}
}

func FuzzReadHead(f *testing.F) {
	for _, seed := range []string{
		"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: NTLM\r\nContent-Length: 0\r\n\r\nrest",
		"\r\nhttp/1.0 200\nA: b\n c\nx\n\n", "HTTP/1.1 200 OK\r\n \r\n:\r\nA : b\r\n\r\n", "\x00\x00\x12\x04", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
	} {
		f.Add([]byte(seed))
	}
	l := &Limits{Head: 2000, Line: 100, Fields: 10, Raw: 300}
	f.Fuzz(func(t *testing.T, input []byte) {
		whole := bufio.NewReader(bytes.NewReader(input))
		h, err := readHead(whole, l)
		pieces := bufio.NewReaderSize(iotest.OneByteReader(bytes.NewReader(input)), 16)
		same, sameErr := readHead(pieces, l)
		if (err == nil) != (sameErr == nil) || err != nil && kindOf(err) != kindOf(sameErr) {
			t.Fatalf("whole: %v; byte by byte: %v", err, sameErr)
		}
		if (h == nil) != (same == nil) {
			t.Fatalf("whole: %v; byte by byte: %v", h, same)
		}
		if h == nil {
			if err == nil {
				t.Fatal("neither head nor error")
			}
			return
		}
		if !slices.Equal(h.fields, same.fields) || h.statusLine != same.statusLine || !bytes.Equal(h.raw, same.raw) || !slices.Equal(h.notes, same.notes) {
			t.Fatalf("heads differ: %+v and %+v", h, same)
		}
		if len(h.fields) > l.Fields || len(h.raw) > l.Raw || len(h.notes) > maxNotes {
			t.Fatal("a limit is exceeded")
		}
		for _, field := range h.fields {
			if !isFieldName([]byte(field.Name)) || len(field.Value) > l.Line || strings.Contains(field.Value, "\n") {
				t.Fatalf("field %q", field)
			}
		}
		if err != nil {
			return
		}
		rest, _ := io.ReadAll(whole)
		restSame, _ := io.ReadAll(pieces)
		if !bytes.Equal(rest, restSame) || !bytes.HasSuffix(input, rest) {
			t.Fatal("the head ends in different places")
		}
		again, err := readHead(bufio.NewReader(bytes.NewReader(input[:len(input)-len(rest)])), l)
		if err != nil || !slices.Equal(h.fields, again.fields) {
			t.Fatalf("the head alone reads differently: %v", err)
		}
		if f := h.frame("GET"); f.length >= 0 && (f.chunked || f.untilClose || f.broken != nil) {
			t.Fatalf("framing %+v", f)
		}
	})
}

func TestFrame(t *testing.T) {
	const big = "9223372036854775807"
	for _, test := range []struct {
		name, method, version string
		status                int
		fields                trace.Headers
		length                int64
		chunked, untilClose   bool
		broken                bool
		notes                 int
	}{
		{name: "length", fields: fields("Content-Length", "12"), length: 12},
		{name: "none", length: -1, untilClose: true},
		{name: "same twice", fields: fields("Content-Length", "12", "content-length", "12, 12"), length: 12},
		{name: "differ", fields: fields("Content-Length", "12", "Content-Length", "13"), length: -1, broken: true, notes: 1},
		{name: "negative", fields: fields("Content-Length", "-1"), length: -1, broken: true, notes: 1},
		{name: "plus", fields: fields("Content-Length", "+1"), length: -1, broken: true, notes: 1},
		{name: "empty", fields: fields("Content-Length", ""), length: -1, broken: true, notes: 1},
		{name: "hexadecimal", fields: fields("Content-Length", "0x10"), length: -1, broken: true, notes: 1},
		{name: "greatest", fields: fields("Content-Length", big), length: 9223372036854775807},
		{name: "too great", fields: fields("Content-Length", big+"0"), length: -1, broken: true, notes: 1},
		{name: "chunked", fields: fields("Transfer-Encoding", "Chunked"), length: -1, chunked: true},
		{name: "chunked and length", fields: fields("Transfer-Encoding", "chunked", "Content-Length", "5"), length: -1, chunked: true, notes: 1},
		{name: "gzip, chunked", fields: fields("Transfer-Encoding", "gzip, chunked"), length: -1, chunked: true, notes: 1},
		{name: "unknown coding", fields: fields("Transfer-Encoding", "identity"), length: -1, untilClose: true, notes: 1},
		{name: "chunked in 1.0", version: "1.0", fields: fields("Transfer-Encoding", "chunked"), length: -1, chunked: true, notes: 1},
		{name: "HEAD", method: "HEAD", fields: fields("Content-Length", "12")},
		{name: "204", status: 204, fields: fields("Transfer-Encoding", "chunked")},
		{name: "304", status: 304, fields: fields("Content-Length", "12")},
		{name: "CONNECT", method: "CONNECT", fields: fields("Content-Length", "12")},
		{name: "CONNECT refused", method: "CONNECT", status: 407, fields: fields("Content-Length", "12"), length: 12},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := &head{statusLine: statusLine{major: 1, minor: 1, status: 200}, fields: test.fields}
			if test.version == "1.0" {
				h.minor = 0
			}
			if test.status != 0 {
				h.status = test.status
			}
			f := h.frame(test.method)
			if f.length != test.length || f.chunked != test.chunked || f.untilClose != test.untilClose || (f.broken != nil) != test.broken || len(f.notes) != test.notes {
				t.Errorf("got %+v", f)
			}
			if test.broken && !errors.As(f.broken, new(*malformed)) {
				t.Errorf("broken by %v", f.broken)
			}
		})
	}
}
