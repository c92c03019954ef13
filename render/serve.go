package render

import (
	"time"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/negotiate/origin"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// The schemas of serve: what it answers with, a line of its events, and all of
// them in one document.
const (
	SchemaServe      = "ntlmctl.serve/v1"
	SchemaServeEvent = "ntlmctl.serve-event/v1"
	SchemaServeLog   = "ntlmctl.serve-log/v1"
)

// AppendServeBody appends what serve answers a request with: what arrived and
// what was made of it, as one line of JSON. Notes on the logon are not in it:
// they help to guess a password.
func AppendServeBody(dst []byte, x *origin.Exchange) []byte {
	dst = append(dst, `{"schema":"`+SchemaServe+`"`...)
	return append(appendExchange(dst, x, false), '}', '\n')
}

// AppendServeEventLine appends an event as one line of JSON Lines, with its
// newline.
func AppendServeEventLine(dst []byte, e *origin.Event) []byte {
	dst = append(dst, `{"schema":"`+SchemaServeEvent+`"`...)
	return append(appendServeEvent(dst, e), '}', '\n')
}

// AppendServeEvent appends an event as an object without a schema.
func AppendServeEvent(dst []byte, e *origin.Event) []byte {
	return append(appendServeEvent(append(dst, '{'), e), '}')
}

func appendServeEvent(dst []byte, e *origin.Event) []byte {
	dst = appendWord(dst, "event", string(e.Kind))
	dst = append(appendKey(dst, "time"), '"')
	dst = append(e.Time.UTC().AppendFormat(dst, "2006-01-02T15:04:05.0000000Z"), '"')
	if e.Exchange != nil {
		dst = appendExchange(dst, e.Exchange, true)
		return appendMS(dst, "duration_ms", e.Exchange.Duration)
	}
	if e.Kind == origin.EventStopped {
		dst = appendInt(dst, "connections", int64(e.Connection))
	} else if e.Connection > 0 {
		dst = appendInt(dst, "connection", int64(e.Connection))
	}
	dst = appendOptional(dst, "local", e.Local)
	dst = appendOptional(dst, "remote", e.Remote)
	dst = appendOptional(dst, "url", e.URL)
	if e.Kind == origin.EventClosed || e.Kind == origin.EventStopped {
		dst = appendInt(dst, "requests", e.Requests)
	}
	dst = appendOptional(dst, "closed_by", string(e.ClosedBy))
	if e.Error != nil {
		dst = append(appendKey(dst, "error"), '{')
		dst = appendWord(dst, "code", string(e.Error.Kind))
		dst = append(appendText(dst, "text", e.Error.Text), '}')
	}
	return dst
}

// appendExchange appends the keys of an exchange.
func appendExchange(dst []byte, x *origin.Exchange, notes bool) []byte {
	dst = appendWord(dst, "instance", x.Instance)
	dst = appendInt(dst, "connection", int64(x.Connection))
	dst = appendInt(dst, "request", int64(x.Request))
	dst = appendText(dst, "auth_key", x.AuthKey)
	dst = appendCount(dst, "leg", x.Leg)
	dst = appendOptional(dst, "protocol", x.Protocol)
	dst = appendOptional(dst, "method", x.Method)
	dst = appendOptional(dst, "target", x.Target)
	dst = appendText(dst, "local", x.Local)
	dst = appendText(dst, "remote", x.Remote)
	if x.TLS != nil {
		dst = appendServeTLS(dst, x.TLS)
	}
	dst = appendInt(dst, "status", int64(x.Status))
	dst = appendWord(dst, "state", string(x.State))
	dst = appendOptional(dst, "account", x.Account)
	dst = appendOptional(dst, "scheme", x.Scheme)
	dst = appendChecks(dst, x, notes)
	dst = append(appendKey(dst, "headers"), '[')
	for i := range x.Headers {
		dst = append(comma(dst), '{')
		dst = appendText(dst, "name", x.Headers[i].Name)
		dst = append(appendText(dst, "value", x.Headers[i].Value), '}')
	}
	dst = append(dst, ']')
	if len(x.Tokens) > 0 {
		dst = append(appendKey(dst, "tokens"), '[')
		for i := range x.Tokens {
			at := &x.Tokens[i]
			dst = append(comma(dst), '{')
			dst = appendWord(dst, "direction", string(at.Direction))
			dst = appendText(dst, "header", at.Header)
			dst = append(AppendToken(appendKey(dst, "token"), at.Token), '}')
		}
		dst = append(dst, ']')
	}
	dst = appendInt(dst, "body_bytes", x.BodyBytes)
	dst = appendOptional(dst, "body_sha256", x.BodySHA256)
	dst = appendOptional(dst, "upstream", x.Upstream)
	return appendOptional(dst, "note", x.Note)
}

func appendServeTLS(dst []byte, t *trace.TLS) []byte {
	dst = append(appendKey(dst, "tls"), '{')
	dst = appendWord(dst, "version", t.Version)
	dst = appendWord(dst, "cipher", t.Cipher)
	dst = appendOptional(dst, "server_name", t.ServerName)
	if t.Resumed {
		dst = append(appendKey(dst, "resumed"), "true"...)
	}
	return append(dst, '}')
}

func appendBool(dst []byte, key string, v bool) []byte {
	if v {
		return append(appendKey(dst, key), "true"...)
	}
	return append(appendKey(dst, key), "false"...)
}

// appendChecks appends what the acceptor found, each check by itself.
func appendChecks(dst []byte, x *origin.Exchange, notes bool) []byte {
	c := x.Checks
	if c == nil {
		return dst
	}
	dst = append(appendKey(dst, "checks"), '{')
	dst = appendBool(dst, "done", c.Done)
	dst = appendBool(dst, "accepted", c.Accepted)
	dst = appendBool(dst, "spnego", c.SPNEGO)
	dst = appendOptional(dst, "reason", string(c.Reason))
	dst = appendOptional(dst, "detail", c.Detail)
	dst = appendOptional(dst, "user", c.User)
	dst = appendOptional(dst, "domain", c.Domain)
	dst = appendOptional(dst, "workstation", c.Workstation)
	dst = appendOptional(dst, "client_target_name", c.ClientTargetName)
	dst = appendOptional(dst, "response_version", string(c.ResponseVersion))
	dst = appendOptional(dst, "lm_response_version", string(c.LMResponseVersion))
	for _, k := range [...]struct {
		key   string
		check decode.Check
	}{
		{"nt_response", c.NTResponse}, {"lm_response", c.LMResponse}, {"mic", c.MIC},
		{"channel_binding", c.ChannelBinding}, {"target_name", c.TargetName}, {"mech_list_mic", c.MechListMIC},
	} {
		if k.check != "" {
			dst = appendWord(dst, k.key, string(k.check))
		}
	}
	if notes {
		dst = appendStrings(dst, "notes", c.Notes)
	}
	return append(dst, '}')
}

// appendMS appends a duration in milliseconds, to the microsecond.
func appendMS(dst []byte, key string, d time.Duration) []byte {
	micro := d.Microseconds()
	dst = appendInt(dst, key, micro/1000)
	if rest := micro % 1000; rest > 0 {
		dst = append(dst, '.', byte('0'+rest/100), byte('0'+rest/10%10), byte('0'+rest%10))
	}
	return dst
}
