package krb5

import (
	"github.com/ntlmctl/ntlmctl/decode/der"
	"github.com/ntlmctl/ntlmctl/decode/der/walk"
)

// iakerbHeader reads the IAKERB-HEADER that stands before a message which the
// acceptor is to pass on to a KDC (draft-ietf-kitten-iakerb 3).
func (p *parser) iakerbHeader(s *walk.Scope) {
	e, ok := p.Next(s)
	if !ok {
		return
	}
	if !e.Is(der.Sequence) {
		p.Unexpected(e, "IAKERB-HEADER", walk.Describe(e)+" where SEQUENCE is due")
		return
	}
	h := p.Open(e, "IAKERB-HEADER", "for the acceptor, who passes the message on")
	for {
		e, ok := p.Next(&h)
		if !ok {
			break
		}
		switch {
		case e.Is(der.Context(1)):
			p.m.Realm = p.text(e, "target-realm", "the realm whose KDC is asked")
		case e.Is(der.Context(2)):
			p.Octets(e, "cookie", "")
		default:
			p.Unknown(e, &h)
		}
	}
	p.Close(&h)
}
