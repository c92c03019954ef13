package wire

import (
	"strings"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/negotiate/offer"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// TokensOf decodes the tokens in the fields of a message that carry them.
func TokensOf(direction trace.Direction, fields trace.Headers) []trace.TokenAt {
	var list []trace.TokenAt
	for _, field := range fields {
		if !carries(direction, field.Name) {
			continue
		}
		for _, c := range offer.Parse([]string{field.Value}) {
			if c.Token68 == "" || !offer.CarriesToken(c.Scheme) {
				continue
			}
			raw, err := c.Token()
			if err != nil {
				continue
			}
			token := decode.Decode(raw, decode.Options{})
			token.Attribute(c.Scheme, &decode.Source{Offset: -1, Direction: string(direction), Header: field.Name})
			list = append(list, trace.TokenAt{Direction: direction, Header: field.Name, Token: token})
		}
	}
	return list
}

func carries(direction trace.Direction, name string) bool {
	names := [...]string{"WWW-Authenticate", "Proxy-Authenticate"}
	if direction == trace.InRequest {
		names = [...]string{"Authorization", "Proxy-Authorization"}
	}
	for _, one := range names {
		if strings.EqualFold(name, one) {
			return true
		}
	}
	return false
}
