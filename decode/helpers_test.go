package decode

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding"

	"github.com/ntlmctl/ntlmctl/decode/annotate"
	"github.com/ntlmctl/ntlmctl/internal/tokenfiles"
)

// A messageCase is one token with everything that Decode must say of it.
type messageCase struct {
	name string
	raw  []byte
	page encoding.Encoding // nil is the default
	// want is what summary writes.
	want string
	// codes are those of all findings, in order.
	codes string
}

// messageCases are all tables of this package, by the point they make. They are
// also the samples of the tests of invariants and the seeds of FuzzDecode.
var messageCases = map[string][]messageCase{
	"negotiate header":    negotiateHeaderCases,
	"challenge header":    challengeHeaderCases,
	"authenticate header": authenticateHeaderCases,
	"version":             versionCases,
	"payload":             payloadCases,
	"av pairs":            avPairCases,
	"mic":                 micCases,
	"response":            responseCases,
	"session key":         sessionKeyCases,
	"text":                textCases,
	"flags":               flagCases,
	"MS-NLMP":             nlmpCases,
	"real":                realCases,
}

func TestMessages(t *testing.T) {
	for table, cases := range messageCases {
		t.Run(table, func(t *testing.T) {
			for _, c := range cases {
				t.Run(c.name, func(t *testing.T) {
					token := Decode(c.raw, Options{Annotate: true, CodePage: c.page})
					if got := summary(token); got != c.want {
						t.Errorf("message\n got  %s\n want %s", got, c.want)
					}
					if got := findingCodes(token); got != c.codes {
						t.Errorf("findings\n got  %s\n want %s", got, c.codes)
					}
				})
			}
		})
	}
}

// eachSample calls f with every token of the tables and of the conformance set,
// where that is at hand.
func eachSample(t *testing.T, f func(t *testing.T, raw []byte, page encoding.Encoding)) {
	t.Helper()
	for table, cases := range messageCases {
		for _, c := range cases {
			t.Run(table+"/"+c.name, func(t *testing.T) { f(t, c.raw, c.page) })
		}
	}
	if os.Getenv("NTLMCTL_VECTORS") != "" {
		for _, v := range loadVectors(t) {
			if raw := mustBase64(t, v.Base64); isNTLM(raw) {
				t.Run(v.ID, func(t *testing.T) { f(t, raw, nil) })
			}
		}
	}
	for i, raw := range loadCaptures(t) {
		t.Run(fmt.Sprintf("capture %d", i), func(t *testing.T) { f(t, raw, nil) })
	}
}

// loadCaptures reads the NTLM messages, also those inside SPNEGO, of the
// captures that NTLMCTL_CAPTURES points at; none where it is not set.
func loadCaptures(t *testing.T) (messages [][]byte) {
	t.Helper()
	dir := os.Getenv("NTLMCTL_CAPTURES")
	if dir == "" {
		return nil
	}
	type row struct{ Base64 string }
	for _, row := range tokenfiles.Read[row](t, filepath.Join(dir, "tokens.jsonl")) {
		if token := Decode(mustBase64(t, row.Base64), Options{}).NTLM(); token != nil {
			messages = append(messages, token.Raw)
		}
	}
	return messages
}

// findingCodes are the codes of the findings, in order.
func findingCodes(t *Token) string {
	codes := make([]string, len(t.Findings))
	for i, f := range t.Findings {
		codes[i] = f.Code.String()
	}
	return strings.Join(codes, " ")
}

