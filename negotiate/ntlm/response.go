package ntlm

import "crypto/md5"

// ResponseSize is the length of an NTLM_RESPONSE, an LM_RESPONSE and an
// LMv2_RESPONSE, in bytes.
const ResponseSize = 24

// NTLMv1Response is an NTLM_RESPONSE (MS-NLMP 3.3.1).
func NTLMv1Response(ntowfv1 Key, server [8]byte) [ResponseSize]byte { return desl(ntowfv1, server) }

// LMv1Response is an LM_RESPONSE (MS-NLMP 3.3.1).
func LMv1Response(lmowfv1 Key, server [8]byte) [ResponseSize]byte { return desl(lmowfv1, server) }

// NTLMv1ESSResponse is an NTLM_RESPONSE with extended session security: the
// client's challenge takes part (MS-NLMP 3.3.1). The LmChallengeResponse beside
// it is that challenge and 16 zeros.
func NTLMv1ESSResponse(ntowfv1 Key, server, client [8]byte) [ResponseSize]byte {
	sum := md5.Sum(append(server[:], client[:]...))
	return desl(ntowfv1, [8]byte(sum[:8]))
}

// NTProofStr is the first part of an NTLMv2_RESPONSE; clientChallenge is the
// rest of it, a whole NTLMv2_CLIENT_CHALLENGE (MS-NLMP 3.3.2).
func NTProofStr(ntowfv2 Key, server [8]byte, clientChallenge []byte) [16]byte {
	return hmacMD5(ntowfv2, server[:], clientChallenge)
}

// NTLMv2Response is an NTLMv2_RESPONSE: the NTProofStr and the
// NTLMv2_CLIENT_CHALLENGE (MS-NLMP 3.3.2).
func NTLMv2Response(ntowfv2 Key, server [8]byte, clientChallenge []byte) []byte {
	proof := NTProofStr(ntowfv2, server, clientChallenge)
	return append(proof[:], clientChallenge...)
}

// LMv2Response is an LMv2_RESPONSE (MS-NLMP 3.3.2).
func LMv2Response(ntowfv2 Key, server, client [8]byte) (out [ResponseSize]byte) {
	proof := hmacMD5(ntowfv2, server[:], client[:])
	copy(out[:], proof[:])
	copy(out[16:], client[:])
	return out
}
