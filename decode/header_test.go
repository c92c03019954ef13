package decode

// negotiateHeaderCases are point 1 of what a decoder must get right: Type 1 of
// every length, names with and without their flags, in OEM and in UTF-16.
var negotiateHeaderCases = []messageCase{
	{
		name:  "16 bytes",
		raw:   lay(begin(1), uint32(flagsCurl)),
		want:  "type 1 header 16 flags 00088205",
		codes: "",
	},
	{
		name:  "16 bytes, flags for what is not there",
		raw:   lay(begin(1), uint32(flagsCurl|NegotiateVersion|NegotiateOEMDomainSupplied)),
		want:  "type 1 header 16 flags 02089205",
		codes: "version-missing flag-without-name",
	},
	{
		name:  "24 bytes",
		raw:   lay(begin(1), uint32(flagsCurl), at(0, 0)),
		want:  "type 1 header 24 flags 00088205",
		codes: "truncated",
	},
	{
		name:  "28 bytes, domain straight after its fields",
		raw:   lay(begin(1), uint32(flagsCurl|NegotiateOEMDomainSupplied), at(4, 24), "DOMA"),
		want:  `type 1 header 24 flags 00089205 domain "DOMA"`,
		codes: "",
	},
	{
		name:  "28 bytes, domain inside its fields",
		raw:   lay(begin(1), uint32(flagsCurl|NegotiateOEMDomainSupplied), at(4, 20), "DOMA"),
		want:  `type 1 header 28 flags 00089205 domain "\x14\x00\x00\x00"`,
		codes: "payload-in-header truncated control-characters",
	},
	{
		name:  "32 bytes",
		raw:   lay(begin(1), uint32(flagsCurl), at(0, 0), at(0, 0)),
		want:  "type 1 header 32 flags 00088205",
		codes: "",
	},
	{
		name:  "32 bytes, offsets at the end",
		raw:   lay(begin(1), uint32(flagsCurl), at(0, 32), at(0, 32)),
		want:  "type 1 header 32 flags 00088205",
		codes: "",
	},
	{
		name:  "32 bytes, empty buffers past the end",
		raw:   lay(begin(1), uint32(flagsCurl), at(0, 40), at(0, 0xffffffff)),
		want:  "type 1 header 32 flags 00088205",
		codes: "empty-buffer-offset empty-buffer-offset",
	},
	{
		name:  "32 bytes and names",
		raw:   lay(begin(1), uint32(flagsCurl|NegotiateOEMDomainSupplied|NegotiateOEMWorkstationSupplied), at(3, 34), at(2, 32), "PCLAB"),
		want:  `type 1 header 32 flags 0008b205 domain "LAB" workstation "PC"`,
		codes: "workstation-discloses",
	},
	{
		name:  "40 bytes with version",
		raw:   lay(begin(1), uint32(flagsWindows), at(0, 0), at(0, 0), win10),
		want:  "type 1 header 40 flags e2888215 version 10.0.19041 rev 15",
		codes: "",
	},
	{
		name:  "40 bytes, version of zeros without the flag",
		raw:   lay(begin(1), uint32(flagsCurl), at(0, 0), at(0, 0), Version{}),
		want:  "type 1 header 40 flags 00088205 version 0.0.0 rev 0",
		codes: "",
	},
	{
		name:  "40 bytes and names",
		raw:   lay(begin(1), uint32(flagsWindows|NegotiateOEMDomainSupplied|NegotiateOEMWorkstationSupplied), at(3, 42), at(2, 40), win10, "PCLAB"),
		want:  `type 1 header 40 flags e288b215 domain "LAB" workstation "PC" version 10.0.19041 rev 15`,
		codes: "workstation-discloses",
	},
	{
		name:  "48 bytes, of which 8 are nobody's",
		raw:   lay(begin(1), uint32(flagsWindows), at(0, 0), at(0, 0), win10, "trailing"),
		want:  "type 1 header 40 flags e2888215 version 10.0.19041 rev 15",
		codes: "trailing-data",
	},
	{
		name:  "48 bytes, a gap before the name",
		raw:   lay(begin(1), uint32(flagsWindows|NegotiateOEMDomainSupplied), at(3, 45), at(0, 0), win10, [5]byte{}, "LAB"),
		want:  `type 1 header 40 flags e2889215 domain "LAB" version 10.0.19041 rev 15`,
		codes: "gap",
	},
	{
		name:  "names without flags",
		raw:   lay(begin(1), uint32(flagsCurl), at(3, 34), at(2, 32), "PCLAB"),
		want:  `type 1 header 32 flags 00088205 domain "LAB" workstation "PC"`,
		codes: "name-without-flag name-without-flag workstation-discloses",
	},
	{
		name:  "flags without names",
		raw:   lay(begin(1), uint32(flagsCurl|NegotiateOEMDomainSupplied|NegotiateOEMWorkstationSupplied), at(0, 0), at(0, 0)),
		want:  "type 1 header 32 flags 0008b205",
		codes: "flag-without-name flag-without-name",
	},
	{
		name:  "names in UTF-16",
		raw:   lay(begin(1), uint32(flagsCurl|NegotiateOEMDomainSupplied|NegotiateOEMWorkstationSupplied), at(6, 32), at(4, 38), utf16le("LAB"), utf16le("PC")),
		want:  `type 1 header 32 flags 0008b205 domain "LAB" workstation "PC"`,
		codes: "utf16-in-type1 utf16-in-type1 workstation-discloses",
	},
	{
		name:  "name pointing at the workstation's fields",
		raw:   lay(begin(1), uint32(flagsCurl|NegotiateOEMDomainSupplied), at(4, 24), at(0, 0)),
		want:  `type 1 header 32 flags 00089205 domain "\x00\x00\x00\x00"`,
		codes: "payload-in-header control-characters",
	},
	{
		name:  "name pointing at the signature, version behind",
		raw:   lay(begin(1), uint32(flagsWindows|NegotiateOEMDomainSupplied), at(7, 0), at(0, 0), win10),
		want:  `type 1 header 40 flags e2889215 domain "NTLMSSP" version 10.0.19041 rev 15`,
		codes: "payload-in-header",
	},
	{
		name:  "cut in the flags",
		raw:   lay(begin(1), uint16(0x8207)),
		want:  "type 1 header 14 flags 00000000",
		codes: "truncated",
	},
	{
		name:  "cut in the domain's fields",
		raw:   lay(begin(1), uint32(flagsCurl|NegotiateOEMDomainSupplied), uint32(0)),
		want:  "type 1 header 20 flags 00089205",
		codes: "truncated",
	},
	{
		name:  "cut in the workstation's fields",
		raw:   lay(begin(1), uint32(flagsCurl|NegotiateOEMWorkstationSupplied), at(3, 32), uint32(0)),
		want:  `type 1 header 28 flags 0008a205 domain "" (0 of 3 bytes)`,
		codes: "payload-out-of-bounds truncated name-without-flag",
	},
}