// summary writes all typed values of an NTLM message in one line. What is
// absent is left out.
func summary(t *Token) string {
	var s []string
	add := func(format string, args ...any) { s = append(s, fmt.Sprintf(format, args...)) }
	name := func(label string, p Payload, text Text) {
		if p.Len > 0 {
			add("%s %q", label, text.String())
		}
		if len(p.Bytes) != int(p.Len) {
			add("(%d of %d bytes)", len(p.Bytes), p.Len)
		}
	}
	version := func(has bool, v Version) {
		if has {
			add("version %s", v)
		}
	}
	switch m := t.Message.(type) {
	case *NegotiateMessage:
		add("type 1 header %d flags %08x", m.HeaderLen, uint32(m.Flags))
		name("domain", m.Domain, m.DomainName())
		name("workstation", m.Workstation, m.WorkstationName())
		version(m.HasVersion(), m.Version)
	case *ChallengeMessage:
		add("type 2 header %d flags %08x", m.HeaderLen, uint32(m.Flags))
		name("target", m.TargetName, m.Target())
		add("challenge %x", m.ServerChallenge)
		if m.Reserved != [8]byte{} {
			add("reserved %x", m.Reserved)
		}
		if m.TargetInfo.Len > 0 {
			add("info %s", pairsSummary(m.AVPairs))
		}
		version(m.HasVersion(), m.Version)
	case *AuthenticateMessage:
		add("type 3 header %d flags %08x", m.HeaderLen, uint32(m.Flags))
		name("domain", m.Domain, m.DomainName())
		name("user", m.UserName, m.User())
		name("workstation", m.Workstation, m.WorkstationName())
		add("lm %s nt %s", or(string(m.LMResponseVersion), "?"), or(string(m.ResponseVersion), "?"))
		if v := m.NTLMv2; v != nil {
			add("time %s nonce %x info %s", annotate.AppendFileTime(nil, v.TimeStamp), v.ChallengeFromClient, pairsSummary(v.AVPairs))
			if len(v.Trailer) > 0 {
				add("trailer %x", v.Trailer)
			}
		}
		if m.EncryptedRandomSessionKey.Len > 0 {
			add("key %x", m.EncryptedRandomSessionKey.Bytes)
		}
		version(m.HasVersion(), m.Version)
		add("mic %s", m.MICState)
		if m.MICOffset != 0 {
			add("at %d", m.MICOffset)
		}
	default:
		add("%s", t.Kind)
	}
	return strings.Join(s, " ")
}

func pairsSummary(pairs AVPairs) string {
	parts := make([]string, len(pairs))
	for i, p := range pairs {
		if i == 12 {
			parts[i] = fmt.Sprintf("... %d in all", len(pairs))
			parts = parts[:i+1]
			break
		}
		value, _ := avValue(&p)
		text := string(value.Append(nil, append(make([]byte, avHeaderSize), p.Value...)))
		if p.ID.IsText() {
			text = fmt.Sprintf("%q", text)
		}
		if p.ID == MsvAvSingleHost {
			text = hex.EncodeToString(p.Value[:min(len(p.Value), 52)])
		}
		parts[i] = strings.TrimPrefix(p.ID.String(), "MsvAv")
		if len(p.Value) > 0 {
			parts[i] += "=" + text
		}
	}
	return "[" + strings.Join(parts, " ") + "]"
}

func or(s, instead string) string {
	if s == "" {
		return instead
	}
	return s
}

// lay puts a message together: strings and byte slices as they are, numbers
// little-endian.
func lay(parts ...any) []byte {
	var b []byte
	for _, part := range parts {
		switch p := part.(type) {
		case string:
			b = append(b, p...)
		case []byte:
			b = append(b, p...)
		case Version:
			b = p.Append(b)
		case AVPairs:
			b = p.Append(b)
		case AVPair:
			b = AVPairs{p}.Append(b)
		default:
			var err error
			if b, err = binary.Append(b, binary.LittleEndian, p); err != nil {
				panic(err)
			}
		}
	}
	return b
}

// begin is the signature and the type of a message.
func begin(messageType uint32) []byte { return lay(signature, messageType) }

// at is a <Name>Fields structure.
func at(length uint16, offset uint32) []byte { return lay(length, length, offset) }

// utf16le is s as names of messages have it.
func utf16le(s string) []byte { return annotate.EncodeUTF16(s) }

// av is one AV pair; its value is put together as by lay.
func av(id AVID, value ...any) AVPair { return AVPair{ID: id, Value: lay(value...)} }

// hexBytes reads hexadecimal digits, whatever space there is between them.
func hexBytes(s string) []byte {
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		panic(err)
	}
	return b
}

// sample reads one of the repository's own messages.
func sample(name string) []byte {
	b, err := os.ReadFile(filepath.Join("..", "testdata", "messages", name))
	if err != nil {
		panic(err)
	}
	if strings.HasSuffix(name, ".hex") {
		return hexBytes(string(b))
	}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(b)))
	if err != nil {
		panic(err)
	}
	return raw
}

