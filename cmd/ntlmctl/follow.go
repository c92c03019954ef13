package main

import (
	"context"
	"errors"
	"io"
	"os"
	"time"
)

// follower reads a file and, at its end, waits for more. A file that was
// truncated is read from its start; one that was moved away is left for the new
// one of its name, as tail -F does.
type follower struct {
	ctx  context.Context
	path string
	f    *os.File
	at   int64
}

// followEvery is how often the end of a file is looked at.
const followEvery = 100 * time.Millisecond

func newFollower(ctx context.Context, path string) (*follower, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return &follower{ctx: ctx, path: path, f: f}, nil
}

// Read returns io.EOF once the context ends.
func (t *follower) Read(p []byte) (int, error) {
	for {
		n, err := t.f.Read(p)
		t.at += int64(n)
		if n > 0 || err != nil && !errors.Is(err, io.EOF) {
			return n, err
		}
		if err := t.reopen(); err != nil {
			return 0, err
		}
		select {
		case <-t.ctx.Done():
			return 0, io.EOF
		case <-time.After(followEvery):
		}
	}
}

// reopen turns to the new file or the new start, if there is one.
func (t *follower) reopen() error {
	own, err := t.f.Stat()
	if err != nil {
		return err
	}
	named, err := os.Stat(t.path)
	if err != nil {
		return nil // moved away: the new one is not there yet
	}
	if !os.SameFile(own, named) {
		f, err := os.Open(t.path)
		if err != nil {
			return nil
		}
		t.f.Close()
		t.f, t.at = f, 0
		return nil
	}
	if own.Size() < t.at {
		t.at, err = t.f.Seek(0, io.SeekStart)
		return err
	}
	return nil
}

// Close closes the file.
func (t *follower) Close() error { return t.f.Close() }
