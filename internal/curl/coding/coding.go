// Package coding undoes the content codings of responses (RFC 9110 section
// 8.4.1). It streams: a bomb costs time and space where it is written to, and no
// memory.
package coding

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// Accept is the value of Accept-Encoding that names all that can be undone.
const Accept = "deflate, gzip, br, zstd"

const (
	// maxCodings bounds how many codings may be on top of one another.
	maxCodings = 5
	// maxWindow bounds what a zstd stream may ask to be remembered, as RFC 9659 does.
	maxWindow = 8 << 20
)

// Reader undoes the codings that the values of Content-Encoding name, the last
// one first. An unknown one is an error.
func Reader(body io.Reader, values []string) (io.Reader, error) {
	var names []string
	for _, value := range values {
		for name := range strings.SplitSeq(value, ",") {
			if name = strings.ToLower(strings.TrimSpace(name)); name != "" && name != "identity" {
				names = append(names, name)
			}
		}
	}
	if len(names) > maxCodings {
		return nil, fmt.Errorf("the body has more than %d content codings", maxCodings)
	}
	for i := len(names) - 1; i >= 0; i-- {
		open := decoders[names[i]]
		if open == nil {
			return nil, fmt.Errorf("the body's content coding %q is unknown", names[i])
		}
		body = &lazy{name: names[i], open: open, source: source{Reader: body}}
	}
	return body, nil
}

var decoders = map[string]func(io.Reader) (io.Reader, error){
	"gzip":    gunzip,
	"x-gzip":  gunzip,
	"deflate": inflate,
	"br":      func(r io.Reader) (io.Reader, error) { return brotli.NewReader(r), nil },
	"zstd": func(r io.Reader) (io.Reader, error) {
		return zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
	},
}

func gunzip(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) }

// inflate reads zlib, and the raw deflate that some servers send in its place.
func inflate(r io.Reader) (io.Reader, error) {
	b := bufio.NewReader(r)
	head, err := b.Peek(2)
	if err == nil && head[0]&0x0f == 8 && (int(head[0])<<8|int(head[1]))%31 == 0 {
		return zlib.NewReader(b)
	}
	return flate.NewReader(b), nil
}

// lazy opens a decoder when something is read: a body may be empty, whatever
// its head says.
type lazy struct {
	name   string
	open   func(io.Reader) (io.Reader, error)
	source source
	r      io.Reader
}

// Read implements io.Reader.
func (l *lazy) Read(b []byte) (int, error) {
	if l.r == nil {
		buffered := bufio.NewReaderSize(&l.source, 64<<10)
		if _, err := buffered.Peek(1); err != nil {
			return 0, err
		}
		var err error
		if l.r, err = l.open(buffered); err != nil {
			return 0, l.explain(err)
		}
	}
	n, err := l.r.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = l.explain(err)
	}
	return n, err
}

// explain says of an error of the decoder whose it is: the source's own stands as
// it is.
func (l *lazy) explain(err error) error {
	switch {
	case l.source.err != nil && !errors.Is(l.source.err, io.EOF):
		return l.source.err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("the body's content coding %s ends early: %w", l.name, err)
	}
	return fmt.Errorf("the body is not of the content coding %s: %w", l.name, err)
}

// source remembers how reading ended.
type source struct {
	io.Reader
	err error
}

// Read implements io.Reader.
func (s *source) Read(b []byte) (int, error) {
	n, err := s.Reader.Read(b)
	if err != nil {
		s.err = err
	}
	return n, err
}
