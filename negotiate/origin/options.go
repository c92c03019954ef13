package origin

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
)

// The schemes that a Server can ask for.
const (
	SchemeNTLM      = "NTLM"
	SchemeNegotiate = "Negotiate"
	SchemeBasic     = "Basic"
)

// DefaultSchemes are asked for where Options names none, as IIS has them.
var DefaultSchemes = []string{SchemeNegotiate, SchemeNTLM}

// Options says what a Server asks for and how it answers.
type Options struct {
	// Schemes are offered in this order; none are DefaultSchemes.
	Schemes []string
	// Acceptor is for NTLM, under either scheme; its Users are Basic's too. Where
	// TLS has a certificate and ChannelBindings are empty, they are set from it.
	Acceptor ntlm.AcceptorOptions
	// Proxy makes it a forward proxy, which demands 407.
	Proxy bool
	// PerRequest forgets a logon after the request that made it, as IIS's
	// authPersistSingleRequest does.
	PerRequest bool
	// ConnectionIDHeader names a field whose value the state of a logon is kept
	// under, instead of the TCP connection. Whoever can set it can take over a
	// logon: only a proxy that replaces it makes it trustworthy.
	ConnectionIDHeader string
	// Dialect is whose habits the answers have; empty is IIS.
	Dialect Dialect
	// TLS, if not nil, is spoken on every connection. It is cloned.
	TLS *tls.Config
	// Body appends the body of an answer; nil leaves bodies empty. The Exchange is
	// valid during the call only.
	Body func(dst []byte, x *Exchange) []byte
	// BodyType is the Content-Type of what Body writes.
	BodyType string
	// Events is told what happens, by several goroutines at a time; nil watches
	// nothing. The Event's Exchange is valid during the call only.
	Events func(Event)
	// Dial opens a proxy's sockets; nil is a net.Dialer.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Now is the clock; nil is time.Now.
	Now      func() time.Time
	Limits   Limits
	Timeouts Timeouts
}

// Limits bound what a client may send, in bytes unless said otherwise. Zero
// values are the defaults.
type Limits struct {
	// Head is how long the head of a request may be: 256 KiB. More is a 431.
	Head int
	// Fields is how many header fields it may have: 1000. More is a 431.
	Fields int
	// Drain is how much of a body is read that comes without a logon: 1 MiB. More
	// ends the connection.
	Drain int64
	// Body is how long a body may be, and how much ?size= gives: 64 GiB.
	Body int64
	// Connections is how many connections are served at a time: 65,536. More wait.
	Connections int
	// Keys is how many values of ConnectionIDHeader are remembered: 65,536. Those
	// idle longest are forgotten first.
	Keys int
}

// Timeouts bound how long things take. Zero values are the defaults.
type Timeouts struct {
	// Head is for a head, from its first byte, and for the TLS handshake: 30 s.
	Head time.Duration
	// Idle is between two requests: 2 minutes.
	Idle time.Duration
	// Transfer is for each read of a body and each write: 1 minute.
	Transfer time.Duration
	// Dial is for a proxy's connections: 10 s.
	Dial time.Duration
	// Key is how long the value of ConnectionIDHeader is remembered after its last
	// request: 75 s, after which nginx closes an idle connection.
	Key time.Duration
	// Stop is how long a graceful stop waits for the requests that run: 5 s.
	Stop time.Duration
}

func (o Options) withDefaults() (Options, error) {
	if len(o.Schemes) == 0 {
		o.Schemes = DefaultSchemes
	}
	seen := map[string]bool{}
	for _, scheme := range o.Schemes {
		switch scheme {
		case SchemeNTLM, SchemeNegotiate, SchemeBasic:
		default:
			return o, fmt.Errorf("origin: unknown scheme %q: NTLM, Negotiate and Basic are known", scheme)
		}
		if seen[scheme] {
			return o, fmt.Errorf("origin: the scheme %s is named twice", scheme)
		}
		seen[scheme] = true
	}
	if o.Dialect == "" {
		o.Dialect = IIS
	}
	if _, ok := dialects[o.Dialect]; !ok {
		return o, fmt.Errorf("origin: unknown dialect %q: %s are known", o.Dialect, strings.Join(Dialects(), ", "))
	}
	for i := range len(o.ConnectionIDHeader) {
		if !isTokenChar(o.ConnectionIDHeader[i]) {
			return o, fmt.Errorf("origin: %q is not the name of a header field", o.ConnectionIDHeader)
		}
	}
	if o.Acceptor.Users == nil {
		o.Acceptor.Users = new(ntlm.Users)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Acceptor.Clock == nil {
		o.Acceptor.Clock = o.Now
	}
	if o.Dial == nil {
		o.Dial = new(net.Dialer).DialContext
	}
	o.Limits.setDefaults()
	o.Timeouts.setDefaults()
	return o, o.secure()
}

// secure settles what depends on the certificate.
func (o *Options) secure() error {
	if o.TLS == nil {
		return nil
	}
	o.TLS = o.TLS.Clone()
	o.TLS.NextProtos = []string{"http/1.1"}
	if len(o.TLS.Certificates) == 0 || len(o.Acceptor.ChannelBindings) > 0 {
		return nil
	}
	leaf, err := leafOf(&o.TLS.Certificates[0])
	if err != nil {
		return fmt.Errorf("origin: certificate: %w", err)
	}
	if hash, err := ntlm.ChannelBindings(leaf); err == nil {
		o.Acceptor.ChannelBindings = [][16]byte{hash}
	} else if o.Acceptor.RequireChannelBinding {
		return fmt.Errorf("origin: a channel binding is required, and the certificate has none: %w", err)
	}
	return nil
}

func (l *Limits) setDefaults() {
	orInt(&l.Head, 256<<10)
	orInt(&l.Fields, 1000)
	orInt(&l.Drain, 1<<20)
	orInt(&l.Body, 64<<30)
	orInt(&l.Connections, 1<<16)
	orInt(&l.Keys, 1<<16)
}

func (t *Timeouts) setDefaults() {
	orInt(&t.Head, 30*time.Second)
	orInt(&t.Idle, 2*time.Minute)
	orInt(&t.Transfer, time.Minute)
	orInt(&t.Dial, 10*time.Second)
	orInt(&t.Key, 75*time.Second)
	orInt(&t.Stop, 5*time.Second)
}

func orInt[T int | int64 | time.Duration](v *T, otherwise T) {
	if *v == 0 {
		*v = otherwise
	}
}
