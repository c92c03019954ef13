package capture

import "encoding/binary"

// Link layers by their numbers in capture files (tcpdump.org/linktypes.html).
const (
	linkNull     = 0
	linkEthernet = 1
	linkPPP      = 9
	linkRaw12    = 12
	linkRaw14    = 14
	linkPPPHDLC  = 50
	linkPPPEther = 51
	linkRaw      = 101
	linkLoop     = 108
	linkSLL      = 113
	linkPFLog    = 117
	linkIPv4     = 228
	linkIPv6     = 229
	linkSLL2     = 276
)

// network returns the IP packet in a frame. known is false if the link layer is
// not understood; without one of IP, ip is empty.
func network(link int, b []byte) (ip []byte, known bool) {
	switch link {
	case linkNull, linkLoop:
		return past(b, 4), true
	case linkEthernet:
		if len(b) < 14 {
			return nil, true
		}
		return etherType(binary.BigEndian.Uint16(b[12:]), b[14:]), true
	case linkRaw, linkRaw12, linkRaw14, linkIPv4, linkIPv6:
		return b, true
	case linkSLL:
		if len(b) < 16 {
			return nil, true
		}
		return etherType(binary.BigEndian.Uint16(b[14:]), b[16:]), true
	case linkSLL2:
		if len(b) < 20 {
			return nil, true
		}
		return etherType(binary.BigEndian.Uint16(b), b[20:]), true
	case linkPPP, linkPPPHDLC:
		if len(b) >= 2 && b[0] == 0xff && b[1] == 3 {
			b = b[2:]
		}
		return pointToPoint(b), true
	case linkPPPEther:
		return pointToPoint(past(b, 6)), true
	case linkPFLog:
		if len(b) == 0 {
			return nil, true
		}
		return past(b, (int(b[0])+3)&^3), true
	}
	return nil, false
}

func past(b []byte, n int) []byte { return b[min(n, len(b)):] }

// etherType unwraps VLAN tags, MPLS labels and PPPoE.
func etherType(kind uint16, b []byte) []byte {
	for range 8 {
		switch kind {
		case 0x0800, 0x86dd:
			return b
		case 0x8100, 0x88a8, 0x9100, 0x9200:
			if len(b) < 4 {
				return nil
			}
			kind, b = binary.BigEndian.Uint16(b[2:]), b[4:]
		case 0x8847, 0x8848:
			for len(b) >= 4 && b[2]&1 == 0 {
				b = b[4:]
			}
			return past(b, 4)
		case 0x8864:
			return pointToPoint(past(b, 6))
		default:
			return nil
		}
	}
	return nil
}

// pointToPoint unwraps PPP's protocol field.
func pointToPoint(b []byte) []byte {
	if len(b) == 0 {
		return nil
	}
	kind, size := uint16(b[0]), 1
	if b[0]&1 == 0 {
		if len(b) < 2 {
			return nil
		}
		kind, size = binary.BigEndian.Uint16(b), 2
	}
	if kind == 0x21 || kind == 0x57 {
		return b[size:]
	}
	return nil
}
