//go:build unix

package daemons

import (
	"fmt"
	"strings"
	"testing"
)

// HAProxyVariant is one way to put HAProxy before an origin, or before several.
type HAProxyVariant string

// The variants, named for what they do. An answer 401 with NTLM makes HAProxy
// keep the connection to the origin for this client alone: so all variants of
// reuse keep a handshake.
const (
	HAProxyHTTP            HAProxyVariant = "http"             // mode http and its defaults
	HAProxyTCP             HAProxyVariant = "tcp"              // a relay of TCP
	HAProxyReuseNever      HAProxyVariant = "reuse-never"      // no connection to the origin is shared
	HAProxyReuseSafe       HAProxyVariant = "reuse-safe"       // shared but for the first request of a client
	HAProxyReuseAggressive HAProxyVariant = "reuse-aggressive" // shared once it has proven to be reusable
	HAProxyReuseAlways     HAProxyVariant = "reuse-always"     // shared at once
	HAProxyHTTPClose       HAProxyVariant = "httpclose"        // both connections close after each response
	HAProxyServerClose     HAProxyVariant = "server-close"     // the origin's connection closes after each response
	HAProxyBalance         HAProxyVariant = "balance"          // round robin over the origins
	HAProxyBalanceTCP      HAProxyVariant = "balance-tcp"      // round robin, as a relay of TCP
	HAProxyBalanceAlways   HAProxyVariant = "balance-always"   // round robin, with http-reuse always
	HAProxyBalanceClose    HAProxyVariant = "balance-close"    // round robin, and the origin's connection closes after each response
	HAProxyBalanceCookie   HAProxyVariant = "balance-cookie"   // round robin, and a cookie brings a client back to its origin
	HAProxyStripAuth       HAProxyVariant = "stripauth"        // Authorization is taken out
	HAProxyStripWWW        HAProxyVariant = "stripwww"         // WWW-Authenticate is taken out
	HAProxyIdle            HAProxyVariant = "idle"             // the client's connection closes after a second without a request
	HAProxyCache           HAProxyVariant = "cache"            // what is answered to requests without Authorization is stored for everybody
	HAProxyTLS             HAProxyVariant = "tls"              // mode http behind TLS
	HAProxyH2              HAProxyVariant = "h2"               // mode http behind TLS with HTTP/2
	HAProxyTLSRelay        HAProxyVariant = "tls-relay"        // a relay of TCP behind TLS
)

// haproxyVariant is what a variant adds to the configuration.
type haproxyVariant struct {
	effect   Effect
	origins  int    // 1 where it is 0
	mode     string // http where it is empty
	bind     string
	frontend string
	backend  string
}

const haproxyTLS = "ssl crt @DIR@/both.pem alpn "

var haproxyVariants = map[HAProxyVariant]haproxyVariant{
	HAProxyHTTP:            {effect: Keeps},
	HAProxyTCP:             {effect: Keeps, mode: "tcp"},
	HAProxyReuseNever:      {effect: Keeps, backend: "http-reuse never"},
	HAProxyReuseSafe:       {effect: Keeps, backend: "http-reuse safe"},
	HAProxyReuseAggressive: {effect: Keeps, backend: "http-reuse aggressive"},
	HAProxyReuseAlways:     {effect: Keeps, backend: "http-reuse always"},
	HAProxyHTTPClose:       {effect: Breaks, backend: "option httpclose"},
	HAProxyServerClose:     {effect: Breaks, backend: "option http-server-close"},
	HAProxyBalance:         {effect: Keeps, origins: 2},
	HAProxyBalanceTCP:      {effect: Keeps, origins: 2, mode: "tcp"},
	HAProxyBalanceAlways:   {effect: Keeps, origins: 2, backend: "http-reuse always"},
	HAProxyBalanceClose:    {effect: Breaks, origins: 2, backend: "option http-server-close"},
	HAProxyBalanceCookie:   {effect: Keeps, origins: 2, backend: "cookie SERVERID insert indirect nocache"},
	HAProxyStripAuth:       {effect: Strips, backend: "http-request del-header Authorization"},
	HAProxyStripWWW:        {effect: Strips, backend: "http-response del-header WWW-Authenticate"},
	HAProxyIdle:            {effect: Keeps, frontend: "timeout http-keep-alive 1s"},
	HAProxyCache:           {effect: Caches, backend: "http-request cache-use answers\n http-response cache-store answers\ncache answers\n total-max-size 4\n max-age 60"},
	HAProxyTLS:             {effect: Keeps, bind: haproxyTLS + "http/1.1"},
	HAProxyH2:              {effect: Keeps, bind: haproxyTLS + "h2,http/1.1"},
	HAProxyTLSRelay:        {effect: Keeps, mode: "tcp", bind: haproxyTLS + "http/1.1"},
}

func haproxyFronts() []Front {
	return frontsOf("haproxy", []string{"haproxy"}, haproxyVariants, func(v HAProxyVariant, h haproxyVariant, f *Front) {
		f.Effect, f.Origins, f.TLS = h.effect, max(1, h.origins), h.bind != ""
		f.Changed = func(t testing.TB, changes []Change, origins ...string) string {
			t.Helper()
			return haproxy(t, v, changes, origins)
		}
	})
}

// HAProxy starts HAProxy before the origins and returns host:port. Behind TLS
// its certificate is from TrustedBy.
func HAProxy(t testing.TB, variant HAProxyVariant, origins ...string) string {
	t.Helper()
	return haproxy(t, variant, nil, origins)
}

func haproxy(t testing.TB, variant HAProxyVariant, changes []Change, origins []string) string {
	t.Helper()
	program := Need(t, "haproxy")
	v, known := haproxyVariants[variant]
	if !known {
		t.Fatalf("haproxy has no variant %q", variant)
	}
	if v.mode == "" {
		v.mode = "http"
	}
	servers := ""
	for i, origin := range origins {
		servers += fmt.Sprintf(" server s%d %s cookie s%[1]d\n", i+1, origin)
	}
	return listen(t, "haproxy", func(dir, port string) command {
		if v.bind != "" {
			certificate(t, dir+"/both.pem")
		}
		config := strings.NewReplacer("@MODE@", v.mode, "@LISTEN@", "127.0.0.1:"+port,
			"@TLS@", v.bind, "@FRONTEND@", v.frontend, "@BACKEND@", v.backend, "@SERVERS@", servers).Replace(haproxyConfig)
		config = strings.ReplaceAll(config, "@DIR@", dir)
		write(t, dir+"/haproxy.cfg", site{"127.0.0.1:" + port, origins}.changed(config, changes))
		return command{program: program, args: []string{"-db", "-f", dir + "/haproxy.cfg"}}
	})
}

const haproxyConfig = `global
 nbthread 2
defaults
 mode @MODE@
 timeout connect 5s
 timeout client 60s
 timeout server 60s
frontend front
 bind @LISTEN@ @TLS@
 @FRONTEND@
 default_backend origins
backend origins
 balance roundrobin
 @SERVERS@ @BACKEND@
`
