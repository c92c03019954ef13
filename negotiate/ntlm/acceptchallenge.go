package ntlm

import (
	"encoding/binary"
	"errors"
	"io"
	"math"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/decode/annotate"
)

// echoedFlags are those that a challenge grants where the client asks for them.
const echoedFlags = decode.NegotiateSign | decode.NegotiateSeal | decode.NegotiateAlwaysSign | decode.Negotiate128 |
	decode.NegotiateKeyExch | decode.Negotiate56 | decode.RequestTarget | decode.NegotiateVersion |
	decode.NegotiateExtendedSessionSecurity

// settle chooses the flags of the challenge (MS-NLMP 3.2.5.1.1). Target
// information is sent whether it was asked for or not, as Windows does.
func (o *AcceptorOptions) settle(offered decode.Flags) decode.Flags {
	flags := offered&echoedFlags | decode.NegotiateNTLM | decode.NegotiateTargetInfo
	if offered.Has(decode.NegotiateOEM) && !offered.Has(decode.NegotiateUnicode) {
		flags |= decode.NegotiateOEM
	} else {
		flags |= decode.NegotiateUnicode
	}
	if offered.Has(decode.NegotiateLMKey) && !flags.Has(decode.NegotiateExtendedSessionSecurity) {
		flags |= decode.NegotiateLMKey
	}
	if offered.Has(decode.RequestTarget) {
		if o.Names.Member {
			flags |= decode.TargetTypeDomain
		} else {
			flags |= decode.TargetTypeServer
		}
	}
	return (flags | o.SetFlags) &^ o.ClearFlags
}

// challenge makes the CHALLENGE_MESSAGE (MS-NLMP 2.2.1.2).
func (o *AcceptorOptions) challenge(offered decode.Flags) ([]byte, error) {
	m := decode.ChallengeMessage{Flags: o.settle(offered)}
	if _, err := io.ReadFull(o.Random, m.ServerChallenge[:]); err != nil {
		return nil, err
	}
	if m.Flags.Has(decode.RequestTarget) {
		m.TargetName.Bytes = o.encodeText(m.Flags, o.Names.target())
	}
	if m.Flags.Has(decode.NegotiateTargetInfo) {
		m.AVPairs = o.targetInfo()
		if len(m.AVPairs.Append(nil)) > math.MaxUint16 {
			return nil, errors.New("the names are too long for a challenge")
		}
	}
	if m.Flags.Has(decode.NegotiateVersion) {
		m.Version = o.Version
	}
	m.Layout()
	return m.Append(nil), nil
}

// targetInfo lists the AV pairs in the order of Windows, the timestamp last.
func (o *AcceptorOptions) targetInfo() decode.AVPairs {
	list := make(decode.AVPairs, 0, 7)
	for _, n := range [...]struct {
		id   decode.AVID
		name string
	}{
		{decode.MsvAvNbDomainName, o.Names.NbDomain}, {decode.MsvAvNbComputerName, o.Names.NbComputer},
		{decode.MsvAvDNSDomainName, o.Names.DNSDomain}, {decode.MsvAvDNSComputerName, o.Names.DNSComputer},
		{decode.MsvAvDNSTreeName, o.Names.DNSTree},
	} {
		if n.name != "" {
			list = append(list, decode.AVPair{ID: n.id, Value: decode.EncodeText(n.name, nil)})
		}
	}
	if !o.NoTimestamp {
		stamp := binary.LittleEndian.AppendUint64(nil, annotate.FileTimeOf(o.Clock()))
		list = append(list, decode.AVPair{ID: decode.MsvAvTimestamp, Value: stamp})
	}
	return append(list, decode.AVPair{ID: decode.MsvAvEOL})
}

// encodeText is a name outside the target information, in what the flags settle.
func (o *AcceptorOptions) encodeText(flags decode.Flags, s string) []byte {
	var page encoding.Encoding
	if !flags.Has(decode.NegotiateUnicode) {
		if page = o.CodePage; page == nil {
			page = charmap.Windows1252
		}
	}
	return decode.EncodeText(s, page)
}
