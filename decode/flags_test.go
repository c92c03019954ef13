package decode

import (
	"strings"
	"testing"
)

// allFlags are the bits of MS-NLMP 2.2.2.5, from the first to the last of its
// picture: W to A, which is bit 31 to bit 0.
const allFlags = `
	NTLMSSP_NEGOTIATE_56 NTLMSSP_NEGOTIATE_KEY_EXCH NTLMSSP_NEGOTIATE_128 r1 r2 r3 NTLMSSP_NEGOTIATE_VERSION r4
	NTLMSSP_NEGOTIATE_TARGET_INFO NTLMSSP_REQUEST_NON_NT_SESSION_KEY r5 NTLMSSP_NEGOTIATE_IDENTIFY
	NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY r6 NTLMSSP_TARGET_TYPE_SERVER NTLMSSP_TARGET_TYPE_DOMAIN
	NTLMSSP_NEGOTIATE_ALWAYS_SIGN r7 NTLMSSP_NEGOTIATE_OEM_WORKSTATION_SUPPLIED NTLMSSP_NEGOTIATE_OEM_DOMAIN_SUPPLIED
	NTLMSSP_NEGOTIATE_ANONYMOUS r8 NTLMSSP_NEGOTIATE_NTLM r9
	NTLMSSP_NEGOTIATE_LM_KEY NTLMSSP_NEGOTIATE_DATAGRAM NTLMSSP_NEGOTIATE_SEAL NTLMSSP_NEGOTIATE_SIGN
	r10 NTLMSSP_REQUEST_TARGET NTLM_NEGOTIATE_OEM NTLMSSP_NEGOTIATE_UNICODE`

// flagValues are the same bits as the constants of other implementations have them.
var flagValues = map[Flags]Flags{
	NegotiateUnicode: 0x00000001, NegotiateOEM: 0x00000002, RequestTarget: 0x00000004, NegotiateSign: 0x00000010, NegotiateSeal: 0x00000020,
	NegotiateDatagram: 0x00000040, NegotiateLMKey: 0x00000080, NegotiateNTLM: 0x00000200, NegotiateAnonymous: 0x00000800,
	NegotiateOEMDomainSupplied: 0x00001000, NegotiateOEMWorkstationSupplied: 0x00002000, NegotiateAlwaysSign: 0x00008000,
	TargetTypeDomain: 0x00010000, TargetTypeServer: 0x00020000, NegotiateExtendedSessionSecurity: 0x00080000, NegotiateIdentify: 0x00100000,
	RequestNonNTSessionKey: 0x00400000, NegotiateTargetInfo: 0x00800000, NegotiateVersion: 0x02000000, Negotiate128: 0x20000000,
	NegotiateKeyExch: 0x40000000, Negotiate56: 0x80000000, ReservedFlags: 0x1d244508,
}

func TestFlagTable(t *testing.T) {
	names, table := strings.Fields(allFlags), FlagTable()
	if len(names) != 32 || len(table) != 32 {
		t.Fatalf("%d names, %d entries", len(names), len(table))
	}
	sentences := map[string]bool{}
	for bit, info := range table {
		want := names[31-bit]
		if info.Name != want || info.Bit != 1<<bit {
			t.Errorf("bit %d: %s %#x, want %s", bit, info.Name, uint32(info.Bit), want)
		}
		if reserved := strings.HasPrefix(want, "r"); reserved != ReservedFlags.Has(info.Bit) || reserved != strings.HasPrefix(info.Meaning, "reserved") {
			t.Errorf("bit %d: reserved %v: %s", bit, ReservedFlags.Has(info.Bit), info.Meaning)
		} else if !reserved && sentences[info.Meaning] {
			t.Errorf("bit %d: %q is said twice", bit, info.Meaning)
		}
		sentences[info.Meaning] = true
		if info.Meaning == "" || strings.HasSuffix(info.Meaning, ".") {
			t.Errorf("bit %d: no sentence in %q", bit, info.Meaning)
		}
		if got := Flags(1 << bit).Names(); len(got) != 1 || got[0] != want {
			t.Errorf("bit %d: %v", bit, got)
		}
	}
	for got, want := range flagValues {
		if got != want {
			t.Errorf("%#x, want %#x", uint32(got), uint32(want))
		}
	}
	if got := strings.Join(Flags(0xffffffff).Names(), " "); len(strings.Fields(got)) != 32 || !strings.HasPrefix(got, "NTLMSSP_NEGOTIATE_UNICODE NTLM_NEGOTIATE_OEM ") {
		t.Errorf("all: %s", got)
	}
	if got := Flags(0).Names(); len(got) != 0 {
		t.Errorf("none: %v", got)
	}
	if table[0].Name = "x"; FlagTable()[0].Name == "x" {
		t.Error("the table can be changed from outside")
	}
}

