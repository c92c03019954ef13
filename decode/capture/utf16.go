package capture

import "io"

// looksUTF16 reports whether text in UTF-16 begins with b, as PowerShell writes
// it: by its mark, or by a zero in each second byte.
func looksUTF16(b []byte) bool {
	if len(b) < 4 {
		return false
	}
	if b[0] == 0xff && b[1] == 0xfe || b[0] == 0xfe && b[1] == 0xff {
		return true
	}
	if len(b) < 8 {
		return false
	}
	for i := 0; i < 8; i += 2 {
		if b[i] < '\t' || b[i] >= 0x7f || b[i+1] != 0 {
			return false
		}
	}
	return true
}

// utf16Reader narrows UTF-16 to one byte a code unit; what is not ASCII becomes
// a question mark, as no token has it.
type utf16Reader struct {
	r io.Reader
	// bom is how many bytes the mark takes that has to be passed over.
	bom, skip int
	big       bool
	buf       []byte
	odd       []byte
}

func newUTF16(r io.Reader, head []byte) *utf16Reader {
	u := &utf16Reader{r: r, buf: make([]byte, 64<<10)}
	switch {
	case head[0] == 0xff && head[1] == 0xfe:
		u.bom = 2
	case head[0] == 0xfe && head[1] == 0xff:
		u.bom, u.big = 2, true
	}
	u.skip = u.bom
	return u
}

func (u *utf16Reader) Read(p []byte) (int, error) {
	want := min(2*len(p), len(u.buf))
	if want == 0 {
		return 0, nil
	}
	n := copy(u.buf, u.odd)
	got, err := u.r.Read(u.buf[n:want])
	b := u.buf[:n+got]
	u.odd = u.odd[:0]
	if len(b)%2 == 1 {
		u.odd = append(u.odd, b[len(b)-1])
		b = b[:len(b)-1]
	}
	out := 0
	for ; len(b) >= 2; b = b[2:] {
		if u.skip > 0 {
			u.skip = 0
			continue
		}
		low, high := b[0], b[1]
		if u.big {
			low, high = high, low
		}
		if high != 0 || low >= 0x80 {
			low = '?'
		}
		p[out] = low
		out++
	}
	return out, err
}
