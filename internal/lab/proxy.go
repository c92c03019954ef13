package lab

import (
	"context"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
)

// proxyOf makes a reverse proxy with faults.
func proxyOf(f Faults) func(net.Listener, []string) func() {
	return func(l net.Listener, origins []string) func() {
		p := &proxy{Faults: f, origins: origins, pools: make(map[int]*http.Transport)}
		reverse := &httputil.ReverseProxy{
			Rewrite: p.rewrite, Transport: p, ModifyResponse: p.respond, ErrorLog: silent, FlushInterval: -1,
		}
		server := &http.Server{
			Handler: p.refusing(reverse), ErrorLog: silent, ConnContext: p.accepted, ConnState: p.changed,
		}
		if f.HangUp != nil {
			server.IdleTimeout = f.HangUp()
		}
		var serving sync.WaitGroup
		serving.Go(func() { _ = server.Serve(l) }) // it ends by Close
		return func() {
			server.Close()
			serving.Wait()
			p.close()
		}
	}
}

// proxy is a reverse proxy at work.
type proxy struct {
	Faults
	origins           []string
	clients, requests atomic.Int64
	cache             cache
	mu                sync.Mutex
	pools             map[int]*http.Transport
	connections       sync.Map // of the clients: net.Conn -> *client
}

// client is one connection of a client.
type client struct {
	n int
	// upstream is its own upstream connection.
	upstream *http.Transport
}

// clientKey and requestKey are for the values of a request's context.
type (
	clientKey  struct{}
	requestKey struct{}
)

// accepted gives a client's connection its number.
func (p *proxy) accepted(ctx context.Context, nc net.Conn) context.Context {
	c := &client{n: int(p.clients.Add(1)) - 1, upstream: &http.Transport{MaxConnsPerHost: 1, DisableCompression: true}}
	p.connections.Store(nc, c)
	return context.WithValue(ctx, clientKey{}, c)
}

// changed ends the upstream connection with the client's.
func (p *proxy) changed(nc net.Conn, state http.ConnState) {
	if state != http.StateClosed {
		return
	}
	if c, ok := p.connections.LoadAndDelete(nc); ok {
		c.(*client).upstream.CloseIdleConnections()
	}
}

func (p *proxy) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, pool := range p.pools {
		pool.CloseIdleConnections()
	}
	p.connections.Range(func(_, c any) bool {
		c.(*client).upstream.CloseIdleConnections()
		return true
	})
}

// refusing turns requests down for their size, and numbers the others.
func (p *proxy) refusing(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case p.RefuseHead != nil && p.RefuseHead(headSize(r)):
			w.Header().Set("Connection", "close")
			http.Error(w, "the header is too large", http.StatusRequestHeaderFieldsTooLarge)
			return
		case p.RefuseBody != nil && p.RefuseBody(r.ContentLength):
			w.Header().Set("Connection", "close")
			http.Error(w, "the body is too large", http.StatusRequestEntityTooLarge)
			return
		}
		n := int(p.requests.Add(1)) - 1
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestKey{}, n)))
	})
}

func headSize(r *http.Request) (size int64) {
	for name, values := range r.Header {
		for _, v := range values {
			size += int64(len(name) + len(v))
		}
	}
	return size
}

// rewrite addresses a request to an origin.
func (p *proxy) rewrite(r *httputil.ProxyRequest) {
	origin := 0
	if p.SwitchBackend != nil {
		origin = p.SwitchBackend(requestOf(r.In))
	}
	if cookie, err := r.In.Cookie(p.TrustCookie); err == nil && p.TrustCookie != "" {
		if n, err := strconv.Atoi(cookie.Value); err == nil && n >= 0 && n < len(p.origins) {
			origin = n
		}
	}
	if name := p.NameConnection; name != "" && (r.In.Header.Get(name) == "" || p.TrustClient == nil || !p.TrustClient(requestOf(r.In))) {
		r.Out.Header.Set(name, "client-"+strconv.Itoa(r.In.Context().Value(clientKey{}).(*client).n))
	}
	r.SetURL(&url.URL{Scheme: "http", Host: p.origins[origin]})
	r.Out.Host = r.In.Host
	strip(r.Out.Header, p.StripRequest)
}

// respond changes a response on its way to the client.
func (p *proxy) respond(r *http.Response) error {
	strip(r.Header, p.StripResponse)
	if p.RewriteOffer != nil {
		if values := p.RewriteOffer(r.Header.Values("WWW-Authenticate")); values != nil {
			r.Header["Www-Authenticate"] = values
		}
	}
	if p.TrustCookie != "" {
		origin := slices.Index(p.origins, r.Request.URL.Host)
		r.Header.Add("Set-Cookie", (&http.Cookie{Name: p.TrustCookie, Value: strconv.Itoa(origin), Path: "/"}).String())
	}
	if p.CloseAfter != nil && p.CloseAfter(requestOf(r.Request)) {
		r.Header.Set("Connection", "close")
	}
	return nil
}

func strip(h http.Header, fault func(string) bool) {
	if fault == nil {
		return
	}
	for name := range h {
		if fault(name) {
			delete(h, name)
		}
	}
}

func requestOf(r *http.Request) int { return r.Context().Value(requestKey{}).(int) }

// RoundTrip takes a request upstream, on the connection that the faults say.
func (p *proxy) RoundTrip(r *http.Request) (*http.Response, error) {
	if p.Cache == nil {
		return p.upstream(r).RoundTrip(r)
	}
	if kept := p.cache.lookup(r); kept != nil {
		return kept, nil
	}
	resp, err := p.upstream(r).RoundTrip(r)
	if err == nil && p.Cache(resp) {
		return p.cache.keep(resp)
	}
	return resp, err
}

func (p *proxy) upstream(r *http.Request) http.RoundTripper {
	c, n := r.Context().Value(clientKey{}).(*client), requestOf(r)
	switch {
	case p.Downgrade != nil && p.Downgrade(n):
		return http10{}
	case p.ForgetConnection != nil && p.ForgetConnection(n):
		return &http.Transport{DisableKeepAlives: true, DisableCompression: true}
	case p.SharePool != nil:
		return p.pool(p.SharePool(c.n))
	}
	return c.upstream
}

func (p *proxy) pool(n int) http.RoundTripper {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.pools[n] == nil {
		p.pools[n] = &http.Transport{MaxIdleConnsPerHost: 32, DisableCompression: true}
	}
	return p.pools[n]
}
