package ntlm

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/rc4"
	"errors"
	"fmt"

	"golang.org/x/crypto/md4"

	"github.com/ntlmctl/ntlmctl/decode"
)

// KeySize is the length of all hashes and keys of NTLM, in bytes.
const KeySize = 16

// Key is a hash of a password or a key made from one. Each is as good as the
// password to whoever holds it, so none prints itself: k[:] gives the bytes. (In
// an unexported field fmt prints it all the same; a Secret is safe there too.)
type Key [KeySize]byte

const redacted = "[redacted]"

// Format implements fmt.Formatter. It writes a placeholder for every verb.
func (Key) Format(s fmt.State, _ rune) { fmt.Fprint(s, redacted) }

// MarshalText implements encoding.TextMarshaler. It gives a placeholder.
func (Key) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// hmacMD5 is HMAC-MD5 over the parts, one after the other.
func hmacMD5(key Key, parts ...[]byte) (sum Key) {
	h := hmac.New(md5.New, key[:])
	for _, p := range parts {
		h.Write(p)
	}
	h.Sum(sum[:0])
	return sum
}

func md4Sum(b []byte) (sum Key) {
	h := md4.New()
	h.Write(b)
	h.Sum(sum[:0])
	return sum
}

// SessionBaseKeyV1 is the SessionBaseKey of an NTLMv1 logon, with extended
// session security or without (MS-NLMP 3.3.1).
func SessionBaseKeyV1(ntowfv1 Key) Key { return md4Sum(ntowfv1[:]) }

// SessionBaseKeyV2 is the SessionBaseKey of an NTLMv2 logon; proof is the
// NTProofStr, the first 16 bytes of the response (MS-NLMP 3.3.2). The key of a
// logon by LMv2 alone is made of that response's first 16 bytes in the same way.
func SessionBaseKeyV2(ntowfv2 Key, proof []byte) Key { return hmacMD5(ntowfv2, proof) }

// KeyExchange is what KXKEY needs to know of an NTLMv1 logon.
type KeyExchange struct {
	// Flags are those of the AUTHENTICATE_MESSAGE.
	Flags           decode.Flags
	SessionBaseKey  Key
	ServerChallenge [8]byte
	// LMResponse is the LmChallengeResponse, of which 8 bytes are used.
	LMResponse []byte
	// LMOWF is the LM hash (LMOWFv1), or nil if it is not known.
	LMOWF *Key
}

// KeyExchangeKey is KXKEY for NTLMv1 (MS-NLMP 3.4.5.1). For NTLMv2 the
// KeyExchangeKey is the SessionBaseKey.
func (x KeyExchange) KeyExchangeKey() (Key, error) {
	ess := x.Flags.Has(decode.NegotiateExtendedSessionSecurity)
	lmKey := x.Flags.Has(decode.NegotiateLMKey)
	switch {
	case !ess && !lmKey && !x.Flags.Has(decode.RequestNonNTSessionKey):
		return x.SessionBaseKey, nil
	case (ess || lmKey) && len(x.LMResponse) < 8:
		return Key{}, fmt.Errorf("ntlm: key exchange key: the LM response has %d bytes, 8 are needed", len(x.LMResponse))
	case ess:
		return hmacMD5(x.SessionBaseKey, x.ServerChallenge[:], x.LMResponse[:8]), nil
	case x.LMOWF == nil:
		return Key{}, errors.New("ntlm: key exchange key: the flags want it from the LM hash, which is not known")
	}
	var key Key
	if !lmKey {
		copy(key[:8], x.LMOWF[:8])
		return key, nil
	}
	last := [7]byte{x.LMOWF[7], 0xbd, 0xbd, 0xbd, 0xbd, 0xbd, 0xbd}
	desEncrypt(key[:8], [7]byte(x.LMOWF[:7]), x.LMResponse)
	desEncrypt(key[8:], last, x.LMResponse)
	return key, nil
}

// ExportedSessionKey is the key that a session's signatures are made from
// (MS-NLMP 3.2.5.1.2): with KEY_EXCH, and SIGN or SEAL, the client chose it and
// sent it under RC4, else it is the KeyExchangeKey. Some clients, Samba's among
// them, use the key that they sent without SIGN and SEAL too.
func ExportedSessionKey(flags decode.Flags, keyExchangeKey Key, encrypted []byte) (Key, error) {
	if !flags.Has(decode.NegotiateKeyExch) || flags&(decode.NegotiateSign|decode.NegotiateSeal) == 0 {
		return keyExchangeKey, nil
	}
	if len(encrypted) != KeySize {
		return Key{}, fmt.Errorf("ntlm: exported session key: the EncryptedRandomSessionKey has %d bytes, 16 are due", len(encrypted))
	}
	return rc4K(keyExchangeKey, Key(encrypted)), nil
}

// rc4K is RC4K of MS-NLMP 6: it encrypts as it decrypts.
func rc4K(key, b Key) (out Key) {
	c, err := rc4.NewCipher(key[:])
	if err != nil { // only a wrong length of key is an error
		panic("ntlm: RC4: " + err.Error())
	}
	c.XORKeyStream(out[:], b[:])
	return out
}
