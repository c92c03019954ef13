package wire

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http/httptrace"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// Dial connects to a target. An error is an *Error; the connections that were
// tried are in the trace.
func Dial(ctx context.Context, target Target, options Options) (*Conn, error) {
	o := options.withDefaults()
	if o.Timeouts.Connect > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, o.Timeouts.Connect)
		defer cancel()
	}
	d := &dialer{o: o, target: target, host: target.Host, port: target.Port}
	if o.ConnectTo != nil {
		d.host, d.port = o.ConnectTo(target.Host, target.Port)
	}
	return d.run(ctx)
}

// dialer makes one connection; through a proxy that closes, several sockets.
type dialer struct {
	o      Options
	target Target
	// host and port are where to connect to: the target's, or what ConnectTo says.
	host, port string
	tunnel     tunnel
}

// tunnels reports whether the way to the target leads through CONNECT.
func (d *dialer) tunnels() bool {
	p := d.o.Proxy
	return p != nil && !p.SOCKS() && (p.Tunnel || d.target.Scheme != "http" || d.host != d.target.Host || d.port != d.target.Port)
}

func (d *dialer) run(ctx context.Context) (*Conn, error) {
	for {
		c, again, err := d.once(ctx)
		if !again {
			return c, err
		}
	}
}

// once dials one socket and all that goes over it. Again asks for another one:
// the proxy closed, and whoever steps the mechanism wants to go on.
func (d *dialer) once(ctx context.Context) (conn *Conn, again bool, err error) {
	c := &Conn{o: d.o, rec: d.o.Recorder, target: d.target}
	begin := c.rec.now()
	c.info = &trace.Connection{Target: d.target.Address(), Opened: trace.Stamp(begin)}
	p := d.o.Proxy
	if p != nil {
		c.info.Via, c.info.Tunnel = p.URL(), d.tunnels()
		c.absolute = !p.SOCKS() && !d.tunnels() && d.target.Scheme == "http"
	}
	c.rec.addConnection(c.info)
	fail := func(op string, err error) error { return c.refuse(op, err) }

	if c.sock, err = d.socket(ctx, c.info); err != nil {
		if kindOf(err) == trace.FailIO {
			err = &failed{trace.FailDial, err}
		}
		return nil, false, fail("dial", err)
	}
	c.rec.Update(func() {
		c.info.DialMS = trace.MS(c.rec.now().Sub(begin)) - c.info.DNSMS
		c.info.Local, c.info.Remote = address(c.sock.LocalAddr()), address(c.sock.RemoteAddr())
	})
	c.rec.event(Dialled, c.info, nil)
	if s, ok := c.sock.(syscall.Conn); ok {
		c.raw, _ = s.SyscallConn() // nil: then nothing can be seen in it
	}
	c.speakOn(c.sock)

	if p != nil && p.Scheme == "https" {
		session, err := secure(ctx, c.nc, p.TLS, p.Host)
		if err != nil {
			return nil, false, fail("tls with the proxy", err)
		}
		state := session.ConnectionState()
		c.rec.Update(func() { c.info.ProxyTLS, c.proxyTLS = tlsOf(&state) })
		c.rec.event(Secured, c.info, nil)
		c.speakOn(session)
	}
	switch {
	case p != nil && p.SOCKS():
		if err := d.socks(ctx, c.sock); err != nil {
			return nil, false, fail("socks", err)
		}
	case d.tunnels():
		if again, err := d.connect(ctx, c); err != nil || again {
			return nil, again, err
		}
	}
	if d.target.Scheme == "https" {
		from := c.rec.now()
		session, err := secure(ctx, c.remains(), d.o.TLS, d.target.Host)
		if err != nil {
			return nil, false, fail("tls", err)
		}
		state := session.ConnectionState()
		c.rec.Update(func() {
			c.info.TLS, c.cert = tlsOf(&state)
			c.info.ALPN, c.info.TLSMS = state.NegotiatedProtocol, trace.MS(c.rec.now().Sub(from))
		})
		c.rec.event(Secured, c.info, nil)
		c.speakOn(session)
	}
	c.rec.Update(func() { c.info.ReadyMS = trace.MS(c.rec.now().Sub(begin)) })
	c.rest()
	return c, false, nil
}

// refuse gives a connection up before it is one.
func (c *Conn) refuse(op string, err error) error {
	e := &Error{Kind: kindOf(err), Op: op, Connection: c.info.ID, Err: explain(err)}
	by, how := sideOf(err)
	c.rec.Update(func() { c.info.Error = &trace.Failure{Kind: e.Kind, Text: e.Error()} })
	if c.sock == nil {
		c.rec.event(Dialled, c.info, nil)
	} else {
		c.shut(by, how, c.rec.now())
	}
	return e
}

// socket opens a socket to the first that answers on the way.
func (d *dialer) socket(ctx context.Context, info *trace.Connection) (net.Conn, error) {
	if d.o.Unix != "" {
		return d.open(ctx, "unix", d.o.Unix)
	}
	host, port := d.host, d.port
	if p := d.o.Proxy; p != nil {
		host, port = p.Host, p.Port
	}
	if d.o.Resolve != nil {
		if addresses := d.o.Resolve(host, port); len(addresses) > 0 {
			return d.first(ctx, addresses, port)
		}
	}
	var from time.Time
	rec := d.o.Recorder
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		DNSStart: func(httptrace.DNSStartInfo) { from = rec.now() },
		DNSDone:  func(httptrace.DNSDoneInfo) { rec.Update(func() { info.DNSMS = trace.MS(rec.now().Sub(from)) }) },
	})
	return d.open(ctx, d.o.Network, net.JoinHostPort(host, port))
}

// open opens a socket. Its error says where to and what came of it, and not by
// which call.
func (d *dialer) open(ctx context.Context, network, address string) (net.Conn, error) {
	nc, err := d.o.Dial(ctx, network, address)
	var (
		operation *net.OpError
		unknown   *net.DNSError
		call      *os.SyscallError
	)
	if !errors.As(err, &operation) || operation.Op != "dial" {
		return nc, err
	}
	where, what := address, operation.Err
	if operation.Addr != nil {
		where = operation.Addr.String()
	}
	switch {
	case errors.As(what, &unknown):
		return nil, &worded{unknown.Error(), err}
	case operation.Timeout():
		return nil, &worded{"dial " + where + ": no answer in time", err}
	case errors.As(what, &call):
		what = call.Err
	}
	return nil, &worded{"dial " + where + ": " + what.Error(), err}
}

// first tries addresses in turn.
func (d *dialer) first(ctx context.Context, addresses []string, port string) (net.Conn, error) {
	var all []error
	for _, host := range addresses {
		nc, err := d.open(ctx, d.o.Network, net.JoinHostPort(host, port))
		if err == nil {
			return nc, nil
		}
		all = append(all, err)
		if ctx.Err() != nil {
			break
		}
	}
	if len(all) == 1 {
		return nil, all[0]
	}
	joined := errors.Join(all...)
	return nil, &worded{fmt.Sprintf("none of %d addresses answered: %s", len(all), strings.ReplaceAll(joined.Error(), "\n", "; ")), joined}
}

func address(a net.Addr) string {
	if a == nil {
		return ""
	}
	return a.String()
}
