package negotiate

import (
	"bytes"
	"io"
	"net/http"
	"sync/atomic"
)

// payload is the body of a request. It goes out once; again only if the request
// can tell it again, or if nobody has read of it.
type payload struct {
	req *http.Request
	// gone: it has been handed out; last is what was, where nobody may have read of it.
	gone bool
	last *reluctant
}

// smallBody is how much is read at once where the body can be had again, so that
// it goes out with the head.
const smallBody = 64 << 10

func newPayload(req *http.Request) *payload {
	if req.Body == nil || req.Body == http.NoBody {
		return nil
	}
	return &payload{req: req}
}

// length is the body's length, -1 if it is not known.
func (p *payload) length() int64 {
	if p.req.ContentLength == 0 { // net/http's way to say unknown where there is a body
		return -1
	}
	return p.req.ContentLength
}

// unread reports whether the body is as it was.
func (p *payload) unread() bool { return !p.gone || p.last != nil && !p.last.read.Load() }

// ready reports whether the body can be sent.
func (p *payload) ready() bool {
	return p.unread() || p.req.GetBody != nil
}

// next is the body for one leg. Expect says that the leg may end before it is read.
func (p *payload) next(expect bool) (io.Reader, error) {
	var body io.ReadCloser
	switch {
	case p.unread():
		body = p.req.Body
	default:
		var err error
		if body, err = p.req.GetBody(); err != nil {
			return nil, err
		}
	}
	p.gone, p.last = true, nil
	if n := p.length(); p.req.GetBody != nil && n > 0 && n <= smallBody {
		data, err := io.ReadAll(io.LimitReader(body, n))
		body.Close()
		return bytes.NewReader(data), err
	}
	if expect && p.req.GetBody == nil {
		p.last = &reluctant{body: body}
		return p.last, nil
	}
	return body, nil
}

// close closes a body that was never sent.
func (p *payload) close() {
	if p != nil && p.unread() {
		p.gone, p.last = true, nil
		p.req.Body.Close()
	}
}

// reluctant is a body that stays as it is until somebody reads of it.
type reluctant struct {
	body io.ReadCloser
	read atomic.Bool
}

func (r *reluctant) Read(b []byte) (int, error) {
	r.read.Store(true)
	return r.body.Read(b)
}

// Close closes the body if it was begun.
func (r *reluctant) Close() error {
	if !r.read.Load() {
		return nil
	}
	return r.body.Close()
}
