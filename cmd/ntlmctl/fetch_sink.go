package main

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
)

// bodySink is where the body of one URL goes, and the heads with -i: a file, standard
// output, or nowhere where a report has that for itself. A file is opened when there
// is something to write.
type bodySink struct {
	path   string
	dirs   bool
	resume bool // append to what is there
	// exclusive says that the file must not be there: its name is the server's.
	exclusive bool
	out       io.Writer
	file      *os.File
	start     int64 // of the file, where this run began to write
	written   int64
	terminal  bool
}

func newBodySink(r *fetchRun, j *job) *bodySink {
	s := &bodySink{path: j.output, dirs: r.o.createDirs, resume: j.offset > 0 && j.upload == ""}
	switch {
	case s.path == "-":
		s.out = r.w.Stdout
	case s.path == os.DevNull:
		s.out = io.Discard
	case s.path != "":
	case r.o.out.format != formatText || r.o.outputOptions.report == "-":
		s.out = io.Discard
	default:
		s.out = r.w.Stdout
		if _, tty := terminal(r.w.Stdout); tty {
			s.out, s.terminal = &screen{w: r.w.Stdout}, true
		}
	}
	return s
}

// shown reports whether the body goes to a terminal.
func (s *bodySink) shown() bool { return s.terminal }

// Write implements io.Writer.
func (s *bodySink) Write(b []byte) (int, error) {
	if err := s.open(); err != nil {
		return 0, &sinkError{err}
	}
	n, err := s.out.Write(b)
	s.written += int64(n)
	if err != nil {
		err = &sinkError{err}
	}
	return n, err
}

func (s *bodySink) open() error {
	if s.out != nil {
		return nil
	}
	if s.dirs {
		if err := os.MkdirAll(filepath.Dir(s.path), 0o750); err != nil {
			return err
		}
	}
	flag := os.O_CREATE | os.O_WRONLY | os.O_TRUNC
	if s.resume {
		flag = os.O_CREATE | os.O_WRONLY
	}
	if s.exclusive {
		flag = os.O_CREATE | os.O_WRONLY | os.O_EXCL
	}
	f, err := os.OpenFile(s.path, flag, 0o666)
	if err != nil {
		return err
	}
	if s.resume {
		if s.start, err = f.Seek(0, io.SeekEnd); err != nil {
			f.Close()
			return err
		}
	}
	s.file, s.out = f, f
	return nil
}

// reset takes back what an attempt has written to a file.
func (s *bodySink) reset() error {
	if s.file == nil || s.written == 0 {
		return nil
	}
	s.written = 0
	if info, err := s.file.Stat(); err == nil && !info.Mode().IsRegular() {
		return nil
	}
	err := s.file.Truncate(s.start)
	if err == nil {
		_, err = s.file.Seek(s.start, io.SeekStart)
	}
	if err != nil {
		return &sinkError{err}
	}
	return nil
}

// finish makes the file where all went well and there was nothing to write.
func (s *bodySink) finish(well bool) {
	if well && s.path != "" {
		_ = s.open()
	}
}

// date gives the file the time that a response says it has.
func (s *bodySink) date(resp *http.Response) {
	if at, err := http.ParseTime(resp.Header.Get("Last-Modified")); err == nil && s.file != nil {
		_ = os.Chtimes(s.path, at, at)
	}
}

// remove removes the file that this run has made.
func (s *bodySink) remove() {
	if s.file == nil || s.resume {
		return
	}
	if info, err := s.file.Stat(); err == nil && info.Mode().IsRegular() {
		_ = os.Remove(s.path)
	}
}

func (s *bodySink) close() {
	if s.file != nil {
		s.file.Close()
	}
}

// sinkError is a body that could not be written.
type sinkError struct{ err error }

func (e *sinkError) Error() string { return e.err.Error() }
func (e *sinkError) Unwrap() error { return e.err }

// errBinary is the error of a body that is no text and would go to a terminal.
var errBinary = errors.New("the body is binary, and standard output is a terminal")

// screen is a terminal: what a body could steer it with does not get through.
type screen struct {
	w     io.Writer
	begun bool
	c2    bool // the last byte may begin a control character of two bytes
	due   int  // bytes that a character of UTF-8 still lacks
	buf   bytes.Buffer
}

// shown is standard output for text that others wrote: a screen, if it is a terminal.
func (w *world) shown() io.Writer { return screened(w.Stdout) }

// lacking is how many bytes a character of UTF-8 lacks after c, of those that were
// due before.
func lacking(c byte, due int) int {
	switch {
	case c < 0x80:
		return 0
	case c < 0xc0:
		return max(due-1, 0)
	case c < 0xe0:
		return 1
	case c < 0xf0:
		return 2
	}
	return 3
}

// screened is a stream, behind a screen if it is a terminal.
func screened(stream io.Writer) io.Writer {
	if _, tty := terminal(stream); tty {
		return &screen{w: stream, begun: true}
	}
	return stream
}

// Write writes text, with control characters as \x1b and the like.
func (s *screen) Write(b []byte) (int, error) {
	if !s.begun && bytes.IndexByte(b, 0) >= 0 {
		return 0, errBinary
	}
	s.begun = true
	s.buf.Reset()
	const digits = "0123456789abcdef"
	for _, c := range b {
		control := c >= 0x80 && c < 0xa0 // of Latin-1, or after C2; within a longer character it is none
		steers := c < 0x20 && c != '\n' && c != '\t' && c != '\r' || c == 0x7f || control && (s.c2 || s.due == 0)
		s.due = lacking(c, s.due)
		if s.c2 && !steers {
			s.buf.WriteByte(0xc2)
		}
		if s.c2 = c == 0xc2; s.c2 {
			continue
		}
		if steers {
			s.buf.Write([]byte{'\\', 'x', digits[c>>4], digits[c&15]})
		} else {
			s.buf.WriteByte(c)
		}
	}
	_, err := s.w.Write(s.buf.Bytes())
	return len(b), err
}
