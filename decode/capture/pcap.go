package capture

import (
	"encoding/binary"
	"time"
)

// packet is one captured packet. data is valid until the next is read.
type packet struct {
	number int
	time   time.Time
	link   int
	data   []byte
	// offset is where data stands in the input.
	offset int64
}

// packetReader yields the packets of a capture.
type packetReader interface {
	// next returns the next packet. ok is false at the end of the input;
	// an error says what is wrong with the rest.
	next() (p packet, ok bool, err error)
	// cut reports whether the input ended within a record.
	cut() bool
}

// maxRecord is the longest record that is believed: the largest packet that
// tcpdump takes is 256 KiB.
const maxRecord = 16 << 20

// pcapReader reads the classic format: a header of 24 bytes, then records of 16
// bytes and the packet.
type pcapReader struct {
	c     cursor
	order binary.ByteOrder
	nano  bool
	// header is how long a record's header is: 24 in Kuznetzov's variant.
	header    int
	link      int
	number    int
	truncated bool
}

// pcapMagic recognises the first four bytes of a pcap file.
func pcapMagic(b []byte) (order binary.ByteOrder, nano bool, header int, ok bool) {
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		switch order.Uint32(b) {
		case 0xa1b2c3d4:
			return order, false, 16, true
		case 0xa1b23c4d:
			return order, true, 16, true
		case 0xa1b2cd34:
			return order, false, 24, true
		}
	}
	return nil, false, 0, false
}

func newPcapReader(c cursor) (*pcapReader, error) {
	head, ok := c.take(24)
	if !ok {
		return nil, &Error{Offset: c.offset(), Reason: "the pcap header is cut short"}
	}
	r := &pcapReader{}
	r.order, r.nano, r.header, _ = pcapMagic(head)
	// The upper bits say how long the frame check sequence is.
	r.link = int(r.order.Uint32(head[20:]) & 0xffff)
	r.c = c
	return r, nil
}

func (r *pcapReader) next() (packet, bool, error) {
	at := r.c.offset()
	head, ok := r.c.take(r.header)
	if !ok {
		r.truncated = len(head) > 0
		return packet{}, false, nil
	}
	sec, frac := r.order.Uint32(head), r.order.Uint32(head[4:])
	size := r.order.Uint32(head[8:])
	if size > maxRecord {
		return packet{}, false, &Error{Offset: at, Reason: "a packet's length cannot be right: the capture is damaged"}
	}
	if !r.nano {
		frac *= 1000
	}
	r.number++
	p := packet{number: r.number, time: time.Unix(int64(sec), int64(frac)).UTC(), link: r.link, offset: r.c.offset()}
	p.data, ok = r.c.take(int(size))
	r.truncated = !ok
	return p, len(p.data) > 0 || ok, nil
}

func (r *pcapReader) cut() bool { return r.truncated }
