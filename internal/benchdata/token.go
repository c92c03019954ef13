// Package benchdata makes the inputs that ntlmctl is measured with: the same
// bytes on every machine and in every run.
package benchdata

import (
	"encoding/base64"
	"encoding/binary"
	"math/rand/v2"
)

// TokenSize is how many bytes each token has.
const TokenSize = 167

// Token appends the n-th AUTHENTICATE_MESSAGE: what curl sends to a server of
// domain LAB, with LMv2 and NTLMv2 responses, without MIC. No two are alike.
func Token(dst []byte, n int) []byte {
	const header, lm, nt = 64, 24, 74
	r := rand.New(rand.NewPCG(uint64(n), 1))
	user := []byte{'a' + byte(n/676%26), 'a' + byte(n/26%26), 'a' + byte(n%26)}
	const workstation = "PC"
	nonce := binary.LittleEndian.AppendUint64(nil, r.Uint64())

	dst = append(dst, "NTLMSSP\x00\x03\x00\x00\x00"...)
	at := header
	for _, length := range []int{lm, nt, 0, len(user), len(workstation)} {
		dst = binary.LittleEndian.AppendUint16(dst, uint16(length))
		dst = binary.LittleEndian.AppendUint16(dst, uint16(length))
		dst = binary.LittleEndian.AppendUint32(dst, uint32(at))
		at += length
	}
	dst = append(dst, make([]byte, 8)...)                   // no session key
	dst = binary.LittleEndian.AppendUint32(dst, 0x02898206) // curl gives the server's flags back, VERSION too

	dst = appendRandom(dst, r, 16)
	dst = append(dst, nonce...)

	second := uint64(134399500000000000) + uint64(n/100)*10_000_000
	dst = appendRandom(dst, r, 16)
	dst = append(dst, "\x01\x01\x00\x00\x00\x00\x00\x00"...)
	dst = binary.LittleEndian.AppendUint64(dst, second)
	dst = append(dst, nonce...)
	dst = append(dst, 0, 0, 0, 0)
	dst = append(dst, "\x02\x00\x06\x00L\x00A\x00B\x00"...)
	dst = append(dst, "\x07\x00\x08\x00"...)
	dst = binary.LittleEndian.AppendUint64(dst, second+uint64(r.IntN(10_000_000)))
	dst = append(dst, 0, 0, 0, 0) // MsvAvEOL
	dst = append(dst, 0, 0, 0, 0)

	dst = append(dst, user...)
	return append(dst, workstation...)
}

func appendRandom(dst []byte, r *rand.Rand, n int) []byte {
	for ; n > 0; n -= 8 {
		dst = binary.LittleEndian.AppendUint64(dst, r.Uint64())
	}
	return dst
}

// Lines appends the first count tokens, base64, one a line.
func Lines(dst []byte, count int) []byte {
	var raw [TokenSize]byte
	for n := range count {
		dst = base64.StdEncoding.AppendEncode(dst, Token(raw[:0], n))
		dst = append(dst, '\n')
	}
	return dst
}
