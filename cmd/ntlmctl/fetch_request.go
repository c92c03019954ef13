package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/ntlmctl/ntlmctl/internal/curl/coding"
)

// acceptEncoding is what --compressed asks for.
const acceptEncoding = coding.Accept

// maxUnasked is how long a body may be that is sent without asking first by
// Expect: 100-continue, as in curl.
const maxUnasked = 1 << 20

// hop is one request of a transfer: the first, or one that a redirect asks for.
type hop struct {
	url    *url.URL
	method string
	// bare says that a redirect took the body away.
	bare bool
	// referer is the page that redirected here, for ;auto.
	referer string
	// own says that what is confidential may go there.
	own bool
}

// request makes the request of a hop.
func (t *transfer) request(ctx context.Context, h *hop) (*http.Request, error) {
	p := t.run.plan
	req := &http.Request{Method: h.method, URL: h.url, Header: http.Header{}, Host: h.url.Host}
	for _, f := range p.fields {
		key := http.CanonicalHeaderKey(f.name)
		switch {
		case f.value == "" && !f.custom:
		case key == "Range" && !f.custom && t.uploads(h): // attach has it as Content-Range
		case !h.own && (key == "Authorization" || key == "Cookie"):
		case key == "Host":
			if h.own {
				req.Host = f.value
			}
		case h.bare && key == "Content-Type" && !f.custom:
		default:
			req.Header[key] = append(req.Header[key], f.value)
		}
	}
	if cookies := t.cookies(h); cookies != "" && !p.isCustom("Cookie") {
		req.Header["Cookie"] = []string{cookies}
	}
	if referer := t.referer(h); referer != "" && !p.isCustom("Referer") && !p.removed["Referer"] {
		req.Header["Referer"] = []string{referer}
	}
	if err := t.attach(ctx, req, h); err != nil {
		return nil, err
	}
	if t.throughProxy(h.url) && !p.isCustom("Proxy-Connection") && !p.removed["Proxy-Connection"] {
		req.Header["Proxy-Connection"] = []string{"Keep-Alive"}
	}
	if t.throughProxy(h.url) { // with CONNECT they are wire's
		for _, line := range t.run.proxyHeaders {
			if !line.remove {
				key := http.CanonicalHeaderKey(line.name)
				req.Header[key] = append(req.Header[key], line.value)
			}
		}
	}
	return req.WithContext(ctx), nil
}

// attach gives a request its body, and the fields that go with it.
func (t *transfer) attach(ctx context.Context, req *http.Request, h *hop) error {
	p, j := t.run.plan, t.job
	t.run.expect = false
	if j.body == nil || h.bare {
		if j.offset > 0 && j.upload == "" {
			req.Header["Range"] = []string{fmt.Sprintf("bytes=%d-", j.offset)}
		}
		return nil
	}
	if p.bodyType != "" && j.upload == "" && !p.isCustom("Content-Type") && !p.removed["Content-Type"] {
		req.Header["Content-Type"] = []string{p.bodyType}
	}
	size := j.body.Size()
	if value := t.contentRange(size); value != "" && !p.isCustom("Content-Range") {
		req.Header["Content-Range"] = []string{value}
	}
	if size == 0 && !p.chunked {
		return nil
	}
	if t.sent && !j.body.Replayable() {
		return &failure{Code: exitUnreachable, Text: "the body came from a pipe, has been sent, and cannot be sent again"}
	}
	open := func() (io.ReadCloser, error) {
		r, err := j.body.Open()
		if err != nil {
			return nil, err
		}
		return t.outgoing(ctx, r, size), nil
	}
	var err error
	if req.Body, err = open(); err != nil {
		return usageError("", "the body: %v", err)
	}
	t.sent = true
	t.run.expect = size < 0 || size > maxUnasked
	if req.ContentLength = size; p.chunked {
		req.ContentLength = -1
	}
	if j.body.Replayable() {
		req.GetBody = open
	}
	return nil
}

// uploads reports whether a hop sends a body: then -r is about that, as in curl.
func (t *transfer) uploads(h *hop) bool { return t.job.body != nil && !h.bare }

// contentRange says which part of a whole the body is, as -C or -r have it; empty
// where it is all. The size is -1 where it is not known.
func (t *transfer) contentRange(size int64) string {
	j, o := t.job, t.run.o
	switch {
	case j.offset > 0 && j.upload != "" && size >= 0:
		return fmt.Sprintf("bytes %d-%d/%d", j.offset, j.offset+size-1, j.offset+size)
	case o.byteRange == "" || len(o.forms) > 0:
		return ""
	case size < 0:
		return "bytes " + rangeOf(o.byteRange) + "/*"
	}
	return fmt.Sprintf("bytes %s/%d", rangeOf(o.byteRange), size)
}

// expects reports whether a request announces its body with Expect.
func (r *fetchRun) expects(*http.Request) bool { return r.expect && !r.plan.removed["Expect"] }

// throughProxy reports whether a request goes to a proxy in absolute form.
func (t *transfer) throughProxy(u *url.URL) bool {
	proxy, err := t.run.proxyURL(u)
	return err == nil && proxy != nil && !strings.HasPrefix(proxy.Scheme, "socks") && u.Scheme == "http" && !t.run.o.proxyTunnel
}

// cookies are those of the jar, and those of -b for the host they were given for.
func (t *transfer) cookies(h *hop) string {
	var list []string
	if jar := t.run.jar; jar != nil {
		if text := jar.Header(h.url); text != "" {
			list = append(list, text)
		}
	}
	if text := t.run.plan.cookies; text != "" && (h.own || sameOrigin(h.url, t.job.url)) {
		list = append(list, text)
	}
	return strings.Join(list, "; ")
}

func (t *transfer) referer(h *hop) string {
	given, auto := strings.CutSuffix(t.run.o.referer, ";auto")
	if auto && h.referer != "" {
		return h.referer
	}
	return given
}
