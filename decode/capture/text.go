package capture

import (
	"bytes"

	"github.com/ntlmctl/ntlmctl/decode"
)

// text finds tokens in text of any kind, and in whatever is no other format.
type text struct {
	s     *scan
	w     *window
	table *anchorTable
	// pos is the next byte to look at, floor the end of the last token.
	pos, floor int
	// list says that all lines so far held a token: then one that is a bare
	// token needs no NTLMSSP in it to be recognised.
	list bool
	// waiting is the anchor of a token that is not complete, and seen how far
	// the input had been read when that was found; -1 if there is none.
	waiting, seen int
	// byLines says that lines matter; lineEnd is where the one at pos ends.
	byLines bool
	// whole says that this is the input itself and not a part of it.
	whole   bool
	lineEnd int
	lines   lines
	// replying, if not nil, says that a NegTokenResp may come: see reply.
	replying *bool
	// report takes what was found.
	report func(run, context)
}

func newText(s *scan) *text {
	t := &text{s: s, w: &s.in, table: searchTable(), list: true, waiting: -1}
	t.report = t.emit
	t.whole = true
	return t
}

// run reads to the end of the input.
func (t *text) run() {
	for !t.s.stopped {
		final := t.w.eof
		if !t.ripe(final) {
			t.read()
			continue
		}
		t.step(final)
		if final {
			return
		}
		t.read()
	}
}

// read has the window read on, and moves all indexes with it.
func (t *text) read() {
	keep := t.pos
	dropped, _ := t.w.more(keep - 2*lookBack)
	t.moved(dropped)
}

// moved says that all that is in the window stands so much nearer to its begin.
func (t *text) moved(dropped int) {
	t.pos -= dropped
	t.floor = max(0, t.floor-dropped)
	t.lineEnd -= dropped
	if t.waiting >= 0 {
		t.waiting -= dropped
		t.seen -= dropped
	}
}

// ripe reports whether it is worth the while to look again at a token that was
// not complete: not after each byte that a pipe yields.
func (t *text) ripe(final bool) bool {
	if t.waiting < 0 || final {
		return true
	}
	for _, c := range t.w.buf[t.seen:] {
		if class[c] == 0 {
			return true
		}
	}
	return len(t.w.buf)-t.seen > (t.seen-t.waiting)/4
}

// wait notes that the token whose anchor is at needs more of the input.
func (t *text) wait(at int) {
	t.pos, t.waiting, t.seen = at, at, len(t.w.buf)
}

// step hands out all tokens that are complete.
func (t *text) step(final bool) {
	t.waiting = -1
	for !t.s.stopped {
		if t.byLines {
			if !t.byLine(final) {
				return
			}
			continue
		}
		if t.list {
			if !t.bareLine(final) {
				return
			}
			continue
		}
		b := t.w.buf
		a, at := t.table.find(b, t.pos, final)
		if t.replying != nil && *t.replying {
			before := at
			if a == nil {
				before = len(b)
			}
			r, st := t.reply(b, before, final)
			if st == stateMore {
				t.wait(r.start)
				return
			}
			if st == stateDone {
				t.found(r, describe(b, r.start, t.floor))
				continue
			}
		}
		if a == nil {
			t.pos = at
			return
		}
		switch t.turn(b, a, at, final) {
		case stateMore:
			t.wait(at)
			return
		case stateDone:
			continue
		}
		switch t.token(b, a, at, final) {
		case stateMore:
			t.wait(at)
			return
		case stateNone:
			t.pos = at + 1
		}
	}
}

// token reads the token that the anchor is part of, and hands it out.
func (t *text) token(b []byte, a *anchor, at int, final bool) state {
	var r run
	var st state
	var c context
	switch a.kind {
	case anchorBase64:
		r, st = t.fromBase64(b, a, at, final)
	case anchorHex:
		r, st = t.fromHex(b, at, final)
	case anchorRaw:
		r, st = t.fromRaw(b, at, final)
	case anchorGSS:
		r, st = t.fromGSS(b, at, final)
	case anchorTrace:
		return stateNone
	case anchorScheme:
		r, c, st = t.fromScheme(b, at, final)
	}
	if st != stateDone {
		return st
	}
	if a.kind != anchorScheme {
		c = describe(b, r.start, t.floor)
		if c.header == "" && isMention(r.raw) {
			return stateNone
		}
	}
	t.found(r, c)
	return stateDone
}

