package decode

import "testing"

// macOS is how macOS writes its version: reserved bytes and revision change places.
var macOS = "\x06\x01\xb0\x1d\x0f\x00\x00\x00"

// versionCases are point 4.
var versionCases = []messageCase{
	{
		name:  "type 1, flag clear",
		raw:   lay(begin(1), uint32(flagsCurl), at(0, 0), at(0, 0), win10),
		want:  "type 1 header 40 flags 00088205 version 10.0.19041 rev 15",
		codes: "version-without-flag",
	},
	{
		name:  "type 1, flag clear, name behind",
		raw:   lay(begin(1), uint32(flagsCurl|NegotiateOEMDomainSupplied), at(3, 40), at(0, 43), win10, "LAB"),
		want:  `type 1 header 40 flags 00089205 domain "LAB" version 10.0.19041 rev 15`,
		codes: "version-without-flag",
	},
	{
		name:  "type 1, flag clear, room for just a version, which it is not",
		raw:   lay(begin(1), uint32(flagsCurl|NegotiateOEMDomainSupplied), at(3, 40), at(0, 43), "whatever", "LAB"),
		want:  `type 1 header 40 flags 00089205 domain "LAB" version 119.104.29793 rev 114`,
		codes: "version-without-flag",
	},
	{
		name:  "type 1, flag set, not there",
		raw:   lay(begin(1), uint32(flagsWindows), at(0, 0), at(0, 0)),
		want:  "type 1 header 32 flags e2888215",
		codes: "version-missing",
	},
	{
		name:  "type 1, flag set, cut",
		raw:   lay(begin(1), uint32(flagsWindows), at(0, 0), at(0, 0), "\x0a\x00\x61\x4a"),
		want:  "type 1 header 36 flags e2888215",
		codes: "truncated",
	},
	{
		name:  "type 1, flag set, name in its place",
		raw:   lay(begin(1), uint32(flagsCurl|NegotiateVersion|NegotiateOEMDomainSupplied), at(8, 32), at(0, 0), "DOMAINAB"),
		want:  `type 1 header 32 flags 02089205 domain "DOMAINAB"`,
		codes: "version-missing",
	},
	{
		name:  "type 1, flag set, name in the middle of it",
		raw:   lay(begin(1), uint32(flagsCurl|NegotiateVersion|NegotiateOEMDomainSupplied), at(3, 36), at(0, 0), "\x0a\x00\x61\x4a", "LAB"),
		want:  `type 1 header 32 flags 02089205 domain "LAB"`,
		codes: "version-missing gap",
	},
	{
		name:  "type 1, flag set, zeros",
		raw:   lay(begin(1), uint32(flagsWindows), at(0, 0), at(0, 0), Version{}),
		want:  "type 1 header 40 flags e2888215 version 0.0.0 rev 0",
		codes: "version-odd",
	},
	{
		name:  "type 1 of macOS",
		raw:   lay(begin(1), uint32(flagsWindows), at(0, 0), at(0, 0), macOS),
		want:  "type 1 header 40 flags e2888215 version 6.1.7600 rev 0",
		codes: "version-odd",
	},
	{
		name:  "type 1 of macOS, flag clear",
		raw:   lay(begin(1), uint32(flagsCurl), at(0, 0), at(0, 0), macOS),
		want:  "type 1 header 40 flags 00088205 version 6.1.7600 rev 0",
		codes: "version-without-flag",
	},
	{
		name:  "type 2 of macOS",
		raw:   lay(begin(2), at(0, 56), uint32(flagsPlain|NegotiateVersion), "CCCCCCCC", [8]byte{}, at(0, 56), macOS),
		want:  "type 2 header 56 flags 02080211 challenge 4343434343434343 version 6.1.7600 rev 0",
		codes: "version-odd no-target-info build-not-patch-level",
	},
	{
		name:  "type 2, flag clear",
		raw:   lay(begin(2), at(6, 56), uint32(flagsPlain), "CCCCCCCC", [8]byte{}, at(0, 56), win10, utf16le("LAB")),
		want:  `type 2 header 56 flags 00080211 target "LAB" challenge 4343434343434343 version 10.0.19041 rev 15`,
		codes: "version-without-flag no-target-info build-not-patch-level",
	},
	{
		name:  "type 2, build 0",
		raw:   lay(begin(2), at(6, 56), uint32(flagsPlain|NegotiateVersion), "CCCCCCCC", [8]byte{}, at(0, 56), Version{Major: 6, Minor: 1, Revision: 15}, utf16le("LAB")),
		want:  `type 2 header 56 flags 02080211 target "LAB" challenge 4343434343434343 version 6.1.0 rev 15`,
		codes: "no-target-info",
	},
	{
		name:  "type 2, revision 10",
		raw:   lay(begin(2), at(6, 56), uint32(flagsPlain|NegotiateVersion), "CCCCCCCC", [8]byte{}, at(0, 56), Version{Major: 5, Minor: 2, Build: 3790, Revision: 10}, utf16le("LAB")),
		want:  `type 2 header 56 flags 02080211 target "LAB" challenge 4343434343434343 version 5.2.3790 rev 10`,
		codes: "version-odd no-target-info build-not-patch-level",
	},
	{
		name:  "type 3 of macOS",
		raw:   edited(authenticateHeader(72, 0, unclaimed), 64, macOS),
		want:  `type 3 header 72 flags 42080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 key 4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b version 6.1.7600 rev 0 mic absent`,
		codes: "version-odd",
	},
	{
		name:  "type 3, flag clear",
		raw:   authenticateHeader(72, 0, noVersion),
		want:  `type 3 header 72 flags 40080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 key 4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b version 10.0.19041 rev 15 mic absent`,
		codes: "version-without-flag",
	},
	{
		name:  "type 3, flag clear, with a MIC",
		raw:   authenticate(func(m *AuthenticateMessage) { m.Flags &^= NegotiateVersion }),
		want:  `type 3 header 88 flags 40080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" Timestamp=2022-06-18T04:26:40.0000000Z Flags=0x00000002 TargetName="HTTP/a" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 key 4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b version 10.0.19041 rev 15 mic claimed at 72`,
		codes: "version-without-flag",
	},
	{
		name:  "type 3, flag clear, zeros",
		raw:   authenticate(func(m *AuthenticateMessage) { m.Flags &^= NegotiateVersion; m.Version = Version{} }),
		want:  `type 3 header 88 flags 40080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" Timestamp=2022-06-18T04:26:40.0000000Z Flags=0x00000002 TargetName="HTTP/a" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 key 4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b version 0.0.0 rev 0 mic claimed at 72`,
		codes: "",
	},
	{
		name:  "type 3, flag set, a MIC in its place",
		raw:   authenticateHeader(80, 64, func(*AuthenticateMessage) {}),
		want:  `type 3 header 80 flags 42080211 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" Timestamp=2022-06-18T04:26:40.0000000Z Flags=0x00000002 TargetName="HTTP/a" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 key 4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b mic claimed at 64`,
		codes: "version-missing",
	},
}

