package decode

import (
	"encoding/binary"

	"golang.org/x/text/encoding"

	"github.com/ntlmctl/ntlmctl/decode/annotate"
)

// signature is what every NTLM message begins with (MS-NLMP 2.2.1).
const signature = "NTLMSSP\x00"

// The values of MessageType.
const (
	typeNegotiate    = 1
	typeChallenge    = 2
	typeAuthenticate = 3
)

// NegotiateMessage is a NEGOTIATE_MESSAGE, the Type 1 (MS-NLMP 2.2.1.1).
type NegotiateMessage struct {
	Flags Flags
	// Domain and Workstation are names in OEM by the specification; some
	// clients write UTF-16.
	Domain, Workstation Payload
	Version             Version
	// HeaderLen is where the fixed part ends: 16, 32 or 40 bytes as a rule.
	HeaderLen int
	codePage  encoding.Encoding
}

const (
	negotiateCore          = 16
	negotiateWorkstationAt = 24
	negotiateHeader        = 32
)

var (
	negotiateDomain      = payloadName("DomainNameFields", "DomainName")
	negotiateWorkstation = payloadName("WorkstationFields", "Workstation")
)

// DomainName is the domain that the client named, or empty.
func (m *NegotiateMessage) DomainName() Text { return m.text(m.Domain) }

// WorkstationName is the client's name, or empty.
func (m *NegotiateMessage) WorkstationName() Text { return m.text(m.Workstation) }

func (m *NegotiateMessage) text(p Payload) Text {
	return messageText(p.Bytes, 0, m.codePage) // the flags say nothing of this message's names
}

// HasFlags reports whether the flags are there: they may be cut off.
func (m *NegotiateMessage) HasFlags() bool { return m.HeaderLen >= negotiateCore }

// HasVersion reports whether the fixed part has room for the Version.
func (m *NegotiateMessage) HasVersion() bool { return m.HeaderLen >= negotiateHeader+versionSize }

// Layout points the payloads to their places after a fixed part of 40 bytes,
// for a message that was not parsed.
func (m *NegotiateMessage) Layout() {
	m.HeaderLen = negotiateHeader + versionSize
	m.Workstation.place(m.Domain.place(uint32(m.HeaderLen)))
}

// Append writes the message with its payloads where their offsets say; a
// parsed message comes out as it went in.
func (m *NegotiateMessage) Append(dst []byte) []byte {
	start := len(dst)
	dst = append(dst, signature...)
	dst = binary.LittleEndian.AppendUint32(dst, typeNegotiate)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(m.Flags))
	if m.HeaderLen >= negotiateCore+payloadFieldsSize {
		dst = m.Domain.appendFields(dst)
	}
	if m.HeaderLen >= negotiateHeader {
		dst = m.Workstation.appendFields(dst)
	}
	if m.HasVersion() {
		dst = m.Version.Append(dst)
	}
	return m.Workstation.copyTo(m.Domain.copyTo(dst, start), start)
}

func (m *NegotiateMessage) parse(l *layout) {
	m.codePage = l.page
	l.header = noPayload
	l.signature(typeNegotiate, "NEGOTIATE_MESSAGE (Type 1)")
	m.HeaderLen = len(l.b)
	var ok bool
	if m.Flags, ok = l.flags(12); !ok {
		return
	}
	end, whole := m.readHeader(l)
	m.HeaderLen = end
	if end >= negotiateCore+payloadFieldsSize {
		l.text(&negotiateDomain, &m.Domain, 0, "the domain that the client names")
	}
	if end >= negotiateHeader {
		l.text(&negotiateWorkstation, &m.Workstation, 0, "the client's machine")
	}
	for _, p := range [...]struct {
		*Payload
		name string
		flag Flags
	}{{&m.Domain, "DomainName", NegotiateOEMDomainSupplied}, {&m.Workstation, "Workstation", NegotiateOEMWorkstationSupplied}} {
		switch has := p.Len > 0; {
		case has && !m.Flags.Has(p.flag):
			l.Find(annotate.NameWithoutFlag, 12, 4, p.name)
		case !has && whole && m.Flags.Has(p.flag):
			l.Find(annotate.FlagWithoutName, 12, 4, p.name)
		}
		if looksUTF16(p.Bytes) {
			l.Find(annotate.UTF16InType1, int(p.Offset), len(p.Bytes), p.name)
		}
	}
	if len(m.Workstation.Bytes) > 0 {
		l.Find(annotate.WorkstationDiscloses, int(m.Workstation.Offset), len(m.Workstation.Bytes), "")
	}
	l.account(end)
}

// readHeader reads what follows the flags. It returns where the fixed part
// ends; whole is false if it is cut.
func (m *NegotiateMessage) readHeader(l *layout) (end int, whole bool) {
	if len(l.b) == negotiateCore {
		if m.Flags.Has(NegotiateVersion) {
			l.Find(annotate.VersionMissing, negotiateCore, 0, "")
		}
		return negotiateCore, true
	}
	if l.core = negotiateHeader; len(l.b) < negotiateHeader {
		l.core = negotiateWorkstationAt
	}
	if !l.fields(&negotiateDomain, negotiateCore, &m.Domain) {
		return len(l.b), false
	}
	if l.header < negotiateHeader {
		return negotiateWorkstationAt, true
	}
	if !l.fields(&negotiateWorkstation, negotiateWorkstationAt, &m.Workstation) {
		return len(l.b), false
	}
	m.Version, end = l.version(negotiateHeader, m.Flags)
	return end, true
}
