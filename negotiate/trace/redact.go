package trace

import (
	"encoding/base64"
	"slices"
	"strings"

	"github.com/ntlmctl/ntlmctl/decode"
)

// mask stands in for what is not shown.
const mask = "[redacted]"

// Redact returns a copy that may be shown: in NTLM and SPNEGO tokens the
// bytes that help to find a password are zeroed, so that they still decode;
// other credentials and the values of cookies are masked; raw heads are left out.
func (t *Trace) Redact() *Trace {
	c := &Trace{Legs: make([]*Leg, len(t.Legs)), Connections: make([]*Connection, len(t.Connections))}
	for i, leg := range t.Legs {
		c.Legs[i] = leg.Redact()
	}
	for i, connection := range t.Connections {
		same := *connection
		c.Connections[i] = &same
	}
	return c
}

// Redact returns a copy that may be shown; see Trace.Redact.
func (l *Leg) Redact() *Leg {
	c := *l
	c.Request.Headers = l.Request.Headers.Redact()
	if l.Response != nil {
		r := *l.Response
		r.Headers, r.Trailers, r.Raw = r.Headers.Redact(), r.Trailers.Redact(), nil
		c.Response = &r
	}
	c.Interim = slices.Clone(l.Interim)
	for i := range c.Interim {
		c.Interim[i].Headers = c.Interim[i].Headers.Redact()
	}
	c.Tokens = slices.Clone(l.Tokens)
	for i := range c.Tokens {
		if old := c.Tokens[i].Token; old != nil {
			safe := decode.Decode(decode.Redact(old.Raw, decode.Options{}), decode.Options{})
			safe.Attribute(old.Scheme, old.Source)
			safe.Verified = old.Verified
			c.Tokens[i].Token = safe
		}
	}
	return &c
}

// Redact returns a copy of the fields that may be shown; see Trace.Redact.
func (h Headers) Redact() Headers {
	c := slices.Clone(h)
	for i := range c {
		switch strings.ToLower(c[i].Name) {
		case "authorization", "proxy-authorization":
			c[i].Value = redactCredentials(c[i].Value, true)
		case "www-authenticate", "proxy-authenticate":
			c[i].Value = redactCredentials(c[i].Value, false)
		case "authentication-info", "proxy-authentication-info":
			if c[i].Value = redactCredentials(c[i].Value, false); strings.Contains(strings.ToLower(c[i].Value), "rspauth") {
				c[i].Value = mask // it is made of the password, as a Digest response is
			}
		case "location", "content-location", "referer":
			c[i].Value = redactUserinfo(c[i].Value)
		case "cookie":
			c[i].Value = redactCookies(c[i].Value)
		case "set-cookie":
			pair, attributes, more := strings.Cut(c[i].Value, ";")
			c[i].Value = redactCookies(pair)
			if more {
				c[i].Value += ";" + attributes
			}
		}
	}
	return c
}

// redactCredentials zeroes the token after a scheme. What holds no such token
// is masked if it comes from the client, and kept if it comes from the server.
func redactCredentials(value string, client bool) string {
	trimmed := strings.TrimLeft(value, " \t")
	scheme, rest, spaced := strings.Cut(trimmed, " ")
	if !spaced || strings.TrimSpace(rest) == "" {
		if client && !carriesToken(scheme) && trimmed != "" {
			return mask
		}
		return value
	}
	if carriesToken(scheme) {
		text := strings.TrimSpace(rest)
		if raw, err := base64.StdEncoding.DecodeString(text); err == nil {
			return scheme + " " + base64.StdEncoding.EncodeToString(decode.Redact(raw, decode.Options{}))
		}
	}
	if client {
		return scheme + " " + mask
	}
	return value
}

// redactUserinfo masks the credentials in a URL.
func redactUserinfo(value string) string {
	before, rest, ok := strings.Cut(value, "//")
	if !ok || before != "" && !strings.HasSuffix(before, ":") {
		return value
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	if at := strings.LastIndexByte(rest[:end], '@'); at >= 0 {
		return before + "//" + mask + rest[at:]
	}
	return value
}

func carriesToken(scheme string) bool {
	return strings.EqualFold(scheme, "NTLM") || strings.EqualFold(scheme, "Negotiate") || strings.EqualFold(scheme, "Nego2")
}

func redactCookies(value string) string {
	parts := strings.Split(value, ";")
	for i, part := range parts {
		if name, _, ok := strings.Cut(part, "="); ok {
			parts[i] = name + "=" + mask
		} else {
			parts[i] = mask
		}
	}
	return strings.Join(parts, ";")
}
