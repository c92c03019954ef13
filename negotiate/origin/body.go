package origin

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"strconv"
	"time"
)

// body reads the body of a message off its connection, and nothing beyond.
type body struct {
	br *bufio.Reader
	framing
	conn    net.Conn
	timeout time.Duration // of each read
	started bool          // a chunk has been read
	ended   bool
	err     error
}

// errChunk says that chunked framing is broken.
var errChunk = errors.New("the framing of a chunked body is broken")

// maxTrailer bounds the fields after the last chunk, in bytes.
const maxTrailer = 16 << 10

// Read reads decoded content.
func (b *body) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	n, err := b.read(p)
	if err != nil {
		b.err = err
		b.ended = errors.Is(err, io.EOF)
	}
	return n, err
}

func (b *body) read(p []byte) (int, error) {
	if b.br.Buffered() == 0 {
		b.conn.SetReadDeadline(time.Now().Add(b.timeout))
	}
	switch {
	case b.untilClose:
		return b.br.Read(p)
	case b.chunked && b.length == 0:
		if err := b.nextChunk(); err != nil {
			return 0, err
		}
	case b.length == 0:
		return 0, io.EOF
	}
	if int64(len(p)) > b.length {
		p = p[:b.length]
	}
	n, err := b.br.Read(p)
	b.length -= int64(n)
	if err == nil && n > 0 {
		return n, nil
	}
	return n, unexpected(err)
}

// nextChunk reads the size of a chunk; io.EOF says that the last one has come,
// and its trailer.
func (b *body) nextChunk() error {
	if b.started {
		if line, err := b.line(); err != nil || len(line) > 0 {
			return orChunk(err)
		}
	}
	b.started = true
	line, err := b.line()
	if err != nil {
		return orChunk(err)
	}
	size, _, _ := bytes.Cut(line, []byte(";"))
	n, err := strconv.ParseUint(string(bytes.TrimRight(size, " \t")), 16, 62)
	if err != nil {
		return errChunk
	}
	if b.length = int64(n); n > 0 {
		return nil
	}
	for used := 0; used < maxTrailer; used += len(line) + 1 {
		if line, err = b.line(); err != nil {
			return orChunk(err)
		}
		if len(line) == 0 {
			return io.EOF
		}
	}
	return errChunk
}

func orChunk(err error) error {
	if err == nil || errors.Is(err, bufio.ErrBufferFull) {
		return errChunk
	}
	return unexpected(err)
}

// line reads a line without its end. It is valid until the next read.
func (b *body) line() ([]byte, error) {
	if b.br.Buffered() == 0 {
		b.conn.SetReadDeadline(time.Now().Add(b.timeout))
	}
	line, err := b.br.ReadSlice('\n')
	if err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(line[:len(line)-1], []byte("\r")), nil
}
