package decode

import (
	"encoding/binary"

	"golang.org/x/text/encoding"

	"github.com/ntlmctl/ntlmctl/decode/annotate"
)

// AuthenticateMessage is an AUTHENTICATE_MESSAGE, the Type 3 (MS-NLMP 2.2.1.3).
type AuthenticateMessage struct {
	LMResponse, NTResponse        Payload
	Domain, UserName, Workstation Payload
	EncryptedRandomSessionKey     Payload
	Flags                         Flags
	Version                       Version
	// MIC is what stands at the MIC's place, claimed or not; see MICState.
	MIC      [16]byte
	MICState MICState
	// MICOffset is where the MIC stands: 72, or 64 in messages without a
	// Version; 0 if there is no room for one or it is cut.
	MICOffset int
	// HeaderLen is where the fixed part ends: 52, 64, 72, 80 or 88 bytes as a rule.
	HeaderLen int
	// NTLMv2 is the NT response, read; nil unless ResponseVersion is ResponseNTLMv2
	// and the token reaches to its AV pairs.
	NTLMv2            *NTLMv2Response
	ResponseVersion   ResponseVersion
	LMResponseVersion LMResponseVersion

	ntlmv2   NTLMv2Response
	pairs    [4]AVPair // room for the pairs of a short list; a longer one has an allocation of its own
	codePage encoding.Encoding
}

// MICState says whether there is a message integrity code (MS-NLMP 2.2.1.3), and
// whether MsvAvFlags claims one (2.2.2.1).
type MICState string

// A MIC is claimed only by MsvAvFlags in the NTLMv2 response (MS-NLMP
// 2.2.2.1); bytes in its place without the claim are unclaimed.
const (
	MICClaimed   MICState = "claimed"
	MICUnclaimed MICState = "unclaimed"
	MICAbsent    MICState = "absent"
)

const (
	authenticateCore  = 52
	authenticateKey   = 60
	authenticateFlags = 64
	micSize           = 16
	micName           = "MIC"
)

var (
	authenticateLM          = payloadName("LmChallengeResponseFields", "LmChallengeResponse")
	authenticateNT          = payloadName("NtChallengeResponseFields", "NtChallengeResponse")
	authenticateDomain      = payloadName("DomainNameFields", "DomainName")
	authenticateUser        = payloadName("UserNameFields", "UserName")
	authenticateWorkstation = payloadName("WorkstationFields", "Workstation")
	authenticateSessionKey  = payloadName("EncryptedRandomSessionKeyFields", "EncryptedRandomSessionKey")
)

// authenticatePayloads are the names in the order of the structures.
var authenticatePayloads = [6]*payloadNames{
	&authenticateLM, &authenticateNT, &authenticateDomain, &authenticateUser, &authenticateWorkstation, &authenticateSessionKey,
}

// DomainName is the account's domain, or empty.
func (m *AuthenticateMessage) DomainName() Text { return m.text(m.Domain) }

// User is the account's name.
func (m *AuthenticateMessage) User() Text { return m.text(m.UserName) }

// WorkstationName is the client's name, or empty.
func (m *AuthenticateMessage) WorkstationName() Text { return m.text(m.Workstation) }

func (m *AuthenticateMessage) text(p Payload) Text {
	return messageText(p.Bytes, m.Flags, m.codePage)
}

// HasFlags reports whether the flags are there: they may be cut off, or not
// belong to a message as old as that.
func (m *AuthenticateMessage) HasFlags() bool { return m.HeaderLen >= authenticateFlags }

// HasVersion reports whether the fixed part has room for the Version.
func (m *AuthenticateMessage) HasVersion() bool {
	return m.HeaderLen >= authenticateFlags+versionSize && m.MICOffset != authenticateFlags
}

// payloads lists the six payloads in the order of their structures.
func (m *AuthenticateMessage) payloads() [6]*Payload {
	return [6]*Payload{&m.LMResponse, &m.NTResponse, &m.Domain, &m.UserName, &m.Workstation, &m.EncryptedRandomSessionKey}
}

// Layout points the payloads to their places after a fixed part of 88 bytes
// with Version and MIC, for a message that was not parsed. Names come first, as
// Windows writes them.
func (m *AuthenticateMessage) Layout() {
	m.MICOffset = authenticateFlags + versionSize
	m.HeaderLen = m.MICOffset + micSize
	next := uint32(m.HeaderLen)
	for _, p := range [...]*Payload{&m.Domain, &m.UserName, &m.Workstation, &m.LMResponse, &m.NTResponse, &m.EncryptedRandomSessionKey} {
		next = p.place(next)
	}
}

