package capture

import (
	"encoding/binary"
	"reflect"
	"strings"
	"testing"

	"github.com/gopacket/gopacket/layers"
)

// The pieces that frames of the tests are made of. The segment is from port
// 40000 to port 80.
var (
	helloSegment = tcpHeader(40000, 80, 100, 1, flagACK, "hello")
	helloIPv4    = ipv4(helloSegment)
	helloIPv6    = ipv6(helloSegment)
)

const macs = "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b"

// ipv6With is an IPv6 packet of which the payload length says what it is told to.
func ipv6With(next byte, length int, payload ...[]byte) []byte {
	b := binary.BigEndian.AppendUint16([]byte{0x60, 0, 0, 0}, uint16(length))
	b = append(append(b, next, 64), make([]byte, 32)...)
	for _, p := range payload {
		b = append(b, p...)
	}
	return b
}

// ipv4In is an IPv4 packet with another packet within.
func ipv4In(proto byte, inner []byte) []byte {
	b := ipv4(inner)
	b[9] = proto
	return b
}

// TestDissect has a segment in frames of all link layers, under tags, labels
// and tunnels, and frames that are none of TCP.
func TestDissect(t *testing.T) {
	const ethernet = layers.LinkTypeEthernet
	d := newDissector() // one for all: nothing of one frame may show in the next
	pppoe := "\x11\x00\x00\x01\x00\x2f\x00\x21"
	for _, test := range []struct {
		name  string
		link  layers.LinkType
		frame string
		want  bool
	}{
		{"ethernet", ethernet, macs + "\x08\x00" + string(helloIPv4), true},
		{"padded", ethernet, macs + "\x08\x00" + string(helloIPv4) + "\x00\x00\x00\x00", true},
		{"802.1Q", ethernet, macs + "\x81\x00\x00\x05\x86\xdd" + string(helloIPv6), true},
		{"802.1ad", ethernet, macs + "\x88\xa8\x00\x05\x81\x00\x00\x06\x08\x00" + string(helloIPv4), true},
		{"Q in Q before 802.1ad", ethernet, macs + "\x91\x00\x00\x05\x81\x00\x00\x06\x08\x00" + string(helloIPv4), true},
		{"MPLS", ethernet, macs + "\x88\x47\x00\x00\x00\x40\x00\x00\x01\x40" + string(helloIPv4), true},
		{"PPPoE", ethernet, macs + "\x88\x64" + pppoe + string(helloIPv4), true},
		{"PPPoE, cut by the recorder", ethernet, macs + "\x88\x64\x11\x00\x00\x01\x01\x00\x00\x21" + string(helloIPv4), true},
		{"null", layers.LinkTypeNull, "\x02\x00\x00\x00" + string(helloIPv4), true},
		{"loop", layers.LinkTypeLoop, "\x00\x00\x00\x02" + string(helloIPv4), true},
		{"raw", layers.LinkTypeRaw, string(helloIPv6), true},
		{"raw, 12", 12, string(helloIPv4), true},
		{"raw, 14", 14, string(helloIPv4), true},
		{"IPv4", layers.LinkTypeIPv4, string(helloIPv4), true},
		{"IPv6", layers.LinkTypeIPv6, string(helloIPv6), true},
		{"PPP", layers.LinkTypePPP, "\xff\x03\x00\x21" + string(helloIPv4), true},
		{"PPP, HDLC", layers.LinkTypePPP_HDLC, "\x21" + string(helloIPv4), true},
		{"PPP over Ethernet", layers.LinkTypePPPEthernet, pppoe + string(helloIPv4), true},
		{"SLL", layers.LinkTypeLinuxSLL, "\x00\x00\x00\x01\x00\x06abcdef\x00\x00\x08\x00" + string(helloIPv4), true},
		{"SLL2", layers.LinkTypeLinuxSLL2, "\x08\x00\x00\x00\x00\x00\x00\x01\x00\x01\x00\x06abcdef\x00\x00" + string(helloIPv4), true},
		{"pflog", layers.LinkTypePFLog, "\x3d\x02" + strings.Repeat("\x00", 62) + string(helloIPv4), true},
		{"IP in IP", layers.LinkTypeRaw, string(ipv4In(4, helloIPv4)), true},
		{"IPv6 in IPv4", layers.LinkTypeRaw, string(ipv4In(41, helloIPv6)), true},
		{"IPv6 of length 0", layers.LinkTypeRaw, string(ipv6With(6, 0, helloSegment)), true},
		{"IPv6, routing header", layers.LinkTypeRaw, string(ipv6With(43, 8+len(helloSegment), []byte{6, 0, 4, 0, 0, 0, 0, 0}, helloSegment)), true},
		{"IPv6, fragment that is all", layers.LinkTypeRaw, string(ipv6With(44, 8+len(helloSegment), []byte{6, 0, 0, 0, 1, 2, 3, 4}, helloSegment)), true},
		{"IPv6, first fragment", layers.LinkTypeRaw, string(ipv6With(44, 8+len(helloSegment), []byte{6, 0, 0, 1, 1, 2, 3, 4}, helloSegment)), false},
		{"IPv4, later fragment", layers.LinkTypeRaw, string(helloIPv4[:6]) + "\x00\x10" + string(helloIPv4[8:]), false},
		{"IPv4 where IPv6 is due", ethernet, macs + "\x86\xdd" + string(helloIPv4), false},
		{"UDP", layers.LinkTypeRaw, string(ipv4In(17, helloSegment)), false},
		{"ARP", ethernet, macs + "\x08\x06" + strings.Repeat("\x00", 28), false},
		{"tunnels without end", layers.LinkTypeRaw, string(nested(64)), false},
		{"nothing", ethernet, "", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			layer, known := linkLayer(int(test.link), []byte(test.frame))
			if !known {
				t.Fatal("the link layer is not known")
			}
			g, ok := d.dissect(layer, []byte(test.frame))
			if ok != test.want {
				t.Fatalf("ok is %v", ok)
			}
			if ok && (g.fromPort != 40000 || g.toPort != 80 || g.seq != 100 || g.ack != 1 || g.flags != flagACK || string(g.data) != "hello") {
				t.Errorf("%+v", g)
			}
			for n := range test.frame { // of less there is no more to be had
				layer, _ := linkLayer(int(test.link), []byte(test.frame[:n]))
				if some, _ := d.dissect(layer, []byte(test.frame[:n])); len(some.data) > len(g.data) {
					t.Errorf("cut at %d: %q", n, some.data)
				}
			}
		})
	}
	if _, known := linkLayer(147, nil); known {
		t.Error("a link layer for private use is taken for a known one")
	}
}

