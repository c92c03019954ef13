package decode

import (
	"bytes"
	"testing"
)

// host is a Single_Host_Data of 48 bytes that says it has size.
func host(size uint32) []byte {
	return lay(size, uint32(0), uint32(1), uint32(0x2000), bytes.Repeat([]byte{'M'}, 32))
}

// avPairCases are the lists of point 2 and the pairs of MS-NLMP 2.2.2.1.
var avPairCases = []messageCase{
	{
		name: "every id",
		raw: challenge(flagsInfo, lay(AVPairs{
			av(MsvAvNbComputerName, utf16le("SRV")), av(MsvAvNbDomainName, utf16le("LAB")), av(MsvAvDNSComputerName, utf16le("srv.lab.test")),
			av(MsvAvDNSDomainName, utf16le("lab.test")), av(MsvAvDNSTreeName, utf16le("test")), av(MsvAvFlags, uint32(7)),
			av(MsvAvTimestamp, uint64(133e15)), av(MsvAvSingleHost, host(48)), av(MsvAvTargetName, utf16le("HTTP/srv")),
			av(MsvAvChannelBindings, "BBBBBBBBBBBBBBBB"), av(MsvAvEOL),
		})),
		want:  `type 2 header 48 flags 00880211 challenge 4343434343434343 info [NbComputerName="SRV" NbDomainName="LAB" DnsComputerName="srv.lab.test" DnsDomainName="lab.test" DnsTreeName="test" Flags=0x00000007 Timestamp=2022-06-18T04:26:40.0000000Z SingleHost=300000000000000001000000002000004d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d TargetName="HTTP/srv" ChannelBindings=42424242424242424242424242424242 EOL]`,
		codes: "names-disclosed",
	},
	{
		name: "empty values",
		raw: challenge(flagsInfo, lay(AVPairs{
			av(MsvAvNbComputerName), av(MsvAvNbDomainName), av(MsvAvDNSComputerName), av(MsvAvDNSDomainName), av(MsvAvDNSTreeName), av(MsvAvTargetName), av(MsvAvEOL)})),
		want:  "type 2 header 48 flags 00880211 challenge 4343434343434343 info [NbComputerName NbDomainName DnsComputerName DnsDomainName DnsTreeName TargetName EOL]",
		codes: "",
	},
	{
		name:  "empty values of fixed size",
		raw:   challenge(flagsInfo, lay(AVPairs{av(MsvAvFlags), av(MsvAvTimestamp), av(MsvAvSingleHost), av(MsvAvChannelBindings), av(MsvAvEOL)})),
		want:  "type 2 header 48 flags 00880211 challenge 4343434343434343 info [Flags Timestamp SingleHost ChannelBindings EOL]",
		codes: "av-length av-length single-host-size av-length",
	},
	{
		name:  "no EOL",
		raw:   challenge(flagsInfo, lay(serverPairs()[:2])),
		want:  `type 2 header 48 flags 00880211 challenge 4343434343434343 info [NbDomainName="LAB" Timestamp=2022-06-18T04:26:40.0000000Z]`,
		codes: "av-missing-eol names-disclosed",
	},
	{
		name:  "EOL with a value",
		raw:   challenge(flagsInfo, lay(serverPairs()[:2], av(MsvAvEOL, "ab"))),
		want:  `type 2 header 48 flags 00880211 challenge 4343434343434343 info [NbDomainName="LAB" Timestamp=2022-06-18T04:26:40.0000000Z EOL=6162]`,
		codes: "av-length names-disclosed",
	},
	{
		name:  "zeros after EOL",
		raw:   challenge(flagsInfo, lay(serverPairs(), [4]byte{})),
		want:  `type 2 header 48 flags 00880211 challenge 4343434343434343 info [NbDomainName="LAB" Timestamp=2022-06-18T04:26:40.0000000Z EOL]`,
		codes: "names-disclosed",
	},
	{
		name:  "a pair after EOL",
		raw:   challenge(flagsInfo, lay(serverPairs(), av(MsvAvDNSTreeName, utf16le("x")))),
		want:  `type 2 header 48 flags 00880211 challenge 4343434343434343 info [NbDomainName="LAB" Timestamp=2022-06-18T04:26:40.0000000Z EOL]`,
		codes: "av-after-eol names-disclosed",
	},
	{
		name:  "unknown id",
		raw:   challenge(flagsInfo, lay(AVPairs{av(11, "abc"), av(0xffff), av(MsvAvEOL)})),
		want:  "type 2 header 48 flags 00880211 challenge 4343434343434343 info [AvId 11=616263 AvId 65535 EOL]",
		codes: "av-unknown-id av-unknown-id",
	},
	{
		name:  "an id twice, thrice",
		raw:   challenge(flagsInfo, lay(AVPairs{av(MsvAvNbDomainName, utf16le("A")), av(MsvAvNbDomainName, utf16le("B")), av(MsvAvNbDomainName, utf16le("C")), av(MsvAvEOL)})),
		want:  `type 2 header 48 flags 00880211 challenge 4343434343434343 info [NbDomainName="A" NbDomainName="B" NbDomainName="C" EOL]`,
		codes: "av-duplicate names-disclosed",
	},
	{
		name:  "header cut",
		raw:   challenge(flagsInfo, lay(serverPairs()[:2], uint16(4), byte(1))),
		want:  `type 2 header 48 flags 00880211 challenge 4343434343434343 info [NbDomainName="LAB" Timestamp=2022-06-18T04:26:40.0000000Z]`,
		codes: "av-truncated names-disclosed",
	},
	{
		name:  "text cut",
		raw:   challenge(flagsInfo, lay(serverPairs()[:2], uint16(MsvAvDNSTreeName), uint16(8), "t\x00e")),
		want:  `type 2 header 48 flags 00880211 challenge 4343434343434343 info [NbDomainName="LAB" Timestamp=2022-06-18T04:26:40.0000000Z DnsTreeName="t�"]`,
		codes: "av-truncated names-disclosed",
	},
	{
		name:  "timestamp cut",
		raw:   challenge(flagsInfo, lay(uint16(MsvAvTimestamp), uint16(8), "1234")),
		want:  "type 2 header 48 flags 00880211 challenge 4343434343434343 info [Timestamp=31323334]",
		codes: "av-truncated",
	},
	{
		name:  "single host cut",
		raw:   challenge(flagsInfo, lay(uint16(MsvAvSingleHost), uint16(52), host(52))),
		want:  "type 2 header 48 flags 00880211 challenge 4343434343434343 info [SingleHost=340000000000000001000000002000004d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d]",
		codes: "av-truncated",
	},
	{
		name:  "length of 65535",
		raw:   challenge(flagsInfo, lay(uint16(MsvAvNbDomainName), uint16(65535), utf16le("LAB"))),
		want:  `type 2 header 48 flags 00880211 challenge 4343434343434343 info [NbDomainName="LAB"]`,
		codes: "av-truncated names-disclosed",
	},
	{
		name:  "fixed sizes not kept",
		raw:   challenge(flagsInfo, lay(AVPairs{av(MsvAvFlags, "ab"), av(MsvAvTimestamp, "abcdefghi"), av(MsvAvChannelBindings, "abc"), av(MsvAvEOL)})),
		want:  "type 2 header 48 flags 00880211 challenge 4343434343434343 info [Flags=6162 Timestamp=616263646566676869 ChannelBindings=616263 EOL]",
		codes: "av-length av-length av-length",
	},
	{
		name:  "single host says 0",
		raw:   challenge(flagsInfo, lay(av(MsvAvSingleHost, host(0)), av(MsvAvEOL))),
		want:  "type 2 header 48 flags 00880211 challenge 4343434343434343 info [SingleHost=000000000000000001000000002000004d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d EOL]",
		codes: "single-host-size",
	},
	{
		name:  "single host says 48 and has 52",
		raw:   challenge(flagsInfo, lay(av(MsvAvSingleHost, host(48), "more"), av(MsvAvEOL))),
		want:  "type 2 header 48 flags 00880211 challenge 4343434343434343 info [SingleHost=300000000000000001000000002000004d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d6d6f7265 EOL]",
		codes: "single-host-size",
	},
	{
		name:  "single host says 52 and has 52",
		raw:   challenge(flagsInfo, lay(av(MsvAvSingleHost, host(52), "more"), av(MsvAvEOL))),
		want:  "type 2 header 48 flags 00880211 challenge 4343434343434343 info [SingleHost=340000000000000001000000002000004d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d6d6f7265 EOL]",
		codes: "",
	},
	{
		name:  "single host of 20 bytes",
		raw:   challenge(flagsInfo, lay(av(MsvAvSingleHost, host(20)[:20]), av(MsvAvEOL))),
		want:  "type 2 header 48 flags 00880211 challenge 4343434343434343 info [SingleHost=140000000000000001000000002000004d4d4d4d EOL]",
		codes: "single-host-size",
	},
	{
		name:  "timestamp of zero",
		raw:   challenge(flagsInfo, lay(av(MsvAvTimestamp, uint64(0)), av(MsvAvEOL))),
		want:  "type 2 header 48 flags 00880211 challenge 4343434343434343 info [Timestamp=1601-01-01T00:00:00.0000000Z EOL]",
		codes: "filetime-zero",
	},
	{
		name:  "timestamp past 9999",
		raw:   challenge(flagsInfo, lay(av(MsvAvTimestamp, uint64(1<<64-1)), av(MsvAvEOL))),
		want:  "type 2 header 48 flags 00880211 challenge 4343434343434343 info [Timestamp=0xffffffffffffffff EOL]",
		codes: "filetime-overflow",
	},
	{
		name:  "names of OEM servers are UTF-16 all the same",
		raw:   challenge(flagsOEM|NegotiateTargetInfo, lay(serverPairs())),
		want:  `type 2 header 48 flags 00880212 challenge 4343434343434343 info [NbDomainName="LAB" Timestamp=2022-06-18T04:26:40.0000000Z EOL]`,
		codes: "oem-only names-disclosed",
	},
	{
		name:  "65535 bytes of the same",
		raw:   challenge(flagsInfo, append(bytes.Repeat([]byte{1, 0, 0, 0}, 16383), 0, 0, 0)),
		want:  "type 2 header 48 flags 00880211 challenge 4343434343434343 info [NbComputerName NbComputerName NbComputerName NbComputerName NbComputerName NbComputerName NbComputerName NbComputerName NbComputerName NbComputerName NbComputerName NbComputerName ... 16383 in all]",
		codes: "av-duplicate av-truncated",
	},
}

