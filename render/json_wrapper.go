package render

import (
	"strconv"
	"time"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/decode/annotate"
	"github.com/ntlmctl/ntlmctl/decode/krb5"
	"github.com/ntlmctl/ntlmctl/decode/spnego"
)

func appendInit(dst []byte, m *spnego.Init) []byte {
	dst = append(appendKey(dst, "mech_types"), '[')
	for _, oid := range m.MechTypes {
		dst = append(comma(dst), '{')
		dst = appendText(dst, "oid", string(oid))
		dst = append(appendOptional(dst, "name", oid.Name()), '}')
	}
	dst = append(dst, ']')
	dst = appendStrings(dst, "req_flags", m.FlagNames())
	dst = appendBytes(dst, "mech_list_mic", m.MechListMIC)
	if m.Hints != nil {
		dst = appendOptional(dst, "hints", m.Hints.Name)
		dst = appendBytes(dst, "hint_address", m.Hints.Address)
	}
	return dst
}

func appendResp(dst []byte, m *spnego.Resp) []byte {
	dst = appendOptional(dst, "neg_state", m.State.String())
	if m.SupportedMech != "" {
		dst = appendText(dst, "supported_mech", string(m.SupportedMech))
		dst = appendOptional(dst, "supported_mech_name", m.SupportedMech.Name())
	}
	dst = appendBytes(dst, "mech_list_mic", m.MechListMIC)
	return dst
}

// appendBytes leaves out what is empty.
func appendBytes(dst []byte, key string, b []byte) []byte {
	if len(b) == 0 {
		return dst
	}
	return appendHexKey(dst, key, b)
}

func appendKerberos(dst []byte, m *krb5.Message) []byte {
	dst = appendOptional(dst, "type", m.Type.String())
	dst = appendOptional(dst, "realm", m.Realm)
	dst = appendOptional(dst, "spn", m.SPN())
	dst = appendOptional(dst, "client_realm", m.CRealm)
	dst = appendOptional(dst, "client", m.Client())
	if m.HasEType {
		dst = appendEType(dst, "etype", m.EType)
	}
	if m.HasKVNO {
		dst = appendInt(dst, "kvno", int64(m.KVNO))
	}
	if m.HasAuthEType {
		dst = appendEType(dst, "authenticator_etype", m.AuthEType)
	}
	dst = appendStrings(dst, "ap_options", m.APOptions.Names())
	if m.HasErrorCode {
		dst = append(appendKey(dst, "error"), '{')
		dst = appendInt(dst, "code", int64(m.ErrorCode))
		dst = appendOptional(dst, "name", m.ErrorCode.String())
		dst = appendOptional(dst, "text", m.EText)
		dst = appendOptional(dst, "cause", m.ErrorCode.Cause())
		dst = append(dst, '}')
	}
	if m.NTStatus != 0 {
		dst = appendStatus(dst, m.NTStatus)
	}
	dst = appendTime(dst, "ctime", m.CTime)
	return appendTime(dst, "stime", m.STime)
}

// appendEType appends the name, or the number of one that has none.
func appendEType(dst []byte, key string, e krb5.EType) []byte {
	return appendWord(dst, key, etypeName(e))
}

func etypeName(e krb5.EType) string {
	if name := e.String(); name != "" {
		return name
	}
	return strconv.Itoa(int(e))
}

func appendStatus(dst []byte, s krb5.NTStatus) []byte {
	dst = append(appendKey(dst, "nt_status"), '{')
	dst = append(appendKey(dst, "code"), '"')
	dst = append(annotate.AppendHex32(dst, uint32(s)), '"')
	return append(appendOptional(dst, "name", s.String()), '}')
}

func appendTime(dst []byte, key string, t time.Time) []byte {
	if t.IsZero() {
		return dst
	}
	dst = append(appendKey(dst, key), '"')
	return append(t.UTC().AppendFormat(dst, "2006-01-02T15:04:05.0000000Z07:00"), '"')
}

func appendNEGOEX(dst []byte, m *decode.NEGOEX) []byte {
	dst = append(appendKey(dst, "messages"), '[')
	for i := range m.Messages {
		n := &m.Messages[i]
		dst = append(comma(dst), '{')
		dst = appendOptional(dst, "type", n.Type.String())
		dst = appendInt(dst, "sequence", int64(n.SequenceNum))
		if n.ConversationID != (decode.GUID{}) {
			dst = appendText(dst, "conversation_id", n.ConversationID.String())
		}
		if len(n.AuthSchemes) > 0 {
			schemes := make([]string, len(n.AuthSchemes))
			for i, g := range n.AuthSchemes {
				schemes[i] = g.String()
			}
			dst = appendStrings(dst, "auth_schemes", schemes)
		}
		if n.HasAuthScheme {
			dst = appendText(dst, "auth_scheme", n.AuthScheme.String())
		}
		dst = append(dst, '}')
	}
	return append(dst, ']')
}

func appendCredSSP(dst []byte, m *decode.CredSSP) []byte {
	dst = appendCount(dst, "credssp_version", m.Version) // version is NTLM's, and an object
	dst = appendBytes(dst, "client_nonce", m.ClientNonce)
	if m.HasErrorCode {
		dst = appendStatus(dst, m.ErrorCode)
	}
	return dst
}
