package render

import (
	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/decode/annotate"
)

// AppendHandshakeLine appends h as one line of JSON Lines, with its newline.
func AppendHandshakeLine(dst []byte, h *decode.Handshake) []byte {
	dst = append(dst, `{"schema":"`+SchemaHandshake+`"`...)
	return append(appendHandshakeBody(dst, h), '}', '\n')
}

// AppendHandshake appends h as an object without a schema.
func AppendHandshake(dst []byte, h *decode.Handshake) []byte {
	return append(appendHandshakeBody(append(dst, '{'), h), '}')
}

func appendHandshakeBody(dst []byte, h *decode.Handshake) []byte {
	c := h.Compare()
	dst = appendOptional(dst, "same_connection", string(h.SameConnection))
	dst = appendCount(dst, "status", h.Status)
	for _, part := range [...]struct {
		key   string
		token *decode.Token
	}{{"negotiate", h.Negotiate}, {"challenge", h.Challenge}, {"authenticate", h.Authenticate}} {
		if part.token == nil {
			continue
		}
		dst = append(appendKey(dst, part.key), '{')
		dst = appendWord(dst, "kind", string(part.token.Kind))
		dst = appendOptional(dst, "scheme", part.token.Scheme)
		if part.token.Source != nil {
			dst = appendSource(dst, part.token.Source)
		}
		dst = append(dst, '}')
	}
	dst = appendFlagComparison(dst, c)
	if m := c.Challenge; m != nil {
		dst = appendName(dst, "target_name", m.Target())
		if p, ok := m.AVPairs.Get(decode.MsvAvTimestamp); ok {
			dst = appendTimestampAs(dst, "challenge_timestamp", p)
		}
	}
	if m := c.Authenticate; m != nil {
		dst = appendName(dst, "domain", m.DomainName())
		dst = appendName(dst, "user", m.User())
		dst = appendName(dst, "workstation", m.WorkstationName())
		dst = appendOptional(dst, "response_version", string(m.ResponseVersion))
		if m.HeaderLen >= authenticateCore {
			dst = appendWord(dst, "mic", string(m.MICState))
		}
		if wholeNTLMv2(m) {
			dst = appendFileTime(dst, "response_timestamp", m.NTLMv2.TimeStamp)
		}
	} else if m := c.Negotiate; m != nil {
		dst = appendName(dst, "domain", m.DomainName())
		dst = appendName(dst, "workstation", m.WorkstationName())
	}
	if c.Answers != decode.Unknown {
		dst = appendWord(dst, "answers_this_challenge", string(c.Answers))
	}
	if c.Skew != nil {
		dst = appendInt(dst, "clock_skew_ms", c.Skew.Milliseconds())
	}
	return appendFindings(dst, c.Findings, false)
}

func appendFlagComparison(dst []byte, c *decode.Comparison) []byte {
	dst = append(appendKey(dst, "flags"), '{')
	if c.Negotiate != nil && c.Negotiate.HasFlags() {
		dst = appendFlagWord(dst, "offered", c.Negotiate.Flags)
	}
	if c.Challenge != nil && c.Challenge.HasFlags() {
		dst = appendFlagWord(dst, "answered", c.Challenge.Flags)
	}
	if c.Authenticate != nil && c.Authenticate.HasFlags() {
		dst = appendFlagWord(dst, "settled", c.Authenticate.Flags)
	}
	dst = appendStrings(dst, "dropped", c.Dropped().Names())
	dst = appendStrings(dst, "not_offered", c.Unasked().Names())
	return append(dst, '}')
}

func appendFlagWord(dst []byte, key string, flags decode.Flags) []byte {
	dst = append(appendKey(dst, key), '"')
	return append(annotate.AppendHex32(dst, uint32(flags)), '"')
}
