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
	Caches Effect = "caches" // it works, and then strangers are answered from a cache
)

// Front is one way to stand before an origin.
type Front struct {
	Name    string   // program and variant: "nginx/keepalive"
	Needs   []string // the programs
	Effect  Effect
	Origins int  // how many it is put before: 2 if it balances, else 1
	TLS     bool // it wants https; its certificate is from TrustedBy

	// Start starts it before so many origins and returns host:port.
	Start func(t testing.TB, origins ...string) string
}

// Fronts are all of them, by name within each program. What each does is said
// where its variant is declared: NginxVariant and so on.
func Fronts() []Front {
	fronts := []Front{{
		Name: "socat", Needs: []string{"socat"}, Effect: Keeps, Origins: 1,
		Start: func(t testing.TB, origins ...string) string { t.Helper(); return Socat(t, origins[0]) },
	}}
	for _, v := range slices.Sorted(maps.Keys(nginxVariants)) {
		fronts = append(fronts, Front{
			Name: "nginx/" + string(v), Needs: []string{"nginx"}, Effect: nginxVariants[v].effect,
			Origins: max(1, nginxVariants[v].origins), TLS: nginxVariants[v].listen != "",
			Start: func(t testing.TB, origins ...string) string { t.Helper(); return Nginx(t, v, origins...) },
		})
	}
	for _, v := range slices.Sorted(maps.Keys(haproxyVariants)) {
		fronts = append(fronts, Front{
			Name: "haproxy/" + string(v), Needs: []string{"haproxy"}, Effect: haproxyVariants[v].effect,
			Origins: max(1, haproxyVariants[v].origins), TLS: haproxyVariants[v].bind != "",
			Start: func(t testing.TB, origins ...string) string { t.Helper(); return HAProxy(t, v, origins...) },
		})
	}
	for _, v := range slices.Sorted(maps.Keys(varnishVariants)) {
		fronts = append(fronts, Front{
			Name: "varnish/" + string(v), Needs: []string{"varnishd", "gcc"}, Effect: varnishVariants[v].effect, Origins: 1,
			Start: func(t testing.TB, origins ...string) string { t.Helper(); return Varnish(t, v, origins[0]) },
		})
	}
	for _, v := range slices.Sorted(maps.Keys(squidReverseVariants)) {
		fronts = append(fronts, Front{
			Name: "squid/" + string(v), Needs: []string{"squid"}, Effect: squidReverseVariants[v].effect, Origins: 1,
			Start: func(t testing.TB, origins ...string) string { t.Helper(); return SquidReverse(t, v, origins[0]) },
		})
	}
	return fronts
}
