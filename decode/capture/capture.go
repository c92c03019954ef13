// Package capture finds NTLM, SPNEGO and Kerberos tokens in whatever a reader
// yields: bare tokens, header lines, logs of any kind, curl traces, hex dumps,
// HAR, Chrome net-export files, pcap and pcapng. It recognises by content, and
// hands out bytes and where they were; package decode says what they mean.
//
// It is pure but for the reader that it is given: no files, no sockets, no
// clock. Memory stays bounded whatever the size of the input, and a token is
// handed out as soon as the read that completed it returns.
package capture

import (
	"fmt"
	"io"
	"time"

	"github.com/ntlmctl/ntlmctl/decode"
)

// Found is one token and where it was.
type Found struct {
	// Raw is the token. It belongs to the receiver and is never written again.
	// Small tokens share blocks of 64 KiB: to keep one for long, clone it.
	Raw []byte
	// Scheme is the HTTP authentication scheme as it was written, or empty.
	Scheme string
	// Source says where the token was; its Offset is always known.
	Source decode.Source
	// Status is the status of the HTTP response that carried the token, 0 if
	// there was none or it is not known.
	Status int
	// Responds says that the input tells of responses: that to the request which
	// carried the token, if there was one, is still to come.
	Responds bool
	// Time is when the packet, the HAR entry or the event was recorded; zero
	// if that is not known.
	Time time.Time
}

// Response is the head of one HTTP response, with a token in it or not. It
// tells a Grouper how a handshake ended.
type Response struct {
	// Source is where the status line was; Stream is what it answers on.
	Source decode.Source
	Status int
	Time   time.Time
}

// Options says how to scan.
type Options struct {
	// Name becomes Source.Name of all that is found.
	Name string
	// Responded, if not nil, is called for each HTTP response whose connection
	// is known, before the tokens in it are handed out.
	Responded func(Response)
	// MaxToken is how many bytes the text of one token may have; what is longer
	// is cut there. 0 is DefaultMaxToken.
	MaxToken int
}

// DefaultMaxToken is the longest text of a token, in bytes: HTTP servers stop
// at 16 to 64 KiB.
const DefaultMaxToken = 1 << 20

// Format names what the input turned out to be.
type Format string

// The formats that Scan tells apart.
const (
	FormatEmpty  Format = "empty"
	FormatText   Format = "text"
	FormatRaw    Format = "raw token"
	FormatHAR    Format = "HAR"
	FormatNetLog Format = "net-export"
	FormatPcap   Format = "pcap"
	FormatPcapNG Format = "pcapng"
)

// Stats says what was read. It is valid with an error, too.
type Stats struct {
	Format Format
	// Bytes is how much was read, after decompression.
	Bytes int64
	// Tokens is how many were handed out.
	Tokens int
	// Stripped counts tokens that the recorder left out: a net-export file that
	// was made without credentials says "[164 bytes were stripped]".
	Stripped int
	// Packets, Connections and Encrypted count packets, TCP connections and
	// those of them that turned to TLS, in a packet capture.
	Packets, Connections, Encrypted int
	// Skipped counts packets of a link layer that is not understood.
	Skipped int
	// Truncated says that the input ended within a record, as the files of
	// killed recorders do. What was complete has been handed out.
	Truncated bool
}

// Error is an input that cannot be scanned.
type Error struct {
	// Offset is where in the input it was noticed.
	Offset int64
	Reason string
	// Hint is what to do about it, or empty.
	Hint string
	// Err is the cause, or nil.
	Err error
}

// Error gives the offset and the reason in one line.
func (e *Error) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("offset %d: %s: %v", e.Offset, e.Reason, e.Err)
	}
	return fmt.Sprintf("offset %d: %s", e.Offset, e.Reason)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Scan reads r to its end and calls found for each token, in the order of the
// input, as soon as it is complete. It stops when found returns false. Input
// without a token is no error. An *Error says why the input, or the rest of
// it, could not be read; what was found before has been handed out.
func Scan(r io.Reader, o Options, found func(Found) bool) (Stats, error) {
	if o.MaxToken <= 0 {
		o.MaxToken = DefaultMaxToken
	}
	s := &scan{Options: o, found: found, step: 1}
	s.in.r = r
	err := s.run()
	s.stats.Bytes = s.in.read
	if s.stopped {
		err = nil
	}
	return s.stats, err
}

// scan is one call of Scan.
type scan struct {
	Options
	in      window
	found   func(Found) bool
	stats   Stats
	stopped bool
	mem     arena
	// step is how many bytes of the input one of the window's is, after bom
	// bytes: 2 for UTF-16.
	step, bom int64
}

// emit hands out one token and reports whether to go on.
func (s *scan) emit(f Found) bool {
	if s.stopped {
		return false
	}
	f.Source.Name = s.Name
	f.Source.Offset = f.Source.Offset*s.step + s.bom
	s.stats.Tokens++
	if !s.found(f) {
		s.stopped = true
	}
	return !s.stopped
}

// responded tells of one response.
func (s *scan) responded(r Response) {
	if s.Responded != nil && !s.stopped {
		r.Source.Name = s.Name
		s.Responded(r)
	}
}

// run sniffs and passes the input on to the reader for its format.
func (s *scan) run() error {
	format, err := s.sniff()
	if err != nil {
		return err
	}
	s.stats.Format = format
	switch format {
	case FormatEmpty:
	case FormatRaw:
		s.raw()
	case FormatHAR:
		if err := s.har(); err != nil {
			return err
		}
	case FormatNetLog:
		if err := s.netlog(); err != nil {
			return err
		}
	case FormatPcap:
		r, err := newPcapReader(cursor{w: &s.in})
		if err != nil {
			return err
		}
		if err := s.packets(r); err != nil {
			return err
		}
	case FormatPcapNG:
		if err := s.packets(newNGReader(cursor{w: &s.in})); err != nil {
			return err
		}
	default:
		newText(s).run()
	}
	return s.in.failure()
}
