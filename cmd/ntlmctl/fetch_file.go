package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
)

// lazyFile is a file that is created when something is written to it; - is
// standard output, and an empty path takes everything and keeps nothing.
type lazyFile struct {
	w    *world
	path string
	f    *os.File
}

// Write implements io.Writer.
func (l *lazyFile) Write(b []byte) (int, error) {
	switch {
	case l.path == "":
		return len(b), nil
	case l.path == "-":
		return l.w.shown().Write(b)
	case l.f == nil:
		var err error
		if l.f, err = os.OpenFile(l.path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600); err != nil {
			return 0, err
		}
	}
	return l.f.Write(b)
}

func (l *lazyFile) close() {
	if l.f != nil {
		l.f.Close()
	}
}

// writeWhole writes a file beside path and puts it in its place.
func writeWhole(path string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".ntlmctl-*")
	if failed, ok := errors.AsType[*os.PathError](err); ok {
		return &os.PathError{Op: "create", Path: path, Err: failed.Err}
	}
	if err != nil {
		return err
	}
	if err = write(f); err == nil {
		err = f.Close()
	} else {
		f.Close()
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
