package decode

import "bytes"

// Redact returns a copy of raw in which what helps to find a password or to
// impersonate somebody is zeroed: responses, MICs, session keys, and in
// Kerberos and CredSSP what is encrypted. The copy decodes as raw does, but for
// a response's version, which may look empty.
func Redact(raw []byte, o Options) []byte {
	safe := bytes.Clone(raw)
	o.Annotate, o.Fields = true, nil
	for t, base := Decode(safe, o), 0; t != nil; t = t.Inner {
		redactNTLM(t)
		for i := range t.Fields {
			f := &t.Fields[i]
			cut := t.Inner != nil && t.InnerOffset < 0 && (f.Name == "mechToken" || f.Name == "responseToken" || f.Name == "negoToken")
			if redactedFields[f.Name] || cut { // a token in pieces is not worth the trouble of being kept
				clear(f.Span(safe[min(base, len(safe)):]))
			}
		}
		if t.InnerOffset < 0 {
			break
		}
		base += t.InnerOffset
	}
	return safe
}

// redactedFields are the parts of wrappers that are zeroed, by name.
var redactedFields = map[string]bool{"cipher": true, "mechListMIC": true, "authInfo": true, "pubKeyAuth": true, "checksum": true, "Checksum": true}

// redactNTLM zeroes in place: the message's slices alias the copy.
func redactNTLM(t *Token) {
	m, ok := t.Message.(*AuthenticateMessage)
	if !ok {
		return
	}
	switch m.LMResponseVersion {
	case LMESS: // a nonce and zeros
	case LMv2:
		clear(m.LMResponse.Bytes[:16])
	default:
		clear(m.LMResponse.Bytes)
	}
	if m.NTLMv2 != nil {
		clear(m.NTResponse.Bytes[:ntlmv2Proof])
	} else {
		clear(m.NTResponse.Bytes)
	}
	clear(m.EncryptedRandomSessionKey.Bytes)
	if m.MICOffset > 0 {
		clear(t.Raw[m.MICOffset : m.MICOffset+micSize])
	}
}

// RedactInPlace zeroes in a bare NTLM message what Redact zeroes, without another
// decoding: in Raw, which must be the caller's own, and in Message, which keeps
// its versions. It reports whether t is such a message.
func (t *Token) RedactInPlace() bool {
	if t != t.NTLM() {
		return false
	}
	redactNTLM(t)
	if m, ok := t.Message.(*AuthenticateMessage); ok {
		clear(m.MIC[:])
		if m.NTLMv2 != nil {
			clear(m.NTLMv2.Proof[:])
		}
	}
	return true
}
