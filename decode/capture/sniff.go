package capture

import "bytes"

// sniffSize is how much of the input is enough to recognise its format.
const sniffSize = 512

// sniff recognises the format by the first bytes, which it leaves in the window.
func (s *scan) sniff() (Format, error) {
	for len(s.in.buf) == 0 {
		if _, ok := s.in.more(0); !ok {
			return FormatEmpty, s.in.failure()
		}
	}
	for len(s.in.buf) < 4 {
		if _, ok := s.in.more(0); !ok {
			break
		}
	}
	b := s.in.buf
	switch {
	case bytes.HasPrefix(b, []byte("PK\x03\x04")), bytes.HasPrefix(b, []byte("PK\x05\x06")):
		return "", &Error{Reason: "looks like a zip archive", Hint: "unpack it first: a .saz of Fiddler has its sessions in raw/*.txt"}
	}
	return FormatText, nil
}

// raw takes the whole input for one token.
func (s *scan) raw() {}
