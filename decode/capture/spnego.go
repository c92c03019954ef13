package capture

import "bytes"

// fromGSS reads the NegTokenInit around SPNEGO's OID (RFC 4178 4.2), whatever
// mechanism it carries.
func (t *text) fromGSS(b []byte, at int, final bool) (run, state) {
	init := at + len("\x06\x06\x2b\x06\x01\x05\x05\x02")
	if init >= len(b) && !final {
		return run{}, stateMore
	}
	if init >= len(b) || b[init] != 0xa0 {
		return run{}, stateNone
	}
	// The tag and up to three bytes of length stand before the OID.
	for start := at - 2; start >= max(t.floor, at-4); start-- {
		if b[start] != 0x60 {
			continue
		}
		if _, header, ok := berLength(b[start+1:]); ok && start+1+header == at {
			return t.framed(b, start, final)
		}
	}
	return run{}, stateNone
}

// negState is what a NegTokenResp begins with that says how the negotiation
// stands: [0] ENUMERATED (RFC 4178 4.2.2).
var negState = []byte{0xa0, 3, 0x0a, 1}

// reply finds a NegTokenResp before the end. One without an NTLM message, as it
// closes a negotiation, has no signature: it is only looked for where the other
// side has just sent a token of SPNEGO. What stateMore returns begins where the
// token does.
func (t *text) reply(b []byte, end int, final bool) (run, state) {
	const head = 8 // bytes before the negState, at most
	for from := max(t.floor, t.pos-head-len(negState), 0); ; {
		i := bytes.Index(b[from:end], negState)
		if i < 0 {
			return run{}, stateNone
		}
		at := from + i
		for start := at - 4; start >= max(t.floor, at-head); start-- {
			if !opensResp(b[start:], at-start) {
				continue
			}
			if r, st := t.framed(b, start, final); st != stateNone {
				return r, st
			}
		}
		from = at + 1
	}
}

// opensResp reports whether b begins with the tags of a NegTokenResp, whose
// contents begin at.
func opensResp(b []byte, at int) bool {
	if b[0] != 0xa1 {
		return false
	}
	outer, h, ok := berLength(b[1:])
	if !ok || 1+h >= at || b[1+h] != 0x30 {
		return false
	}
	inner, hh, ok := berLength(b[2+h:])
	return ok && 2+h+hh == at && outer == 1+hh+inner
}

// framed takes the token in the frame that starts there, which says its length.
func (t *text) framed(b []byte, start int, final bool) (run, state) {
	size, ok := frame(b[start:])
	if !ok || size == 0 || size > maxWrapped {
		return run{}, stateNone
	}
	end := start + size
	if end > len(b) && !final {
		return run{start: start}, stateMore
	}
	end = min(end, len(b))
	raw := append(t.s.mem.grab(end-start), b[start:end]...)
	return run{start: start, end: end, raw: t.s.mem.keep(raw)}, stateDone
}
