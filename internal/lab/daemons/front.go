//go:build unix

package daemons

import (
	"maps"
	"slices"
	"testing"
)

// Effect is what a front does to a handshake over HTTP/1.1.
type Effect string

// The effects. Where a front does two of these, the more dangerous one is named.
const (
	Keeps  Effect = "keeps"  // the client's connection stays one connection to the origin
	Breaks Effect = "breaks" // the Type 3, or all after the Type 1, is answered by a refusal
	Strips Effect = "strips" // no challenge comes through: a header is taken out or rewritten
	Varies Effect = "varies" // it works, breaks or shares, as chance has it
	Shares Effect = "shares" // it works, and then strangers are answered as the one who logged on
	Mixes  Effect = "mixes"  // the same, but each of several processes shares with its own clients alone: strangers are let in at times
	Asks   Effect = "asks"   // it wants a logon for itself, by a scheme that is not NTLM
	Caches Effect = "caches" // it works, and then strangers are answered from a cache
)

// Front is one way to stand before an origin.
type Front struct {
	Name    string   // program and variant: "nginx/keepalive"
	Needs   []string // the programs
	Effect  Effect
	Origins int  // how many it is put before: 2 if it balances, else 1
	TLS     bool // it wants https; its certificate is from TrustedBy
	Forward bool // it is a forward proxy: it goes wherever the client says

	// Changed starts it before so many origins, its configuration changed, and
	// returns host:port.
	Changed func(t testing.TB, changes []Change, origins ...string) string
}

// Start starts it as it is.
func (f *Front) Start(t testing.TB, origins ...string) string {
	t.Helper()
	return f.Changed(t, nil, origins...)
}

// Fronts are all of them, by name within each program. What each does is said
// where its variant is declared: NginxVariant and so on.
func Fronts() []Front {
	return slices.Concat(socatFronts(), nginxFronts(), haproxyFronts(), varnishFronts(), squidReverseFronts(), apacheFronts())
}

// ForwardFronts are forward proxies that ask for nothing: what they do to the
// logon at an origin is the question. What they share runs until t ends.
func ForwardFronts(t testing.TB) []Front {
	return slices.Concat(squidForwardFronts(), cntlmFronts(t))
}

// ConnectionIDFronts are for an origin that keeps logons under ConnectionIDHeader.
func ConnectionIDFronts() []Front { return nginxFrontsOf(nginxConnectionIDs) }

// frontsOf lists a program's variants.
func frontsOf[V ~string, T any](program string, needs []string, variants map[V]T, describe func(V, T, *Front)) []Front {
	var list []Front
	for _, v := range slices.Sorted(maps.Keys(variants)) {
		f := Front{Name: program + "/" + string(v), Needs: needs, Origins: 1}
		describe(v, variants[v], &f)
		list = append(list, f)
	}
	return list
}
