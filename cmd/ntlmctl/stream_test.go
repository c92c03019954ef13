package main

import (
	"bufio"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const (
	streamType1 = "TlRMTVNTUAABAAAABoIIAAAAAAAAAAAAAAAAAAAAAAA="
	streamType2 = "TlRMTVNTUAACAAAADAAMADgAAAAzgoriASNFZ4mrze8AAAAAAAAAACQAJABEAAAABgBwFwAAAA9TAGUAcgB2AGUAcgACAAwARABvAG0AYQBpAG4AAQAMAFMAZQByAHYAZQByAAAAAAA="
)

// start runs the program on its own; lines are what it prints, and done is its
// exit code.
func start(ctx context.Context, stdin io.Reader, args ...string) (lines <-chan string, done <-chan int) {
	r, w := io.Pipe()
	printed, code := make(chan string), make(chan int, 1)
	go func() {
		status := run(ctx, &world{
			Args: args, Stdin: stdin, Stdout: w, Stderr: io.Discard, Getenv: func(string) string { return "" }, Now: time.Now,
		})
		w.Close()
		code <- status
	}()
	go func() {
		defer close(printed)
		for s := bufio.NewScanner(r); s.Scan(); {
			printed <- s.Text()
		}
	}()
	return printed, code
}

// next wants a line that holds want.
func next(t *testing.T, lines <-chan string, want string) {
	t.Helper()
	select {
	case line := <-lines:
		if !strings.Contains(line, want) {
			t.Fatalf("got %q, want a line with %q", line, want)
		}
	case <-time.After(time.Minute): // a hang, not a measure of speed
		t.Fatalf("no line with %q", want)
	}
}

// TestFirstResultAtOnce reads results off a pipe that stays open.
func TestFirstResultAtOnce(t *testing.T) {
	in, feed := io.Pipe()
	lines, done := start(t.Context(), in, "decode", "--format", "jsonl", "--brief")
	for _, token := range []struct{ text, kind string }{{streamType1, "ntlm.negotiate"}, {streamType2, "ntlm.challenge"}} {
		if _, err := io.WriteString(feed, "some words before "+token.text+" and after\n"); err != nil {
			t.Fatal(err)
		}
		next(t, lines, token.kind)
	}
	feed.Close()
	next(t, lines, "ntlmctl.handshake/v1")
	if code := <-done; code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// TestFollow reads a file that grows, is truncated, and is replaced.
func TestFollow(t *testing.T) {
	path := filepath.Join(t.TempDir(), "access.log")
	write := func(flag int, text string) {
		t.Helper()
		f, err := os.OpenFile(path, flag|os.O_WRONLY, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteString(text + "\n"); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	write(os.O_CREATE, "a GET "+streamType1)
	ctx, cancel := context.WithCancel(t.Context())
	lines, done := start(ctx, strings.NewReader(""), "decode", "--follow", "--format", "jsonl", "--brief", path)
	next(t, lines, "ntlm.negotiate")
	write(os.O_APPEND, "a 401 "+streamType2)
	next(t, lines, "ntlm.challenge")
	write(os.O_TRUNC, streamType2)
	next(t, lines, "ntlm.challenge")
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	write(os.O_CREATE, "a GET, longer than what was there before, so that only its name is the same "+streamType1)
	next(t, lines, "ntlm.negotiate")
	cancel()
	for range lines { // what closes at the end
	}
	if code := <-done; code != int(exitInterrupted) {
		t.Errorf("exit code %d, want %d", code, exitInterrupted)
	}
}
