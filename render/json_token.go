package render

import (
	"github.com/ntlmctl/ntlmctl/decode"
)

// The schemas of decode's documents.
const (
	SchemaToken     = "ntlmctl.token/v1"
	SchemaHandshake = "ntlmctl.handshake/v1"
	SchemaDecode    = "ntlmctl.decode/v1"
)

// AppendTokenLine appends t as one line of JSON Lines, with its newline. The
// fields are there if t was decoded with them.
func AppendTokenLine(dst []byte, t *decode.Token) []byte {
	dst = append(dst, `{"schema":"`+SchemaToken+`"`...)
	dst = appendTokenBody(dst, t)
	return append(dst, '}', '\n')
}

// AppendToken appends t as an object without a schema, as it stands in a
// document of many.
func AppendToken(dst []byte, t *decode.Token) []byte {
	return append(appendTokenBody(append(dst, '{'), t), '}')
}

func appendTokenBody(dst []byte, t *decode.Token) []byte {
	dst = appendWord(dst, "kind", string(t.Kind))
	dst = appendInt(dst, "size", int64(len(t.Raw)))
	if t.Scheme != "" {
		dst = appendText(dst, "scheme", t.Scheme)
	}
	if t.Source != nil {
		dst = appendSource(dst, t.Source)
	}
	dst = appendMessage(dst, t)
	if len(t.Fields) > 0 {
		dst = appendFields(dst, t.Fields, t.Raw)
	}
	dst = appendFindings(dst, t.Findings, true)
	if t.Inner != nil {
		dst = AppendToken(appendKey(dst, "inner"), t.Inner)
	}
	if t.Verified != nil {
		dst = appendVerified(dst, t.Verified)
	}
	return dst
}

func appendSource(dst []byte, s *decode.Source) []byte {
	dst = append(appendKey(dst, "source"), '{')
	dst = appendOptional(dst, "name", s.Name)
	dst = appendCount(dst, "line", s.Line)
	if s.Offset >= 0 {
		dst = appendInt(dst, "offset", s.Offset)
	}
	dst = appendCount(dst, "packet", s.Packet)
	dst = appendOptional(dst, "direction", s.Direction)
	dst = appendOptional(dst, "stream", s.Stream)
	dst = appendOptional(dst, "header", s.Header)
	return append(dst, '}')
}

// appendOptional leaves an empty string out.
func appendOptional(dst []byte, key, s string) []byte {
	if s == "" {
		return dst
	}
	return appendText(dst, key, s)
}

// appendCount leaves a zero out.
func appendCount(dst []byte, key string, n int) []byte {
	if n == 0 {
		return dst
	}
	return appendInt(dst, key, int64(n))
}

func appendVerified(dst []byte, v *decode.Verified) []byte {
	dst = append(appendKey(dst, "verified"), '{')
	for _, c := range [...]struct {
		key   string
		check decode.Check
	}{{"nt_response", v.NTResponse}, {"lm_response", v.LMResponse}, {"mic", v.MIC}, {"channel_binding", v.ChannelBinding}} {
		if c.check != "" {
			dst = appendWord(dst, c.key, string(c.check))
		}
	}
	if v.SessionKey != nil {
		dst = appendHexKey(dst, "session_key", v.SessionKey)
	}
	if len(v.Tried) > 0 {
		dst = append(appendKey(dst, "tried"), '[')
		for _, a := range v.Tried {
			dst = append(comma(dst), '{')
			dst = appendText(dst, "spelling", a.Spelling)
			dst = appendText(dst, "user", a.User)
			dst = appendText(dst, "domain", a.Domain)
			dst = appendWord(dst, "result", string(a.Result))
			dst = append(dst, '}')
		}
		dst = append(dst, ']')
	}
	dst = appendStrings(dst, "notes", v.Notes)
	return append(dst, '}')
}

// appendStrings leaves an empty list out.
func appendStrings(dst []byte, key string, list []string) []byte {
	if len(list) == 0 {
		return dst
	}
	dst = append(appendKey(dst, key), '[')
	for _, s := range list {
		dst = appendQuoted(comma(dst), s)
	}
	return append(dst, ']')
}
