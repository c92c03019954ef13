// Package loopback runs the servers of tests on free ports of 127.0.0.1.
package loopback

import (
	"context"
	"net"
	"sync"
	"testing"
)

// Listen listens until the test ends.
func Listen(t testing.TB) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// Talk runs talk on each connection that comes, the first of which has the number
// 1, and closes it afterwards. The end of the test closes all, and waits for talk
// to return. It returns host:port.
func Talk(t testing.TB, talk func(n int, c net.Conn)) string {
	t.Helper()
	l := Listen(t)
	t.Cleanup(accept(l, talk))
	return l.Addr().String()
}

// accept returns what ends it.
func accept(l net.Listener, talk func(n int, c net.Conn)) func() {
	var (
		running sync.WaitGroup
		mu      sync.Mutex
		open    = map[net.Conn]bool{}
		ended   bool
	)
	// admit takes a connection into what is open; false after the end.
	admit := func(c net.Conn) bool {
		mu.Lock()
		defer mu.Unlock()
		open[c] = true
		return !ended
	}
	leave := func(c net.Conn) {
		c.Close()
		mu.Lock()
		defer mu.Unlock()
		delete(open, c)
	}
	running.Go(func() {
		for n := 1; ; n++ {
			c, err := l.Accept()
			if err != nil {
				return
			}
			running.Go(func() {
				defer leave(c)
				if admit(c) {
					talk(n, c)
				}
			})
		}
	})
	return func() {
		l.Close()
		mu.Lock()
		ended = true
		for c := range open {
			c.Close()
		}
		mu.Unlock()
		running.Wait()
	}
}

// Serve runs a server until the test ends, or stop is called, and waits for its
// end, which is to be without an error. It returns host:port.
func Serve(t testing.TB, serve func(context.Context, net.Listener) error) (address string, stop func()) {
	t.Helper()
	l := Listen(t)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- serve(ctx, l) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the server ended with %v", err)
		}
	})
	t.Cleanup(stop)
	return l.Addr().String(), stop
}