func TestVersionString(t *testing.T) {
	for _, test := range []struct {
		version         Version
		string, product string
	}{
		{Version{}, "0.0.0 rev 0", ""},
		{win10, "10.0.19041 rev 15", "Windows 10 (2004 to 22H2)"},
		{Version{Major: 5, Minor: 1, Build: 2600, Revision: 15}, "5.1.2600 rev 15", "Windows XP"},
		{Version{Major: 6, Minor: 1, Build: 7601, Revision: 15}, "6.1.7601 rev 15", "Windows 7 or Server 2008 R2"},
		{Version{Major: 10, Build: 17763, Revision: 15}, "10.0.17763 rev 15", "Windows 10 (1809) or Server 2019"},
		{Version{Major: 10, Build: 20348, Revision: 15}, "10.0.20348 rev 15", "Windows Server 2022"},
		{Version{Major: 10, Build: 26100, Revision: 15}, "10.0.26100 rev 15", "Windows 11 (24H2 or 25H2) or Server 2025"},
		{Version{Major: 6, Minor: 1, Revision: 15}, "6.1.0 rev 15", "Samba, or software that copies its 6.1 build 0"},
		{Version{Major: 255, Minor: 255, Build: 65535, Reserved: [3]byte{1, 2, 3}, Revision: 255}, "255.255.65535 rev 255", ""},
	} {
		if got := test.version.String(); got != test.string {
			t.Errorf("%q, want %q", got, test.string)
		}
		if got := test.version.Product(); got != test.product {
			t.Errorf("%v: %q, want %q", test.version, got, test.product)
		}
		if got := parseVersion(test.version.Append(nil)); got != test.version {
			t.Errorf("%v comes back as %v", test.version, got)
		}
	}
}
