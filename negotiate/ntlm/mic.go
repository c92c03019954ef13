package ntlm

import "fmt"

// micSize is the length of a MIC.
const micSize = 16

var zeroMIC [micSize]byte

// MIC is the message integrity code over the three messages as they were sent,
// under the ExportedSessionKey (MS-NLMP 3.1.5.1.2). The MIC that stands in the
// AUTHENTICATE_MESSAGE at offset counts as zeros. Messages that came in SPNEGO
// are given without it.
func MIC(exported Key, negotiate, challenge, authenticate []byte, offset int) ([16]byte, error) {
	if offset < 0 || offset > len(authenticate)-micSize {
		return [16]byte{}, fmt.Errorf("ntlm: mic: no room for 16 bytes at offset %d of an authenticate message of %d", offset, len(authenticate))
	}
	return hmacMD5(exported, negotiate, challenge, authenticate[:offset], zeroMIC[:], authenticate[offset+micSize:]), nil
}
