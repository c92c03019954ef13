package decode

import "bytes"

// payloadCases are point 5: payloads in any order and anywhere.
var payloadCases = []messageCase{
	{
		name:  "out of order",
		raw:   lay(begin(1), uint32(flagsCurl|NegotiateOEMDomainSupplied|NegotiateOEMWorkstationSupplied), at(3, 34), at(2, 32), "PCLAB"),
		want:  `type 1 header 32 flags 0008b205 domain "LAB" workstation "PC"`,
		codes: "workstation-discloses",
	},
	{
		name:  "shared",
		raw:   lay(begin(1), uint32(flagsCurl|NegotiateOEMDomainSupplied|NegotiateOEMWorkstationSupplied), at(3, 32), at(3, 32), "LAB"),
		want:  `type 1 header 32 flags 0008b205 domain "LAB" workstation "LAB"`,
		codes: "workstation-discloses payload-shared",
	},
	{
		name:  "overlapping",
		raw:   lay(begin(1), uint32(flagsCurl|NegotiateOEMDomainSupplied|NegotiateOEMWorkstationSupplied), at(3, 32), at(3, 34), "LABPC"),
		want:  `type 1 header 32 flags 0008b205 domain "LAB" workstation "BPC"`,
		codes: "workstation-discloses payload-overlap",
	},
	{
		name:  "one inside the other",
		raw:   lay(begin(1), uint32(flagsCurl|NegotiateOEMDomainSupplied|NegotiateOEMWorkstationSupplied), at(5, 32), at(2, 33), "LABPC"),
		want:  `type 1 header 32 flags 0008b205 domain "LABPC" workstation "AB"`,
		codes: "workstation-discloses payload-overlap",
	},
	{
		name:  "one byte past the end",
		raw:   lay(begin(1), uint32(flagsCurl|NegotiateOEMDomainSupplied), at(4, 32), at(0, 0), "LAB"),
		want:  `type 1 header 32 flags 00089205 domain "LAB" (3 of 4 bytes)`,
		codes: "payload-out-of-bounds",
	},
	{
		name:  "all past the end",
		raw:   lay(begin(1), uint32(flagsCurl|NegotiateOEMDomainSupplied), at(4, 64), at(0, 0)),
		want:  `type 1 header 32 flags 00089205 domain "" (0 of 4 bytes)`,
		codes: "payload-out-of-bounds",
	},
	{
		name:  "starting at the end",
		raw:   lay(begin(1), uint32(flagsCurl|NegotiateOEMDomainSupplied), at(4, 32), at(0, 0)),
		want:  `type 1 header 32 flags 00089205 domain "" (0 of 4 bytes)`,
		codes: "payload-out-of-bounds",
	},
	{
		name:  "offset and length wrapping 32 bits",
		raw:   lay(begin(1), uint32(flagsCurl|NegotiateOEMDomainSupplied), at(48, 0xfffffff0), at(0, 0)),
		want:  `type 1 header 32 flags 00089205 domain "" (0 of 48 bytes)`,
		codes: "payload-out-of-bounds",
	},
	{
		name:  "offset wrapping to a sign",
		raw:   lay(begin(1), uint32(flagsCurl|NegotiateOEMDomainSupplied), at(3, 0x80000020), at(0, 0), "LAB"),
		want:  `type 1 header 32 flags 00089205 domain "" (0 of 3 bytes)`,
		codes: "payload-out-of-bounds gap",
	},
	{
		name:  "MaxLen is not Len",
		raw:   lay(begin(1), uint32(flagsCurl|NegotiateOEMDomainSupplied), uint16(3), uint16(0), uint32(32), at(0, 0), "LAB"),
		want:  `type 1 header 32 flags 00089205 domain "LAB"`,
		codes: "buffer-max-len",
	},
	{
		name:  "gap, name, trailing bytes",
		raw:   lay(begin(1), uint32(flagsCurl|NegotiateOEMDomainSupplied), at(3, 34), at(0, 0), "..", "LAB", "..."),
		want:  `type 1 header 32 flags 00089205 domain "LAB"`,
		codes: "gap trailing-data",
	},
	{
		name:  "gap between names",
		raw:   lay(begin(1), uint32(flagsCurl|NegotiateOEMDomainSupplied|NegotiateOEMWorkstationSupplied), at(3, 32), at(2, 36), "LAB", ".", "PC"),
		want:  `type 1 header 32 flags 0008b205 domain "LAB" workstation "PC"`,
		codes: "workstation-discloses gap",
	},
	{
		name:  "type 2, name in the header",
		raw:   lay(begin(2), at(6, 24), uint32(flagsPlain), "CCCCCCCC", [8]byte{}, at(0, 48)),
		want:  `type 2 header 48 flags 00080211 target "䍃䍃䍃" challenge 4343434343434343`,
		codes: "payload-in-header no-target-info",
	},
	{
		name:  "type 2, name before the target info's fields",
		raw:   lay(begin(2), at(6, 34), uint32(flagsPlain), "CCCCCCCC", [2]byte{}, utf16le("LAB")),
		want:  `type 2 header 32 flags 00080211 target "LAB" challenge 4343434343434343`,
		codes: "gap no-target-info",
	},
	{
		name:  "type 2, target info first",
		raw:   lay(begin(2), at(6, 74), uint32(flagsInfo), "CCCCCCCC", [8]byte{}, at(26, 48), serverPairs(), utf16le("LAB")),
		want:  `type 2 header 48 flags 00880211 target "LAB" challenge 4343434343434343 info [NbDomainName="LAB" Timestamp=2022-06-18T04:26:40.0000000Z EOL]`,
		codes: "names-disclosed",
	},
	{
		name:  "type 2, target info shares its bytes with the name",
		raw:   lay(begin(2), at(6, 52), uint32(flagsInfo), "CCCCCCCC", [8]byte{}, at(26, 48), serverPairs()),
		want:  `type 2 header 48 flags 00880211 target "LAB" challenge 4343434343434343 info [NbDomainName="LAB" Timestamp=2022-06-18T04:26:40.0000000Z EOL]`,
		codes: "payload-overlap names-disclosed",
	},
	{
		name:  "type 2, target info of 65535 bytes",
		raw:   challenge(flagsInfo, lay(serverPairs()[:2], av(MsvAvSingleHost, uint32(65501), uint32(0), bytes.Repeat([]byte{1}, 65493)), av(MsvAvEOL))),
		want:  `type 2 header 48 flags 00880211 challenge 4343434343434343 info [NbDomainName="LAB" Timestamp=2022-06-18T04:26:40.0000000Z SingleHost=ddff0000000000000101010101010101010101010101010101010101010101010101010101010101010101010101010101010101 EOL]`,
		codes: "names-disclosed",
	},
	{
		name:  "type 2, target info of 65535 bytes that are not there",
		raw:   lay(begin(2), at(0, 0), uint32(flagsInfo), "CCCCCCCC", [8]byte{}, at(65535, 48)),
		want:  "type 2 header 48 flags 00880211 challenge 4343434343434343 info []",
		codes: "payload-out-of-bounds",
	},
	{
		name:  "type 3, everything at one place",
		raw:   lay(begin(3), at(24, 64), at(24, 64), at(24, 64), at(24, 64), at(24, 64), at(24, 64), uint32(flagsOEM|NegotiateKeyExch), "ABCDEFGHIJKLMNOPQRSTUVWX"),
		want:  `type 3 header 64 flags 40080212 domain "ABCDEFGHIJKLMNOPQRSTUVWX" user "ABCDEFGHIJKLMNOPQRSTUVWX" workstation "ABCDEFGHIJKLMNOPQRSTUVWX" lm copy-of-nt nt ntlmv1 key 4142434445464748494a4b4c4d4e4f505152535455565758 mic absent`,
		codes: "payload-shared payload-shared payload-shared payload-shared payload-shared ntlmv1-response",
	},
	{
		name:  "type 3, everything past the end",
		raw:   lay(begin(3), at(24, 1<<31), at(24, 1<<31), at(6, 1<<31), at(6, 1<<31), at(6, 1<<31), at(16, 1<<31), uint32(flagsPlain|NegotiateKeyExch)),
		want:  `type 3 header 64 flags 40080211 domain "" (0 of 6 bytes) user "" (0 of 6 bytes) workstation "" (0 of 6 bytes) lm ? nt ? key  mic absent`,
		codes: "payload-out-of-bounds payload-out-of-bounds payload-out-of-bounds payload-out-of-bounds payload-out-of-bounds payload-out-of-bounds",
	},
	{
		name:  "type 3, everything in the header",
		raw:   lay(begin(3), at(24, 0), at(24, 8), at(6, 12), at(6, 18), at(6, 24), at(16, 30), uint32(flagsOEM|NegotiateKeyExch)),
		want:  `type 3 header 64 flags 40080212 domain "\x18\x00\x18\x00\x00\x00" user "\x00\x00\x18\x00\x18\x00" workstation "\b\x00\x00\x00\x06\x00" lm lmv1 nt ntlmv1 key 06000c00000006000600120000000600 mic absent`,
		codes: "payload-in-header payload-in-header payload-in-header payload-in-header payload-in-header payload-in-header control-characters control-characters control-characters ntlmv1-response lmv1-response",
	},
}
