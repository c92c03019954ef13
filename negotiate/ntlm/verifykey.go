package ntlm

import (
	"bytes"

	"github.com/ntlmctl/ntlmctl/decode"
)

// candidate is a key that the MIC may have been made with.
type candidate struct {
	key  Key
	name string
}

// checkKey works out the session key and compares the MIC.
func (v *verification) checkKey() {
	claimed := v.m.MICState == decode.MICClaimed
	if !v.known {
		if claimed {
			v.note("the MIC is untested: its key follows from a response that matches")
		}
		return
	}
	candidates, sure := v.sessionKeys()
	if sure {
		v.out.SessionKey = bytes.Clone(candidates[0].key[:])
	}
	switch {
	case v.m.AVFlags()&decode.AVFlagMIC != 0 && v.m.MICOffset == 0:
		v.out.MIC = decode.Mismatch
		v.note("MsvAvFlags claims a MIC and the message has no room for one")
	case v.m.MICState != decode.MICAbsent:
		v.checkMIC(candidates, sure)
	}
}

// sessionKeys lists what the ExportedSessionKey may be, the likeliest first. If
// that is not sure, only a MIC that matches makes it the session key.
func (v *verification) sessionKeys() (list []candidate, sure bool) {
	kxkey, err := v.keyExchangeKey()
	if err != nil {
		v.note("the session key is not known: %s", trimPrefix(err))
		return nil, false
	}
	encrypted := v.m.EncryptedRandomSessionKey.Bytes
	plain := candidate{kxkey, "the key exchange key itself"}
	exported, err := ExportedSessionKey(v.flags, kxkey, encrypted)
	if err != nil {
		v.note("the session key is not known: %s", trimPrefix(err))
		return []candidate{plain}, false
	}
	if len(encrypted) != KeySize {
		return []candidate{plain}, true
	}
	sent := candidate{rc4K(kxkey, Key(encrypted)), "the session key that the client sent"}
	if exported == sent.key {
		return []candidate{sent, plain}, true
	}
	if v.m.MICState == decode.MICAbsent && v.flags.Has(decode.NegotiateKeyExch) {
		v.note("the session key is the key exchange key, as due without SIGN and SEAL; some clients use the one that they sent")
	}
	return []candidate{plain, sent}, true
}

func (v *verification) keyExchangeKey() (Key, error) {
	if !v.v1 {
		return v.base, nil
	}
	flags := v.flags &^ decode.NegotiateExtendedSessionSecurity
	if v.m.ResponseVersion == decode.ResponseNTLMv1ESS { // whatever the flag says
		flags |= decode.NegotiateExtendedSessionSecurity
	}
	x := KeyExchange{Flags: flags, SessionBaseKey: v.base, ServerChallenge: v.challenge.ServerChallenge, LMResponse: v.m.LMResponse.Bytes}
	if lmowf, err := v.Secret.lmowfv1(v.CodePage); err == nil {
		x.LMOWF = &lmowf
	}
	return x.KeyExchangeKey()
}

func (v *verification) checkMIC(candidates []candidate, sure bool) {
	claimed := v.m.MICState == decode.MICClaimed
	negotiate, challenge := v.Negotiate.NTLM(), v.Challenge.NTLM()
	switch {
	case negotiate == nil || negotiate.Kind != decode.KindNTLMNegotiate:
		v.note("the MIC is untested: it covers all three messages, and the first (Type 1) is missing")
		return
	case len(candidates) == 0:
		v.note("the MIC is untested: its key is not known")
		return
	}
	for i, c := range candidates {
		mic, err := MIC(c.key, negotiate.Raw, challenge.Raw, v.raw, v.m.MICOffset)
		if err != nil {
			v.note("the MIC is untested: %s", trimPrefix(err))
			return
		}
		if mic != v.m.MIC {
			continue
		}
		v.out.MIC = decode.Match
		v.out.SessionKey = bytes.Clone(c.key[:])
		if i > 0 || !sure {
			v.note("the MIC is made with %s, which the flags do not ask for", c.name)
		}
		if !claimed {
			v.note("the MIC matches, though MsvAvFlags does not claim it: a server does not look at it")
		}
		return
	}
	switch {
	case !claimed:
		v.note("the MIC is untested: MsvAvFlags does not claim the bytes in its place, and they do not match as one")
	case !sure:
		v.note("the MIC is untested: its key is not known, and it is not the key exchange key")
	default:
		v.out.MIC = decode.Mismatch
		v.note("the response matches and the MIC does not: one of the three messages was changed on the way, or is another handshake's")
	}
}
