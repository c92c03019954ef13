package capture

// cursor reads a binary format through a window, front to back.
type cursor struct {
	w   *window
	pos int
}

// need reads on until n bytes are there, and reports whether they are.
func (c *cursor) need(n int) bool {
	for len(c.w.buf)-c.pos < n {
		dropped, ok := c.w.more(c.pos)
		c.pos -= dropped
		if !ok && len(c.w.buf)-c.pos < n {
			return false
		}
	}
	return true
}

// take returns the next n bytes, or what is left of them and false. They are
// valid until the next call.
func (c *cursor) take(n int) ([]byte, bool) {
	ok := c.need(n)
	b := c.w.buf[c.pos:min(c.pos+n, len(c.w.buf))]
	c.pos += len(b)
	return b, ok
}

// skip passes over n bytes without holding them, and reports whether they were
// there.
func (c *cursor) skip(n int64) bool {
	for n > 0 {
		have := int64(len(c.w.buf) - c.pos)
		if have == 0 {
			if !c.need(1) {
				return false
			}
			continue
		}
		step := min(have, n)
		c.pos += int(step)
		n -= step
	}
	return true
}

// offset is where in the input the next byte stands.
func (c *cursor) offset() int64 { return c.w.base + int64(c.pos) }
