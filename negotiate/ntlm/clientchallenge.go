package ntlm

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/decode/annotate"
	"github.com/ntlmctl/ntlmctl/decode/spnego"
)

// readChallenge finds the CHALLENGE_MESSAGE in the server's token, and refuses
// one that NTLMv2 cannot answer.
func (c *Client) readChallenge(in []byte) (*decode.ChallengeMessage, error) {
	if len(in) > maxToken {
		return nil, clientError(stepChallenge, ErrMangled, "it is too long")
	}
	e := openEnvelope(bytes.Clone(in))
	if err := checkResp(e.resp); err != nil {
		return nil, err
	}
	if e.message == nil {
		if detail := damage(e.token); detail != "" || e.token.Kind == decode.KindUnknown {
			return nil, clientError(stepChallenge, ErrMangled, detail)
		}
		return nil, clientError(stepChallenge, ErrUnexpected, string(e.kind())+" without an NTLM message")
	}
	m, ok := e.message.Message.(*decode.ChallengeMessage)
	if !ok {
		return nil, clientError(stepChallenge, ErrUnexpected, string(e.kind()))
	}
	c.type2, c.spnego = e.message.Raw, e.spnego()
	if err := checkChallenge(e.message, m); err != nil {
		return nil, err
	}
	m.AVPairs = wholePairs(e.message, m.AVPairs)
	return m, nil
}

// wholePairs leaves out a last pair that wants bytes past the end of its list.
func wholePairs(t *decode.Token, list decode.AVPairs) decode.AVPairs {
	if cut, ok := find(t, annotate.AVTruncated); ok && len(list) > 0 {
		if last := list[len(list)-1]; last.Offset-avHeaderSize == cut.Offset {
			return list[:len(list)-1]
		}
	}
	return list
}

// avHeaderSize is the length of AvId and AvLen.
const avHeaderSize = 4

func find(t *decode.Token, code annotate.Code) (decode.Finding, bool) {
	for _, f := range t.Findings {
		if f.Code == code {
			return f, true
		}
	}
	return decode.Finding{}, false
}

// checkResp refuses a NegTokenResp that does not go on with NTLM (RFC 4178 4.2.2).
func checkResp(r *spnego.Resp) error {
	switch {
	case r == nil:
		return nil
	case r.State == spnego.Reject:
		return clientError(stepChallenge, ErrRejected, "")
	case r.SupportedMech != "" && r.SupportedMech != spnego.OIDNTLM:
		return clientError(stepChallenge, ErrOtherMechanism, mechName(r.SupportedMech))
	}
	return nil
}

// TargetInfoFields of a CHALLENGE_MESSAGE begin at infoFields and end at challengeInfo.
const (
	infoFields    = 40
	challengeInfo = 48
)

// checkChallenge refuses what would cost a logon and cannot succeed: the nonce
// or the target information is not all there, no Unicode, no NTLMv2.
func checkChallenge(t *decode.Token, m *decode.ChallengeMessage) error {
	if repeatsFlags(t, m) {
		m.TargetInfo, m.AVPairs = decode.Payload{}, nil
		m.Flags &^= decode.NegotiateTargetInfo | decode.NegotiateVersion
	} else if err := checkWhole(t, m); err != nil {
		return err
	}
	switch {
	case !m.Flags.Has(decode.NegotiateUnicode) && m.Flags.Has(decode.NegotiateOEM):
		return clientError(stepChallenge, ErrOEMOnly, "")
	case m.AVPairs.Empty() && !m.Flags.Has(decode.NegotiateExtendedSessionSecurity):
		return clientError(stepChallenge, ErrNTLMv1Only, "")
	}
	return nil
}

func checkWhole(t *decode.Token, m *decode.ChallengeMessage) error {
	_, cut := find(t, annotate.Truncated)
	withoutInfo := m.HeaderLen < challengeInfo && m.Flags.Has(decode.NegotiateTargetInfo)
	if cut || withoutInfo || len(m.TargetInfo.Bytes) < int(m.TargetInfo.Len) {
		return clientError(stepChallenge, ErrMangled, damage(t))
	}
	return nil
}

