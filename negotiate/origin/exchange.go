package origin

import (
	"encoding/base64"
	"strings"
	"time"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/decode/spnego"
	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
	"github.com/ntlmctl/ntlmctl/negotiate/offer"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// State is where a request found, or brought, the logon of its key.
type State string

// The states.
const (
	// StateAnonymous: nobody is logged on, and no credentials came.
	StateAnonymous State = "anonymous"
	// StateChallenged: a handshake goes on; the answer holds a token.
	StateChallenged State = "challenged"
	// StateAccepted: this request logged on.
	StateAccepted State = "accepted"
	// StateAuthenticated: an earlier request of the key did.
	StateAuthenticated State = "authenticated"
	// StateRefused: credentials came and were refused.
	StateRefused State = "refused"
)

// Exchange is one request and its answer as the server saw them. Credentials in
// it are redacted.
type Exchange struct {
	// Instance tells servers apart.
	Instance string
	// Connection counts the server's TCP connections, and Request the requests on
	// this one, from 1.
	Connection uint64
	Request    int
	// AuthKey is what the state of the logon is kept under, and Leg counts the
	// requests under it, from 1.
	AuthKey string
	Leg     int
	// Protocol is the version that was asked in, as "HTTP/1.0"; it, Method and
	// Target are empty if the request line could not be read.
	Protocol, Method, Target string
	// Headers are in the order and case in which they came.
	Headers trace.Headers
	// Local and Remote are the addresses of the socket.
	Local, Remote string
	// TLS is nil without it.
	TLS *trace.TLS
	// State is the logon's, and Account whose it is; empty for nobody.
	State   State
	Account string
	// Scheme is that of the credentials that came.
	Scheme string
	// Tokens are the request's and the answer's.
	Tokens []trace.TokenAt
	// Checks are what was found in NTLM messages; nil if none came.
	Checks *ntlm.Result
	checks ntlm.Result
	// settled is the index, from 1, of the field whose token may be shown: as it
	// came if shown is nil, or as shown is.
	settled int
	shown   []byte
	// Status is the answer's.
	Status int
	// BodyBytes is how much of the request's body came, and BodySHA256 its hash in
	// hexadecimal where the client asked for it.
	BodyBytes  int64
	BodySHA256 string
	// Upstream is where a proxy passed the request on to.
	Upstream string
	// Note says what was odd.
	Note string
	// Started is when the head had come; Duration is until the answer was written,
	// and is known to Events only.
	Started  time.Time
	Duration time.Duration
}

func (x *Exchange) note(text string) {
	if x.Note != "" {
		x.Note += "; "
	}
	x.Note += text
}

// redactHeaders takes out of the fields what must not be shown.
func (x *Exchange) redactHeaders() {
	for i := range x.Headers {
		h := &x.Headers[i]
		switch {
		case i+1 == x.settled:
			if x.shown != nil {
				h.Value = x.Scheme + " " + base64.StdEncoding.EncodeToString(x.shown)
			}
		case len(h.Name) == len("Cookie") && strings.EqualFold(h.Name, "Cookie"),
			len(h.Name) == len("Authorization") && strings.EqualFold(h.Name, "Authorization"),
			len(h.Name) == len("Proxy-Authorization") && strings.EqualFold(h.Name, "Proxy-Authorization"):
			h.Value = trace.Headers{*h}.Redact()[0].Value
		}
	}
}

// addToken keeps a token, redacted, and returns what may be shown of its bytes;
// nil if that is all. raw is the caller's to overwrite, and t is what it decodes to.
func (x *Exchange) addToken(d trace.Direction, header, scheme string, raw []byte, t *decode.Token) (shown []byte) {
	if secretive(t) {
		shown = raw
		if !t.RedactInPlace() {
			shown = decode.Redact(raw, decode.Options{})
			t = decode.Decode(shown, decode.Options{})
		}
	}
	t.Attribute(scheme, nil)
	x.Tokens = append(x.Tokens, trace.TokenAt{Direction: d, Header: header, Token: t})
	return shown
}

// secretive reports whether a token may hold what is to be redacted. The first
// two messages of NTLM hold nothing, bare or in SPNEGO.
func secretive(t *decode.Token) bool {
	switch m := t.Message.(type) {
	case *decode.NegotiateMessage, *decode.ChallengeMessage:
		return false
	case *spnego.Init:
		return len(m.MechListMIC) > 0 || t.Inner == nil || secretive(t.Inner)
	case *spnego.Resp:
		return len(m.MechListMIC) > 0 || t.Inner == nil || secretive(t.Inner)
	}
	return true
}

// credentials are what a request's Authorization or Proxy-Authorization holds.
type credentials struct {
	index  int    // of the field
	header string // its name, as it was written
	scheme string // as it was written
	text   string // what follows it
	raw    []byte // the token, for NTLM and Negotiate
	token  *decode.Token
	// bad says that there should be a token and is none.
	bad bool
}

// credentialsOf reads the field of that name.
func credentialsOf(headers trace.Headers, name string) (credentials, bool) {
	for i := range headers {
		if len(headers[i].Name) != len(name) || !strings.EqualFold(headers[i].Name, name) {
			continue
		}
		c := credentials{index: i, header: headers[i].Name}
		if c.simple(headers[i].Value) {
			return c, true
		}
		list := offer.Parse([]string{headers[i].Value})
		if len(list) == 0 {
			return c, false
		}
		c.scheme, c.text = list[0].Scheme, list[0].Token68
		if offer.CarriesToken(c.scheme) {
			raw, err := list[0].Token()
			c.raw, c.bad = raw, err != nil || len(raw) == 0
		}
		return c, true
	}
	return credentials{}, false
}

// simple reads what all but a few clients send: a scheme, a blank, and base64.
func (c *credentials) simple(value string) bool {
	scheme, text, _ := strings.Cut(value, " ")
	if scheme != SchemeNTLM && scheme != SchemeNegotiate {
		return false
	}
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(raw) == 0 {
		return false
	}
	c.scheme, c.text, c.raw = scheme, text, raw
	return true
}