// challengeHeaderCases are point 2: Type 2 of every length.
var challengeHeaderCases = []messageCase{
	{
		name:  "32 bytes",
		raw:   lay(begin(2), at(0, 0), uint32(flagsPlain), "CCCCCCCC"),
		want:  "type 2 header 32 flags 00080211 challenge 4343434343434343",
		codes: "no-target-info",
	},
	{
		name:  "32 bytes and a name",
		raw:   lay(begin(2), at(6, 32), uint32(flagsPlain|TargetTypeDomain), "CCCCCCCC", utf16le("LAB")),
		want:  `type 2 header 32 flags 00090211 target "LAB" challenge 4343434343434343`,
		codes: "no-target-info",
	},
	{
		name:  "32 bytes, flag for target info",
		raw:   lay(begin(2), at(0, 32), uint32(flagsInfo), "CCCCCCCC"),
		want:  "type 2 header 32 flags 00880211 challenge 4343434343434343",
		codes: "flag-without-target-info",
	},
	{
		name:  "40 bytes",
		raw:   lay(begin(2), at(0, 40), uint32(flagsPlain), "CCCCCCCC", [8]byte{}),
		want:  "type 2 header 40 flags 00080211 challenge 4343434343434343",
		codes: "no-target-info",
	},
	{
		name:  "40 bytes and a name, reserved bytes used",
		raw:   lay(begin(2), at(6, 40), uint32(flagsPlain|TargetTypeServer), "CCCCCCCC", "reserved", utf16le("SRV")),
		want:  `type 2 header 40 flags 000a0211 target "SRV" challenge 4343434343434343 reserved 7265736572766564`,
		codes: "reserved-bytes no-target-info",
	},
	{
		name:  "48 bytes",
		raw:   lay(begin(2), at(0, 48), uint32(flagsPlain), "CCCCCCCC", [8]byte{}, at(0, 48)),
		want:  "type 2 header 48 flags 00080211 challenge 4343434343434343",
		codes: "no-target-info",
	},
	{
		name:  "48 bytes, flag for version",
		raw:   lay(begin(2), at(6, 48), uint32(flagsPlain|NegotiateVersion), "CCCCCCCC", [8]byte{}, at(0, 54), utf16le("LAB")),
		want:  `type 2 header 48 flags 02080211 target "LAB" challenge 4343434343434343`,
		codes: "version-missing no-target-info",
	},
	{
		name:  "48 bytes and target info",
		raw:   challenge(flagsInfo, lay(serverPairs())),
		want:  `type 2 header 48 flags 00880211 challenge 4343434343434343 info [NbDomainName="LAB" Timestamp=2022-06-18T04:26:40.0000000Z EOL]`,
		codes: "names-disclosed",
	},
	{
		name:  "56 bytes",
		raw:   lay(begin(2), at(0, 56), uint32(flagsPlain|NegotiateVersion), "CCCCCCCC", [8]byte{}, at(0, 56), win10),
		want:  "type 2 header 56 flags 02080211 challenge 4343434343434343 version 10.0.19041 rev 15",
		codes: "no-target-info build-not-patch-level",
	},
	{
		name:  "56 bytes, version of zeros without the flag",
		raw:   lay(begin(2), at(0, 56), uint32(flagsPlain), "CCCCCCCC", [8]byte{}, at(0, 56), Version{}),
		want:  "type 2 header 56 flags 00080211 challenge 4343434343434343 version 0.0.0 rev 0",
		codes: "no-target-info",
	},
	{
		name:  "56 bytes, name and target info",
		raw:   lay(begin(2), at(6, 56), uint32(flagsInfo|NegotiateVersion|TargetTypeDomain), "CCCCCCCC", [8]byte{}, at(26, 62), win10, utf16le("LAB"), serverPairs()),
		want:  `type 2 header 56 flags 02890211 target "LAB" challenge 4343434343434343 info [NbDomainName="LAB" Timestamp=2022-06-18T04:26:40.0000000Z EOL] version 10.0.19041 rev 15`,
		codes: "names-disclosed build-not-patch-level",
	},
	{
		name:  "64 bytes, a gap before the name",
		raw:   lay(begin(2), at(6, 64), uint32(flagsPlain|NegotiateVersion), "CCCCCCCC", [8]byte{}, at(0, 0), win10, [8]byte{}, utf16le("LAB")),
		want:  `type 2 header 56 flags 02080211 target "LAB" challenge 4343434343434343 version 10.0.19041 rev 15`,
		codes: "gap no-target-info build-not-patch-level",
	},
	{
		name:  "target info with the flag clear",
		raw:   challenge(flagsPlain, lay(serverPairs())),
		want:  `type 2 header 48 flags 00080211 challenge 4343434343434343 info [NbDomainName="LAB" Timestamp=2022-06-18T04:26:40.0000000Z EOL]`,
		codes: "target-info-without-flag names-disclosed",
	},
	{
		name:  "flag set and target info empty",
		raw:   challenge(flagsInfo, nil),
		want:  "type 2 header 48 flags 00880211 challenge 4343434343434343",
		codes: "flag-without-target-info",
	},
	{
		name:  "null target info",
		raw:   challenge(flagsInfo, make([]byte, 4)),
		want:  "type 2 header 48 flags 00880211 challenge 4343434343434343 info [EOL]",
		codes: "no-target-info",
	},
	{
		name:  "OEM only, without a flag for the session",
		raw:   lay(begin(2), at(3, 48), uint32(NegotiateOEM|NegotiateNTLM), "CCCCCCCC", [8]byte{}, at(0, 0), "LAB"),
		want:  `type 2 header 48 flags 00000202 target "LAB" challenge 4343434343434343`,
		codes: "no-target-info oem-only no-sign ess-missing",
	},
	{
		name:  "a published challenge",
		raw:   lay(begin(2), at(0, 32), uint32(flagsPlain), "\x11\x22\x33\x44\x55\x66\x77\x88"),
		want:  "type 2 header 32 flags 00080211 challenge 1122334455667788",
		codes: "no-target-info known-challenge",
	},
	{
		name:  "cut in the challenge",
		raw:   lay(begin(2), at(6, 48), uint32(flagsInfo), "CCCC"),
		want:  `type 2 header 28 flags 00880211 target "" (0 of 6 bytes) challenge 0000000000000000`,
		codes: "payload-out-of-bounds truncated",
	},
	{
		name:  "cut in the reserved bytes",
		raw:   lay(begin(2), at(6, 48), uint32(flagsInfo), "CCCCCCCC", [4]byte{}),
		want:  `type 2 header 36 flags 00880211 target "" (0 of 6 bytes) challenge 4343434343434343`,
		codes: "payload-out-of-bounds truncated",
	},
	{
		name:  "cut in the target info's fields",
		raw:   lay(begin(2), at(6, 48), uint32(flagsInfo), "CCCCCCCC", [8]byte{}, uint32(0)),
		want:  `type 2 header 44 flags 00880211 target "" (0 of 6 bytes) challenge 4343434343434343`,
		codes: "payload-out-of-bounds truncated",
	},
	{
		name:  "cut in the version",
		raw:   lay(begin(2), at(6, 56), uint32(flagsInfo|NegotiateVersion), "CCCCCCCC", [8]byte{}, at(26, 62), uint32(0)),
		want:  `type 2 header 52 flags 02880211 target "" (0 of 6 bytes) challenge 4343434343434343 info []`,
		codes: "payload-out-of-bounds payload-out-of-bounds truncated",
	},
}

