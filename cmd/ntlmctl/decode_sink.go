package main

import (
	"bufio"
	"io"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/render"
)

// sink is where decoded tokens go, in order.
type sink interface {
	token(t *decode.Token) error
	close() error
}

func newSink(w *world, o *decodeOptions) sink {
	switch o.out.format {
	case formatJSON:
		return &documentSink{out: bufio.NewWriter(w.Stdout)}
	case formatJSONL:
		return &lineSink{out: w.Stdout}
	}
	text := o.out.text(w)
	text.Brief, text.HexDump = o.brief, o.hexdump
	return &textSink{out: w.Stdout, text: text}
}

type textSink struct {
	out   io.Writer
	text  render.Text
	count int
}

func (s *textSink) token(t *decode.Token) error {
	if s.count++; s.count > 1 {
		if _, err := io.WriteString(s.out, "\n"); err != nil {
			return err
		}
	}
	return s.text.Token(s.out, t)
}

func (s *textSink) close() error { return nil }

type lineSink struct {
	out io.Writer
	buf []byte
}

func (s *lineSink) token(t *decode.Token) error {
	s.buf = render.AppendTokenLine(s.buf[:0], t)
	_, err := s.out.Write(s.buf)
	return err
}

func (s *lineSink) close() error { return nil }

// documentSink writes one JSON document, token by token.
type documentSink struct {
	out   *bufio.Writer
	buf   []byte
	count int
}

func (s *documentSink) token(t *decode.Token) error {
	s.buf = s.buf[:0]
	if s.count++; s.count == 1 {
		s.buf = append(s.buf, `{"schema":"`+render.SchemaDecode+`","tokens":[`...)
	} else {
		s.buf = append(s.buf, ',')
	}
	s.buf = render.AppendToken(append(s.buf, '\n'), t)
	_, err := s.out.Write(s.buf)
	return err
}

func (s *documentSink) close() error {
	if s.count == 0 {
		s.buf = append(s.buf, `{"schema":"`+render.SchemaDecode+`","tokens":[`...)
	}
	s.buf = append(s.buf[:0], "\n],\"handshakes\":[]}\n"...)
	if _, err := s.out.Write(s.buf); err != nil {
		return err
	}
	return s.out.Flush()
}
