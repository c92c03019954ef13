package ntlm

import (
	"crypto/md5"
	"crypto/rc4"
	"encoding/binary"
	"errors"

	"github.com/ntlmctl/ntlmctl/decode"
)

// direction says who signs.
type direction int

const (
	fromClient direction = iota
	fromServer
)

// The magic constants of SIGNKEY and SEALKEY (MS-NLMP 3.4.5.2, 3.4.5.3).
var (
	signMagic = [...]string{
		fromClient: "session key to client-to-server signing key magic constant\x00",
		fromServer: "session key to server-to-client signing key magic constant\x00",
	}
	sealMagic = [...]string{
		fromClient: "session key to client-to-server sealing key magic constant\x00",
		fromServer: "session key to server-to-client sealing key magic constant\x00",
	}
)

// signKey is SIGNKEY with extended session security (MS-NLMP 3.4.5.2).
func signKey(exported Key, d direction) Key {
	return md5.Sum(append(exported[:], signMagic[d]...))
}

// sealKey is SEALKEY with extended session security (MS-NLMP 3.4.5.3).
func sealKey(flags decode.Flags, exported Key, d direction) Key {
	size := 5
	switch {
	case flags.Has(decode.Negotiate128):
		size = KeySize
	case flags.Has(decode.Negotiate56):
		size = 7
	}
	return md5.Sum(append(exported[:size:size], sealMagic[d]...))
}

// errNoESS says why nothing is signed: the older signature is a CRC-32.
var errNoESS = errors.New("ntlm: sign: without extended session security there is no signature worth the name")

// sign is the first signature of a session in its direction: MAC with extended
// session security and sequence number 0 (MS-NLMP 3.4.4.2).
func sign(flags decode.Flags, exported Key, d direction, message []byte) (mac [16]byte, err error) {
	if !flags.Has(decode.NegotiateExtendedSessionSecurity) {
		return mac, errNoESS
	}
	const sequence = 0
	var number [4]byte
	binary.LittleEndian.PutUint32(number[:], sequence)
	sum := hmacMD5(signKey(exported, d), number[:], message)
	if flags.Has(decode.NegotiateKeyExch) {
		key := sealKey(flags, exported, d)
		c, err := rc4.NewCipher(key[:])
		if err != nil { // only a wrong length of key is an error
			panic("ntlm: RC4: " + err.Error())
		}
		c.XORKeyStream(sum[:8], sum[:8])
	}
	binary.LittleEndian.PutUint32(mac[:], 1)
	copy(mac[4:12], sum[:8])
	copy(mac[12:], number[:])
	return mac, nil
}
