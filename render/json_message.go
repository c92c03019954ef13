package render

import (
	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/decode/annotate"
	"github.com/ntlmctl/ntlmctl/decode/krb5"
	"github.com/ntlmctl/ntlmctl/decode/spnego"
)

// appendMessage appends the typed message under its key; nothing where the
// token's kind is unknown.
func appendMessage(dst []byte, t *decode.Token) []byte {
	if t.Message == nil {
		return dst
	}
	dst = append(appendKey(dst, "message"), '{')
	switch m := t.Message.(type) {
	case *decode.NegotiateMessage:
		dst = appendNegotiate(dst, m)
	case *decode.ChallengeMessage:
		dst = appendChallenge(dst, m)
	case *decode.AuthenticateMessage:
		dst = appendAuthenticate(dst, m)
	case *spnego.Init:
		dst = appendInit(dst, m)
	case *spnego.Resp:
		dst = appendResp(dst, m)
	case *krb5.Message:
		dst = appendKerberos(dst, m)
	case *decode.NEGOEX:
		dst = appendNEGOEX(dst, m)
	case *decode.CredSSP:
		dst = appendCredSSP(dst, m)
	}
	return append(dst, '}')
}

// Where the fixed parts of a message end: what is cut off before has no value.
const (
	serverChallengeEnd   = 32
	authenticateCore     = 52
	clientChallengeFixed = 28
)

// wholeNTLMv2 reports whether the fixed part of an NTLMv2 response is all there.
func wholeNTLMv2(m *decode.AuthenticateMessage) bool {
	return m.NTLMv2 != nil && len(m.NTLMv2.ClientChallenge) >= clientChallengeFixed
}

func appendNegotiate(dst []byte, m *decode.NegotiateMessage) []byte {
	dst = appendFlags(dst, m.HasFlags(), m.Flags)
	dst = appendName(dst, "domain", m.DomainName())
	dst = appendName(dst, "workstation", m.WorkstationName())
	return appendVersion(dst, m.HasVersion(), m.Version)
}

func appendChallenge(dst []byte, m *decode.ChallengeMessage) []byte {
	dst = appendFlags(dst, m.HasFlags(), m.Flags)
	dst = appendName(dst, "target_name", m.Target())
	if m.HeaderLen >= serverChallengeEnd {
		dst = appendHexKey(dst, "server_challenge", m.ServerChallenge[:])
	}
	dst = appendVersion(dst, m.HasVersion(), m.Version)
	dst = appendPairs(dst, m.AVPairs)
	if p, ok := m.AVPairs.Get(decode.MsvAvTimestamp); ok {
		dst = appendTimestampAs(dst, "timestamp", p)
	}
	return dst
}

func appendAuthenticate(dst []byte, m *decode.AuthenticateMessage) []byte {
	dst = appendFlags(dst, m.HasFlags(), m.Flags)
	dst = appendName(dst, "domain", m.DomainName())
	dst = appendName(dst, "user", m.User())
	dst = appendName(dst, "workstation", m.WorkstationName())
	dst = appendVersion(dst, m.HasVersion(), m.Version)
	if m.NTLMv2 != nil {
		dst = appendPairs(dst, m.NTLMv2.AVPairs)
	}
	dst = appendOptional(dst, "response_version", string(m.ResponseVersion))
	dst = appendOptional(dst, "lm_response_version", string(m.LMResponseVersion))
	switch {
	case wholeNTLMv2(m):
		dst = appendHexKey(dst, "client_challenge", m.NTLMv2.ChallengeFromClient[:])
		dst = appendHexKey(dst, "nt_proof", m.NTLMv2.Proof[:])
		dst = appendFileTime(dst, "timestamp", m.NTLMv2.TimeStamp)
	case m.NTLMv2 != nil:
		dst = appendHexKey(dst, "nt_proof", m.NTLMv2.Proof[:])
	case m.LMResponseVersion == decode.LMESS:
		dst = appendHexKey(dst, "client_challenge", m.LMResponse.Bytes[:8])
	}
	if m.HeaderLen >= authenticateCore {
		dst = append(appendKey(dst, "mic"), '{')
		if m.MICState != decode.MICAbsent {
			dst = appendHexKey(dst, "value", m.MIC[:])
		}
		dst = append(appendWord(dst, "state", string(m.MICState)), '}')
	}
	dst = appendPayload(dst, "lm_response", m.LMResponse)
	dst = appendPayload(dst, "nt_response", m.NTResponse)
	return appendPayload(dst, "session_key", m.EncryptedRandomSessionKey)
}

func appendPayload(dst []byte, key string, p decode.Payload) []byte {
	return appendBytes(dst, key, p.Bytes)
}

// appendName leaves an empty name out.
func appendName(dst []byte, key string, t decode.Text) []byte {
	if len(t.Bytes) == 0 {
		return dst
	}
	dst = append(appendKey(dst, key), '"')
	from := len(dst)
	return escapeTail(t.Append(dst), from)
}

func appendFlags(dst []byte, has bool, flags decode.Flags) []byte {
	if !has {
		return dst
	}
	dst = appendFlagWord(dst, "flags", flags)
	dst = append(appendKey(dst, "flag_names"), '[')
	flags.Each(func(_ int, info *decode.FlagInfo) {
		dst = append(comma(dst), '"')
		dst = append(dst, info.Name...)
		dst = append(dst, '"')
	})
	return append(dst, ']')
}

func appendVersion(dst []byte, has bool, v decode.Version) []byte {
	if !has {
		return dst
	}
	dst = append(appendKey(dst, "version"), '{')
	dst = appendInt(dst, "major", int64(v.Major))
	dst = appendInt(dst, "minor", int64(v.Minor))
	dst = appendInt(dst, "build", int64(v.Build))
	dst = appendInt(dst, "revision", int64(v.Revision))
	return append(dst, '}')
}

func appendTimestampAs(dst []byte, key string, p decode.AVPair) []byte {
	if t, ok := p.FileTime(); ok {
		return appendFileTime(dst, key, t)
	}
	return dst
}

// appendFileTime leaves out a time that RFC 3339 cannot write.
func appendFileTime(dst []byte, key string, t uint64) []byte {
	if t > annotate.FileTimeMax {
		return dst
	}
	dst = append(appendKey(dst, key), '"')
	return append(annotate.AppendFileTime(dst, t), '"')
}

func appendPairs(dst []byte, pairs decode.AVPairs) []byte {
	if len(pairs) == 0 {
		return dst
	}
	dst = append(appendKey(dst, "target_info"), '[')
	for i := range pairs {
		p := &pairs[i]
		dst = append(comma(dst), '{')
		dst = appendInt(dst, "id", int64(p.ID))
		dst = appendWord(dst, "name", p.ID.String())
		dst = append(appendKey(dst, "value"), '"')
		dst = append(appendPairValue(dst, p), '}')
	}
	return append(dst, ']')
}

// appendPairValue appends text, time, "0x%08x" or hex, and the closing quote.
func appendPairValue(dst []byte, p *decode.AVPair) []byte {
	from := len(dst)
	switch {
	case p.ID.IsText():
		return escapeTail(p.Text().Append(dst), from)
	case p.ID == decode.MsvAvTimestamp:
		if t, ok := p.FileTime(); ok && t <= annotate.FileTimeMax {
			return append(annotate.AppendFileTime(dst, t), '"')
		}
	case p.ID == decode.MsvAvFlags:
		if bits, ok := p.Uint32(); ok {
			return append(annotate.AppendHex32(dst, bits), '"')
		}
	}
	return append(annotate.Bytes().Append(dst, p.Value), '"')
}
