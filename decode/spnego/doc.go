// Package spnego reads and writes the tokens of SPNEGO (RFC 4178, with the
// extensions of MS-SPNG): NegTokenInit, NegTokenInit2 and NegTokenResp, inside
// and outside the frame of the GSS-API (RFC 2743 3.1).
//
// Parse reads what can be read of malformed input and records findings about
// the rest; Append writes DER.
package spnego
