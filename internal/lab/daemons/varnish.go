//go:build unix

package daemons

import (
	"net"
	"testing"
)

// VarnishVariant is one way to put Varnish before an origin.
type VarnishVariant string

// The variants, named for what they do.
const (
	VarnishDefault  VarnishVariant = "default"   // shares connections to the origin, and stores what it answers to requests without Authorization
	VarnishPass     VarnishVariant = "pass"      // shares connections to the origin, stores nothing
	VarnishPipe     VarnishVariant = "pipe"      // a relay, but it adds Connection: close
	VarnishPipeAuth VarnishVariant = "pipe-auth" // the same for requests with NTLM or Negotiate alone
	VarnishPipeKeep VarnishVariant = "pipe-keep" // a relay, and Connection: close is taken out again
)

// varnishVariant is what a variant adds to the rules.
type varnishVariant struct {
	effect Effect
	rules  string
}

var varnishVariants = map[VarnishVariant]varnishVariant{
	VarnishDefault:  {Shares, ""},
	VarnishPass:     {Shares, "sub vcl_recv { return (pass); }"},
	VarnishPipe:     {Breaks, "sub vcl_recv { return (pipe); }"},
	VarnishPipeAuth: {Breaks, `sub vcl_recv { if (req.http.Authorization ~ "^(NTLM|Negotiate)") { return (pipe); } }`},
	VarnishPipeKeep: {Keeps, "sub vcl_recv { return (pipe); } sub vcl_pipe { unset bereq.http.connection; }"},
}

func varnishFronts() []Front {
	return frontsOf("varnish", []string{"varnishd", "gcc"}, varnishVariants, func(v VarnishVariant, x varnishVariant, f *Front) {
		f.Effect = x.effect
		f.Changed = func(t testing.TB, changes []Change, origins ...string) string {
			t.Helper()
			return varnish(t, v, changes, origins[0])
		}
	})
}

// Varnish starts Varnish before an origin and returns host:port.
func Varnish(t testing.TB, variant VarnishVariant, origin string) string {
	t.Helper()
	return varnish(t, variant, nil, origin)
}

func varnish(t testing.TB, variant VarnishVariant, changes []Change, origin string) string {
	t.Helper()
	program, compiler := Need(t, "varnishd"), Need(t, "gcc")
	v, known := varnishVariants[variant]
	if !known {
		t.Fatalf("varnish has no variant %q", variant)
	}
	host, originPort, err := net.SplitHostPort(origin)
	if err != nil {
		t.Fatal(err)
	}
	return listen(t, "varnish", func(dir, port string) command {
		config := "vcl 4.1;\nbackend default { .host = \"" + host + "\"; .port = \"" + originPort + "\"; }\n" + v.rules + "\n"
		write(t, dir+"/front.vcl", site{"127.0.0.1:" + port, []string{origin}}.changed(config, changes))
		return command{program: program, args: []string{
			"-F", "-n", dir + "/work", "-T", "none", "-a", "127.0.0.1:" + port,
			"-f", dir + "/front.vcl", "-s", "malloc,32m", "-j", "none",
			// It compiles its rules: to fast code that takes four times as long.
			"-p", "cc_command=exec " + compiler + " -O0 -fpic -shared -o %o %s",
		}}
	})
}
