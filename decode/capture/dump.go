package capture

import "strconv"

// maxDump is how many bytes are put together from rows.
const maxDump = 1 << 20

// dump puts the rows of a hex dump together again, or those of a curl trace.
type dump struct {
	bytes []byte
	rows  []dumpRow
	// expect is how many bytes there will be, 0 if that is not known.
	expect int
	// next is the label that the next row must have.
	next uint64
	// octal says that the labels are octal, as od writes them.
	octal bool
}

// dumpRow is one line of a dump.
type dumpRow struct {
	// label is the offset that the row says it has; octal is the same digits
	// read as an octal number, if they are one.
	label, octal uint64
	isOctal      bool
	bytes        []byte
	// text says that the row has the bytes as text: the row ends at the 64th, or
	// where a line ends, which is left out.
	text bool
	// at is where in the dump's bytes the row begins, offset and line are where it
	// is in the input.
	at     int
	offset int64
	line   int
	// lead is where in the row its bytes begin, and width how many columns each
	// takes.
	lead, width int
}

func (d *dump) reset() {
	d.bytes, d.rows, d.expect, d.next, d.octal = d.bytes[:0], d.rows[:0], 0, 0, false
}

// full reports whether all that was announced is there.
func (d *dump) full() bool {
	if len(d.bytes) >= maxDump {
		return true
	}
	const eol = 2 // the last line's end is not shown in --trace-ascii
	return d.expect > 0 && (len(d.bytes) >= d.expect || d.rows[len(d.rows)-1].text && len(d.bytes) >= d.expect-eol)
}

// row reads a line that is a row: of a trace if traced, else of any hex dump.
func (d *dump) row(line []byte, traced bool) (dumpRow, bool) {
	if !traced {
		return parseRow(line)
	}
	i := 0
	for i < len(line) && i < 8 && class[line[i]]&classHex != 0 {
		i++
	}
	if i < 4 || i+2 > len(line) || line[i] != ':' || line[i+1] != ' ' {
		return dumpRow{}, false
	}
	label, _ := strconv.ParseUint(string(line[:i]), 16, 64)
	r := dumpRow{label: label, lead: i + 2, width: 1}
	body := line[i+2:]
	const columns = 16
	if bytes, ok := triplets(body, columns); ok {
		r.bytes, r.width = bytes, 3
		return r, true
	}
	r.bytes, r.text = body, true
	return r, true
}

// triplets reads columns of two digits and a blank, of which the last ones may
// be empty.
func triplets(b []byte, columns int) (out []byte, ok bool) {
	if len(b) < 3*columns {
		return nil, false
	}
	for i := range columns {
		col := b[3*i : 3*i+3]
		if col[2] != ' ' {
			return nil, false
		}
		v := hexByte(col)
		if v < 0 {
			if i == 0 || string(col) != "   " {
				return nil, false
			}
			continue
		}
		if len(out) != i {
			return nil, false
		}
		out = append(out, byte(v))
	}
	return out, len(out) > 0
}

// add appends a row and reports whether it goes on with the rows before.
func (d *dump) add(r dumpRow) bool {
	switch {
	case len(d.rows) == 0:
	case r.text:
		// What a row of text left out is the end of its line.
		if gap := r.label - uint64(len(d.bytes)); r.label >= uint64(len(d.bytes)) && gap <= 2 {
			d.bytes = append(d.bytes, "\r\n"[2-gap:]...)
		} else {
			return false
		}
	case len(d.rows) == 1 && r.isOctal && r.octal == uint64(len(d.bytes)) && r.label != d.next:
		d.octal = true
	case d.octal && r.isOctal && r.octal == d.next:
	case r.label != d.next || d.octal:
		return false
	}
	first := r.label
	if d.octal {
		first = r.octal
	}
	r.at = len(d.bytes)
	d.next = first + uint64(len(r.bytes))
	d.bytes = append(d.bytes, r.bytes...)
	r.bytes = nil
	d.rows = append(d.rows, r)
	return true
}

// place returns the row that has the byte at i; its offset is that of the byte.
func (d *dump) place(i int) dumpRow {
	row := d.rows[0]
	for _, r := range d.rows {
		if r.at > i {
			break
		}
		row = r
	}
	row.offset += int64(row.lead + (i-row.at)*row.width)
	return row
}

// parseRow reads a line of xxd, hexdump -C, od, Wireshark, tcpdump -X, Samba's
// logs and their like: a label, up to 16 bytes in hex, and perhaps the same as
// text.
func parseRow(line []byte) (r dumpRow, ok bool) {
	const longest = 120
	if len(line) > longest {
		return r, false
	}
	i := 0
	skip := func(c byte) bool {
		if i < len(line) && line[i] == c {
			i++
			return true
		}
		return false
	}
	for skip(' ') || skip('\t') {
	}
	bracket := skip('[')
	if i+1 < len(line) && line[i] == '0' && line[i+1]|0x20 == 'x' {
		i += 2
	}
	from := i
	for i < len(line) && i-from < 16 && class[line[i]]&classHex != 0 {
		i++
	}
	if i-from < 4 {
		return r, false
	}
	r.label, _ = strconv.ParseUint(string(line[from:i]), 16, 64)
	if v, err := strconv.ParseUint(string(line[from:i]), 8, 64); err == nil {
		r.octal, r.isOctal = v, true
	}
	if bracket && !skip(']') {
		return r, false
	}
	colon := skip(':')
	blanks := 0
	for skip(' ') || skip('\t') || skip('|') {
		blanks++
	}
	if blanks == 0 || blanks == 1 && !bracket && !colon && i-from < 6 {
		return r, false
	}
	r.lead, r.width = i, 3
	grouped := false
	for len(r.bytes) < 16 && i+2 <= len(line) {
		v := hexByte(line[i : i+2])
		if v < 0 {
			break
		}
		after := i + 2
		next := after
		for next < len(line) && (line[next] == ' ' || line[next] == '-' && next == after) {
			next++
		}
		if next == after && next < len(line) && line[next] != '|' {
			// Without a blank, digits must follow that belong to the group.
			if next+2 > len(line) || hexByte(line[next:next+2]) < 0 {
				break
			}
			grouped = true
		}
		r.bytes = append(r.bytes, byte(v))
		i = next
		if gap := next - after; gap > 2 || gap == 2 && len(r.bytes) != 8 {
			break
		}
	}
	if grouped {
		r.width = 2
	}
	return r, len(r.bytes) > 0
}
