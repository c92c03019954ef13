// Package wire is one HTTP/1.1 connection under the program's control: direct,
// through a proxy, through CONNECT, through SOCKS5. It is never pooled, never
// retried and never replaced behind the caller's back, and all that happens on
// it goes into a trace.
//
// It reads what servers send leniently and within bounds: a malformed header
// line loses that line, not the response; a response with impossible framing
// keeps its head. Nothing here knows what authentication is: who steps a
// mechanism through a proxy's 407 hands in a ProxyAuth.
package wire
