package capture

// literalRun reads a token that is written as a string literal has it: as it is
// where it can be printed, and else escaped (\0, \x02, \003, \u0004, \n).
func literalRun(b []byte, start int, final bool, limit int, mem *arena) (run, state) {
	r := run{start: start}
	stop := min(len(b), start+limit)
	quote := byte(0)
	if start > 0 && (b[start-1] == '"' || b[start-1] == '\'' || b[start-1] == '`') {
		quote = b[start-1]
	}
	raw := mem.grab(64)
	i := start
	for {
		if len(raw) == 12 && !isMessage(raw) { // at once: there may be many
			return r, stateNone
		}
		if i >= stop {
			if stop < start+limit && !final {
				return r, stateMore
			}
			break
		}
		c := b[i]
		if c == quote || c == '\n' || c == '\r' || c == 0 || c >= 0x80 {
			break
		}
		if c != '\\' {
			raw = append(raw, c)
			i++
			continue
		}
		if stop < start+limit && !final && i+6 > stop {
			return r, stateMore
		}
		v, size := literalEscape(b[i:stop])
		if size == 0 {
			break
		}
		raw = append(raw, v)
		i += size
		if len(raw) == len(ntlmssp) && v != 0 {
			return r, stateNone
		}
	}
	r.end = i
	if len(raw) < 12 {
		return r, stateNone
	}
	r.raw = raw[:len(raw):len(raw)]
	if cap(raw) <= arenaLarge && len(raw) <= 64 {
		r.raw = mem.keep(raw)
	}
	return r, stateDone
}

// literalEscape reads one escape of a string literal; size is 0 if it is none.
func literalEscape(b []byte) (v byte, size int) {
	if len(b) < 2 {
		return 0, 0
	}
	switch b[1] {
	case 'x':
		if len(b) >= 4 {
			if v := hexByte(b[2:4]); v >= 0 {
				return byte(v), 4
			}
		}
		return 0, 0
	case 'u':
		if len(b) >= 6 && b[2] == '0' && b[3] == '0' {
			if v := hexByte(b[4:6]); v >= 0 {
				return byte(v), 6
			}
		}
		return 0, 0
	case 'a':
		return 7, 2
	case 'b':
		return 8, 2
	case 't':
		return 9, 2
	case 'n':
		return 10, 2
	case 'v':
		return 11, 2
	case 'f':
		return 12, 2
	case 'r':
		return 13, 2
	case 'e':
		return 27, 2
	case '\\', '"', '\'', '/', '`':
		return b[1], 2
	}
	n, x := 0, 0
	for n < 3 && 1+n < len(b) && '0' <= b[1+n] && b[1+n] <= '7' {
		x = x<<3 | int(b[1+n]-'0')
		n++
	}
	if n == 0 || x > 255 {
		return 0, 0
	}
	return byte(x), 1 + n
}
