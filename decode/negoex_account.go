package decode

import (
	"slices"
	"strconv"

	"github.com/ntlmctl/ntlmctl/decode/annotate"
	"github.com/ntlmctl/ntlmctl/decode/krb5"
)

// account reports and records the bytes of a message that nothing claims.
func (p *negoexReader) account(m *NEGOEXMessage) {
	if m.Type.String() == "" {
		p.unclaimed(p.read, len(p.b), "body", true)
		return
	}
	header := p.read
	if int64(m.HeaderLength) < int64(p.read) {
		if !p.cut {
			p.r.Find(annotate.NEGOEXVersion, p.start+16, 4, "cbHeaderLength is "+utoa(uint64(m.HeaderLength))+", the header takes "+utoa(uint64(p.read)))
		}
	} else if int64(m.HeaderLength) <= int64(len(p.b)) {
		header = int(m.HeaderLength)
	}
	p.unclaimed(p.read, header, "padding", !allZero(p.b[p.read:header]))
	slices.SortFunc(p.payload, func(a, b [2]int) int { return a[0] - b[0] })
	at := header
	for _, span := range p.payload {
		p.gap(at, span[0])
		at = max(at, span[1])
	}
	p.gap(at, len(p.b))
}

// gap is what no vector points at; a few zeros are padding.
func (p *negoexReader) gap(start, end int) {
	if start < end {
		p.unclaimed(start, end, "padding", end-start >= 8 || !allZero(p.b[start:end]))
	}
}

func (p *negoexReader) unclaimed(start, end int, name string, report bool) {
	if start >= end {
		return
	}
	p.r.Field(name, p.start+start, end-start, annotate.Bytes(), "")
	if report {
		p.r.Find(annotate.Gap, p.start+start, end-start, "")
	}
}

func utoa(n uint64) string { return strconv.FormatUint(n, 10) }

// ntStatusText is the name of a status with its meaning, or its number.
func ntStatusText(s krb5.NTStatus) string {
	if name := s.String(); name != "" {
		return name + ": " + s.Meaning()
	}
	return string(annotate.AppendHex32(nil, uint32(s)))
}
