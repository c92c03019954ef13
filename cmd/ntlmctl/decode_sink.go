package main

import (
	"bufio"
	"io"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/render"
)

// sink is where decoded tokens and handshakes go, in order.
type sink interface {
	token(t *decode.Token) error
	// Write takes tokens that appendLine has made into lines.
	io.Writer
	handshake(h *decode.Handshake) error
	// flush is called when there may be nothing more for a while.
	flush() error
	close() error
}

func newSink(w *world, o *decodeOptions) sink {
	out := bufio.NewWriterSize(w.Stdout, 64<<10)
	switch o.out.format {
	case formatJSON:
		return &documentSink{Writer: out}
	case formatJSONL:
		return &lineSink{Writer: out}
	}
	text := o.out.text(w)
	text.Brief, text.HexDump = o.brief, o.hexdump
	return &textSink{Writer: out, text: text}
}

type textSink struct {
	*bufio.Writer
	text  render.Text
	count int
}

func (s *textSink) between() {
	if s.count++; s.count > 1 {
		s.WriteByte('\n')
	}
}

func (s *textSink) token(t *decode.Token) error {
	s.between()
	return s.text.Token(s, t)
}

func (s *textSink) handshake(h *decode.Handshake) error {
	s.between()
	return s.text.Handshake(s, h)
}

func (s *textSink) flush() error { return s.Flush() }
func (s *textSink) close() error { return s.Flush() }

// lineSink writes JSON Lines.
type lineSink struct {
	*bufio.Writer
	buf []byte
}

// appendLine is how a lineSink shows a token.
func appendLine(dst []byte, t *decode.Token) []byte { return render.AppendTokenLine(dst, t) }

func (s *lineSink) token(t *decode.Token) error {
	s.buf = appendLine(s.buf[:0], t)
	_, err := s.Write(s.buf)
	return err
}

func (s *lineSink) handshake(h *decode.Handshake) error {
	s.buf = render.AppendHandshakeLine(s.buf[:0], h)
	_, err := s.Write(s.buf)
	return err
}

func (s *lineSink) flush() error { return s.Flush() }
func (s *lineSink) close() error { return s.Flush() }

// documentSink writes one JSON document, token by token.
type documentSink struct {
	*bufio.Writer
	buf        []byte
	count      int
	handshakes []byte
}

func (s *documentSink) open() {
	if s.count == 0 {
		s.WriteString(`{"schema":"` + render.SchemaDecode + `","tokens":[`)
	}
}

func (s *documentSink) token(t *decode.Token) error {
	s.open()
	s.buf = s.buf[:0]
	if s.count++; s.count > 1 {
		s.buf = append(s.buf, ',')
	}
	s.buf = render.AppendToken(append(s.buf, '\n'), t)
	_, err := s.Write(s.buf)
	return err
}

func (s *documentSink) handshake(h *decode.Handshake) error {
	if len(s.handshakes) > 0 {
		s.handshakes = append(s.handshakes, ',')
	}
	s.handshakes = render.AppendHandshake(append(s.handshakes, '\n'), h)
	return nil
}

func (s *documentSink) flush() error { return nil }

func (s *documentSink) close() error {
	s.open()
	s.WriteString("\n],\"handshakes\":[")
	s.Write(s.handshakes)
	s.WriteString("\n]}\n")
	return s.Flush()
}
