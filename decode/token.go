// Package decode turns the bytes of NTLM, SPNEGO and Kerberos tokens into
// typed messages, annotated fields and findings. It is pure: no I/O, no clock.
//
// Decode never fails: malformed input gives the part of the token that could
// be read, and findings that say where and why the rest could not.
package decode

import (
	"strings"

	"golang.org/x/text/encoding"

	"github.com/ntlmctl/ntlmctl/decode/annotate"
)

// Field is one named span of a token.
type Field = annotate.Field

// Finding is one thing that is wrong with a token or worth knowing about it.
type Finding = annotate.Finding

// Severity grades a finding.
type Severity = annotate.Severity

// Kind names what a token is.
type Kind string

// The kinds of token.
const (
	KindNTLMNegotiate    Kind = "ntlm.negotiate"
	KindNTLMChallenge    Kind = "ntlm.challenge"
	KindNTLMAuthenticate Kind = "ntlm.authenticate"
	KindSPNEGOInit       Kind = "spnego.init"
	KindSPNEGOInit2      Kind = "spnego.init2"
	KindSPNEGOResp       Kind = "spnego.resp"
	KindKRB5APReq        Kind = "krb5.ap-req"
	KindKRB5APRep        Kind = "krb5.ap-rep"
	KindKRB5Error        Kind = "krb5.error"
	KindKRB5TGTReq       Kind = "krb5.tgt-req"
	KindKRB5TGTRep       Kind = "krb5.tgt-rep"
	KindKRB5Other        Kind = "krb5.other"
	KindNEGOEX           Kind = "negoex"
	KindCredSSP          Kind = "credssp"
	KindUnknown          Kind = "unknown"
)

// Token is one decoded token. Raw and everything in Message that is a slice
// alias the bytes given to Decode; Clone takes a copy.
type Token struct {
	Kind Kind
	// Raw is the token, from its first byte to its last.
	Raw []byte
	// Scheme is the HTTP authentication scheme that the token came under, as it
	// was written, or empty. Whoever found the token sets it.
	Scheme string
	// Source says where the token was found; nil if that is not known.
	Source *Source
	// Message is the typed message: *NegotiateMessage, *ChallengeMessage,
	// *AuthenticateMessage, *spnego.Init, *spnego.Resp, *krb5.Message,
	// *NEGOEX or *CredSSP; nil where the kind is unknown.
	Message any
	// Fields is the annotated tree, flat and in pre-order; nil unless
	// Options.Annotate asked for it.
	Fields []Field
	// Findings are in the order in which the bytes were read.
	Findings []Finding
	// Verified is set by whoever compared the token with a secret; nil if nobody did.
	Verified *Verified
	// Inner is the token that this one carries, or nil; InnerOffset is where its
	// first byte stands in Raw, -1 if it is not there in one piece.
	Inner       *Token
	InnerOffset int
}

// Options says how to decode.
type Options struct {
	// Annotate asks for Token.Fields.
	Annotate bool
	// Fields, if not nil, is what Token.Fields is built in, from its start: a
	// caller that is done with one token can lend its fields to the next.
	Fields []Field
	// CodePage is how OEM text is read; nil is Windows-1252.
	CodePage encoding.Encoding
}

// Source says where a token was found. Zero values mean not known or not
// applicable, but for Offset, whose -1 does.
type Source struct {
	// Name is the file's name, "-" for standard input, "argument 1" and so on.
	Name string
	// Line counts from 1.
	Line int
	// Offset is where the token's text or bytes begin in the input.
	Offset int64
	// Packet is the number of the packet that brought the token's last byte, from 1.
	Packet int
	// Direction is "request" or "response".
	Direction string
	// Stream names the connection: "tcp 3", "http 17", "entry 5".
	Stream string
	// Header is the name of the header or protocol field that held the token.
	Header string
}

// Attribute says under which HTTP scheme and where the token was found. A
// scheme that does not go with the token is a finding.
func (t *Token) Attribute(scheme string, source *Source) {
	t.Scheme, t.Source = scheme, source
	ntlm := t == t.NTLM()
	switch {
	case ntlm && (strings.EqualFold(scheme, "Negotiate") || strings.EqualFold(scheme, "Nego2")):
		t.find(annotate.NTLMInNegotiate)
	case !ntlm && t.Message != nil && strings.EqualFold(scheme, "NTLM"):
		t.find(annotate.SPNEGOInNTLM)
	}
}

func (t *Token) find(code annotate.Code) {
	t.Findings = append(t.Findings, Finding{Code: code, Length: len(t.Raw)})
}

// Worst is the greatest severity among the findings of t and of the tokens
// inside it; 0 where there is none.
func (t *Token) Worst() Severity {
	var worst Severity
	for ; t != nil; t = t.Inner {
		worst = max(worst, annotate.Worst(t.Findings))
	}
	return worst
}

// messageOf is the NTLM message that t is or carries, nil if it is of another
// type than M.
func messageOf[M any](t *Token) *M {
	if t = t.NTLM(); t == nil {
		return nil
	}
	m, _ := t.Message.(*M)
	return m
}

// Innermost is the kind of the NTLM message that t is or carries, of t itself where
// it carries none; empty where there is no token.
func (t *Token) Innermost() Kind {
	switch n := t.NTLM(); {
	case n != nil:
		return n.Kind
	case t != nil:
		return t.Kind
	}
	return ""
}

// NTLM returns t or the token inside it that is an NTLM message, or nil.
func (t *Token) NTLM() *Token {
	for ; t != nil; t = t.Inner {
		switch t.Kind {
		case KindNTLMNegotiate, KindNTLMChallenge, KindNTLMAuthenticate:
			return t
		}
	}
	return nil
}
