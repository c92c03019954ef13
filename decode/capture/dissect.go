package capture

import (
	"encoding/binary"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

// segment is one TCP segment and the addresses of the IP packet around it.
type segment struct {
	from, to         address
	fromPort, toPort uint16
	seq, ack         uint32
	flags            uint8
	data             []byte
}

// address is an IPv6 address, or an IPv4 one in its last four bytes.
type address [16]byte

// TCP's flags (RFC 9293 3.1).
const (
	flagFIN = 1 << iota
	flagSYN
	flagRST
	_
	flagACK
)

// maxLayers is how deep layers may be nested.
const maxLayers = 16

// dissector reads frames down to TCP with gopacket's decoding layers. They are
// used for one frame after the other, so that a packet costs no allocation.
type dissector struct {
	ethernet layers.Ethernet
	vlan     layers.Dot1Q
	sll      layers.LinuxSLL
	sll2     layers.LinuxSLL2
	loopback layers.Loopback
	pflog    layers.PFLog
	ip4      layers.IPv4
	ip6      layers.IPv6
	options  layers.IPv6ExtensionSkipper
	fragment layers.IPv6Fragment
	tcp      layers.TCP
	all      gopacket.DecodingLayerContainer
}

func newDissector() *dissector {
	d := &dissector{}
	d.all = gopacket.DecodingLayerArray(nil)
	for _, l := range []gopacket.DecodingLayer{
		&d.ethernet, &d.vlan, &d.sll, &d.sll2, &d.loopback, &d.pflog, &d.ip4, &d.ip6, &d.options, &d.fragment, &d.tcp,
	} {
		d.all = d.all.Put(l)
	}
	return d
}

// linkLayer returns what a frame begins with whose link layer has that number
// in capture files (tcpdump.org/linktypes.html). known is false if nothing here
// reads it.
func linkLayer(link int, frame []byte) (first gopacket.LayerType, known bool) {
	const raw12, raw14 = 12, 14 // LINKTYPE_RAW, as some systems have numbered it
	switch layers.LinkType(link) {
	case layers.LinkTypeEthernet:
		return layers.LayerTypeEthernet, true
	case layers.LinkTypeRaw, raw12, raw14, layers.LinkTypeIPv4, layers.LinkTypeIPv6:
		return ipLayer(frame), true
	case layers.LinkTypeNull, layers.LinkTypeLoop:
		return layers.LayerTypeLoopback, true
	case layers.LinkTypeLinuxSLL:
		return layers.LayerTypeLinuxSLL, true
	case layers.LinkTypeLinuxSLL2:
		return layers.LayerTypeLinuxSLL2, true
	case layers.LinkTypePFLog:
		return layers.LayerTypePFLog, true
	case layers.LinkTypePPP, layers.LinkTypePPP_HDLC:
		return layers.LayerTypePPP, true
	case layers.LinkTypePPPEthernet:
		return layers.LayerTypePPPoE, true
	}
	return gopacket.LayerTypeZero, false
}

// ipLayer tells IPv4 and IPv6 by the version that a packet begins with.
func ipLayer(b []byte) gopacket.LayerType {
	switch {
	case len(b) > 0 && b[0]>>4 == 4:
		return layers.LayerTypeIPv4
	case len(b) > 0 && b[0]>>4 == 6:
		return layers.LayerTypeIPv6
	}
	return gopacket.LayerTypeZero
}

// dissect reads a frame that begins with the layer. ok is false if it holds no
// TCP segment, or a later fragment of one. The segment is a part of the frame.
func (d *dissector) dissect(layer gopacket.LayerType, frame []byte) (g segment, ok bool) {
	defer func() {
		// Frames are hostile, and gopacket recovers from its decoders, too.
		if recover() != nil {
			ok = false
		}
	}()
	for range maxLayers {
		switch layer {
		case layers.LayerTypeIPv4, layers.LayerTypeIPv6:
			if layer != ipLayer(frame) {
				return g, false
			}
			g.from, g.to = address{}, address{}
		case layers.LayerTypeTCP:
			return g, d.segment(frame, &g)
		case layers.LayerTypeMPLS, layers.LayerTypePPPoE, layers.LayerTypePPP:
			layer, frame = within(layer, frame)
			continue
		}
		l, is := d.all.Decoder(layer)
		if !is {
			return g, false
		}
		// As it is seen before the card cuts up a large segment, an IPv6 packet may have the length 0.
		if err := l.DecodeFromBytes(frame, gopacket.NilDecodeFeedback); err != nil &&
			(layer != layers.LayerTypeIPv6 || len(frame) < 40 || d.ip6.Length != 0 || d.ip6.HopByHop != nil) {
			return g, false
		}
		switch layer {
		case layers.LayerTypeIPv4:
			copy(g.from[12:], d.ip4.SrcIP)
			copy(g.to[12:], d.ip4.DstIP)
		case layers.LayerTypeIPv6:
			copy(g.from[:], d.ip6.SrcIP)
			copy(g.to[:], d.ip6.DstIP)
		}
		layer, frame = next(l), l.LayerPayload()
	}
	return g, false
}

// next is the layer after l.
func next(l gopacket.DecodingLayer) gopacket.LayerType {
	var kind layers.EthernetType
	switch l := l.(type) {
	case *layers.Ethernet:
		kind = l.EthernetType
	case *layers.Dot1Q:
		kind = l.Type
	}
	if kind == 0x9100 || kind == 0x9200 { // VLAN tags within each other, before 802.1ad
		return layers.LayerTypeDot1Q
	}
	return l.NextLayerType()
}

// within unwraps the layers that gopacket reads only with allocations.
func within(layer gopacket.LayerType, b []byte) (gopacket.LayerType, []byte) {
	switch {
	case len(b) < 4:
	case layer == layers.LayerTypeMPLS:
		if bottom := b[2]&1 != 0; !bottom {
			return layer, b[4:]
		}
		return ipLayer(b[4:]), b[4:]
	case layer == layers.LayerTypePPPoE && len(b) > 6:
		return layers.LayerTypePPP, b[6:]
	case layer == layers.LayerTypePPP:
		if b[0] == 0xff && b[1] == 3 { // HDLC's address and control
			b = b[2:]
		}
		kind, size := layers.PPPType(b[0]), 1
		if b[0]&1 == 0 {
			kind, size = layers.PPPType(binary.BigEndian.Uint16(b)), 2
		}
		switch kind {
		case layers.PPPTypeIPv4, layers.PPPTypeIPv6:
			return ipLayer(b[size:]), b[size:]
		case layers.PPPTypeMPLSUnicast:
			return layers.LayerTypeMPLS, b[size:]
		}
	}
	return gopacket.LayerTypeZero, nil
}

// segment reads a TCP segment into g. Its options may be cut or nonsense.
func (d *dissector) segment(b []byte, g *segment) bool {
	const header = 20
	t := &d.tcp
	if err := t.DecodeFromBytes(b, gopacket.NilDecodeFeedback); err != nil && (len(b) < header || t.DataOffset < header/4) {
		return false
	}
	g.fromPort, g.toPort = uint16(t.SrcPort), uint16(t.DstPort)
	g.seq, g.ack = t.Seq, t.Ack
	g.flags, g.data = b[13], t.Payload
	return true
}