// found reports the token of r and goes on behind it.
func (t *text) found(r run, c context) {
	t.report(r, c)
	t.pos = r.end
	t.floor = r.end
}

// emit hands out a token that is in the input itself.
func (t *text) emit(r run, c context) {
	f := Found{
		Raw:    r.raw,
		Scheme: c.scheme,
		Status: c.status,
		Source: decode.Source{
			Line:      t.w.lineAt(r.start),
			Offset:    t.w.base + int64(r.start),
			Direction: c.direction,
			Header:    c.header,
		},
	}
	switch {
	case t.byLines:
		f.Source.Stream = t.lines.stream
		if f.Status == 0 && c.direction == response {
			f.Status = t.lines.status
		}
	case c.header != "" && (c.status > 0 || c.marked):
		// HTTP as it was on the wire, or curl's account of it.
		t.byLines, t.lineEnd = true, r.end
		t.lines.status = c.status
	}
	t.s.emit(f)
}

// scanBlock finds the tokens in a piece of text that is complete, and reports
// them with their places in it.
func (s *scan) scanBlock(b []byte, report func(run, context)) {
	w := window{buf: b, eof: true}
	t := text{s: s, w: &w, table: searchTable(), waiting: -1, report: report}
	t.step(true)
}

// turn begins to read by lines if the anchor is in a line that makes it
// necessary.
func (t *text) turn(b []byte, a *anchor, at int, final bool) state {
	if !t.whole || a.kind != anchorHex && a.kind != anchorTrace {
		return stateNone
	}
	low := max(t.floor, at-256, 0)
	line := low + bytes.LastIndexByte(b[low:at], '\n') + 1
	end := bytes.IndexByte(b[at:], '\n')
	if end < 0 && !final && len(b)-at < 256 {
		return stateMore
	}
	if end < 0 {
		end = min(len(b)-at, 256)
	}
	if line == low && low > 0 || !lineMatters(b[line:at+end]) {
		return stateNone
	}
	t.byLines, t.pos, t.lineEnd = true, line, line
	return stateDone
}

// room is how far before at a token may begin.
func (t *text) room(at int) int { return min(lookBack, at-t.floor) }

// wholeSignature looks at the bits of NTLMSSP that are in the characters before
// and behind an anchor of base64.
func wholeSignature(b []byte, a *anchor, at int) (ok, more bool) {
	bits := func(i int, mask, want uint8) bool {
		return class[b[i]]&class64 != 0 && value64[b[i]]&mask == want
	}
	after := at + len(a.text)
	switch a.align {
	case 2:
		return at > 0 && bits(at-1, 0x0f, 0x04), false
	case 3:
		if at == 0 || !bits(at-1, 0x03, 0x01) {
			return false, false
		}
	}
	if after >= len(b) {
		return false, true
	}
	if a.align == 3 {
		return bits(after, 0x30, 0), false
	}
	return bits(after, 0x3c, 0), false
}

// fromBase64 reads the base64 text that has NTLMSSP in it at the anchor.
func (t *text) fromBase64(b []byte, a *anchor, at int, final bool) (run, state) {
	if ok, more := wholeSignature(b, a, at); more && !final {
		return run{}, stateMore
	} else if !ok {
		return run{}, stateNone
	}
	start, chars := base64Back(b, at, t.room(at))
	if drop := (chars - a.align) & 3; drop > 0 {
		if chars < drop || bytes.ContainsAny(b[start:start+drop], "%\\") {
			if a.align > 0 {
				return run{}, stateNone
			}
			start, drop = at, 0
		}
		start += drop
	}
	r, st := base64Run(b, start, final, t.s.MaxToken, &t.s.mem)
	if st != stateDone {
		return r, st
	}
	return r.cut(func(n int) int { return n/3*4 + n%3 })
}

// cut keeps of what was decoded the token that has an NTLM message in it.
// chars says how many characters of text so many bytes take.
func (r run) cut(chars func(int) int) (run, state) {
	sig := bytes.Index(r.raw, ntlmssp)
	if sig < 0 {
		return r, stateNone
	}
	if sig == 0 {
		return r, stateDone
	}
	start, end := enclosing(r.raw, sig)
	if start == 0 {
		return r, stateDone
	}
	r.raw = r.raw[start:max(start, min(end, len(r.raw)))]
	r.start = min(r.start+chars(start), r.end)
	return r, stateDone
}

