package decode

import (
	"encoding/binary"

	"golang.org/x/text/encoding"

	"github.com/ntlmctl/ntlmctl/decode/annotate"
)

// ChallengeMessage is a CHALLENGE_MESSAGE, the Type 2 (MS-NLMP 2.2.1.2).
type ChallengeMessage struct {
	TargetName      Payload
	Flags           Flags
	ServerChallenge [8]byte
	Reserved        [8]byte
	TargetInfo      Payload
	// AVPairs is TargetInfo, read.
	AVPairs AVPairs
	Version Version
	// HeaderLen is where the fixed part ends: 32, 40, 48 or 56 bytes as a rule.
	HeaderLen int
	codePage  encoding.Encoding
}

const (
	challengeFlagsEnd = 24
	challengeCore     = 32
	challengeReserved = 40
	challengeInfo     = 48
	challengeVersion  = 56
)

var (
	challengeTargetName = payloadName("TargetNameFields", "TargetName")
	challengeTargetInfo = payloadName("TargetInfoFields", "TargetInfo")
)

// Target is TargetName as text.
func (m *ChallengeMessage) Target() Text {
	return messageText(m.TargetName.Bytes, m.Flags, m.codePage)
}

// HasFlags reports whether the flags are there: they may be cut off.
func (m *ChallengeMessage) HasFlags() bool { return m.HeaderLen >= challengeFlagsEnd }

// HasVersion reports whether the fixed part has room for the Version.
func (m *ChallengeMessage) HasVersion() bool { return m.HeaderLen >= challengeVersion }

// Layout points the payloads to their places after a fixed part of 56 bytes,
// for a message that was not parsed. TargetInfo is made of AVPairs.
func (m *ChallengeMessage) Layout() {
	m.HeaderLen = challengeVersion
	m.TargetInfo.Bytes = m.AVPairs.Append(nil)
	m.TargetInfo.place(m.TargetName.place(challengeVersion))
}

// Append writes the message with its payloads where their offsets say; a
// parsed message comes out as it went in.
func (m *ChallengeMessage) Append(dst []byte) []byte {
	start := len(dst)
	dst = append(dst, signature...)
	dst = binary.LittleEndian.AppendUint32(dst, typeChallenge)
	dst = m.TargetName.appendFields(dst)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(m.Flags))
	dst = append(dst, m.ServerChallenge[:]...)
	if m.HeaderLen >= challengeReserved {
		dst = append(dst, m.Reserved[:]...)
	}
	if m.HeaderLen >= challengeInfo {
		dst = m.TargetInfo.appendFields(dst)
	}
	if m.HasVersion() {
		dst = m.Version.Append(dst)
	}
	return m.TargetInfo.copyTo(m.TargetName.copyTo(dst, start), start)
}

func (m *ChallengeMessage) parse(l *layout) {
	m.codePage = l.page
	l.core, l.header = challengeCore, noPayload
	l.signature(typeChallenge, "CHALLENGE_MESSAGE (Type 2)")
	end, whole := m.readHeader(l)
	m.HeaderLen = end
	if !whole && len(l.b) < challengeCore {
		return
	}
	l.text(&challengeTargetName, &m.TargetName, m.Flags, m.targetMeaning())
	m.readTargetInfo(l)
	l.account(end)
	m.judge(l, whole)
}

// readHeader returns where the fixed part ends; whole is false if it is cut.
func (m *ChallengeMessage) readHeader(l *layout) (end int, whole bool) {
	if !l.fields(&challengeTargetName, 12, &m.TargetName) {
		return len(l.b), false
	}
	var ok bool
	if m.Flags, ok = l.flags(20); !ok {
		return len(l.b), false
	}
	if !l.need("ServerChallenge", 24, 8) {
		return len(l.b), false
	}
	copy(m.ServerChallenge[:], l.b[24:])
	l.Field("ServerChallenge", 24, 8, annotate.Bytes(), "the server's nonce")
	if l.endsAt(challengeCore, challengeReserved) {
		return challengeCore, true
	}
	if !l.need("Reserved", 32, 8) {
		return len(l.b), false
	}
	copy(m.Reserved[:], l.b[32:])
	l.Field("Reserved", 32, 8, annotate.Bytes(), "should be zero")
	if m.Reserved != [8]byte{} {
		l.Find(annotate.ReservedBytes, 32, 8, "")
	}
	if l.endsAt(challengeReserved, challengeInfo) || m.endsEarly(l) {
		return challengeReserved, true
	}
	if !l.fields(&challengeTargetInfo, 40, &m.TargetInfo) {
		return len(l.b), false
	}
	m.Version, end = l.version(challengeInfo, m.Flags)
	return end, true
}

