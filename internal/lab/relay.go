package lab

import (
	"io"
	"net"
	"sync"
)

// relay passes bytes on in both directions, as a balancer of layer 4 does.
func relay(l net.Listener, origins []string) (stop func()) {
	r := &relaying{origin: origins[0], open: make(map[net.Conn]struct{})}
	r.tasks.Go(func() { r.accept(l) })
	return func() {
		l.Close()
		r.closeAll()
		r.tasks.Wait()
	}
}

type relaying struct {
	origin string
	tasks  sync.WaitGroup

	mu      sync.Mutex
	stopped bool
	open    map[net.Conn]struct{}
}

func (r *relaying) accept(l net.Listener) {
	for {
		client, err := l.Accept()
		if err != nil {
			return
		}
		r.tasks.Go(func() { r.serve(client) })
	}
}

func (r *relaying) serve(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", r.origin)
	if err != nil {
		return
	}
	defer server.Close()
	if !r.track(client, server) {
		return
	}
	defer r.forget(client, server)
	var both sync.WaitGroup
	both.Go(func() { pass(server, client) })
	both.Go(func() { pass(client, server) })
	both.Wait()
}

// pass copies to the end and passes that on, too: a client may go on reading
// when it has said its last.
func pass(to, from net.Conn) {
	if _, err := io.Copy(to, from); err != nil {
		to.Close()
		return
	}
	if half, ok := to.(*net.TCPConn); ok {
		half.CloseWrite() //nolint:errcheck // it may be closed already
	}
}

// track reports whether the relay still runs.
func (r *relaying) track(conns ...net.Conn) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range conns {
		r.open[c] = struct{}{}
	}
	return !r.stopped
}

func (r *relaying) forget(conns ...net.Conn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range conns {
		delete(r.open, c)
	}
}

func (r *relaying) closeAll() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stopped = true
	for c := range r.open {
		c.Close()
	}
}