// Append writes the message with its payloads where their offsets say; a
// parsed message comes out as it went in.
func (m *AuthenticateMessage) Append(dst []byte) []byte {
	start := len(dst)
	dst = append(dst, signature...)
	dst = binary.LittleEndian.AppendUint32(dst, typeAuthenticate)
	for i, p := range m.payloads() {
		if i < 5 || m.HeaderLen >= authenticateKey {
			dst = p.appendFields(dst)
		}
	}
	if m.HeaderLen >= authenticateFlags {
		dst = binary.LittleEndian.AppendUint32(dst, uint32(m.Flags))
	}
	if m.HasVersion() {
		dst = m.Version.Append(dst)
	}
	if m.MICOffset != 0 {
		dst = append(dst, m.MIC[:]...)
	}
	for _, p := range m.payloads() {
		dst = p.copyTo(dst, start)
	}
	return dst
}

func (m *AuthenticateMessage) parse(l *layout) {
	m.codePage = l.page
	l.core, l.header = authenticateCore, noPayload
	l.signature(typeAuthenticate, "AUTHENTICATE_MESSAGE (Type 3)")
	end := m.readHeader(l)
	m.HeaderLen = end
	whole := len(l.b) >= authenticateCore // else nobody knows what was sent
	if whole {
		m.classify()
	}
	m.readLM(l)
	m.readNT(l)
	l.text(&authenticateDomain, &m.Domain, m.Flags, "the account's domain, or its machine")
	l.text(&authenticateUser, &m.UserName, m.Flags, "the account")
	l.text(&authenticateWorkstation, &m.Workstation, m.Flags, "the client's machine, as it says")
	m.readSessionKey(l)
	m.settleMIC(l)
	l.account(end)
	if whole {
		m.judge(l)
	}
}

// readHeader reads the fixed part and returns where it ends. What of it is
// there follows from the lowest offset of a payload.
func (m *AuthenticateMessage) readHeader(l *layout) int {
	for i, p := range m.payloads() {
		at := 12 + i*payloadFieldsSize
		if i == 5 && l.endsAt(authenticateCore, authenticateKey) {
			return authenticateCore
		}
		if !l.fields(authenticatePayloads[i], at, p) {
			return len(l.b)
		}
	}
	if l.endsAt(authenticateKey, authenticateFlags) {
		return authenticateKey
	}
	var ok bool
	if m.Flags, ok = l.flags(authenticateKey); !ok {
		return len(l.b)
	}
	return m.readOptional(l)
}

// readOptional reads Version and MIC, which are there if the header has room
// for them. In 80 bytes there is a MIC and no Version, unless the bytes say
// otherwise.
func (m *AuthenticateMessage) readOptional(l *layout) int {
	const versionEnd = authenticateFlags + versionSize
	room := l.header - authenticateFlags
	if l.header == noPayload {
		room = len(l.b) - authenticateFlags
	}
	if room == micSize && len(l.b) > authenticateFlags && !l.plausibleVersion(authenticateFlags) {
		if m.Flags.Has(NegotiateVersion) {
			l.Find(annotate.VersionMissing, authenticateFlags, 0, "")
		}
		return m.readMIC(l, authenticateFlags)
	}
	if room >= versionSize+micSize && len(l.b) > versionEnd {
		// Room for both: a Version of zeros is one that is not given.
		m.Version = readVersion(l.b, authenticateFlags, m.Flags, &l.Recorder)
		return m.readMIC(l, versionEnd)
	}
	var end int
	m.Version, end = l.version(authenticateFlags, m.Flags)
	return end
}

// readMIC reads the bytes in the MIC's place and returns where they end.
// Whether they are one, settleMIC says.
func (m *AuthenticateMessage) readMIC(l *layout, offset int) int {
	if !l.need(micName, offset, micSize) {
		return len(l.b)
	}
	m.MICOffset = offset
	copy(m.MIC[:], l.b[offset:])
	l.Field(micName, offset, micSize, annotate.Bytes(), "")
	return offset + micSize
}

func (m *AuthenticateMessage) readSessionKey(l *layout) {
	p := &m.EncryptedRandomSessionKey
	if m.HeaderLen < authenticateKey || !l.payload(&authenticateSessionKey, p) {
		return
	}
	l.Field(authenticateSessionKey.payload, int(p.Offset), len(p.Bytes), annotate.Bytes(), "the session key that the client chose, under RC4")
}

