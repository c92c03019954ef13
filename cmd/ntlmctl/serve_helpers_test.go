package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate/origin"
	"github.com/ntlmctl/ntlmctl/render"
)

const serveUsers = "LAB:alice:Passw0rd!\nLAB:bob:S3cret!12\n"

// runningServe is an ntlmctl serve that runs.
type runningServe struct {
	t      *testing.T
	url    string
	host   string
	stop   func()
	code   chan int
	stderr *bytes.Buffer

	mu     sync.Mutex
	events []render.ServeEventDocument
	more   chan struct{}
}

// startServe runs ntlmctl serve with LAB\alice until the test ends.
func startServe(t *testing.T, args ...string) *runningServe {
	t.Helper()
	users := filepath.Join(t.TempDir(), "users")
	if err := os.WriteFile(users, []byte(serveUsers), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	r, w := io.Pipe()
	s := &runningServe{t: t, stop: stop, code: make(chan int, 1), stderr: new(bytes.Buffer), more: make(chan struct{}, 1)}
	go func() {
		code := run(ctx, &world{
			Args:  append([]string{"serve", "--listen", "127.0.0.1:0", "--users", users, "--format", "jsonl"}, args...),
			Stdin: strings.NewReader(""), Stdout: w, Stderr: s.stderr, Getenv: func(string) string { return "" }, Now: time.Now,
		})
		w.Close()
		s.code <- code
	}()
	go s.read(r)
	t.Cleanup(func() {
		stop()
		if code := <-s.code; code != 0 {
			t.Errorf("serve exited %d: %s", code, s.stderr)
		}
	})
	first := s.await("listening", func(e *render.ServeEventDocument) bool { return e.Event == origin.EventListening })
	s.url, s.host = first.URL, first.Local
	return s
}

// read takes the events as they are printed, and wants each to fit the types.
func (s *runningServe) read(r io.Reader) {
	for lines := bufio.NewScanner(r); lines.Scan(); {
		var e render.ServeEventDocument
		d := json.NewDecoder(bytes.NewReader(lines.Bytes()))
		d.DisallowUnknownFields()
		if err := d.Decode(&e); err != nil || e.Schema != render.SchemaServeEvent {
			s.t.Errorf("%v: %s", err, lines.Bytes())
		}
		s.mu.Lock()
		s.events = append(s.events, e)
		s.mu.Unlock()
		select {
		case s.more <- struct{}{}:
		default:
		}
	}
}

// await returns the first event that fits.
func (s *runningServe) await(what string, fits func(*render.ServeEventDocument) bool) render.ServeEventDocument {
	s.t.Helper()
	var found render.ServeEventDocument
	s.until(what, func() bool {
		i := slices.IndexFunc(s.events, func(e render.ServeEventDocument) bool { return fits(&e) })
		if i >= 0 {
			found = s.events[i]
		}
		return i >= 0
	})
	return found
}

// answered are the exchanges for a target, once there are so many.
func (s *runningServe) answered(target string, count int) []*render.ExchangeObject {
	s.t.Helper()
	var list []*render.ExchangeObject
	s.until(fmt.Sprintf("%d answers for %s", count, target), func() bool {
		list = nil
		for i := range s.events {
			if e := &s.events[i]; e.Event == origin.EventAnswered && e.Target == target {
				list = append(list, e.ExchangeObject)
			}
		}
		return len(list) >= count
	})
	return list
}

// until waits for events until a condition on them holds.
func (s *runningServe) until(what string, holds func() bool) {
	s.t.Helper()
	late := time.After(time.Minute) // a hang, not a measure of speed
	for {
		s.mu.Lock()
		ok := holds()
		s.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-s.more:
		case <-late:
			s.t.Fatalf("no event: %s", what)
		}
	}
}
