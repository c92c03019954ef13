// Package origin is the accepting side of HTTP authentication: a server, or a
// forward proxy, that asks for NTLM, Negotiate or Basic and says of every
// request which connection it came in on and what was found in it. It is made
// to stand at the far end of an intermediary.
//
// HTTP/1.x is read here and not by net/http, so that names and order of the
// header fields, and the version that was asked in, are as they came.
//
// Options.Body writes the body of an answer and Options.Events watches; both are
// given plain data, with credentials redacted, and both may be nil.
package origin
