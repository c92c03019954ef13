// Package payload is the body of a request, put together from bytes, files and
// streams. Nothing is read before it is sent.
package payload

import (
	"bytes"
	"errors"
	"io"
	"os"
)

// Body is a body. Its zero value is empty.
type Body struct {
	parts []part
}

// part is one of bytes, a file from an offset on, and a stream.
type part struct {
	text   []byte
	path   string
	offset int64
	size   int64 // of a file, -1 if that is not known
	stream io.Reader
}

// Add appends bytes.
func (b *Body) Add(text []byte) {
	if n := len(b.parts); n > 0 && b.parts[n-1].text != nil {
		b.parts[n-1].text = append(b.parts[n-1].text, text...)
		return
	}
	b.parts = append(b.parts, part{text: append([]byte{}, text...)})
}

// AddFile appends a file from an offset on. Of what is no regular file, as a
// named pipe, the size is not known, and it can be read once.
func (b *Body) AddFile(path string, offset int64) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.IsDir() {
		return &os.PathError{Op: "read", Path: path, Err: errors.New("it is a directory")}
	}
	p := part{path: path, offset: offset, size: -1}
	if info.Mode().IsRegular() {
		if p.size = info.Size() - offset; p.size < 0 {
			return &os.PathError{Op: "read", Path: path, Err: errors.New("it is shorter than the offset")}
		}
	}
	b.parts = append(b.parts, p)
	return nil
}

// AddStream appends what a reader gives; it can be read once.
func (b *Body) AddStream(r io.Reader) { b.parts = append(b.parts, part{stream: r, size: -1}) }

// Size is the length in bytes, -1 if it is not known.
func (b *Body) Size() int64 {
	total := int64(0)
	for i := range b.parts {
		p := &b.parts[i]
		if p.size < 0 {
			return -1
		}
		total += p.size + int64(len(p.text))
	}
	return total
}

// Replayable reports whether Open gives the same again.
func (b *Body) Replayable() bool {
	for i := range b.parts {
		if b.parts[i].size < 0 {
			return false
		}
	}
	return true
}

// Bytes are the body where it consists of bytes alone.
func (b *Body) Bytes() (text []byte, ok bool) {
	switch len(b.parts) {
	case 0:
		return nil, true
	case 1:
		return b.parts[0].text, b.parts[0].path == "" && b.parts[0].stream == nil
	}
	return nil, false
}

// Open begins to read the body. A single file comes as an *os.File, so that the
// kernel can send it; bytes alone come as a reader that knows its length.
func (b *Body) Open() (io.ReadCloser, error) {
	if text, ok := b.Bytes(); ok {
		return known{bytes.NewReader(text)}, nil
	}
	if len(b.parts) == 1 {
		return b.parts[0].open()
	}
	return &series{parts: b.parts}, nil
}

// known is a reader that knows its length.
type known struct{ *bytes.Reader }

// Close does nothing.
func (known) Close() error { return nil }

func (p *part) open() (io.ReadCloser, error) {
	switch {
	case p.stream != nil:
		if c, ok := p.stream.(io.ReadCloser); ok {
			return c, nil
		}
		return io.NopCloser(p.stream), nil
	case p.path == "":
		return known{bytes.NewReader(p.text)}, nil
	}
	f, err := os.Open(p.path)
	if err == nil && p.offset > 0 {
		_, err = f.Seek(p.offset, io.SeekStart)
	}
	return f, err
}

// series reads parts in turn, and opens each when its turn has come.
type series struct {
	parts []part
	at    io.ReadCloser
}

// Read implements io.Reader.
func (s *series) Read(b []byte) (int, error) {
	for {
		if s.at == nil {
			if len(s.parts) == 0 {
				return 0, io.EOF
			}
			next, err := s.parts[0].open()
			if err != nil {
				return 0, err
			}
			s.at, s.parts = next, s.parts[1:]
		}
		n, err := s.at.Read(b)
		if errors.Is(err, io.EOF) {
			err = s.Close()
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

// Close closes the part that is open.
func (s *series) Close() error {
	if s.at == nil {
		return nil
	}
	at := s.at
	s.at = nil
	return at.Close()
}
