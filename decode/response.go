package decode

import (
	"encoding/binary"
	"strconv"

	"github.com/ntlmctl/ntlmctl/decode/annotate"
)

// ResponseVersion says how a client answered the challenge: what the
// NtChallengeResponse holds (MS-NLMP 2.2.2.6 and 2.2.2.8).
type ResponseVersion string

// The versions of a response. The empty string means that the bytes are none
// of these.
const (
	ResponseNone      ResponseVersion = "none"
	ResponseAnonymous ResponseVersion = "anonymous"
	ResponseLMv1      ResponseVersion = "lmv1"
	ResponseNTLMv1    ResponseVersion = "ntlmv1"
	ResponseNTLMv1ESS ResponseVersion = "ntlmv1-ess"
	ResponseNTLMv2    ResponseVersion = "ntlmv2"
)

// LMResponseVersion says what the LmChallengeResponse holds (MS-NLMP 2.2.2.3 and
// 2.2.2.4).
type LMResponseVersion string

// What an LmChallengeResponse may hold. The empty string means none of these.
const (
	LMNone      LMResponseVersion = "none"
	LMEmpty     LMResponseVersion = "empty" // 24 zeros, as due beside NTLMv2 with a timestamp
	LMv1        LMResponseVersion = "lmv1"
	LMv2        LMResponseVersion = "lmv2"
	LMESS       LMResponseVersion = "ess"        // the client's challenge and 16 zeros
	LMCopyOfNT  LMResponseVersion = "copy-of-nt" // the NTLMv1 response again, to keep the LM response at home
	LMAnonymous LMResponseVersion = "anonymous"  // one zero byte
)

// v1Size is the length of an LM_RESPONSE and of an NTLM_RESPONSE.
const v1Size = 24

// NTLMv2Response is an NTLMv2_RESPONSE with its NTLMv2_CLIENT_CHALLENGE, the
// "blob" (MS-NLMP 2.2.2.7, 2.2.2.8).
type NTLMv2Response struct {
	// Proof is the NTProofStr, 16 bytes.
	Proof [16]byte
	// ClientChallenge is the whole structure after Proof, which Proof is computed
	// over. It aliases the token.
	ClientChallenge []byte
	TimeStamp       uint64
	// ChallengeFromClient is the client's nonce.
	ChallengeFromClient [8]byte
	AVPairs             AVPairs
	// Trailer is what follows MsvAvEOL: four zeros as a rule.
	Trailer []byte
}

const (
	ntlmv2Proof = 16
	// ntlmv2Fixed is the length of the response up to its AV pairs.
	ntlmv2Fixed = ntlmv2Proof + 28
)

// isNTLMv2 tells an NTLMv2 response by its length and its RespType, which must
// be there even if the rest is cut.
func isNTLMv2(nt Payload) bool {
	return nt.Len > v1Size && len(nt.Bytes) >= ntlmv2Proof+2 && nt.Bytes[ntlmv2Proof] == 1
}

// isESS reports whether lm is a client challenge and 16 zeros.
func isESS(lm []byte) bool {
	return len(lm) == v1Size && allZero(lm[8:]) && !allZero(lm[:8])
}

// classify sets the versions of both responses, as far as they are there: what
// is cut has none, but for an NT response whose RespType can still be read.
func (m *AuthenticateMessage) classify() {
	lm, nt := m.LMResponse.Bytes, m.NTResponse.Bytes
	switch {
	case m.NTResponse.Len == 0 && !m.LMResponse.cut():
		m.ResponseVersion = m.classifyWithoutNT(lm)
	case isNTLMv2(m.NTResponse):
		m.ResponseVersion = ResponseNTLMv2
	case m.NTResponse.cut() || len(nt) != v1Size:
	case isESS(lm):
		m.ResponseVersion = ResponseNTLMv1ESS
	default:
		m.ResponseVersion = ResponseNTLMv1
	}
	switch {
	case m.LMResponse.cut():
	case len(lm) == 0:
		m.LMResponseVersion = LMNone
	case len(lm) == 1 && lm[0] == 0:
		m.LMResponseVersion = LMAnonymous
	case len(lm) != v1Size:
	case allZero(lm):
		m.LMResponseVersion = LMEmpty
	case m.NTResponse.Len > v1Size:
		m.LMResponseVersion = LMv2
	case m.ResponseVersion == ResponseNTLMv1ESS:
		m.LMResponseVersion = LMESS
	case string(lm) == string(nt):
		m.LMResponseVersion = LMCopyOfNT
	default:
		m.LMResponseVersion = LMv1
	}
}

func (m *AuthenticateMessage) classifyWithoutNT(lm []byte) ResponseVersion {
	switch {
	case len(lm) == v1Size && !allZero(lm):
		return ResponseLMv1
	case m.UserName.Len == 0 && len(lm) <= 1:
		return ResponseAnonymous
	}
	return ResponseNone
}

// readLM records the LmChallengeResponse.
func (m *AuthenticateMessage) readLM(l *layout) {
	p := &m.LMResponse
	if !l.payload(&authenticateLM, p) {
		return
	}
	start, size := int(p.Offset), len(p.Bytes)
	if size != v1Size && m.LMResponseVersion != LMAnonymous && !p.cut() {
		l.Find(annotate.ResponseLength, start, size, authenticateLM.payload+" of "+strconv.Itoa(size)+" bytes, 24 are due")
	}
	if !l.Annotate {
		return
	}
	switch m.LMResponseVersion {
	case LMv2:
		l.Open(authenticateLM.payload, start, size, annotate.Value{}, "LMv2_RESPONSE")
		l.Field("Response", start, 16, annotate.Bytes(), "HMAC-MD5 over both challenges")
		l.Field("ChallengeFromClient", start+16, 8, annotate.Bytes(), "the client's nonce")
		l.Close()
	case LMESS:
		l.Open(authenticateLM.payload, start, size, annotate.Value{}, "the client's part of an NTLMv1 response with extended session security")
		l.Field("ChallengeFromClient", start, 8, annotate.Bytes(), "the client's nonce")
		l.Field("Padding", start+8, 16, annotate.Bytes(), "zeros")
		l.Close()
	default:
		meaning := lmMeanings[m.LMResponseVersion]
		if p.cut() {
			meaning = "cut short"
		}
		l.Field(authenticateLM.payload, start, size, annotate.Bytes(), meaning)
	}
}