// fromHex reads the hex text that has NTLMSSP in it at the anchor.
func (t *text) fromHex(b []byte, at int, final bool) (run, state) {
	style, ok, more := styleAt(b, at)
	if more && !final {
		return run{}, stateMore
	}
	if !ok {
		return run{}, stateNone
	}
	const signature = 8 * (2 + 6) // bytes, with the longest separators
	if len(b)-at < signature && !final && bytes.IndexByte(b[at:], '\n') < 0 {
		return run{}, stateMore
	}
	var buf [8]byte
	if !bytes.Equal(hexHead(buf[:0], b[at:min(len(b), at+signature)]), ntlmssp) {
		return run{}, stateNone
	}
	start := hexBack(b, at, style, t.room(at))
	r, st := hexRun(b, start, final, t.s.MaxToken, &t.s.mem)
	if st != stateDone {
		return r, st
	}
	return r.cut(func(n int) int { return n * (2 + len(style.sep)) })
}

// fromRaw reads a token that is in the input as it is, or as the literal of a
// string.
func (t *text) fromRaw(b []byte, at int, final bool) (run, state) {
	if len(b) > at+7 && b[at+7] == '\\' {
		return literalRun(b, at, final, maxWrapped, &t.s.mem)
	}
	const header = 96
	if len(b) < at+header && !final {
		return run{}, stateMore
	}
	if !isMessage(b[at:]) {
		return run{}, stateNone
	}
	start, end := t.rawSpan(b, at)
	if end > len(b) && !final {
		return run{}, stateMore
	}
	end = min(end, len(b))
	raw := append(t.s.mem.grab(end-start), b[start:end]...)
	return run{start: start, end: end, raw: t.s.mem.keep(raw)}, stateDone
}

// rawSpan is where the token with the NTLM message at begins, and where it ends
// by its own account.
func (t *text) rawSpan(b []byte, at int) (start, end int) {
	low := at - min(t.room(at), maxWrapper)
	start, end = enclosing(b[low:], at-low)
	start, end = start+low, end+low
	return start, min(end, start+maxWrapped)
}

// fromScheme reads the base64 text behind the name of a scheme.
func (t *text) fromScheme(b []byte, at int, final bool) (run, context, state) {
	word := at
	if i := bytes.IndexByte(b[at:min(len(b), at+5)], ' '); i >= 0 {
		word = at + i + 1
	} else if at > 0 && isAlnum(b[at-1]) {
		return run{}, context{}, stateNone
	}
	end := word
	for end < len(b) && isAlnum(b[end]) && end-word < 12 {
		end++
	}
	start := end
	for start < len(b) && (b[start] == ' ' || b[start] == '\t') && start-end < lookBack {
		start++
	}
	if start < len(b) && (b[start] == '\r' || b[start] == '\n') { // a folded header line
		i := start
		if b[i] == '\r' {
			i++
		}
		i++
		if i >= len(b) && !final {
			return run{}, context{}, stateMore
		}
		if i >= len(b) || b[i-1] != '\n' || b[i] != ' ' && b[i] != '\t' {
			return run{}, context{}, stateNone
		}
		for i < len(b) && (b[i] == ' ' || b[i] == '\t') && i-start < lookBack {
			i++
		}
		start = i
	}
	if start >= len(b) && !final {
		return run{}, context{}, stateMore
	}
	if start == end || start >= len(b) || !isScheme(b[word:end]) {
		return run{}, context{}, stateNone
	}
	r, st := base64Run(b, start, final, t.s.MaxToken, &t.s.mem)
	if st != stateDone {
		return r, context{}, st
	}
	token := looksToken(r.raw)
	if size := r.end - r.start; !token && (size < 16 || size%4 != 0 || r.end < len(b) && isAlnum(b[r.end])) {
		return r, context{}, stateNone
	}
	c := describe(b, start, t.floor)
	if !token && c.header == "" {
		// In a header whatever looks like base64 is taken for a token, to be told
		// that it is none; elsewhere it is but a word.
		return r, c, stateNone
	}
	return r, c, stateDone
}