// nested is a segment in so many packets within each other.
func nested(count int) []byte {
	b := helloIPv4
	for range count {
		b = ipv4In(4, b)
	}
	return b
}

// FuzzDissect wants no panic, the same whatever was read before, and data that
// is a part of the frame.
func FuzzDissect(f *testing.F) {
	f.Add(uint16(layers.LinkTypeEthernet), []byte(macs+"\x81\x00\x00\x05\x86\xdd"+string(helloIPv6)))
	f.Add(uint16(layers.LinkTypeEthernet), []byte(macs+"\x88\x47\x00\x00\x00\x40\x00\x00\x01\x40"+string(helloIPv4)))
	f.Add(uint16(layers.LinkTypeEthernet), []byte(macs+"\x88\x64\x11\x00\x00\x01\x00\x2f\x00\x21"+string(helloIPv4)))
	f.Add(uint16(layers.LinkTypeRaw), ipv4In(41, helloIPv6))
	f.Add(uint16(layers.LinkTypeRaw), ipv6With(6, 0, helloSegment))
	f.Add(uint16(layers.LinkTypeLinuxSLL2), []byte("\x08\x00\x00\x00\x00\x00\x00\x01\x00\x01\x00\x06abcdef\x00\x00"+string(helloIPv4)))
	f.Add(uint16(layers.LinkTypePFLog), []byte("\x3d\x02"+strings.Repeat("\x00", 62)+string(helloIPv4)))
	d := newDissector()
	f.Fuzz(func(t *testing.T, link uint16, frame []byte) {
		layer, known := linkLayer(int(link), frame)
		if !known {
			return
		}
		g, ok := d.dissect(layer, frame)
		if again, is := newDissector().dissect(layer, frame); is != ok || !reflect.DeepEqual(g, again) {
			t.Fatalf("%+v, %v after others, %+v, %v by itself", g, ok, again, is)
		}
		if at := cap(frame) - cap(g.data); ok && len(g.data) > 0 && (at < 0 || at+len(g.data) > len(frame) || &frame[at] != &g.data[0]) {
			t.Fatalf("data of %d bytes are not those at %d of %d", len(g.data), at, len(frame))
		}
	})
}
