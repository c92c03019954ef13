package origin_test

import (
	"net"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate/origin"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/render"
)

// awaitEmpty waits until no connection is left. Nothing tells when the last one
// has gone but the table itself.
func awaitEmpty(t *testing.T, s *origin.Server) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); s.Stats().Open > 0; runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatalf("%d connections are left", s.Stats().Open)
		}
	}
}

// TestNothingLeaks opens thousands of connections and drops them at every point
// of an exchange.
func TestNothingLeaks(t *testing.T) {
	o := options(t)
	o.Body = render.AppendServeBody
	var mu sync.Mutex
	opened, closed := 0, 0
	o.Events = func(e origin.Event) {
		mu.Lock()
		defer mu.Unlock()
		switch e.Kind {
		case origin.EventOpened:
			opened++
		case origin.EventClosed:
			closed++
		}
	}
	server, address, _ := startServer(t, o)
	dial(t, address).logOn("NTLM", `LAB\alice`, password)
	before := runtime.NumGoroutine()
	const count = 3000
	var group sync.WaitGroup
	places := make(chan struct{}, 100)
	for i := range count {
		places <- struct{}{}
		group.Go(func() {
			defer func() { <-places }()
			conn, err := net.Dial("tcp", address)
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close()
			p := &peer{t, conn, nil}
			switch i % 5 {
			case 1:
				p.send("GET / HT")
			case 2:
				p.send("POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nhalf")
			case 3:
				p.send("GET / HTTP/1.1\r\n\r\n")
			case 4:
				if err := conn.(*net.TCPConn).SetLinger(0); err != nil { // a reset
					t.Error(err)
				}
				p.send("GET / HTTP/1.1\r\nAuthorization: NTLM TlRMTVNTUAABAAAABoIIAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n")
			}
		})
	}
	group.Wait()
	for deadline := time.Now().Add(time.Minute); server.Stats().Open > 1 || server.Stats().Connections < count+1; runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatalf("%+v", server.Stats())
		}
	}
	for deadline := time.Now().Add(time.Minute); runtime.NumGoroutine() > before+2; runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines, %d at first", runtime.NumGoroutine(), before)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if opened != count+1 || closed != count {
		t.Errorf("%d connections opened, %d closed", opened, closed)
	}
}

// TestStop ends a server with an idle connection and one whose request runs.
func TestStop(t *testing.T) {
	o := options(t)
	begun, proceed := make(chan struct{}), make(chan struct{})
	o.Body = func(dst []byte, x *origin.Exchange) []byte {
		if x.Target == "/slow" {
			close(begun)
			<-proceed
		}
		return append(dst, "done"...)
	}
	var kinds []origin.EventKind
	var last origin.Event
	var mu sync.Mutex
	o.Events = func(e origin.Event) {
		mu.Lock()
		defer mu.Unlock()
		kinds, last = append(kinds, e.Kind), e
	}
	_, address, stop := startServer(t, o)
	idle, busy := dial(t, address), dial(t, address)
	idle.get("/")
	busy.send("GET /slow HTTP/1.1\r\n\r\n")
	<-begun
	stopped := make(chan struct{})
	go func() {
		stop()
		close(stopped)
	}()
	idle.closed()
	close(proceed)
	if a := busy.read("GET"); a.body != "done" {
		t.Errorf("%q", a.body)
	}
	busy.closed()
	<-stopped
	if kinds[0] != origin.EventListening || last.Kind != origin.EventStopped || last.Connection != 2 || last.Requests != 2 {
		t.Errorf("%v, %+v", kinds, last)
	}
	if _, err := net.Dial("tcp", address); err == nil {
		t.Error("it still listens")
	}
}

// TestStopNow does not wait for ever.
func TestStopNow(t *testing.T) {
	o := options(t)
	o.Timeouts.Stop = time.Millisecond
	closed := make(chan origin.Event, 1)
	o.Events = func(e origin.Event) {
		if e.Kind == origin.EventClosed {
			closed <- e
		}
	}
	_, address, stop := startServer(t, o)
	p := dial(t, address)
	p.logOn("NTLM", `LAB\alice`, password)
	p.send("PUT / HTTP/1.1\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n")
	p.read("PUT") // the 100: the body is waited for
	stop()
	if e := <-closed; e.ClosedBy != trace.Server {
		t.Errorf("%+v", e)
	}
}
