// Package lab has intermediaries within the process, good and bad, to put
// before an origin: what load balancers, gateways and caches do to a handshake,
// each in a few lines. They need nothing installed, so the demo runs on them.
package lab

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"sync"
)

// Intermediary is one kind of box between a client and an origin.
type Intermediary struct {
	Name string
	// Text says in a sentence what it does.
	Text string
	// Takes says what it would take for NTLM to survive it.
	Takes string
	// Origins is how many it stands before.
	Origins int
	start   func(l net.Listener, origins []string) (stop func())
}

// All are the intermediaries, the one that keeps NTLM first.
func All() []Intermediary { return table }

var table = []Intermediary{
	{"relay", "passes bytes on and does not read them", "nothing", 1, relay},
	{"pinned", "an HTTP proxy that gives each client connection an upstream connection of its own", "nothing", 1,
		proxyOf(Faults{})},
	{"pool", "Go's httputil.ReverseProxy with one pool of upstream connections for all clients", "an upstream connection for each client's", 1,
		proxyOf(Faults{SharePool: one})},
	{"pools", "the same with a pool for each of two processes", "an upstream connection for each client's", 1,
		proxyOf(Faults{SharePool: oneOfTwo})},
	{"unpinned", "a proxy that opens an upstream connection for each request", "keep the upstream connection as long as the client's", 1,
		proxyOf(Faults{ForgetConnection: always})},
	{"round-robin", "a balancer that takes each request to the other of two servers", "choose the server once for each client connection", 2,
		proxyOf(Faults{SwitchBackend: oneOfTwo})},
	{"strip-authorization", "a proxy that takes Authorization out of requests", "let Authorization through", 1,
		proxyOf(Faults{StripRequest: named("Authorization")})},
	{"strip-challenge", "a proxy that takes WWW-Authenticate out of responses", "let WWW-Authenticate through", 1,
		proxyOf(Faults{StripResponse: named("WWW-Authenticate")})},
	{"basic-instead", "a gateway that asks for Basic in the server's place", "let the server's own WWW-Authenticate through", 1,
		proxyOf(Faults{RewriteOffer: basicInstead})},
	{"http10", "a proxy that asks the server in HTTP/1.0, as nginx does by default", "HTTP/1.1 to the server, on a connection that is kept", 1,
		proxyOf(Faults{Downgrade: always})},
	{"closer", "a proxy that ends the client's connection after each response", "leave the client's connection open after a 401", 1,
		proxyOf(Faults{CloseAfter: always})},
	{"cache", "a cache that keeps answers to authenticated requests and gives them to anybody", "keep no answer to a request that logged on", 1,
		proxyOf(Faults{Cache: cacheable})},
	{"small-header", "a gateway that refuses request headers of more than 300 bytes", "let headers of 4 KiB through", 1,
		proxyOf(Faults{RefuseHead: longerThan(300)})},
	{"small-body", "a gateway that refuses bodies of more than 64 KiB", "let bodies through that the server takes", 1,
		proxyOf(Faults{RefuseBody: longerThan(64 << 10)})},
	{"pool-closer", "both: it ends the client's connection, and shares those to the server", "an upstream connection for each client's, and both left open", 1,
		proxyOf(Faults{SharePool: one, CloseAfter: always})},
	{"sticky", "a balancer that takes a client back to its server by a cookie", "choose the server once for each client connection", 2,
		proxyOf(Faults{SwitchBackend: oneOfTwo, TrustCookie: "LABNODE"})},
	{"impatient", "a proxy that ends connections which are idle for a quarter of a second", "let connections idle for a minute", 1,
		proxyOf(Faults{HangUp: quarter})},
	{"connection-id", "a proxy that opens an upstream connection for each request, and says in X-Connection-Id which client it is for", "nothing", 1,
		proxyOf(Faults{ForgetConnection: always, NameConnection: "X-Connection-Id"})},
	{"connection-id-trust", "the same, but it believes the client where that says it itself", "replace the header whatever the client sends", 1,
		proxyOf(Faults{ForgetConnection: always, NameConnection: "X-Connection-Id", TrustClient: always})},
	{"flaky", "a proxy that takes every seventh request to a fresh upstream connection", "keep the upstream connection as long as the client's", 1,
		proxyOf(Faults{ForgetConnection: everySeventh})},
}

// Start puts an intermediary before the origins, each host:port, on a free port
// of the loopback interface. Stop ends it and all connections through it.
func Start(name string, origins ...string) (addr string, stop func(), err error) {
	for _, i := range table {
		if i.Name != name {
			continue
		}
		if len(origins) != i.Origins {
			return "", nil, fmt.Errorf("lab: %s stands before %d origins, not %d", name, i.Origins, len(origins))
		}
		l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
		if err != nil {
			return "", nil, fmt.Errorf("lab: %s: %w", name, err)
		}
		end := i.start(l, origins)
		return l.Addr().String(), sync.OnceFunc(end), nil
	}
	return "", nil, fmt.Errorf("lab: there is no intermediary %q", name)
}

// silent is where the boxes write their logs.
var silent = log.New(io.Discard, "", 0)
