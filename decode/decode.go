package decode

import (
	"encoding/binary"
	"strconv"

	"golang.org/x/text/encoding/charmap"

	"github.com/ntlmctl/ntlmctl/decode/annotate"
)

// Decode reads one token. It always returns a token: one that cannot be read
// is of KindUnknown, or of its kind with what was there, and has findings.
func Decode(raw []byte, o Options) *Token {
	if o.CodePage == nil {
		o.CodePage = charmap.Windows1252
	}
	if isNTLM(raw) {
		return decodeNTLM(raw, o)
	}
	r := annotate.Recorder{Annotate: o.Annotate}
	t := &Token{Kind: KindUnknown, Raw: raw}
	r.Find(annotate.Unrecognised, 0, len(raw), "")
	t.Fields, t.Findings = r.Fields, r.Findings
	return t
}

func isNTLM(b []byte) bool {
	return len(b) >= len(signature) && string(b[:len(signature)]) == signature
}

// decodeNTLM reads bytes that begin with the signature. A token and its message
// share one allocation.
func decodeNTLM(raw []byte, o Options) *Token {
	l := layout{Recorder: annotate.Recorder{Annotate: o.Annotate}, b: raw, page: o.CodePage}
	var messageType uint32
	if len(raw) >= 12 {
		messageType = binary.LittleEndian.Uint32(raw[8:])
	}
	var t *Token
	switch messageType {
	case typeNegotiate:
		both := new(struct {
			Token
			m NegotiateMessage
		})
		both.m.parse(&l)
		t, both.Kind, both.Message = &both.Token, KindNTLMNegotiate, &both.m
	case typeChallenge:
		both := new(struct {
			Token
			m ChallengeMessage
		})
		both.m.parse(&l)
		t, both.Kind, both.Message = &both.Token, KindNTLMChallenge, &both.m
	case typeAuthenticate:
		both := new(struct {
			Token
			m AuthenticateMessage
		})
		both.m.parse(&l)
		t, both.Kind, both.Message = &both.Token, KindNTLMAuthenticate, &both.m
	default:
		t = &Token{Kind: KindUnknown}
		unknownMessage(&l, messageType)
	}
	t.Raw, t.Fields, t.Findings = raw, l.Fields, l.Findings
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
