package ntlm

import (
	"encoding/hex"
	"fmt"

	ntlmssp "github.com/Azure/go-ntlmssp"

	"github.com/ntlmctl/ntlmctl/decode"
)

// authenticate makes the AUTHENTICATE_MESSAGE (MS-NLMP 2.2.1.3, 3.1.5.1.2). The
// library computes the response and writes the message; Version and MIC are laid
// in afterwards. The MIC covers the challenge as it was received.
func (c *Client) authenticate(challenge *decode.ChallengeMessage) error {
	prepared, err := c.prepare(challenge)
	if err != nil {
		return err
	}
	account, hash := c.options.Account, c.options.Secret.NTOWFv1()
	// The library cuts at the first \: an empty domain keeps a user with one whole.
	raw, err := ntlmssp.NewAuthenticateMessage(prepared, account.Domain+`\`+account.User, hex.EncodeToString(hash[:]),
		&ntlmssp.AuthenticateMessageOptions{WorkstationName: c.options.Workstation, PasswordHashed: true})
	if err != nil {
		return clientError(stepAuthenticate, err, "")
	}
	t := decode.Decode(raw, decode.Options{})
	m, ok := t.Message.(*decode.AuthenticateMessage)
	if !ok || m.NTLMv2 == nil {
		return clientError(stepAuthenticate, fmt.Errorf("go-ntlmssp made no NTLMv2 response but %s", t.Kind), "")
	}
	// The library puts the user in Unicode's upper case, which differs from
	// Windows' for a few letters, so the keyed parts are computed once more.
	key := NTOWFv2(hash, account.User, account.Domain)
	m.NTResponse.Bytes = NTLMv2Response(key, challenge.ServerChallenge, m.NTLMv2.ClientChallenge)
	if len(m.LMResponse.Bytes) == ResponseSize {
		lm := LMv2Response(key, challenge.ServerChallenge, m.NTLMv2.ChallengeFromClient)
		m.LMResponse.Bytes = lm[:]
	}
	m.Flags |= decode.NegotiateVersion
	m.Version = c.version()
	m.Layout()
	c.type3 = m.Append(nil)
	c.flags, c.micClaimed = m.Flags, m.AVFlags()&decode.AVFlagMIC != 0
	exported := SessionBaseKeyV2(key, m.NTResponse.Bytes[:16]) // without KEY_EXCH it is that
	c.exported = func() Key { return exported }
	if !c.micClaimed {
		return nil
	}
	mic, err := MIC(exported, c.type1, c.type2, c.type3, m.MICOffset)
	if err != nil {
		return clientError(stepAuthenticate, err, "")
	}
	copy(c.type3[m.MICOffset:], mic[:])
	return nil
}

// version is the Version that the NEGOTIATE_MESSAGE says.
func (c *Client) version() decode.Version {
	m, ok := decode.Decode(c.type1, decode.Options{}).Message.(*decode.NegotiateMessage)
	if !ok { // it is our own
		return decode.Version{}
	}
	return m.Version
}
