package capture

import (
	"bytes"
	"errors"
	"io"
)

const (
	// chunk is how much is asked of the reader at once: large enough to make
	// the calls rare, small enough to stay in the cache until it is searched.
	chunk = 256 << 10
	// maxEmptyReads is how often a reader may return nothing and no error.
	maxEmptyReads = 100
)

// window is the part of the input that is in memory. Indexes into buf change
// when more is called; offsets in the input are base + index.
type window struct {
	r    io.Reader
	buf  []byte
	base int64
	read int64
	eof  bool
	err  error

	// counted is the index up to which newlines were counted into lines.
	counted int
	// binary says that nobody will ask for lines.
	binary bool
	lines  int
}

// more reads once. It drops what stands before keep if it needs the room, and
// returns by how much all indexes fell. ok is false at the end of the input.
func (w *window) more(keep int) (dropped int, ok bool) {
	if w.eof {
		return 0, false
	}
	if cap(w.buf)-len(w.buf) < chunk/2 {
		keep = max(keep, 0)
		if !w.binary {
			w.lineAt(max(keep, w.counted))
		}
		rest := len(w.buf) - keep
		size := cap(w.buf)
		for size < rest+chunk {
			size = max(2*size, 2*chunk)
		}
		if size > cap(w.buf) {
			next := make([]byte, rest, size)
			copy(next, w.buf[keep:])
			w.buf = next
		} else {
			copy(w.buf[:rest], w.buf[keep:])
			w.buf = w.buf[:rest]
		}
		w.base += int64(keep)
		w.counted = max(0, w.counted-keep)
		dropped = keep
	}
	free := w.buf[len(w.buf):min(cap(w.buf), len(w.buf)+chunk)]
	for range maxEmptyReads {
		n, err := w.r.Read(free)
		w.buf = w.buf[:len(w.buf)+n]
		w.read += int64(n)
		if err != nil {
			w.eof = true
			if !errors.Is(err, io.EOF) {
				w.err = err
			}
			return dropped, n > 0
		}
		if n > 0 {
			return dropped, true
		}
	}
	w.eof, w.err = true, io.ErrNoProgress
	return dropped, false
}

// lineAt returns the number of the line that holds the byte at i, from 1.
func (w *window) lineAt(i int) int {
	if i < w.counted {
		return w.lines + 1 - bytes.Count(w.buf[i:w.counted], newline)
	}
	w.lines += bytes.Count(w.buf[w.counted:i], newline)
	w.counted = i
	return w.lines + 1
}

var newline = []byte{'\n'}

// failure is the reader's error, if it had one.
func (w *window) failure() error {
	if w.err == nil {
		return nil
	}
	return &Error{Offset: w.read, Reason: "cannot read on", Err: w.err}
}
