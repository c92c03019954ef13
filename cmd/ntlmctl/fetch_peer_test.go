package main

import (
	"compress/gzip"
	"compress/zlib"
	"context"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
)

// peer is a server that takes down what it is asked, and answers by the path.
type peer struct {
	*httptest.Server
	users *ntlm.Users
	other string // the URL of another peer

	mu      sync.Mutex
	list    []asked
	retried int
}

// asked is one request as the server saw it.
type asked struct {
	method, target, host string
	header               http.Header
	body                 string
	conn                 int64
}

// String is what two clients are compared by: all but their names.
func (a asked) String() string {
	if a.header.Get("Content-Length") == "0" && a.method != "POST" && a.method != "PUT" {
		a.header.Del("Content-Length") // it says nothing
	}
	if len(a.body) <= maxUnasked { // curl 7 announces every upload, curl 8 only long ones
		a.header.Del("Expect")
	}
	var names []string
	for name := range a.header {
		names = append(names, name)
	}
	slices.Sort(names)
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\nHost: %s\n", a.method, a.target, a.host)
	for _, name := range names {
		for _, value := range a.header[name] {
			switch {
			case name == "User-Agent" && (strings.HasPrefix(value, "curl/") || strings.HasPrefix(value, "ntlmctl/")):
				continue
			case strings.HasSuffix(name, "Authorization"): // tokens differ by their nonces
				scheme, rest, _ := strings.Cut(value, " ")
				value = scheme
				if raw, err := base64.StdEncoding.DecodeString(rest); err == nil && len(raw) > 8 {
					value += " Type " + strconv.Itoa(int(raw[8]))
				}
			}
			fmt.Fprintf(&b, "%s: %s\n", name, value)
		}
	}
	b.WriteString("\n" + a.body)
	if _, boundary, ok := strings.Cut(a.header.Get("Content-Type"), "boundary="); ok {
		return strings.ReplaceAll(b.String(), boundary, "BOUNDARY")
	}
	return b.String()
}

type peerState struct {
	n        int64
	acceptor *ntlm.Acceptor
	accepted bool
}

type peerKey struct{}

func newPeer(t *testing.T, secure bool) *peer {
	t.Helper()
	p, err := startPeer(secure)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// startPeer starts a peer; with TLS it asks for a client's certificate and does
// without.
func startPeer(secure bool) (*peer, error) {
	users, err := ntlm.ParseUsers(strings.NewReader("LAB:alice:Passw0rd!\n"))
	if err != nil {
		return nil, err
	}
	p := &peer{users: users}
	p.Server = httptest.NewUnstartedServer(http.HandlerFunc(p.serve))
	var count atomic.Int64
	p.Config.ConnContext = func(ctx context.Context, _ net.Conn) context.Context {
		return context.WithValue(ctx, peerKey{}, &peerState{n: count.Add(1)})
	}
	if secure {
		p.TLS = &tls.Config{ClientAuth: tls.RequestClientCert, MinVersion: tls.VersionTLS10}
		p.Config.ErrorLog = log.New(io.Discard, "", 0) // handshakes that fail on purpose
		p.StartTLS()
	} else {
		p.Start()
	}
	return p, nil
}

// take returns what was asked since the last call.
func (p *peer) take() []asked {
	p.mu.Lock()
	defer p.mu.Unlock()
	list := p.list
	p.list, p.retried = nil, 0
	return list
}

func (p *peer) serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Date", "Sun, 22 Nov 2026 08:00:00 GMT") // the same for both programs
	body, _ := io.ReadAll(r.Body)
	header := r.Header.Clone()
	if r.ContentLength > 0 || r.Header.Get("Content-Length") != "" || r.Method == "POST" || r.Method == "PUT" {
		header.Set("Content-Length", strconv.FormatInt(r.ContentLength, 10))
	}
	state := r.Context().Value(peerKey{}).(*peerState)
	p.mu.Lock()
	p.list = append(p.list, asked{r.Method, r.RequestURI, r.Host, header, string(body), state.n})
	p.mu.Unlock()
	if strings.HasPrefix(r.URL.Path, "/ntlm") && !p.loggedOn(w, r, state) {
		return
	}
	p.answer(w, r, string(body))
}