// edited is raw with some bytes replaced.
func edited(raw []byte, offset int, parts ...any) []byte {
	out := append([]byte(nil), raw...)
	copy(out[offset:], lay(parts...))
	return out
}

// win10 is the Version of Windows 10.
var win10 = Version{Major: 10, Build: 19041, Revision: 15}

// Sets of flags as they are seen.
const (
	flagsCurl    = NegotiateUnicode | RequestTarget | NegotiateNTLM | NegotiateAlwaysSign | NegotiateExtendedSessionSecurity
	flagsWindows = flagsCurl | NegotiateSign | NegotiateTargetInfo | NegotiateVersion | Negotiate128 | NegotiateKeyExch | Negotiate56
	flagsPlain   = NegotiateUnicode | NegotiateNTLM | NegotiateSign | NegotiateExtendedSessionSecurity // nothing to remark on
	flagsInfo    = flagsPlain | NegotiateTargetInfo
	flagsOEM     = NegotiateOEM | NegotiateNTLM | NegotiateSign | NegotiateExtendedSessionSecurity
)

// serverPairs are target information with a name and a timestamp.
func serverPairs() AVPairs {
	return AVPairs{av(MsvAvNbDomainName, utf16le("LAB")), av(MsvAvTimestamp, uint64(133e15)), av(MsvAvEOL)}
}

// ntlmv2 is an NTLMv2 response: proof, blob and what follows the pairs.
func ntlmv2(pairs AVPairs, trailer ...any) []byte {
	return lay("PPPPPPPPPPPPPPPP", byte(1), byte(1), [6]byte{}, uint64(133e15), "NNNNNNNN", [4]byte{}, pairs, lay(trailer...))
}

// bound are the pairs of a response with all that a careful client adds.
func bound(flags uint32) AVPairs {
	return AVPairs{
		av(MsvAvNbDomainName, utf16le("LAB")), av(MsvAvTimestamp, uint64(133e15)), av(MsvAvFlags, flags),
		av(MsvAvTargetName, utf16le("HTTP/a")), av(MsvAvChannelBindings, "BBBBBBBBBBBBBBBB"), av(MsvAvEOL),
	}
}

// careful is a Type 3 about which there is nothing to say but that it has been
// made well: NTLMv2, MIC, channel binding. Tests change parts of it.
func careful() *AuthenticateMessage {
	return &AuthenticateMessage{
		Flags: flagsPlain | NegotiateVersion | NegotiateKeyExch, Version: win10, MIC: [16]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16},
		Domain: Payload{Bytes: utf16le("LAB")}, UserName: Payload{Bytes: utf16le("alice")}, Workstation: Payload{Bytes: utf16le("PC")},
		LMResponse: Payload{Bytes: make([]byte, 24)}, NTResponse: Payload{Bytes: ntlmv2(bound(AVFlagMIC), [4]byte{})},
		EncryptedRandomSessionKey: Payload{Bytes: []byte("KKKKKKKKKKKKKKKK")},
	}
}

// authenticate is careful after a change, laid out by Layout.
func authenticate(change func(m *AuthenticateMessage)) []byte {
	m := careful()
	change(m)
	m.Layout()
	return m.Append(nil)
}

// authenticateHeader is careful after a change, behind a header of another length.
func authenticateHeader(header, mic int, change func(m *AuthenticateMessage)) []byte {
	m := careful()
	change(m)
	m.HeaderLen, m.MICOffset = header, mic
	next := uint32(header)
	for _, p := range m.payloads() {
		next = p.place(next)
	}
	return m.Append(nil)
}

// challenge is a Type 2 with this target information after a header of 48 bytes.
func challenge(flags Flags, info []byte) []byte {
	return lay(begin(2), at(0, 48), uint32(flags), "CCCCCCCC", [8]byte{}, at(uint16(len(info)), 48), info)
}

// wellFormed reports whether Append must give the token back byte for byte.
func wellFormed(t *Token) bool {
	for _, f := range t.Findings {
		switch {
		case f.Severity() == annotate.Error, f.Code == annotate.Gap, f.Code == annotate.TrailingData:
			return false
		}
	}
	return true
}

// encode writes a decoded NTLM message; nil for any other token.
func encode(t *Token) []byte {
	if m, ok := t.Message.(interface{ Append([]byte) []byte }); ok && isNTLM(t.Raw) {
		return m.Append(nil)
	}
	return nil
}
