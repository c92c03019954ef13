package capture

import (
	"encoding/binary"
	"time"
)

// Block types of pcapng (draft-ietf-opsawg-pcapng 4).
const (
	blockSection   = 0x0a0d0d0a
	blockInterface = 1
	blockPacket    = 2 // obsolete
	blockSimple    = 3
	blockEnhanced  = 6
)

// ngReader reads pcapng: sections of blocks, with packets among them.
type ngReader struct {
	c          cursor
	order      binary.ByteOrder
	interfaces []ngInterface
	number     int
	truncated  bool
}

// ngInterface is what an Interface Description Block says.
type ngInterface struct {
	link int
	snap uint32
	// ticks a second are the unit of timestamps, offset what is added to them.
	ticks  uint64
	offset int64
}

func newNGReader(c cursor) *ngReader {
	return &ngReader{c: c, order: binary.LittleEndian}
}

func (r *ngReader) cut() bool { return r.truncated }

func (r *ngReader) next() (packet, bool, error) {
	for {
		at := r.c.offset()
		head, ok := r.c.take(8)
		if !ok {
			r.truncated = len(head) > 0
			return packet{}, false, nil
		}
		kind, size := r.order.Uint32(head), r.order.Uint32(head[4:])
		if kind == blockSection {
			magic, ok := r.c.take(4)
			if !ok {
				r.truncated = true
				return packet{}, false, nil
			}
			old := r.order
			switch {
			case binary.LittleEndian.Uint32(magic) == 0x1a2b3c4d:
				r.order = binary.LittleEndian
			case binary.BigEndian.Uint32(magic) == 0x1a2b3c4d:
				r.order = binary.BigEndian
			default:
				return packet{}, false, &Error{Offset: at, Reason: "a section of the capture has no byte-order magic"}
			}
			if old == binary.LittleEndian != (r.order == binary.LittleEndian) {
				size = binary.LittleEndian.Uint32(binary.BigEndian.AppendUint32(nil, size))
			}
			r.interfaces = r.interfaces[:0]
			if size < 16 {
				return packet{}, false, &Error{Offset: at, Reason: "a block's length cannot be right: the capture is damaged"}
			}
			if !r.c.skip(int64(size) - 12) {
				r.truncated = true
				return packet{}, false, nil
			}
			continue
		}
		if size < 12 {
			return packet{}, false, &Error{Offset: at, Reason: "a block's length cannot be right: the capture is damaged"}
		}
		rest := (int64(size)+3)&^3 - 8
		if kind != blockInterface && kind != blockPacket && kind != blockSimple && kind != blockEnhanced {
			if !r.c.skip(rest) {
				r.truncated = true
				return packet{}, false, nil
			}
			continue
		}
		if rest > maxRecord {
			return packet{}, false, &Error{Offset: at, Reason: "a block's length cannot be right: the capture is damaged"}
		}
		from := r.c.offset()
		body, ok := r.c.take(int(rest))
		if !ok {
			r.truncated = true
		} else {
			body = body[:len(body)-4]
		}
		p, is := r.block(kind, body, from)
		if is {
			r.number++
			p.number = r.number
			return p, true, nil
		}
		if !ok {
			return packet{}, false, nil
		}
	}
}

// block reads a block's body, which stands at the offset from, and reports
// whether it has a packet.
func (r *ngReader) block(kind uint32, body []byte, from int64) (p packet, is bool) {
	header := 20
	switch kind {
	case blockInterface:
		if len(body) >= 8 && len(r.interfaces) < 1<<16 {
			r.interfaces = append(r.interfaces, r.describe(body))
		}
		return p, false
	case blockSimple:
		header = 4
	}
	if len(body) < header {
		return p, false
	}
	var index int
	var size uint32
	switch kind {
	case blockSimple:
		size = r.order.Uint32(body)
		if len(r.interfaces) > 0 && r.interfaces[0].snap > 0 {
			size = min(size, r.interfaces[0].snap)
		}
	case blockPacket:
		index, size = int(r.order.Uint16(body)), r.order.Uint32(body[12:])
	default:
		index, size = int(r.order.Uint32(body)), r.order.Uint32(body[12:])
	}
	p.link = -1
	p.offset = from + int64(header)
	p.data = body[header:min(len(body), header+int(min(size, maxRecord)))]
	if index < len(r.interfaces) {
		in := r.interfaces[index]
		p.link = in.link
		if kind != blockSimple {
			p.time = in.time(uint64(r.order.Uint32(body[4:]))<<32 | uint64(r.order.Uint32(body[8:])))
		}
	}
	return p, true
}

// describe reads an Interface Description Block.
func (r *ngReader) describe(body []byte) ngInterface {
	in := ngInterface{link: int(r.order.Uint16(body)), snap: r.order.Uint32(body[4:]), ticks: 1e6}
	for o := body[8:]; len(o) >= 4; {
		code, size := r.order.Uint16(o), int(r.order.Uint16(o[2:]))
		if code == 0 || len(o) < 4+size {
			break
		}
		value := o[4 : 4+size]
		switch {
		case code == 9 && size == 1: // if_tsresol
			in.ticks = 1
			if value[0]&0x80 != 0 {
				in.ticks <<= min(value[0]&0x7f, 63)
			} else {
				for range min(value[0], 19) {
					in.ticks *= 10
				}
			}
		case code == 14 && size == 8: // if_tsoffset
			in.offset = int64(r.order.Uint64(value))
		}
		o = o[min(len(o), 4+(size+3)&^3):]
	}
	return in
}

// time converts a timestamp.
func (in ngInterface) time(ts uint64) time.Time {
	sec, rest := ts/in.ticks, ts%in.ticks
	var nano uint64
	if in.ticks <= 1e9 {
		nano = rest * 1e9 / in.ticks
	} else {
		nano = uint64(float64(rest) / float64(in.ticks) * 1e9)
	}
	return time.Unix(int64(sec)+in.offset, int64(nano)).UTC()
}
