package decode

import (
	"github.com/ntlmctl/ntlmctl/decode/annotate"
	"github.com/ntlmctl/ntlmctl/decode/der"
	"github.com/ntlmctl/ntlmctl/decode/der/walk"
	"github.com/ntlmctl/ntlmctl/decode/krb5"
)

// CredSSP is a TSRequest (MS-CSSP 2.2.1). Its slices alias the token and are
// nil where the field is absent.
type CredSSP struct {
	Version int
	// NegoTokens are the tokens of SPNEGO or NTLM inside; one as a rule.
	NegoTokens []NegoToken
	// AuthInfo (the encrypted credentials), PubKeyAuth and ClientNonce are as
	// they stand.
	AuthInfo    []byte
	PubKeyAuth  []byte
	ClientNonce []byte
	// ErrorCode is the NTSTATUS with which a server ends; HasErrorCode says that
	// it is there.
	ErrorCode    krb5.NTStatus
	HasErrorCode bool
}

// NegoToken is one negoToken (MS-CSSP 2.2.1.1). Offset is where it begins in
// the TSRequest, -1 where it is not there in one piece.
type NegoToken struct {
	Bytes  []byte
	Offset int
}

// sniffCredSSP reports whether b begins like a TSRequest: a SEQUENCE with a
// version, not followed by the msg-type of Kerberos.
func sniffCredSSP(b []byte) bool {
	e, ok := der.Read(b, 0, len(b))
	if !ok || !e.Is(der.Sequence) {
		return false
	}
	version, ok := der.Read(b, e.Content(), e.ContentEnd())
	if !ok || !version.Is(der.Context(0)) {
		return false
	}
	if inner, ok := der.Read(b, version.Content(), version.ContentEnd()); !ok || !inner.Is(der.Integer) {
		return false
	}
	return !krb5.Sniff(b)
}

// parseCredSSP reads a TSRequest. It is never nil.
func parseCredSSP(raw []byte, r *annotate.Recorder) *CredSSP {
	p := credSSPParser{Walker: walk.Walker{B: raw, R: r}, t: &CredSSP{}}
	all := p.All(0, "token")
	e, ok := p.Next(&all)
	switch {
	case !ok:
		r.Find(annotate.Unrecognised, 0, 0, "no bytes")
	case !e.Is(der.Sequence):
		p.Unexpected(e, "TSRequest", walk.Describe(e)+" where SEQUENCE is due")
	default:
		p.request(e)
	}
	p.Rest(&all)
	p.Done()
	return p.t
}

type credSSPParser struct {
	walk.Walker
	t *CredSSP
}

func (p *credSSPParser) request(e der.Element) {
	s := p.Open(e, "TSRequest", "MS-CSSP 2.2.1")
	var seen uint
	for {
		e, ok := p.Next(&s)
		if !ok {
			break
		}
		if e.Class != der.ClassContext || !e.Constructed || e.Tag > 5 || seen&(1<<e.Tag) != 0 {
			p.Unknown(e, &s)
			continue
		}
		seen |= 1 << e.Tag
		switch e.Tag {
		case 0:
			if n, value, ok := p.Int32(e, "version"); ok {
				p.t.Version = int(n)
				p.Leaf(value, "version", annotate.Uint(uint64(uint32(n))), "")
			}
		case 1:
			p.negoTokens(e)
		case 2:
			p.t.AuthInfo, _ = p.Octets(e, "authInfo", "the user's credentials, encrypted")
		case 3:
			p.t.PubKeyAuth, _ = p.Octets(e, "pubKeyAuth", "binds the logon to the server's public key")
		case 4:
			p.errorCode(e)
		case 5:
			p.t.ClientNonce, _ = p.Octets(e, "clientNonce", "")
		}
	}
	p.Close(&s)
	if seen&1 == 0 && !p.Cut {
		p.R.Find(annotate.DERUnexpected, e.Offset, e.Size(), "TSRequest: version is missing")
	}
}

// negoTokens is NegoData: SEQUENCE OF SEQUENCE { negoToken [0] OCTET STRING }.
func (p *credSSPParser) negoTokens(e der.Element) {
	s, ok := p.OpenExplicit(e, der.Sequence, "negoTokens", "NegoData (MS-CSSP 2.2.1.1)")
	if !ok {
		return
	}
	for {
		e, ok := p.Next(&s)
		if !ok {
			break
		}
		if !e.Is(der.Sequence) {
			p.Unknown(e, &s)
			continue
		}
		p.Check(e, "negoTokens")
		item := p.Inside(e, "negoTokens")
		for {
			e, ok := p.Next(&item)
			if !ok {
				break
			}
			if !e.Is(der.Context(0)) {
				p.Unknown(e, &item)
				continue
			}
			if b, at := p.Octets(e, "negoToken", "a token of SPNEGO or NTLM"); b != nil {
				p.t.NegoTokens = append(p.t.NegoTokens, NegoToken{Bytes: b, Offset: at})
			}
		}
	}
	p.Close(&s)
}

func (p *credSSPParser) errorCode(e der.Element) {
	n, value, ok := p.Int32(e, "errorCode")
	if !ok {
		return
	}
	p.t.ErrorCode, p.t.HasErrorCode = krb5.NTStatus(uint32(n)), true
	text := ntStatusText(p.t.ErrorCode)
	p.Leaf(value, "errorCode", annotate.Hex32(uint32(n)), text)
	p.R.Find(annotate.CredSSPError, value.Offset, value.Size(), text)
}
