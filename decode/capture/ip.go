package capture

import "encoding/binary"

// address is an IPv6 address, or an IPv4 one in its last four bytes.
type address [16]byte

// segment is one TCP segment (RFC 9293 3.1).
type segment struct {
	from, to         address
	fromPort, toPort uint16
	seq, ack         uint32
	flags            uint8
	data             []byte
}

// TCP's flags.
const (
	flagFIN = 1 << iota
	flagSYN
	flagRST
	_
	flagACK
)

const (
	protoIPv4 = 4
	protoTCP  = 6
	protoIPv6 = 41
)

// readTCP reads an IP packet that holds a TCP segment; ok is false if it holds
// none, or a later fragment of one.
func readTCP(ip []byte) (s segment, ok bool) {
	for range 4 { // IP within IP
		if len(ip) < 20 {
			return s, false
		}
		var proto uint8
		var payload []byte
		switch ip[0] >> 4 {
		case 4:
			proto, payload, ok = s.readIPv4(ip)
		case 6:
			proto, payload, ok = s.readIPv6(ip)
		default:
			return s, false
		}
		if !ok {
			return s, false
		}
		switch proto {
		case protoTCP:
			return s, s.readHeader(payload)
		case protoIPv4, protoIPv6:
			ip = payload
		default:
			return s, false
		}
	}
	return s, false
}

func (s *segment) readIPv4(b []byte) (proto uint8, payload []byte, ok bool) {
	header := int(b[0]&15) * 4
	if header < 20 || len(b) < header || binary.BigEndian.Uint16(b[6:])&0x3fff != 0 {
		return 0, nil, false
	}
	// A length of 0 is what is seen before the card cuts up a large segment.
	if n := int(binary.BigEndian.Uint16(b[2:])); n >= header && n < len(b) {
		b = b[:n]
	}
	s.from, s.to = address{}, address{}
	copy(s.from[12:], b[12:16])
	copy(s.to[12:], b[16:20])
	return b[9], b[header:], true
}

func (s *segment) readIPv6(b []byte) (proto uint8, payload []byte, ok bool) {
	if len(b) < 40 {
		return 0, nil, false
	}
	if n := int(binary.BigEndian.Uint16(b[4:])); n > 0 && 40+n < len(b) {
		b = b[:40+n]
	}
	s.from, s.to = address(b[8:24]), address(b[24:40])
	proto, b = b[6], b[40:]
	for range 8 {
		switch proto {
		case 0, 43, 60: // hop-by-hop options, routing, destination options
			if len(b) < 8 || len(b) < int(b[1])*8+8 {
				return 0, nil, false
			}
			proto, b = b[0], b[int(b[1])*8+8:]
		case 44: // fragment: only one that is the whole packet
			if len(b) < 8 || binary.BigEndian.Uint16(b[2:])&0xfff9 != 0 {
				return 0, nil, false
			}
			proto, b = b[0], b[8:]
		default:
			return proto, b, true
		}
	}
	return 0, nil, false
}

func (s *segment) readHeader(b []byte) bool {
	if len(b) < 20 {
		return false
	}
	header := int(b[12]>>4) * 4
	if header < 20 {
		return false
	}
	s.fromPort, s.toPort = binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:])
	s.seq, s.ack = binary.BigEndian.Uint32(b[4:]), binary.BigEndian.Uint32(b[8:])
	s.flags = b[13]
	s.data = past(b, header)
	return true
}