// endsEarly reports whether the offset of TargetName, being nonsense, does not
// tell where the fixed part ends, and no flag asks for more of it. Squid's
// ntlm_fake_auth sends such messages: the name follows the Reserved bytes.
func (m *ChallengeMessage) endsEarly(l *layout) bool {
	return l.header >= len(l.b) && l.header != noPayload && m.Flags&(NegotiateTargetInfo|NegotiateVersion) == 0
}

func (m *ChallengeMessage) targetMeaning() string {
	switch {
	case m.Flags.Has(TargetTypeDomain):
		return "the domain that the server belongs to"
	case m.Flags.Has(TargetTypeServer):
		return "the server, whose accounts are its own"
	}
	return "the realm that the server authenticates for"
}

func (m *ChallengeMessage) readTargetInfo(l *layout) {
	p := &m.TargetInfo
	if m.HeaderLen < challengeInfo || !l.payload(&challengeTargetInfo, p) {
		return
	}
	start := int(p.Offset)
	l.Open("TargetInfo", start, len(p.Bytes), annotate.Value{}, "what the server says of itself, in AV pairs")
	var stop int
	m.AVPairs, stop = parseAVPairs(nil, l.b, start, start+len(p.Bytes), &l.Recorder)
	readAVTrailer(l, stop, start+len(p.Bytes))
	l.Close()
}

// readAVTrailer records bytes after MsvAvEOL, where zeros are usual.
func readAVTrailer(l *layout, start, end int) {
	if start >= end {
		return
	}
	l.Field("(trailer)", start, end-start, annotate.Bytes(), "after MsvAvEOL")
	if !allZero(l.b[start:end]) {
		l.Find(annotate.AVAfterEOL, start, end-start, "")
	}
}

// judge makes the findings that need the whole message.
func (m *ChallengeMessage) judge(l *layout, whole bool) {
	has := m.Flags.Has(NegotiateTargetInfo)
	switch {
	case !whole: // nobody knows
	case m.TargetInfo.Len > 0 && !has:
		l.Find(annotate.TargetInfoWithoutFlag, 20, 4, "")
	case m.TargetInfo.Len == 0 && has:
		l.Find(annotate.FlagWithoutTargetInfo, 20, 4, "")
	case m.TargetInfo.Len == 0:
		l.Find(annotate.NoTargetInfo, 20, 4, "")
	case m.AVPairs.Empty() && !m.TargetInfo.cut():
		l.Find(annotate.NoTargetInfo, int(m.TargetInfo.Offset), len(m.TargetInfo.Bytes), "the list is empty")
	}
	if m.Flags&(NegotiateUnicode|NegotiateOEM) == NegotiateOEM {
		l.Find(annotate.OEMOnly, 20, 4, "")
	}
	judgeFlags(l, m.Flags, 20)
	if !m.Flags.Has(NegotiateExtendedSessionSecurity) {
		l.Find(annotate.ESSMissing, 20, 4, "")
	}
	if meaning := knownChallenges[m.ServerChallenge]; meaning != "" {
		l.Find(annotate.KnownChallenge, 24, 8, meaning)
	}
	for _, p := range m.AVPairs {
		if p.ID.IsText() && len(p.Value) > 0 {
			l.Find(annotate.NamesDisclosed, int(m.TargetInfo.Offset), len(m.TargetInfo.Bytes), "")
			break
		}
	}
	if m.HasVersion() && m.Version.Build != 0 {
		l.Find(annotate.BuildNotPatchLevel, challengeInfo, versionSize, "")
	}
}

// knownChallenges are server challenges that are published constants.
var knownChallenges = map[[8]byte]string{
	{0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88}: "1122334455667788, as tools that collect credentials send it",
	{0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef}: "0123456789abcdef, the example of MS-NLMP",
	{0xef, 0xcd, 0xab, 0x89, 0x67, 0x45, 0x23, 0x01}: "efcdab8967452301, as servers send it that do not verify logons themselves",
}

// judgeFlags makes the findings that the Type 2 and the Type 3 have in common.
func judgeFlags(l *layout, flags Flags, offset int) {
	if flags.Has(NegotiateLMKey) {
		l.Find(annotate.LMKey, offset, 4, "")
	}
	if flags.Has(Negotiate56) && !flags.Has(Negotiate128) {
		l.Find(annotate.Only56Bit, offset, 4, "")
	}
	if !flags.Has(NegotiateSign) {
		l.Find(annotate.NoSign, offset, 4, "")
	}
}

// messageText is a name of a Type 2 or Type 3 in the encoding that its flags
// say. Without either flag, what looks like UTF-16 is read as that.
func messageText(b []byte, flags Flags, page encoding.Encoding) Text {
	if flags.Has(NegotiateUnicode) || !flags.Has(NegotiateOEM) && looksUTF16(b) {
		return Text{Bytes: b}
	}
	return Text{Bytes: b, CodePage: page}
}