// repeatsFlags recognises the Type 2 of Squid's ntlm_fake_auth, which sends the
// client's flags back and has neither target information nor a version: its
// TargetName stands where they would, and the offset points nowhere.
func repeatsFlags(t *decode.Token, m *decode.ChallengeMessage) bool {
	return m.TargetName.Len > 0 && len(m.TargetName.Bytes) == 0 && len(t.Raw) == infoFields+int(m.TargetName.Len)
}

// authenticateFlags are those of a challenge that have a place in the answer. The
// library makes no session key of the client's own and knows no LM_KEY; the
// other ones left out speak of the challenge itself, or were never offered.
const authenticateFlags = decode.RequestTarget | decode.NegotiateSign | decode.NegotiateSeal | decode.NegotiateNTLM |
	decode.NegotiateAlwaysSign | decode.NegotiateExtendedSessionSecurity | decode.NegotiateTargetInfo |
	decode.NegotiateVersion | decode.Negotiate128 | decode.Negotiate56

// prepare encodes the challenge anew for the library: in canonical form, without
// TargetName, and with the client's own AV pairs, which so are signed into the
// NTLMv2 response.
func (c *Client) prepare(m *decode.ChallengeMessage) ([]byte, error) {
	canonical := decode.ChallengeMessage{
		Flags:           m.Flags&authenticateFlags | decode.NegotiateUnicode,
		ServerChallenge: m.ServerChallenge,
		Version:         m.Version,
	}
	if m.AVPairs.Empty() {
		canonical.Flags &^= decode.NegotiateTargetInfo
	} else {
		pairs, err := c.mergePairs(m.AVPairs)
		if err != nil {
			return nil, err
		}
		canonical.AVPairs = pairs
		canonical.Flags |= decode.NegotiateTargetInfo
	}
	canonical.Layout()
	return canonical.Append(nil), nil
}

// responseFixed is what an NTLMv2_RESPONSE has beside the AV pairs: the proof, 28
// bytes and four zeros.
const responseFixed = 16 + 28 + 4

// mergePairs adds the client's AV pairs to the server's (MS-NLMP 3.1.5.1.2). Of
// pairs with one id the first counts; the list ends with one MsvAvEOL.
func (c *Client) mergePairs(server decode.AVPairs) (decode.AVPairs, error) {
	merged := make(decode.AVPairs, 0, len(server)+4)
	seen := make(map[decode.AVID]bool, len(server))
	for _, p := range server {
		if p.ID == decode.MsvAvEOL {
			break
		}
		if !seen[p.ID] {
			seen[p.ID] = true
			merged = append(merged, p)
		}
	}
	merged = c.mergeFlags(merged)
	binding, ok, err := c.options.ChannelBinding.value(c.options.ChannelBindings)
	if err != nil { // NewClient has looked
		return nil, clientError(stepAuthenticate, err, "")
	}
	merged = mergePair(merged, decode.MsvAvChannelBindings, binding[:], ok)
	spn, ok := c.options.TargetName.value(c.options.SPN)
	merged = mergePair(merged, decode.MsvAvTargetName, decode.EncodeText(spn, nil), ok)
	merged = append(merged, decode.AVPair{ID: decode.MsvAvEOL})
	size := 0
	for _, p := range merged {
		size += avHeaderSize + len(p.Value)
	}
	if size+responseFixed > math.MaxUint16 {
		return nil, clientError(stepAuthenticate, ErrMangled, fmt.Sprintf("target information of %d bytes leaves no room for a response", size))
	}
	return merged, nil
}

// mergeFlags sets or clears the MIC's bit in MsvAvFlags.
func (c *Client) mergeFlags(list decode.AVPairs) decode.AVPairs {
	given, had := list.Get(decode.MsvAvFlags)
	bits, _ := given.Uint32()
	if c.options.NoMIC {
		bits &^= decode.AVFlagMIC
	} else {
		bits |= decode.AVFlagMIC
	}
	return mergePair(list, decode.MsvAvFlags, binary.LittleEndian.AppendUint32(nil, bits), had || bits != 0)
}

// mergePair sets the pair where it stands or at the end; it takes it out where
// there is to be none.
func mergePair(list decode.AVPairs, id decode.AVID, value []byte, wanted bool) decode.AVPairs {
	for i := range list {
		if list[i].ID != id {
			continue
		}
		if !wanted {
			return append(list[:i], list[i+1:]...)
		}
		list[i].Value = value
		return list
	}
	if !wanted {
		return list
	}
	return append(list, decode.AVPair{ID: id, Value: value})
}
