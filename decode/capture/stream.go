package capture

import (
	"bytes"
	"slices"
	"sort"
	"strconv"
)

// origins says where the bytes of a stream came from: each piece from its first
// byte on, up to the next.
type origins []piece

type piece struct {
	// at is where in the stream the piece begins.
	at     int64
	origin origin
}

// add notes that the bytes from at on are from o.
func (p *origins) add(at int64, o origin) {
	const many = 256
	if n := len(*p); n > 0 && n >= many && cap(*p) == n {
		// Runs of one packet that follow each other in the input are one piece.
		*p = slices.CompactFunc(*p, func(a, b piece) bool {
			return a.origin.packet == b.origin.packet && b.origin.offset-a.origin.offset == b.at-a.at
		})
	}
	*p = append(*p, piece{at, o})
}

// find returns where the byte at came from.
func (p origins) find(at int64) origin {
	i := sort.Search(len(p), func(i int) bool { return p[i].at > at }) - 1
	if i < 0 {
		return origin{}
	}
	o := p[i].origin
	o.offset += at - p[i].at
	return o
}

// part is a range of a stream that is from one place.
type part struct {
	at, end int64
	origin  origin
}

// within returns what the range between at and end is made of.
func (p origins) within(at, end int64) []part {
	var parts []part
	i := max(0, sort.Search(len(p), func(i int) bool { return p[i].at > at })-1)
	for ; at < end; i++ {
		stop := end
		if i+1 < len(p) {
			stop = min(end, p[i+1].at)
		}
		if stop > at {
			parts = append(parts, part{at, stop, p.find(at)})
			at = stop
		}
	}
	return parts
}

// forget drops the pieces that end before at.
func (p *origins) forget(at int64) {
	i := sort.Search(len(*p), func(i int) bool { return (*p)[i].at > at }) - 1
	if i > 0 {
		*p = slices.Delete(*p, 0, i)
	}
}

// payload finds tokens in bytes of a stream that are no HTTP header: a body,
// or another protocol.
type payload struct {
	text text
	w    window
	from origins
}

func newPayload(s *scan, report func(run, context)) *payload {
	p := &payload{}
	p.text = text{s: s, w: &p.w, table: searchTable(), waiting: -1, report: report}
	return p
}

// push adds bytes and hands out what they complete. It returns by how much the
// memory grew that is held.
func (p *payload) push(b []byte, o origin) int {
	before := cap(p.w.buf)
	p.from.add(p.w.base+int64(len(p.w.buf)), o)
	p.w.buf = append(p.w.buf, b...)
	if p.text.ripe(false) {
		p.text.step(false)
	}
	if drop := p.text.pos - 2*lookBack; drop > 2*lookBack {
		n := copy(p.w.buf, p.w.buf[drop:])
		p.w.buf = p.w.buf[:n]
		p.w.base += int64(drop)
		p.text.moved(drop)
		p.from.forget(p.w.base)
	}
	return cap(p.w.buf) - before
}

// answered says that the other side has spoken. A token that waited for bytes
// which might have belonged to it is complete then, if it says so itself.
func (p *payload) answered() {
	at, b := p.text.waiting, p.w.buf
	if at < 0 || !bytes.HasPrefix(b[at:], ntlmssp) {
		return
	}
	if _, end := p.text.rawSpan(b, at); end <= len(b) {
		p.text.step(true)
	}
}

// end hands out what is left. It returns how much memory was held.
func (p *payload) end() int {
	p.text.step(true)
	return cap(p.w.buf)
}

// streamName is how a TCP connection is called, by its number in Wireshark.
func streamName(c *connection) string { return "tcp " + strconv.Itoa(c.number) }

// direction of what side sends.
func (c *connection) direction(side int) string {
	if c.client < 0 {
		if a, b := protocolOf(c.key.aPort), protocolOf(c.key.bPort); (a == "") != (b == "") {
			c.client = 0
			if a != "" {
				c.client = 1
			}
		}
	}
	switch c.client {
	case -1:
		return ""
	case side:
		return request
	}
	return response
}

// protocol names what is spoken on a connection that is not HTTP: by the
// beginning of what is sent, or else by the port.
func (c *connection) protocol(b []byte, at int) string {
	before := b[:at]
	if i := max(bytes.LastIndex(before, []byte("\xfeSMB")), bytes.LastIndex(before, []byte("\xffSMB"))); i >= 0 {
		return "SMB"
	}
	for _, port := range []uint16{c.key.aPort, c.key.bPort} {
		if name := protocolOf(port); name != "" {
			return name
		}
	}
	if len(before) >= 3 && before[0] == 5 && before[1] == 0 && before[2] < 20 {
		return "MS-RPC"
	}
	return ""
}

// protocolOf names the protocols of known ports that carry NTLM.
func protocolOf(port uint16) string {
	switch port {
	case 25, 465, 587, 2525, 110, 995, 143, 993, 119, 563:
		return "AUTH NTLM"
	case 139, 445:
		return "SMB"
	case 389, 636, 3268, 3269:
		return "LDAP"
	case 135, 593:
		return "MS-RPC"
	case 1433:
		return "TDS"
	case 3389:
		return "CredSSP"
	case 23:
		return "Telnet"
	}
	return ""
}
