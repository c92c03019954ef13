package wire

import (
	"context"
	"crypto/tls"
	"net"
	"time"
)

// Options says how to connect. The zero value dials the target directly.
type Options struct {
	// Recorder takes the trace; nil keeps nothing but the leg at hand.
	Recorder *Recorder
	// Proxy stands between; nil is none.
	Proxy *Proxy
	// TLS is for https targets. Nil is the default; ServerName defaults to the
	// target's host and NextProtos to http/1.1. It is cloned.
	TLS *tls.Config
	// Dial opens sockets; nil is a net.Dialer.
	Dial DialFunc
	// Network is "tcp", "tcp4" or "tcp6"; empty is "tcp".
	Network string
	// Unix is the path of a socket to connect to instead of the target.
	Unix string
	// Resolve overrides the name service: the addresses of a host, or nil to ask
	// the name service. They are tried in turn.
	Resolve func(host, port string) []string
	// ConnectTo replaces the host and port to connect to; Host field, SNI and
	// certificate checks stay with the target's. Through an HTTP proxy it tunnels.
	ConnectTo func(host, port string) (newHost, newPort string)
	Limits    Limits
	Timeouts  Timeouts
}

// DialFunc opens a socket, as net.Dialer.DialContext does.
type DialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// Limits bound what the peer may send, in bytes unless said otherwise. Zero
// values are the defaults.
type Limits struct {
	// Head is how long the head of a response may be, or a trailer: 256 KiB.
	// More is an error.
	Head int
	// Line is how long one header line may be: 128 KiB. A longer one is lost, and noted.
	Line int
	// Fields is how many header lines are kept: 1000. The rest is lost, and noted.
	Fields int
	// Raw is how much of a head is kept as it came: 64 KiB.
	Raw int
	// Ahead is how much is read at a time, and held for each connection: 16 KiB.
	Ahead int
	// Interim is how many 1xx responses may come before the final one: 32.
	Interim int
	// Drain is how much of an unread body Close reads to keep the connection: 256 KiB.
	Drain int64
}

// Timeouts bound how long things take. Zero values are the defaults, negative
// ones are without bound; the context of a call bounds it in any case.
type Timeouts struct {
	// Connect is for name, socket, proxy and TLS together: one minute.
	Connect time.Duration
	// Head is from the request's last byte to the end of the response's head:
	// five minutes. A 1xx response starts it anew.
	Head time.Duration
	// Idle is how long a body may make no progress, in either direction: five minutes.
	Idle time.Duration
	// Expect is how long a request body waits for 100 Continue: one second.
	Expect time.Duration
	// Drain is how long Close reads an unread body: five seconds.
	Drain time.Duration
}

func (o Options) withDefaults() Options {
	if o.Recorder == nil {
		o.Recorder = &Recorder{Discard: true}
	}
	if o.Dial == nil {
		o.Dial = new(net.Dialer).DialContext
	}
	if o.Network == "" {
		o.Network = "tcp"
	}
	l, t := &o.Limits, &o.Timeouts
	def(&l.Head, 256<<10)
	def(&l.Line, 128<<10)
	def(&l.Fields, 1000)
	def(&l.Raw, 64<<10)
	def(&l.Ahead, 16<<10)
	def(&l.Interim, 32)
	def(&l.Drain, 256<<10)
	def(&t.Connect, time.Minute)
	def(&t.Head, 5*time.Minute)
	def(&t.Idle, 5*time.Minute)
	def(&t.Expect, time.Second)
	def(&t.Drain, 5*time.Second)
	return o
}

func def[T comparable](value *T, otherwise T) {
	var zero T
	if *value == zero {
		*value = otherwise
	}
}