// AVFlags is the value of MsvAvFlags in the NTLMv2 response, 0 where it is absent.
func (m *AuthenticateMessage) AVFlags() uint32 {
	if m.NTLMv2 == nil {
		return 0
	}
	p, _ := m.NTLMv2.AVPairs.Get(MsvAvFlags)
	bits, _ := p.Uint32()
	return bits
}

// settleMIC says whether the bytes in the MIC's place are one.
func (m *AuthenticateMessage) settleMIC(l *layout) {
	claimed := m.AVFlags()&AVFlagMIC != 0
	m.MICState = MICAbsent
	switch {
	case claimed && m.MICOffset == 0:
		l.Find(annotate.MICMissing, m.HeaderLen, 0, "")
	case claimed:
		m.MICState = MICClaimed
	case m.MICOffset != 0 && !allZero(m.MIC[:]):
		m.MICState = MICUnclaimed
		if !m.NTResponse.cut() {
			l.Find(annotate.MICUnclaimed, m.MICOffset, micSize, "")
		}
	}
	for i := range l.Fields {
		if f := &l.Fields[i]; f.Name == micName && m.MICOffset != 0 {
			f.Meaning = micMeanings[m.MICState]
			if !claimed && m.NTResponse.cut() {
				f.Meaning = "whether it is claimed, the part of the NT response would say that is cut"
			}
		}
	}
}

var micMeanings = map[MICState]string{
	MICClaimed:   "claimed: HMAC-MD5 over the three messages",
	MICUnclaimed: "not claimed by MsvAvFlags: to be ignored",
	MICAbsent:    "zeros, and not claimed by MsvAvFlags: absent",
}

// judge makes the findings that need the whole message.
func (m *AuthenticateMessage) judge(l *layout) {
	nt, lm := int(m.NTResponse.Offset), int(m.LMResponse.Offset)
	switch m.ResponseVersion {
	case ResponseAnonymous:
		l.Find(annotate.AnonymousLogon, 36, payloadFieldsSize, "")
	case ResponseNone:
		if m.UserName.Len > 0 {
			l.Find(annotate.NullResponse, 20, payloadFieldsSize, "")
		}
	case ResponseNTLMv1:
		l.Find(annotate.NTLMv1InUse, nt, v1Size, "")
	case ResponseNTLMv1ESS:
		l.Find(annotate.NTLMv1ESSInUse, nt, v1Size, "")
	case ResponseNTLMv2:
		if m.NTLMv2 != nil && !m.NTResponse.cut() { // of what is cut, all may be in the rest
			m.judgeNTLMv2(l)
		}
	}
	if m.LMResponseVersion == LMv1 {
		l.Find(annotate.LMv1InUse, lm, v1Size, "")
	}
	if (m.ResponseVersion == ResponseNTLMv1 || m.ResponseVersion == ResponseLMv1) && m.HasFlags() && !m.Flags.Has(NegotiateExtendedSessionSecurity) {
		l.Find(annotate.ESSMissing, authenticateKey, 4, "")
	}
	if m.Domain.Len > 0 && m.User().contains('@') {
		l.Find(annotate.UPNWithDomain, int(m.UserName.Offset), len(m.UserName.Bytes), "")
	}
	if !m.HasFlags() {
		return
	}
	switch key := m.EncryptedRandomSessionKey.Len > 0; {
	case key && !m.Flags.Has(NegotiateKeyExch):
		l.Find(annotate.SessionKeyWithoutFlag, 52, payloadFieldsSize, "")
	case !key && m.Flags.Has(NegotiateKeyExch) && m.ResponseVersion != ResponseAnonymous:
		l.Find(annotate.FlagWithoutSessionKey, 52, payloadFieldsSize, "")
	}
	judgeFlags(l, m.Flags, authenticateKey)
}

func (m *AuthenticateMessage) judgeNTLMv2(l *layout) {
	at, size := int(m.NTResponse.Offset)+ntlmv2Proof, len(m.NTLMv2.ClientChallenge)
	pairs := m.NTLMv2.AVPairs
	if pairs.find(MsvAvTimestamp) != nil && m.AVFlags()&AVFlagMIC == 0 {
		l.Find(annotate.MICAbsent, at, size, "")
	}
	if pairs.Empty() {
		l.Find(annotate.NoTargetInfo, at, size, "the NTLMv2 response carries none")
	}
	switch p := pairs.find(MsvAvChannelBindings); {
	case p == nil:
		l.Find(annotate.ChannelBindingAbsent, at, size, "")
	case allZero(p.Value):
		l.Find(annotate.ChannelBindingZero, p.Offset, len(p.Value), "")
	}
}
