package decode

import (
	"encoding/binary"
	"strconv"

	"github.com/ntlmctl/ntlmctl/decode/annotate"
)

func isNTLM(b []byte) bool {
	return len(b) >= len(signature) && string(b[:len(signature)]) == signature
}

// whole is a token, its message, and room for the findings that it has as a
// rule, in one allocation.
type whole[M any] struct {
	Token
	m M
	f [4]Finding
}

// decodeNTLM reads bytes that begin with the signature.
func decodeNTLM(raw []byte, o Options) *Token {
	l := layout{Recorder: annotate.Recorder{Annotate: o.Annotate, Fields: o.Fields[:0]}, b: raw, page: o.CodePage}
	var messageType uint32
	if len(raw) >= 12 {
		messageType = binary.LittleEndian.Uint32(raw[8:])
	}
	var t *Token
	switch messageType {
	case typeNegotiate:
		all := new(whole[NegotiateMessage])
		l.Findings = all.f[:0]
		all.m.parse(&l)
		t, all.Kind, all.Message = &all.Token, KindNTLMNegotiate, &all.m
	case typeChallenge:
		all := new(whole[ChallengeMessage])
		l.Findings = all.f[:0]
		all.m.parse(&l)
		t, all.Kind, all.Message = &all.Token, KindNTLMChallenge, &all.m
	case typeAuthenticate:
		all := new(whole[AuthenticateMessage])
		l.Findings = all.f[:0]
		all.m.parse(&l)
		t, all.Kind, all.Message = &all.Token, KindNTLMAuthenticate, &all.m
	default:
		t = &Token{Kind: KindUnknown}
		unknownMessage(&l, messageType)
	}
	t.Raw, t.Fields, t.Findings, t.InnerOffset = raw, l.Fields, l.Findings, -1
	return t
}

// unknownMessage records what little can be said of a message of no known type.
func unknownMessage(l *layout, messageType uint32) {
	l.Field("Signature", 0, 8, annotate.Text(`NTLMSSP\0`), "")
	if len(l.b) < 12 {
		l.need("MessageType", 8, 4)
		return
	}
	l.Field("MessageType", 8, 4, annotate.Uint(uint64(messageType)), "not defined")
	l.Find(annotate.UnknownMessageType, 8, 4, strconv.FormatUint(uint64(messageType), 10))
	if len(l.b) > 12 {
		l.Field("(unclaimed)", 12, len(l.b)-12, annotate.Bytes(), "of an unknown message")
	}
}