// loggedOn steps the logon of a connection, and answers until it is made.
func (p *peer) loggedOn(w http.ResponseWriter, r *http.Request, s *peerState) bool {
	_, text, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	w.Header().Set("WWW-Authenticate", "NTLM")
	if in, err := base64.StdEncoding.DecodeString(text); !s.accepted && text != "" && err == nil {
		if s.acceptor == nil || in[8] == 1 {
			s.acceptor = ntlm.NewAcceptor(ntlm.AcceptorOptions{Users: p.users, Names: ntlm.Names{NbComputer: "PEER", NbDomain: "LAB", Member: true}})
		}
		out, done, err := s.acceptor.Step(in)
		s.accepted = err == nil && done && s.acceptor.Result().Accepted
		if len(out) > 0 {
			w.Header().Set("WWW-Authenticate", "NTLM "+base64.StdEncoding.EncodeToString(out))
			if r.URL.Path == "/ntlm/affinity" {
				http.SetCookie(w, &http.Cookie{Name: "affinity", Value: "node1"})
			}
		}
	}
	if !s.accepted {
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, "who are you?\n")
		return false
	}
	w.Header().Del("WWW-Authenticate")
	return true
}

const pageText = "0123456789abcdef\n"

func (p *peer) answer(w http.ResponseWriter, r *http.Request, body string) {
	path := strings.TrimPrefix(r.URL.Path, "/ntlm")
	what, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	h := w.Header()
	switch what {
	case "status":
		code, _ := strconv.Atoi(rest)
		h.Set("X-Answer", "yes")
		w.WriteHeader(code)
		fmt.Fprintf(w, "status %d\n", code)
	case "redirect": // /redirect/CODE/there
		code, to, _ := strings.Cut(rest, "/")
		h.Set("Location", "/"+to+prefixed("?", r.URL.RawQuery, ""))
		n, _ := strconv.Atoi(code)
		w.WriteHeader(n)
		fmt.Fprint(w, "moved\n")
	case "away": // to the other peer
		h.Set("Location", p.other+"/"+rest)
		w.WriteHeader(http.StatusFound)
	case "userinfo":
		h.Set("Location", "http://eve:secret@127.0.0.1:1/")
		w.WriteHeader(http.StatusFound)
	case "loop":
		h.Set("Location", r.URL.Path)
		w.WriteHeader(http.StatusFound)
	case "cookies":
		http.SetCookie(w, &http.Cookie{Name: "a", Value: "1"})
		http.SetCookie(w, &http.Cookie{Name: "b", Value: "2", Path: "/", HttpOnly: true, MaxAge: 86400})
		fmt.Fprint(w, "set\n")
	case "gzip", "deflate":
		h.Set("Content-Encoding", what)
		var z io.WriteCloser = gzip.NewWriter(w)
		if what == "deflate" {
			z = zlib.NewWriter(w)
		}
		fmt.Fprint(z, pageText)
		z.Close()
	case "range":
		http.ServeContent(w, r, "page.txt", time.Unix(1700000000, 0), strings.NewReader(pageText))
	case "attached": // under a name of its own
		h.Set("Content-Disposition", `attachment; filename="`+rest+`"`)
		fmt.Fprint(w, pageText)
	case "empty":
	case "basic":
		if _, _, ok := r.BasicAuth(); !ok {
			h.Set("WWW-Authenticate", `Basic realm="x"`)
			w.WriteHeader(http.StatusUnauthorized)
		}
	case "digest":
		p.digest(w, r, strings.ToUpper(rest))
	case "tls": // what was negotiated, and who the client is
		fmt.Fprintf(w, "%s %s", tls.VersionName(r.TLS.Version), tls.CipherSuiteName(r.TLS.CipherSuite))
		for _, cert := range r.TLS.PeerCertificates {
			fmt.Fprintf(w, " %s", cert.Subject)
		}
		fmt.Fprint(w, "\n")
	case "cut": // less than was promised
		h.Set("Content-Length", "100")
		fmt.Fprint(w, "short")
	case "drip": // a first byte, and no more
		fmt.Fprint(w, "1")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	case "slow": // until the client has gone
		<-r.Context().Done()
	case "badgzip":
		h.Set("Content-Encoding", "gzip")
		fmt.Fprint(w, pageText)
	case "binary":
		fmt.Fprint(w, "\x00\x01\x02")
	case "retry": // 503 twice
		p.mu.Lock()
		p.retried++
		n := p.retried
		p.mu.Unlock()
		if n%3 == 0 {
			fmt.Fprint(w, "now\n")
			return
		}
		h.Set("Retry-After", "0")
		w.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprint(w, "later\n")
	default:
		h.Set("Content-Type", "text/plain")
		fmt.Fprintf(w, "%s %s %d\n", r.Method, r.URL.Path, len(body))
	}
}
