package decode

import (
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
)

// named is a Type 2 whose target has these bytes.
func named(flags Flags, name any) []byte {
	b := lay(name)
	return lay(begin(2), at(uint16(len(b)), 48), uint32(flags), "CCCCCCCC", [8]byte{}, at(4, 48+uint32(len(b))), b, [4]byte{})
}

// textCases are point 9: code pages, and UTF-16 that is not quite.
var textCases = []messageCase{
	{
		name:  "windows-1252 by default",
		raw:   named(flagsOEM|NegotiateTargetInfo, "M\xdcLLER\x80"),
		want:  `type 2 header 48 flags 00880212 target "MÜLLER€" challenge 4343434343434343 info [EOL]`,
		codes: "no-target-info oem-only",
	},
	{
		name:  "ibm437",
		raw:   named(flagsOEM|NegotiateTargetInfo, "M\x9aLLER"),
		page:  charmap.CodePage437,
		want:  `type 2 header 48 flags 00880212 target "MÜLLER" challenge 4343434343434343 info [EOL]`,
		codes: "no-target-info oem-only",
	},
	{
		name:  "ibm866",
		raw:   named(flagsOEM|NegotiateTargetInfo, "\x84\x8e\x8c\x85\x8d"),
		page:  charmap.CodePage866,
		want:  `type 2 header 48 flags 00880212 target "ДОМЕН" challenge 4343434343434343 info [EOL]`,
		codes: "no-target-info oem-only",
	},
	{
		name:  "shift_jis",
		raw:   named(flagsOEM|NegotiateTargetInfo, "\x83\x68\x83\x81\x83\x43\x83\x93"),
		page:  japanese.ShiftJIS,
		want:  `type 2 header 48 flags 00880212 target "ドメイン" challenge 4343434343434343 info [EOL]`,
		codes: "no-target-info oem-only",
	},
	{
		name:  "utf-8",
		raw:   named(flagsOEM|NegotiateTargetInfo, "MÜLLER"),
		page:  unicode.UTF8,
		want:  `type 2 header 48 flags 00880212 target "MÜLLER" challenge 4343434343434343 info [EOL]`,
		codes: "no-target-info oem-only",
	},
	{
		name:  "utf-8 that is none",
		raw:   named(flagsOEM|NegotiateTargetInfo, "M\xdcLLER"),
		page:  unicode.UTF8,
		want:  `type 2 header 48 flags 00880212 target "M�LLER" challenge 4343434343434343 info [EOL]`,
		codes: "no-target-info oem-only",
	},
	{
		name:  "UTF-16 whatever the code page",
		raw:   named(flagsInfo, utf16le("MÜLLER")),
		page:  charmap.CodePage866,
		want:  `type 2 header 48 flags 00880211 target "MÜLLER" challenge 4343434343434343 info [EOL]`,
		codes: "no-target-info",
	},
	{
		name:  "UNICODE wins over OEM",
		raw:   named(flagsInfo|NegotiateOEM, utf16le("LAB")),
		want:  `type 2 header 48 flags 00880213 target "LAB" challenge 4343434343434343 info [EOL]`,
		codes: "no-target-info",
	},
	{
		name:  "beyond the first plane",
		raw:   named(flagsInfo, utf16le("😀")),
		want:  `type 2 header 48 flags 00880211 target "😀" challenge 4343434343434343 info [EOL]`,
		codes: "no-target-info",
	},
	{
		name:  "odd number of bytes",
		raw:   named(flagsInfo, "L\x00A\x00B"),
		want:  `type 2 header 48 flags 00880211 target "LA�" challenge 4343434343434343 info [EOL]`,
		codes: "odd-utf16 no-target-info",
	},
	{
		name:  "first half of a pair alone",
		raw:   named(flagsInfo, "\x3d\xd8A\x00"),
		want:  `type 2 header 48 flags 00880211 target "�A" challenge 4343434343434343 info [EOL]`,
		codes: "lone-surrogate no-target-info",
	},
	{
		name:  "second half of a pair alone",
		raw:   named(flagsInfo, "A\x00\x00\xde"),
		want:  `type 2 header 48 flags 00880211 target "A�" challenge 4343434343434343 info [EOL]`,
		codes: "lone-surrogate no-target-info",
	},
	{
		name:  "first half of a pair at the end",
		raw:   named(flagsInfo, "A\x00\x3d\xd8"),
		want:  `type 2 header 48 flags 00880211 target "A�" challenge 4343434343434343 info [EOL]`,
		codes: "lone-surrogate no-target-info",
	},
	{
		name:  "control characters in UTF-16",
		raw:   named(flagsInfo, utf16le("L\x1b[2JAB")),
		want:  `type 2 header 48 flags 00880211 target "L\x1b[2JAB" challenge 4343434343434343 info [EOL]`,
		codes: "control-characters no-target-info",
	},
	{
		name:  "bidirectional formatting in UTF-16",
		raw:   named(flagsInfo, utf16le("LAB\u202egnp")),
		want:  `type 2 header 48 flags 00880211 target "LAB\u202egnp" challenge 4343434343434343 info [EOL]`,
		codes: "control-characters no-target-info",
	},
	{
		name:  "line separator in UTF-16",
		raw:   named(flagsInfo, utf16le("LAB\u2028")),
		want:  `type 2 header 48 flags 00880211 target "LAB\u2028" challenge 4343434343434343 info [EOL]`,
		codes: "control-characters no-target-info",
	},
	{
		name:  "C1 in UTF-16",
		raw:   named(flagsInfo, utf16le("LAB\u009b")),
		want:  `type 2 header 48 flags 00880211 target "LAB\u009b" challenge 4343434343434343 info [EOL]`,
		codes: "control-characters no-target-info",
	},
	{
		name:  "control characters in OEM",
		raw:   named(flagsOEM|NegotiateTargetInfo, "LAB\r\n"),
		want:  `type 2 header 48 flags 00880212 target "LAB\r\n" challenge 4343434343434343 info [EOL]`,
		codes: "control-characters no-target-info oem-only",
	},
	{
		name:  "bidirectional formatting in windows-1255",
		raw:   named(flagsOEM|NegotiateTargetInfo, "LAB\xfe"),
		page:  charmap.Windows1255,
		want:  `type 2 header 48 flags 00880212 target "LAB\u200f" challenge 4343434343434343 info [EOL]`,
		codes: "control-characters no-target-info oem-only",
	},
	{
		name:  "bidirectional formatting in utf-8",
		raw:   named(flagsOEM|NegotiateTargetInfo, "LAB\u202e"),
		page:  unicode.UTF8,
		want:  `type 2 header 48 flags 00880212 target "LAB\u202e" challenge 4343434343434343 info [EOL]`,
		codes: "control-characters no-target-info oem-only",
	},
	{
		name:  "UTF-16 although OEM is set",
		raw:   named(flagsOEM|NegotiateTargetInfo, utf16le("LAB")),
		want:  `type 2 header 48 flags 00880212 target "L\x00A\x00B\x00" challenge 4343434343434343 info [EOL]`,
		codes: "utf16-in-oem no-target-info oem-only",
	},
	{
		name:  "no charset, UTF-16",
		raw:   named(flagsInfo&^NegotiateUnicode, utf16le("LAB")),
		want:  `type 2 header 48 flags 00880210 target "LAB" challenge 4343434343434343 info [EOL]`,
		codes: "no-charset no-target-info",
	},
	{
		name:  "no charset, OEM",
		raw:   named(flagsInfo&^NegotiateUnicode, "LAB"),
		want:  `type 2 header 48 flags 00880210 target "LAB" challenge 4343434343434343 info [EOL]`,
		codes: "no-charset no-target-info",
	},
	{
		name:  "type 1 in ibm866",
		raw:   lay(begin(1), uint32(flagsCurl|NegotiateOEMDomainSupplied), at(5, 32), at(0, 0), "\x84\x8e\x8c\x85\x8d"),
		page:  charmap.CodePage866,
		want:  `type 1 header 32 flags 00089205 domain "ДОМЕН"`,
		codes: "",
	},
	{
		name: "type 3 in OEM",
		raw: authenticateHeader(64, 0, func(m *AuthenticateMessage) {
			unclaimed(m)
			m.Flags = flagsOEM | NegotiateKeyExch
			m.Domain.Bytes, m.UserName.Bytes, m.Workstation.Bytes = []byte("LAB"), []byte("m\xfcller"), []byte("PC")
		}),
		want:  `type 3 header 64 flags 40080212 domain "LAB" user "müller" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 key 4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b mic absent`,
		codes: "",
	},
	{
		name: "type 3 in shift_jis, a character that ends in the byte of an @",
		raw: authenticateHeader(64, 0, func(m *AuthenticateMessage) {
			unclaimed(m)
			m.Flags = flagsOEM | NegotiateKeyExch
			m.Domain.Bytes, m.UserName.Bytes, m.Workstation.Bytes = []byte("LAB"), []byte("a\x83\x40"), []byte("PC")
		}),
		page:  japanese.ShiftJIS,
		want:  `type 3 header 64 flags 40080212 domain "LAB" user "aァ" workstation "PC" lm empty nt ntlmv2 time 2022-06-18T04:26:40.0000000Z nonce 4e4e4e4e4e4e4e4e info [NbDomainName="LAB" ChannelBindings=42424242424242424242424242424242 EOL] trailer 00000000 key 4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b mic absent`,
		codes: "",
	},
	{
		name:  "name in target info with a lone surrogate",
		raw:   challenge(flagsInfo, lay(av(MsvAvNbDomainName, "\x00\xd8"), av(MsvAvEOL))),
		want:  `type 2 header 48 flags 00880211 challenge 4343434343434343 info [NbDomainName="�" EOL]`,
		codes: "lone-surrogate names-disclosed",
	},
	{
		name:  "SPN with a control character",
		raw:   challenge(flagsInfo, lay(av(MsvAvTargetName, utf16le("HTTP/\x00")), av(MsvAvEOL))),
		want:  `type 2 header 48 flags 00880211 challenge 4343434343434343 info [TargetName="HTTP/\x00" EOL]`,
		codes: "control-characters names-disclosed",
	},
}

func TestEncodeText(t *testing.T) {
	for _, test := range []struct {
		text, want string
		page       encoding.Encoding
	}{
		{"", "", nil},
		{"LÄ", "L\x00\xc4\x00", nil},
		{"😀", "\x3d\xd8\x00\xde", nil},
		{"MÜLLER", "M\xdcLLER", charmap.Windows1252},
		{"MÜLLER", "M\x9aLLER", charmap.CodePage437},
		{"ДОМЕН", "\x84\x8e\x8c\x85\x8d", charmap.CodePage866},
		{"ドメイン", "\x83\x68\x83\x81\x83\x43\x83\x93", japanese.ShiftJIS},
		{"MÜLLER", "MÜLLER", unicode.UTF8},
	} {
		b := EncodeText(test.text, test.page)
		if string(b) != test.want {
			t.Errorf("%q: %q, want %q", test.text, b, test.want)
		}
		if got := (Text{Bytes: b, CodePage: test.page}).String(); got != test.text {
			t.Errorf("%q comes back as %q", test.text, got)
		}
	}
	if b := EncodeText("Дx", charmap.Windows1252); string(b) != "\x1ax" {
		t.Errorf("what the page lacks becomes %q", b)
	}
}
