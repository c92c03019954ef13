package diagnose

import (
	"bytes"
	"context"
	"net"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/internal/lab/loopback"
	"github.com/ntlmctl/ntlmctl/negotiate"
	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
	"github.com/ntlmctl/ntlmctl/negotiate/origin"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/wire"
)

// server is an origin of the test, and what it was asked: requests, Type 1 and
// Type 3 among them, and those of the Type 3 that it refused.
type server struct {
	addr                              string
	requests, type1s, type3s, refused atomic.Int32
	// stop ends it; what it was asked is complete then.
	stop func()
}

// serve starts an origin with the habits of a dialect.
func serve(t *testing.T, dialect origin.Dialect, name string) *server {
	t.Helper()
	return serveWith(t, name, origin.Options{Dialect: dialect})
}

// serveWith starts an origin that knows alice and bob.
func serveWith(t *testing.T, name string, options origin.Options) *server {
	t.Helper()
	users, err := ntlm.ParseUsers(strings.NewReader("LAB:alice:Passw0rd!\nLAB:bob:S3cret!12\n"))
	if err != nil {
		t.Fatal(err)
	}
	s := new(server)
	options.Schemes = []string{"NTLM", "Negotiate"}
	options.Acceptor.Users, options.Acceptor.Names = users, ntlm.Names{NbComputer: name, NbDomain: "LAB", Member: true}
	options.Body = func(dst []byte, x *origin.Exchange) []byte { return append(dst, "hello "+x.Account+"\n"...) }
	options.Events = func(e origin.Event) {
		if x := e.Exchange; x != nil {
			s.count(x)
		}
	}
	o, err := origin.New(options)
	if err != nil {
		t.Fatal(err)
	}
	s.addr, s.stop = loopback.Serve(t, o.Serve)
	return s
}

// count takes down what one request was.
func (s *server) count(x *origin.Exchange) {
	s.requests.Add(1)
	for _, token := range x.Tokens {
		if token.Direction != trace.InRequest {
			continue
		}
		switch token.Token.Innermost() {
		case decode.KindNTLMNegotiate:
			s.type1s.Add(1)
		case decode.KindNTLMAuthenticate:
			s.type3s.Add(1)
		}
	}
	if x.Checks != nil && x.Checks.Done && !x.Checks.Accepted {
		s.refused.Add(1)
	}
}

// options are for the way through an address.
func options(addr, password string, dial wire.DialFunc) Options {
	o := Options{
		URL: &url.URL{Scheme: "http", Host: addr, Path: "/"}, Wire: wire.Options{Recorder: new(wire.Recorder), Dial: dial},
		Header: trace.Headers{{Name: "Accept", Value: "*/*"}},
	}
	if password != "" {
		o.Credentials = account(`LAB\alice`, password)
	}
	return o
}

// blind dials connections on which a ntlmctl serve does not make itself known:
// what is seen is what any server shows.
func blind(ctx context.Context, network, address string) (net.Conn, error) {
	nc, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &blinded{nc}, nil
}

type blinded struct{ net.Conn }

func (b *blinded) Read(p []byte) (int, error) {
	n, err := b.Conn.Read(p)
	copy(p, bytes.ReplaceAll(p[:n], []byte("X-Ntlmctl-"), []byte("X-Unknown-")))
	return n, err
}

func account(user, password string) negotiate.Credentials {
	return negotiate.NTLM{ClientOptions: ntlm.ClientOptions{Account: ntlm.ParseAccount(user), Secret: ntlm.Password(password)}}
}