// TestFlagFields wants a field for each bit that is set, where that bit stands.
func TestFlagFields(t *testing.T) {
	for bit := range 32 {
		token := Decode(lay(begin(1), uint32(1)<<bit), Options{Annotate: true})
		var found bool
		for _, f := range token.Fields {
			if f.Depth == 1 && f.Name == flagTable[bit].Name {
				found = true
				if f.Offset != 12+bit/8 || f.Length != 1 || f.Meaning != flagTable[bit].Meaning {
					t.Errorf("bit %d: %+v", bit, f)
				}
			}
		}
		if !found {
			t.Errorf("bit %d has no field", bit)
		}
	}
}

// flagCases are point 13, and what flags alone say about a logon's safety.
var flagCases = []messageCase{
	{
		name:  "none",
		raw:   lay(begin(1), uint32(0)),
		want:  "type 1 header 16 flags 00000000",
		codes: "no-charset",
	},
	{
		name:  "all",
		raw:   lay(begin(1), uint32(0xffffffff), at(3, 40), at(2, 43), win10, "LABPC"),
		want:  `type 1 header 40 flags ffffffff domain "LAB" workstation "PC" version 10.0.19041 rev 15`,
		codes: "reserved-flags workstation-discloses",
	},
	{
		name:  "reserved",
		raw:   lay(begin(1), uint32(ReservedFlags|NegotiateUnicode)),
		want:  "type 1 header 16 flags 1d244509",
		codes: "reserved-flags",
	},
	{
		name:  "one reserved, LOCAL_CALL",
		raw:   challenge(flagsInfo|1<<14, lay(serverPairs())),
		want:  `type 2 header 48 flags 00884211 challenge 4343434343434343 info [NbDomainName="LAB" Timestamp=2022-06-18T04:26:40.0000000Z EOL]`,
		codes: "reserved-flags names-disclosed",
	},
	{
		name:  "no session security",
		raw:   challenge(flagsInfo&^NegotiateExtendedSessionSecurity, lay(serverPairs())),
		want:  `type 2 header 48 flags 00800211 challenge 4343434343434343 info [NbDomainName="LAB" Timestamp=2022-06-18T04:26:40.0000000Z EOL]`,
		codes: "ess-missing names-disclosed",
	},
	{
		name:  "LM_KEY",
		raw:   challenge(flagsInfo|NegotiateLMKey, lay(serverPairs())),
		want:  `type 2 header 48 flags 00880291 challenge 4343434343434343 info [NbDomainName="LAB" Timestamp=2022-06-18T04:26:40.0000000Z EOL]`,
		codes: "lm-key names-disclosed",
	},
	{
		name:  "56 without 128",
		raw:   challenge(flagsInfo|Negotiate56, lay(serverPairs())),
		want:  `type 2 header 48 flags 80880211 challenge 4343434343434343 info [NbDomainName="LAB" Timestamp=2022-06-18T04:26:40.0000000Z EOL]`,
		codes: "56-bit-only names-disclosed",
	},
	{
		name:  "56 with 128",
		raw:   challenge(flagsInfo|Negotiate56|Negotiate128, lay(serverPairs())),
		want:  `type 2 header 48 flags a0880211 challenge 4343434343434343 info [NbDomainName="LAB" Timestamp=2022-06-18T04:26:40.0000000Z EOL]`,
		codes: "names-disclosed",
	},
	{
		name:  "no SIGN",
		raw:   challenge(flagsInfo&^NegotiateSign, lay(serverPairs())),
		want:  `type 2 header 48 flags 00880201 challenge 4343434343434343 info [NbDomainName="LAB" Timestamp=2022-06-18T04:26:40.0000000Z EOL]`,
		codes: "no-sign names-disclosed",
	},
	{
		name: "all of it in a type 3",
		raw: authenticate(func(m *AuthenticateMessage) {
			m.Flags = m.Flags&^NegotiateSign | NegotiateLMKey | Negotiate56 | 1<<3
		}),
		want:  `type 3 header 88 flags c2080289 domain "LAB" user "alice" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" Timestamp=2022-06-18T04:26:40.0000000Z Flags=0x00000002 TargetName="HTTP/a" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 key 4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b version 10.0.19041 rev 15 mic claimed at 72`,
		codes: "reserved-flags lm-key 56-bit-only no-sign",
	},
}
