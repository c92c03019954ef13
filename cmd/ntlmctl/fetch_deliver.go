package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"

	"github.com/ntlmctl/ntlmctl/internal/curl/coding"
	"github.com/ntlmctl/ntlmctl/internal/curl/rate"
	"github.com/ntlmctl/ntlmctl/negotiate"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// deliver writes the body of the last response where it belongs.
func (t *transfer) deliver(ctx context.Context, resp *http.Response) error {
	defer resp.Body.Close()
	o := t.run.o
	if o.fail && !o.failWithBody && resp.StatusCode >= 400 {
		return nil
	}
	if t.job.offset > 0 && t.job.upload == "" {
		switch {
		case resp.StatusCode == http.StatusRequestedRangeNotSatisfiable:
			return nil // there is no more of it
		case resp.StatusCode == http.StatusOK:
			return &failure{Code: exitUsage, Text: "the server sends the whole body, and -C wants the rest of it", Hint: "leave -C out"}
		}
	}
	if !o.condition.met(resp) {
		return nil
	}
	if o.maxSize > 0 && resp.ContentLength > o.maxSize && !o.head {
		return tooLarge(resp.ContentLength, o.maxSize)
	}
	if name := fileNameOf(resp.Header); t.job.suggested && name != "" {
		t.suggest(name)
	}
	counted := &counter{ReadCloser: t.incoming(ctx, resp)}
	defer func() { t.size = counted.n }()
	var body io.Reader = counted
	if o.compressed {
		var err error
		if body, err = coding.Reader(counted, resp.Header.Values("Content-Encoding")); err != nil {
			return &failure{Code: exitUnreachable, Text: "the body cannot be read", Err: err}
		}
	}
	if o.maxSize > 0 {
		body = io.LimitReader(body, o.maxSize+1)
	}
	n, err := io.Copy(t.sink, body)
	if o.maxSize > 0 && n > o.maxSize {
		return tooLarge(n, o.maxSize)
	}
	var unwritten *sinkError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errBinary):
		return &failure{Code: exitUsage, Text: err.Error(), Hint: "-o FILE saves it; -o - shows it all the same"}
	case errors.As(err, &unwritten):
		return &failure{Code: exitUsage, Text: "the body could not be written", Err: unwritten.err}
	}
	return &failure{Code: exitUnreachable, Text: "the body did not come through", Err: err}
}

// suggest gives the file of -O the name that the server suggests.
func (t *transfer) suggest(name string) {
	if dir := t.run.o.outputDir; dir != "" {
		name = filepath.Join(dir, name)
	}
	t.job.output, t.sink.path, t.sink.exclusive = name, name, true
}

// counter counts what is read, and hands large pieces through.
type counter struct {
	io.ReadCloser
	n int64
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.ReadCloser.Read(b)
	c.n += int64(n)
	return n, err
}

// WriteTo implements io.WriterTo.
func (c *counter) WriteTo(w io.Writer) (int64, error) {
	n, err := io.Copy(w, c.ReadCloser)
	c.n += n
	return n, err
}

// incoming is the body of a response, slowed, traced and watched as the flags say.
func (t *transfer) incoming(ctx context.Context, resp *http.Response) io.ReadCloser {
	r := t.run
	body := resp.Body
	if r.o.floor.PerSecond > 0 {
		body = r.o.floor.Reader(body, t.cancel)
	}
	if r.o.limit > 0 {
		body = rate.NewLimit(r.o.limit).Reader(ctx, body)
	}
	if r.trace != nil {
		body = &tapped{body, func(b []byte) { r.trace.data("<= Recv data", b) }}
	}
	if p := t.progress("down", resp.ContentLength); p != nil {
		body = &watched{ReadCloser: body, bar: p}
	}
	return body
}

// outgoing is the body of a request, in the same ways.
func (t *transfer) outgoing(ctx context.Context, body io.ReadCloser, size int64) io.ReadCloser {
	r := t.run
	if r.o.limit > 0 {
		body = rate.NewLimit(r.o.limit).Reader(ctx, body)
	}
	if r.trace != nil {
		body = &tapped{body, func(b []byte) { r.trace.data("=> Send data", b) }}
	}
	if size < 0 || size > 1<<20 {
		if p := t.progress("up", size); p != nil {
			body = &watched{ReadCloser: body, bar: p}
		}
	}
	return body
}

// tapped shows what is read.
type tapped struct {
	io.ReadCloser
	see func([]byte)
}

func (t *tapped) Read(b []byte) (int, error) {
	n, err := t.ReadCloser.Read(b)
	if n > 0 {
		t.see(b[:n])
	}
	return n, err
}

// heads writes the heads of a round trip's answers, as -i, -I and -D want them:
// those of the handshake, too.
func (t *transfer) heads(result *negotiate.Result) error {
	o := t.run.o
	include := o.include || o.head
	for _, leg := range result.Legs {
		if leg.Response == nil {
			continue
		}
		if o.noConnectHead && leg.Request.Method == http.MethodConnect {
			continue
		}
		head := headOf(leg)
		if _, err := t.run.heads.Write(head); err != nil {
			return &failure{Code: exitUsage, Text: "the heads could not be written", Err: err}
		}
		if include {
			if _, err := t.sink.Write(head); err != nil {
				return &failure{Code: exitUsage, Text: "the head could not be written", Err: err}
			}
		}
	}
	return nil
}

// headOf is the head of a leg's answer as it came, those of interim answers before it.
func headOf(leg *trace.Leg) []byte {
	var b []byte
	for _, i := range leg.Interim {
		b = appendHead(b, leg.HTTPVersion, i.Status, i.Reason, i.Headers)
	}
	if r := leg.Response; len(r.Raw) > 0 && !r.RawCut {
		b = append(b, r.Raw...)
	} else {
		b = appendHead(b, leg.HTTPVersion, r.Status, r.Reason, r.Headers)
	}
	return b
}

func appendHead(b []byte, version string, status int, reason string, fields trace.Headers) []byte {
	b = fmt.Appendf(b, "HTTP/%s %d %s\r\n", version, status, reason)
	for _, f := range fields {
		b = fmt.Appendf(b, "%s: %s\r\n", f.Name, f.Value)
	}
	return append(b, "\r\n"...)
}
