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

// squidReverseVariants are what each adds to the lines http_port and cache_peer.
var squidReverseVariants = map[SquidReverseVariant]struct {
	effect     Effect
	port, peer string
}{
	SquidReverseDefault:  {Strips, "", ""},
	SquidReverseLogin:    {Keeps, "", "login=PASS"},
	SquidReversePass:     {Keeps, "connection-auth=on", "login=PASS connection-auth=on"},
	SquidReversePassThru: {Keeps, "connection-auth=on", "login=PASSTHRU connection-auth=on"},
	SquidReverseAuthOff:  {Strips, "connection-auth=off", "login=PASSTHRU connection-auth=off"},
}

// SquidReverse starts Squid before an origin and returns host:port. The origin
// must be there already: Squid holds one that refuses a connection for dead.
func SquidReverse(t testing.TB, variant SquidReverseVariant, origin string) string {
	t.Helper()
	v, known := squidReverseVariants[variant]
	if !known {
		t.Fatalf("squid has no variant %q", variant)
	}
	host, port, err := net.SplitHostPort(origin)
	if err != nil {
		t.Fatal(err)
	}
	return squid(t, "squid-reverse", "http_port @LISTEN@ accel defaultsite="+origin+" no-vhost "+v.port+"\n"+
		"cache_peer "+host+" parent "+port+" 0 no-query no-digest no-netdb-exchange originserver name=origin "+v.peer+"\n"+
		"never_direct allow all\nhttp_access allow all\n")
}
