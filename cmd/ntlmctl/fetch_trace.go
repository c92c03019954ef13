package main

import (
	"bufio"
	"fmt"
	"sync"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/wire"
)

// tracer writes --trace and --trace-ascii in curl's format, which ntlmctl decode
// reads. Bodies are those of the last leg of each request; refusals within a
// handshake show as their heads. Credentials are left out, save with --reveal.
type tracer struct {
	ascii  bool
	reveal bool

	mu   sync.Mutex // bodies come on other goroutines
	file *lazyFile
	out  *bufio.Writer
}

func newTracer(w *world, o *fetchOptions) *tracer {
	t := &tracer{ascii: o.traceASCII != "", reveal: o.reveal, file: &lazyFile{w: w, path: o.trace + o.traceASCII}}
	t.out = bufio.NewWriter(t.file)
	return t
}

// close writes what is left. A nil tracer does nothing.
func (t *tracer) close() error {
	if t == nil {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	defer t.file.close()
	return t.out.Flush()
}

func (t *tracer) event(e wire.Event) {
	c := e.Connection
	switch e.Kind {
	case wire.Dialled:
		if c.Error != nil {
			t.info("connection %d: %s", c.ID, c.Error.Text)
			return
		}
		t.info("Connected to %s%s (connection %d)", c.Remote, viaOf(c), c.ID)
	case wire.Secured:
		t.info("connection %d speaks TLS", c.ID)
	case wire.Requesting:
		r := &e.Leg.Request
		t.data("=> Send header", t.head(r.Method+" "+r.Target+" HTTP/1.1", r.Headers))
	case wire.Interim:
		i := e.Leg.Interim[len(e.Leg.Interim)-1]
		t.data("<= Recv header", t.head(fmt.Sprintf("HTTP/1.1 %d %s", i.Status, i.Reason), i.Headers))
	case wire.Responding:
		r := e.Leg.Response
		t.data("<= Recv header", t.head(fmt.Sprintf("HTTP/%s %d %s", e.Leg.HTTPVersion, r.Status, r.Reason), r.Headers))
	case wire.Done:
		if e.Leg.Error != nil {
			t.info("leg %d: %s", e.Leg.N, e.Leg.Error.Text)
		}
	case wire.Closed:
		t.info("connection %d closed by the %s", c.ID, c.ClosedBy)
	}
}

func (t *tracer) head(first string, fields trace.Headers) []byte {
	if !t.reveal {
		fields = fields.Redact()
	}
	b := append([]byte(first), "\r\n"...)
	for _, f := range fields {
		b = append(append(append(append(b, f.Name...), ": "...), f.Value...), "\r\n"...)
	}
	return append(b, "\r\n"...)
}

func (t *tracer) info(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	fmt.Fprintf(t.out, "== Info: %s\n", fmt.Sprintf(format, args...))
}

// data writes a piece of what went over the wire.
func (t *tracer) data(what string, b []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	fmt.Fprintf(t.out, "%s, %d bytes (0x%x)\n", what, len(b), len(b))
	columns := 16
	if t.ascii {
		columns = 64
	}
	for at := 0; at < len(b); {
		row := b[at:min(at+columns, len(b))]
		fmt.Fprintf(t.out, "%04x: ", at)
		at += len(row)
		if t.ascii {
			at -= len(row)
			row, at = line(b, at, columns)
		} else {
			for i := range columns {
				if i < len(row) {
					fmt.Fprintf(t.out, "%02x ", row[i])
				} else {
					t.out.WriteString("   ")
				}
			}
		}
		for _, c := range row {
			if c < 0x20 || c >= 0x7f {
				c = '.'
			}
			t.out.WriteByte(c)
		}
		t.out.WriteByte('\n')
	}
}

// line cuts a row at a line's end, which it leaves out, and says where the next begins.
func line(b []byte, at, columns int) (row []byte, next int) {
	end := min(at+columns, len(b))
	for i := at; i < end; i++ {
		if b[i] == '\r' && i+1 < len(b) && b[i+1] == '\n' {
			return b[at:i], i + 2
		}
	}
	return b[at:end], end
}
