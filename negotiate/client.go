package negotiate

import (
	"cmp"
	"errors"
	"net/http"
	"sync"

	"github.com/ntlmctl/ntlmctl/negotiate/wire"
)

// Client makes requests, each logon on one connection and no other, and keeps
// the connections for later requests to the same target. It is an
// http.RoundTripper: redirects and cookies are http.Client's. Several goroutines
// may use it at a time.
type Client struct {
	// Done, if not nil, is called with the result of each round trip: when the
	// head of its response is there, or when it failed. It is called on the
	// goroutine of RoundTrip, before that returns.
	Done func(*Result)
	// Jar takes the cookies that the legs of a handshake set, all but the last
	// one's, which are http.Client's. It may be nil: they go out on the next leg
	// all the same.
	Jar http.CookieJar

	o Options

	mu     sync.Mutex
	idle   map[sessionKey][]*session
	closed bool
}

// NewClient makes a client. It opens nothing.
func NewClient(o Options) *Client {
	if o.Wire.Recorder == nil {
		o.Wire.Recorder = &wire.Recorder{Discard: true}
	}
	own := new(Budget)
	o.Origin.Budget, o.ProxyLogon.Budget = cmp.Or(o.Origin.Budget, own), cmp.Or(o.ProxyLogon.Budget, own)
	return &Client{o: o, idle: map[sessionKey][]*session{}}
}

// Spent is how many refused logons the budgets were charged with, over all
// requests and over all clients that share them.
func (c *Client) Spent() int {
	n, _ := c.o.Origin.Budget.Spent()
	if via := c.o.ProxyLogon.Budget; via != c.o.Origin.Budget {
		more, _ := via.Spent()
		n += more
	}
	return n
}

// CloseIdleConnections closes the connections that no request is on.
func (c *Client) CloseIdleConnections() {
	c.mu.Lock()
	idle := c.idle
	c.idle = map[sessionKey][]*session{}
	c.mu.Unlock()
	for _, list := range idle {
		for _, s := range list {
			s.conn.Close()
		}
	}
}

// Close closes idle connections; those in use are closed when their bodies are.
// Requests after it fail.
func (c *Client) Close() error {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.CloseIdleConnections()
	return nil
}

// ErrClosed is the error of requests on a closed client.
var ErrClosed = errors.New("negotiate: the client is closed")

// RoundTrip makes one request, logging on if the server or a proxy wants it and
// the options allow. A refusal that cannot be answered is a response like any
// other. An error is a *wire.Error, or about the request or the credentials
// themselves. Authorization and Proxy-Authorization in the request's header
// replace the logons.
func (c *Client) RoundTrip(req *http.Request) (*http.Response, error) {
	x := &call{c: c, ctx: req.Context(), req: req, body: newPayload(req)}
	defer x.body.close()
	err := x.run()
	result := x.conclude(err)
	if err != nil {
		if x.session != nil {
			x.session.undelivered()
			x.session.conn.Close()
		}
		c.done(result)
		return nil, err
	}
	resp := newResponse(req, x.response)
	body := &answer{ReadCloser: x.response.Body, response: resp, wire: x.response}
	resp.Body, x.response.Body = body, body
	c.done(result)
	body.release = func() { c.release(x.session, req.Close) }
	if x.response.ContentLength == 0 {
		body.end()
	}
	return resp, nil
}

func (c *Client) done(r *Result) {
	if c.Done != nil {
		c.Done(r)
	}
}
