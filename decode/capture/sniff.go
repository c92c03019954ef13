package capture

import (
	"bytes"
	"compress/gzip"
	"io"
)

// sniffSize is how much of the input is looked at, at most, to recognise its
// format.
const sniffSize = 1 << 10

// foreign are formats that are recognised to say what to do with them.
var foreign = []struct{ magic, reason, hint string }{
	{"PK\x03\x04", "looks like a zip archive", "unpack it first; a .saz of Fiddler has its sessions in raw/*.txt"},
	{"PK\x05\x06", "looks like an empty zip archive", ""},
	{"BZh", "is compressed with bzip2", "decompress it first: bzip2 -dc FILE | ntlmctl decode -"},
	{"\xfd7zXZ\x00", "is compressed with xz", "decompress it first: xz -dc FILE | ntlmctl decode -"},
	{"\x28\xb5\x2f\xfd", "is compressed with zstd", "decompress it first: zstd -dc FILE | ntlmctl decode -"},
	{"7z\xbc\xaf\x27\x1c", "looks like a 7z archive", "unpack it first"},
	{"GMBU", "is a capture of Microsoft Network Monitor", "convert it first: editcap FILE out.pcapng"},
	{"snoop\x00\x00\x00", "is a capture of snoop", "convert it first: editcap FILE out.pcapng"},
}

// maxWrappers is how many layers of compression and encoding are taken off.
const maxWrappers = 3

// sniff recognises the format by the first bytes, which it leaves in the
// window. It takes off compression and UTF-16.
func (s *scan) sniff() (Format, error) {
	for range maxWrappers {
		b := s.head(8)
		switch {
		case len(b) == 0:
			return FormatEmpty, s.in.failure()
		case bytes.HasPrefix(b, []byte{0x1f, 0x8b, 8}):
			z, err := gzip.NewReader(s.in.rest())
			if err != nil {
				return "", &Error{Reason: "cannot be decompressed", Err: err}
			}
			s.in = window{r: z}
			continue
		case looksUTF16(b):
			u := newUTF16(s.in.rest(), b)
			s.step, s.bom = 2, int64(u.bom)
			s.in = window{r: u}
			continue
		}
		break
	}
	b := s.head(8)
	for _, f := range foreign {
		if bytes.HasPrefix(b, []byte(f.magic)) && (len(f.magic) > 3 || len(b) > 3 && '1' <= b[3] && b[3] <= '9') {
			return "", &Error{Reason: f.reason, Hint: f.hint}
		}
	}
	switch {
	case len(b) == 0:
		return FormatEmpty, s.in.failure()
	case bytes.HasPrefix(b, []byte{0x0a, 0x0d, 0x0d, 0x0a}):
		s.in.binary = true
		return FormatPcapNG, nil
	case len(b) >= 4:
		if _, _, _, ok := pcapMagic(b); ok {
			s.in.binary = true
			return FormatPcap, nil
		}
	}
	if bytes.HasPrefix(b, ntlmssp) || bytes.HasPrefix(b, negoexts) || looksBinary(b) && looksToken(s.head(16)) {
		s.in.binary = true
		return FormatRaw, nil
	}
	if bytes.HasPrefix(b, []byte("\xef\xbb\xbf")) || len(bytes.TrimLeft(b, " \t\r\n")) == 0 || b[0] == '{' || bytes.ContainsRune(b, '{') {
		switch s.firstKey() {
		case "log":
			return FormatHAR, nil
		case "constants":
			return FormatNetLog, nil
		}
	}
	return FormatText, nil
}

// head returns the first n bytes of the input, or all if there are fewer.
func (s *scan) head(n int) []byte {
	for len(s.in.buf) < n {
		if _, ok := s.in.more(0); !ok && s.in.eof {
			break
		}
	}
	return s.in.buf[:min(n, len(s.in.buf))]
}

// rest returns a reader of the whole input, from its first byte.
func (w *window) rest() io.Reader {
	head := bytes.NewReader(w.buf)
	if w.eof {
		return head
	}
	return io.MultiReader(head, w.r)
}

// looksBinary reports whether there is a byte in b that no text has.
func looksBinary(b []byte) bool {
	for _, c := range b {
		if c < ' ' && (c < '\t' || c > '\r') || c >= 0x7f {
			return true
		}
	}
	return false
}

// firstKey returns the first key of the JSON object that the input begins with
// and whose value is another one, or "".
func (s *scan) firstKey() string {
	for n := 16; n <= sniffSize; n *= 2 {
		b := bytes.TrimPrefix(s.head(n), []byte("\xef\xbb\xbf"))
		short := len(s.in.buf) < n
		b = bytes.TrimLeft(b, " \t\r\n")
		if len(b) > 0 && b[0] != '{' {
			return ""
		}
		if len(b) > 0 {
			b = bytes.TrimLeft(b[1:], " \t\r\n")
		}
		if len(b) > 0 && b[0] != '"' {
			return ""
		}
		if len(b) > 0 {
			key, after, ok := bytes.Cut(b[1:], []byte{'"'})
			after = bytes.TrimLeft(after, " \t\r\n")
			if ok && len(after) > 0 && after[0] == ':' {
				after = bytes.TrimLeft(after[1:], " \t\r\n")
			}
			if ok && len(after) > 0 {
				if after[0] != '{' {
					return ""
				}
				return string(key)
			}
		}
		if short {
			return ""
		}
	}
	return ""
}

// raw takes the whole input for one token. If it is too long for that, or has
// more messages behind the first, it is searched.
func (s *scan) raw() {
	b := s.head(maxWrapped + 1)
	whole := len(b) <= maxWrapped
	if n, known, _ := tokenSize(b); whole && known && n < len(b) && bytes.Contains(b[n:], ntlmssp) {
		whole = false
	}
	if !whole {
		newText(s).run()
		return
	}
	s.emit(Found{Raw: bytes.Clone(b)})
}
