//go:build unix

package daemons

import (
	"net"
	"testing"
)

// SquidReverseVariant is one way to put Squid before an origin.
type SquidReverseVariant string

// The variants, named for what they do.
const (
	SquidReverseDefault  SquidReverseVariant = "default"  // Authorization is not passed on
	SquidReverseLogin    SquidReverseVariant = "login"    // login=PASS, and connection-auth as Squid has it by default
	SquidReversePass     SquidReverseVariant = "pass"     // login=PASS, and connection-auth=on pins a client's connection
	SquidReversePassThru SquidReverseVariant = "passthru" // the same with login=PASSTHRU
	SquidReverseAuthOff  SquidReverseVariant = "auth-off" // connection-auth=off: WWW-Authenticate: NTLM is taken out
)

// squidReverseVariant is what a variant adds to the lines http_port and cache_peer.
type squidReverseVariant struct {
	effect     Effect
	port, peer string
}

var squidReverseVariants = map[SquidReverseVariant]squidReverseVariant{
	SquidReverseDefault:  {Strips, "", ""},
	SquidReverseLogin:    {Keeps, "", "login=PASS"},
	SquidReversePass:     {Keeps, "connection-auth=on", "login=PASS connection-auth=on"},
	SquidReversePassThru: {Keeps, "connection-auth=on", "login=PASSTHRU connection-auth=on"},
	SquidReverseAuthOff:  {Strips, "connection-auth=off", "login=PASSTHRU connection-auth=off"},
}

func squidReverseFronts() []Front {
	return frontsOf("squid", []string{"squid"}, squidReverseVariants, func(_ SquidReverseVariant, v squidReverseVariant, f *Front) {
		f.Effect = v.effect
		f.Changed = func(t testing.TB, changes []Change, origins ...string) string {
			t.Helper()
			return squidReverse(t, v, changes, origins[0])
		}
	})
}

// squidReverse starts Squid before an origin, which must be there already: Squid
// holds one that refuses a connection for dead.
func squidReverse(t testing.TB, v squidReverseVariant, changes []Change, origin string) string {
	t.Helper()
	host, port, err := net.SplitHostPort(origin)
	if err != nil {
		t.Fatal(err)
	}
	config := "http_port @LISTEN@ accel defaultsite=" + origin + " no-vhost " + v.port + "\n" +
		"cache_peer " + host + " parent " + port + " 0 no-query no-digest no-netdb-exchange originserver name=origin " + v.peer + "\n" +
		"never_direct allow all\nhttp_access allow all\n"
	return squid(t, "squid-reverse", site{"", []string{origin}}.changed(config, changes))
}