var lmMeanings = map[LMResponseVersion]string{
	LMEmpty:     "24 zeros: none, as is due beside NTLMv2 with a timestamp",
	LMv1:        "LM_RESPONSE: DES over the server's challenge, keyed by the LM hash",
	LMCopyOfNT:  "a copy of the NTLMv1 response, so that the LM response stays at home",
	LMAnonymous: "one zero: an anonymous logon",
	"":          "of a length that the specification does not know",
}

// readNT records the NtChallengeResponse.
func (m *AuthenticateMessage) readNT(l *layout) {
	p := &m.NTResponse
	if !l.payload(&authenticateNT, p) {
		return
	}
	start, size := int(p.Offset), len(p.Bytes)
	switch {
	case m.ResponseVersion == ResponseNTLMv2:
		m.readNTLMv2(l, start, size)
	case p.cut():
		l.Field(authenticateNT.payload, start, size, annotate.Bytes(), "cut short")
	case size == v1Size:
		meaning := "NTLM_RESPONSE: DES over the server's challenge, keyed by the NT hash"
		if m.ResponseVersion == ResponseNTLMv1ESS {
			meaning = "NTLM_RESPONSE: DES over both challenges, keyed by the NT hash"
		}
		l.Field(authenticateNT.payload, start, size, annotate.Bytes(), meaning)
	case size > v1Size:
		l.Find(annotate.UnknownResponseType, start+ntlmv2Proof, min(2, size-ntlmv2Proof), "RespType "+strconv.Itoa(int(p.Bytes[ntlmv2Proof])))
		l.Field(authenticateNT.payload, start, size, annotate.Bytes(), "longer than NTLMv1 and not NTLMv2")
	default:
		l.Find(annotate.ResponseLength, start, size, authenticateNT.payload+" of "+strconv.Itoa(size)+" bytes")
		l.Field(authenticateNT.payload, start, size, annotate.Bytes(), "shorter than any response")
	}
}

// readNTLMv2 records an NTLMv2_RESPONSE of size bytes at start.
func (m *AuthenticateMessage) readNTLMv2(l *layout, start, size int) {
	l.Open(authenticateNT.payload, start, size, annotate.Value{}, "NTLMv2_RESPONSE")
	l.Field("Response", start, 16, annotate.Bytes(), "the NTProofStr: HMAC-MD5 over the server's challenge and all that follows")
	at := start + ntlmv2Proof
	l.Open("NTLMv2_CLIENT_CHALLENGE", at, size-ntlmv2Proof, annotate.Value{}, "what the client adds and signs")
	m.readClientChallenge(l, start, size)
	l.Close()
	l.Close()
}

// readClientChallenge records what follows the proof of an NTLMv2_RESPONSE of
// size bytes at start.
func (m *AuthenticateMessage) readClientChallenge(l *layout, start, size int) {
	b, at := l.b[start:start+size], start+ntlmv2Proof
	if size < ntlmv2Fixed {
		l.Find(annotate.Truncated, at, size-ntlmv2Proof, "NTLMv2_CLIENT_CHALLENGE at "+strconv.Itoa(at)+" wants 28 bytes and has "+strconv.Itoa(size-ntlmv2Proof))
		l.Field("(cut)", at, size-ntlmv2Proof, annotate.Bytes(), "cut short")
		return
	}
	v := &m.ntlmv2
	m.NTLMv2 = v
	copy(v.Proof[:], b)
	v.ClientChallenge = b[ntlmv2Proof:]
	v.TimeStamp = binary.LittleEndian.Uint64(b[24:])
	copy(v.ChallengeFromClient[:], b[32:])
	l.Field("RespType", at, 1, annotate.Uint(uint64(b[16])), "")
	l.Field("HiRespType", at+1, 1, annotate.Uint(uint64(b[17])), "")
	l.Field("Reserved1", at+2, 2, annotate.Bytes(), "")
	l.Field("Reserved2", at+4, 4, annotate.Bytes(), "")
	l.Field("TimeStamp", at+8, 8, annotate.FileTime(v.TimeStamp), "the server's MsvAvTimestamp, or the client's clock where it had none")
	l.Field("ChallengeFromClient", at+16, 8, annotate.Bytes(), "the client's nonce")
	l.Field("Reserved3", at+24, 4, annotate.Bytes(), "")
	checkFileTime(v.TimeStamp, at+8, &l.Recorder)
	if binary.LittleEndian.Uint64(b[16:])>>16 != 0 || binary.LittleEndian.Uint32(b[40:]) != 0 {
		l.Find(annotate.ReservedBytes, at+2, 26, "Reserved1, Reserved2 or Reserved3 of the NTLMv2_CLIENT_CHALLENGE")
	}
	pairs := start + ntlmv2Fixed
	l.Open("AvPairs", pairs, start+size-pairs, annotate.Value{}, "the server's, and what the client adds")
	var stop int
	v.AVPairs, stop = parseAVPairs(m.pairs[:0], l.b, pairs, start+size, &l.Recorder)
	v.Trailer = annotate.Clip(l.b, stop, start+size-stop)
	readAVTrailer(l, stop, start+size)
	l.Close()
}