// authenticateHeaderCases are point 3: what of the fixed part of a Type 3 is
// there follows from the lowest payload.
var authenticateHeaderCases = []messageCase{
	{
		name:  "52 bytes",
		raw:   authenticateHeader(52, 0, noKey),
		want:  `type 3 header 52 flags 00000000 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 mic absent`,
		codes: "",
	},
	{
		name:  "52 bytes, nothing behind",
		raw:   lay(begin(3), at(0, 52), at(0, 52), at(0, 52), at(0, 52), at(0, 52)),
		want:  "type 3 header 52 flags 00000000 lm none nt anonymous mic absent",
		codes: "anonymous",
	},
	{
		name:  "52 bytes, one behind",
		raw:   lay(begin(3), at(1, 52), at(0, 53), at(0, 53), at(0, 53), at(0, 53), byte(0)),
		want:  "type 3 header 52 flags 00000000 lm anonymous nt anonymous mic absent",
		codes: "anonymous",
	},
	{
		name:  "60 bytes",
		raw:   authenticateHeader(60, 0, noFlags),
		want:  `type 3 header 60 flags 00000000 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 key 4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b mic absent`,
		codes: "",
	},
	{
		name:  "60 bytes, nothing behind",
		raw:   lay(begin(3), at(0, 60), at(0, 60), at(0, 60), at(0, 60), at(0, 60), at(0, 60)),
		want:  "type 3 header 60 flags 00000000 lm none nt anonymous mic absent",
		codes: "anonymous",
	},
	{
		name:  "64 bytes",
		raw:   authenticateHeader(64, 0, noVersion),
		want:  `type 3 header 64 flags 40080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 key 4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b mic absent`,
		codes: "",
	},
	{
		name:  "64 bytes, flag for version",
		raw:   authenticateHeader(64, 0, unclaimed),
		want:  `type 3 header 64 flags 42080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 key 4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b mic absent`,
		codes: "version-missing",
	},
	{
		name:  "64 bytes, nothing behind",
		raw:   lay(begin(3), at(0, 64), at(0, 64), at(0, 64), at(0, 64), at(0, 64), at(0, 64), uint32(flagsPlain)),
		want:  "type 3 header 64 flags 00080211 lm none nt anonymous mic absent",
		codes: "anonymous",
	},
	{
		name:  "72 bytes",
		raw:   authenticateHeader(72, 0, unclaimed),
		want:  `type 3 header 72 flags 42080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 key 4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b version 10.0.19041 rev 15 mic absent`,
		codes: "",
	},
	{
		name:  "80 bytes, a MIC and no version",
		raw:   authenticateHeader(80, 64, func(m *AuthenticateMessage) { m.Flags &^= NegotiateVersion }),
		want:  `type 3 header 80 flags 40080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" Timestamp=2022-06-18T04:26:40.0000000Z Flags=0x00000002 TargetName="HTTP/a" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 key 4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b mic claimed at 64`,
		codes: "",
	},
	{
		name:  "80 bytes, a version and 8 bytes nobody's",
		raw:   edited(authenticateHeader(80, 0, unclaimed), 64, win10),
		want:  `type 3 header 72 flags 42080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 key 4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b version 10.0.19041 rev 15 mic absent`,
		codes: "gap",
	},
	{
		name:  "88 bytes",
		raw:   authenticate(func(*AuthenticateMessage) {}),
		want:  `type 3 header 88 flags 42080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" Timestamp=2022-06-18T04:26:40.0000000Z Flags=0x00000002 TargetName="HTTP/a" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 key 4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b version 10.0.19041 rev 15 mic claimed at 72`,
		codes: "",
	},
	{
		name:  "96 bytes",
		raw:   authenticateHeader(96, 72, func(*AuthenticateMessage) {}),
		want:  `type 3 header 88 flags 42080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" Timestamp=2022-06-18T04:26:40.0000000Z Flags=0x00000002 TargetName="HTTP/a" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 key 4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b version 10.0.19041 rev 15 mic claimed at 72`,
		codes: "gap",
	},
	{
		name:  "70 bytes, a gap where the version would be",
		raw:   authenticateHeader(70, 0, noVersion),
		want:  `type 3 header 64 flags 40080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 key 4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b mic absent`,
		codes: "gap",
	},
	{
		name:  "cut in the fields",
		raw:   authenticate(func(*AuthenticateMessage) {})[:30],
		want:  "type 3 header 30 flags 00000000 lm ? nt ? mic absent",
		codes: "payload-out-of-bounds payload-out-of-bounds truncated",
	},
	{
		name:  "cut in the flags",
		raw:   authenticate(func(*AuthenticateMessage) {})[:62],
		want:  `type 3 header 62 flags 00000000 domain "" (0 of 6 bytes) user "" (0 of 10 bytes) workstation "" (0 of 4 bytes) lm ? nt ? key  mic absent`,
		codes: "payload-out-of-bounds payload-out-of-bounds payload-out-of-bounds payload-out-of-bounds payload-out-of-bounds payload-out-of-bounds truncated",
	},
	{
		name:  "cut in the version",
		raw:   authenticate(func(*AuthenticateMessage) {})[:69],
		want:  `type 3 header 69 flags 42080211 domain "" (0 of 6 bytes) user "" (0 of 10 bytes) workstation "" (0 of 4 bytes) lm ? nt ? key  mic absent`,
		codes: "payload-out-of-bounds payload-out-of-bounds payload-out-of-bounds payload-out-of-bounds payload-out-of-bounds payload-out-of-bounds truncated",
	},
	{
		name:  "cut in the MIC",
		raw:   authenticate(func(*AuthenticateMessage) {})[:80],
		want:  `type 3 header 80 flags 42080211 domain "" (0 of 6 bytes) user "" (0 of 10 bytes) workstation "" (0 of 4 bytes) lm ? nt ? key  version 10.0.19041 rev 15 mic absent`,
		codes: "payload-out-of-bounds payload-out-of-bounds payload-out-of-bounds payload-out-of-bounds payload-out-of-bounds payload-out-of-bounds truncated",
	},
	{
		name:  "cut in the user",
		raw:   authenticate(func(*AuthenticateMessage) {})[:97],
		want:  `type 3 header 88 flags 42080211 domain "LAB" user "a�" (3 of 10 bytes) workstation "" (0 of 4 bytes) lm ? nt ? key  version 10.0.19041 rev 15 mic unclaimed at 72`,
		codes: "payload-out-of-bounds payload-out-of-bounds payload-out-of-bounds payload-out-of-bounds payload-out-of-bounds",
	},
	{
		name:  "cut in the NT response",
		raw:   authenticate(func(*AuthenticateMessage) {})[:160],
		want:  `type 3 header 88 flags 42080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 key  version 10.0.19041 rev 15 mic unclaimed at 72`,
		codes: "payload-out-of-bounds payload-out-of-bounds truncated",
	},
	{
		name:  "cut in the proof",
		raw:   authenticate(func(*AuthenticateMessage) {})[:140],
		want:  `type 3 header 88 flags 42080211 domain "LAB" user "alice" workstation "PC" lm empty nt ? key  version 10.0.19041 rev 15 mic unclaimed at 72`,
		codes: "payload-out-of-bounds payload-out-of-bounds",
	},
}

func noKey(m *AuthenticateMessage)   { m.EncryptedRandomSessionKey = Payload{}; unclaimed(m) }
func noFlags(m *AuthenticateMessage) { m.Flags = 0; unclaimed(m) }

// noVersion is a Type 3 with the VERSION flag clear that claims no MIC.
func noVersion(m *AuthenticateMessage) { m.Flags &^= NegotiateVersion; unclaimed(m) }

// unclaimed takes away the claim of a MIC, and the timestamp that would ask for one.
func unclaimed(m *AuthenticateMessage) {
	m.NTResponse.Bytes = ntlmv2(AVPairs{av(MsvAvNbDomainName, utf16le("LAB")), av(MsvAvChannelBindings, "BBBBBBBBBBBBBBBB"), av(MsvAvEOL)}, [4]byte{})
}
