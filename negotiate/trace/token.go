package trace

import "github.com/ntlmctl/ntlmctl/decode"

// Direction is the way that a token went.
type Direction string

// The two directions.
const (
	InRequest  Direction = "request"
	InResponse Direction = "response"
)

// TokenAt is one authentication token of a leg.
type TokenAt struct {
	Direction Direction `json:"direction"`
	// Header is the name of the header, as it was written.
	Header string `json:"header"`
	// Token is decoded without its fields; render draws it.
	Token *decode.Token `json:"-"`
}

// TokenIn returns the first token of the leg that went in a direction, or nil.
func (l *Leg) TokenIn(d Direction) *decode.Token {
	for i := range l.Tokens {
		if l.Tokens[i].Direction == d {
			return l.Tokens[i].Token
		}
	}
	return nil
}
