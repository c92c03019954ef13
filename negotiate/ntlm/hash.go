package ntlm

import (
	"crypto/des"
	"errors"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"

	"github.com/ntlmctl/ntlmctl/decode"
)

// NTOWFv1 is the NT hash: MD4 of the password in UTF-16LE (MS-NLMP 3.3.1).
func NTOWFv1(password string) Key { return md4Sum(decode.EncodeText(password, nil)) }

// NTOWFv2 is the key of an NTLMv2 response (MS-NLMP 3.3.2). The user is put in
// upper case, the domain taken as it is. LMOWFv2 is the same.
func NTOWFv2(ntowfv1 Key, user, domain string) Key {
	return ntowfv2(ntowfv1, upcaseUTF16(decode.EncodeText(user, nil)), decode.EncodeText(domain, nil))
}

// ntowfv2 takes both names in UTF-16LE, the user's in the case to be hashed.
func ntowfv2(ntowfv1 Key, user, domain []byte) Key { return hmacMD5(ntowfv1, user, domain) }

// lmPassword is the longest password that has an LM hash, in OEM bytes.
const lmPassword = 14

// errLMNotOEM is why a password has no LM hash. Clients send something else then.
var errLMNotOEM = errors.New("ntlm: a password with characters outside the OEM code page has no LM hash")

// lmHash is LMOWFv1 of a password of up to 14 bytes, in upper case and in the
// client's OEM code page (MS-NLMP 3.3.1).
func lmHash(oem []byte) (hash Key) {
	var padded [lmPassword]byte
	copy(padded[:], oem)
	desEncrypt(hash[:8], [7]byte(padded[:7]), lmMagic)
	desEncrypt(hash[8:], [7]byte(padded[7:]), lmMagic)
	return hash
}

var lmMagic = []byte("KGS!@#$%")

// oemUpper is s in upper case and in the code page; a letter whose upper case
// the page lacks stays as it is.
func oemUpper(s string, page encoding.Encoding) ([]byte, error) {
	if page == nil {
		page = charmap.Windows1252
	}
	out := make([]byte, 0, len(s))
	encoder := page.NewEncoder()
	for _, r := range s {
		if r < utf8.RuneSelf {
			out = append(out, byte(upcase(r)))
			continue
		}
		b, err := encoder.String(string(upcase(r)))
		if err != nil {
			b, err = encoder.String(string(r))
		}
		if err != nil {
			return nil, errLMNotOEM
		}
		out = append(out, b...)
	}
	return out, nil
}

// desEncrypt is DES of MS-NLMP 6: 8 bytes under a key of 7.
func desEncrypt(dst []byte, key [7]byte, src []byte) {
	expanded := expandKey(key)
	c, err := des.NewCipher(expanded[:])
	if err != nil { // only a wrong length of key is an error
		panic("ntlm: DES: " + err.Error())
	}
	c.Encrypt(dst[:8], src[:8])
}

// expandKey spreads 56 bits over 8 bytes. Each byte's lowest bit is for parity,
// which DES does not look at.
func expandKey(k [7]byte) [8]byte {
	return [8]byte{
		k[0],
		k[0]<<7 | k[1]>>1,
		k[1]<<6 | k[2]>>2,
		k[2]<<5 | k[3]>>3,
		k[3]<<4 | k[4]>>4,
		k[4]<<3 | k[5]>>5,
		k[5]<<2 | k[6]>>6,
		k[6] << 1,
	}
}

// desl is DESL of MS-NLMP 6: a challenge under the three keys in a hash.
func desl(hash Key, challenge [8]byte) (out [24]byte) {
	desEncrypt(out[:], [7]byte(hash[:7]), challenge[:])
	desEncrypt(out[8:], [7]byte(hash[7:14]), challenge[:])
	desEncrypt(out[16:], [7]byte{hash[14], hash[15]}, challenge[:])
	return out
}
