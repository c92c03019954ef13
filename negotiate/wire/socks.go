package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strconv"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// SOCKS5's numbers (RFC 1928, RFC 1929).
const (
	socksVersion      = 5
	socksNoAuth       = 0
	socksPassword     = 2
	socksConnect      = 1
	socksIPv4         = 1
	socksName         = 3
	socksIPv6         = 4
	socksAuthVersion  = 1
	socksLongestName  = 255
	socksReplyHeading = 4
)

// socksReplies are what the reply field says (RFC 1928 section 6).
var socksReplies = [...]string{
	1: "general failure", 2: "connection not allowed by ruleset", 3: "network unreachable", 4: "host unreachable",
	5: "connection refused", 6: "TTL expired", 7: "command not supported", 8: "address type not supported",
}

// socks passes a SOCKS5 proxy.
func (d *dialer) socks(ctx context.Context, nc net.Conn) error {
	stop := context.AfterFunc(ctx, func() { nc.Close() })
	defer stop()
	err := d.socksGreet(nc)
	if err == nil {
		err = d.socksConnect(ctx, nc)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil && kindOf(err) == trace.FailIO {
		return &failed{trace.FailProxy, err}
	}
	return err
}

func (d *dialer) socksGreet(nc net.Conn) error {
	p := d.o.Proxy
	greeting := []byte{socksVersion, 1, socksNoAuth}
	if p.User != "" {
		greeting = []byte{socksVersion, 2, socksNoAuth, socksPassword}
	}
	answer, err := socksAsk(nc, greeting, 2)
	switch {
	case err != nil:
		return err
	case answer[0] != socksVersion:
		return malformedf("the proxy does not speak SOCKS5; it begins with %s", quoteStart(answer))
	case answer[1] == socksNoAuth:
		return nil
	case answer[1] != socksPassword || p.User == "":
		return errors.New("the proxy wants an authentication that was not offered")
	}
	if len(p.User) > socksLongestName || len(p.Password) > socksLongestName || p.Password == "" {
		return errors.New("user or password is empty or too long for SOCKS5")
	}
	logon := append([]byte{socksAuthVersion, byte(len(p.User))}, p.User...)
	logon = append(append(logon, byte(len(p.Password))), p.Password...)
	if answer, err = socksAsk(nc, logon, 2); err != nil {
		return err
	}
	if answer[1] != 0 {
		return errors.New("the proxy refused user and password")
	}
	return nil
}

func (d *dialer) socksConnect(ctx context.Context, nc net.Conn) error {
	host, err := d.socksHost(ctx)
	if err != nil {
		return err
	}
	port, err := strconv.ParseUint(d.port, 10, 16)
	if err != nil {
		return fmt.Errorf("port %q is no number", d.port)
	}
	request := []byte{socksVersion, socksConnect, 0}
	switch ip, err := netip.ParseAddr(host); {
	case err == nil && ip.Unmap().Is4():
		request = append(append(request, socksIPv4), ip.Unmap().AsSlice()...)
	case err == nil:
		request = append(append(request, socksIPv6), ip.AsSlice()...)
	case len(host) > socksLongestName:
		return errors.New("the host's name is too long for SOCKS5")
	default:
		request = append(append(request, socksName, byte(len(host))), host...)
	}
	answer, err := socksAsk(nc, append(request, byte(port>>8), byte(port)), socksReplyHeading)
	if err != nil {
		return err
	}
	if answer[0] != socksVersion {
		return malformedf("the proxy's reply is not SOCKS5; it begins with %s", quoteStart(answer))
	}
	if code := int(answer[1]); code != 0 {
		text := "reply " + strconv.Itoa(code)
		if code < len(socksReplies) {
			text = socksReplies[code]
		}
		return fmt.Errorf("the proxy did not connect: %s", text)
	}
	return socksBound(nc, answer[3])
}

// socksBound reads the address at the end of a reply, which nobody needs.
func socksBound(nc net.Conn, kind byte) error {
	var n int
	switch kind {
	case socksIPv4:
		n = net.IPv4len
	case socksIPv6:
		n = net.IPv6len
	case socksName:
		var length [1]byte
		if _, err := io.ReadFull(nc, length[:]); err != nil {
			return err
		}
		n = int(length[0])
	default:
		return malformedf("the proxy's reply has an address of the unknown type %d", kind)
	}
	_, err := io.ReadFull(nc, make([]byte, n+2))
	return err
}

// socksHost is what the proxy is asked to connect to: a name for socks5h, else
// an address, IPv4 first.
func (d *dialer) socksHost(ctx context.Context) (string, error) {
	if d.o.Resolve != nil {
		if addresses := d.o.Resolve(d.host, d.port); len(addresses) > 0 {
			return addresses[0], nil
		}
	}
	if _, err := netip.ParseAddr(d.host); err == nil || d.o.Proxy.Scheme == "socks5h" {
		return d.host, nil
	}
	network := "ip" + d.o.Network[len("tcp"):]
	list, err := net.DefaultResolver.LookupNetIP(ctx, network, d.host)
	if err != nil {
		return "", &failed{trace.FailDial, err}
	}
	for _, ip := range list {
		if ip.Unmap().Is4() {
			return ip.Unmap().String(), nil
		}
	}
	if len(list) == 0 {
		return "", &failed{trace.FailDial, fmt.Errorf("the host %q has no address", d.host)}
	}
	return list[0].String(), nil
}

// socksAsk writes a message and reads n bytes of the answer.
func socksAsk(nc net.Conn, message []byte, n int) ([]byte, error) {
	if _, err := nc.Write(message); err != nil {
		return nil, err
	}
	answer := make([]byte, n)
	_, err := io.ReadFull(nc, answer)
	return answer, err
}