func TestAVPairs(t *testing.T) {
	pairs := AVPairs{av(MsvAvNbDomainName, utf16le("LAB")), av(MsvAvFlags, uint32(6)), av(MsvAvTimestamp, uint64(133e15)), av(11, "x"), av(MsvAvEOL)}
	if got := pairs.Text(MsvAvNbDomainName); got != "LAB" {
		t.Errorf("domain %q", got)
	}
	if got := pairs.Text(MsvAvDNSTreeName); got != "" {
		t.Errorf("tree %q", got)
	}
	if _, ok := pairs.Get(MsvAvSingleHost); ok {
		t.Error("a pair that is not there")
	}
	if p, ok := pairs.Get(MsvAvFlags); !ok {
		t.Error("no flags")
	} else if n, ok := p.Uint32(); !ok || n != 6 {
		t.Errorf("flags %d %v", n, ok)
	} else if _, ok := p.FileTime(); ok {
		t.Error("flags read as a time")
	}
	if p, _ := pairs.Get(MsvAvTimestamp); true {
		if n, ok := p.FileTime(); !ok || n != 133e15 {
			t.Errorf("time %d %v", n, ok)
		}
		if _, ok := p.Uint32(); ok {
			t.Error("a time read as flags")
		}
	}
	for id, want := range map[AVID]string{0: "MsvAvEOL", 3: "MsvAvDnsComputerName", 10: "MsvAvChannelBindings", 11: "AvId 11", 65535: "AvId 65535"} {
		if id.String() != want {
			t.Errorf("%s, want %s", id, want)
		}
	}
	for id := AVID(0); id < 20; id++ {
		if want := id >= 1 && id <= 5 || id == 9; id.IsText() != want {
			t.Errorf("%s is text: %v", id, id.IsText())
		}
	}
}

func TestParseSingleHost(t *testing.T) {
	if _, ok := ParseSingleHost(host(48)[:47]); ok {
		t.Error("47 bytes are taken for a Single_Host_Data")
	}
	h, ok := ParseSingleHost(append(host(50), 1, 2))
	if !ok || h.Size != 50 || h.Z4 != 0 || string(h.CustomData[:]) != "\x01\x00\x00\x00\x00\x20\x00\x00" || h.MachineID[31] != 'M' {
		t.Errorf("%v %+v", ok, h)
	}
}
