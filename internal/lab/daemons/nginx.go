//go:build unix

package daemons

import (
	"strconv"
	"strings"
	"testing"
)

// NginxVariant is one way to put nginx before an origin, or before several.
type NginxVariant string

// The variants, named for what they do. From NginxStripAuth on, they speak
// HTTP/1.1 to the origin, a connection for each request, unless said otherwise.
const (
	NginxDefault     NginxVariant = "default"     // HTTP/1.0 to the origin, a connection each
	NginxHTTP11      NginxVariant = "http11"      // HTTP/1.1 to the origin, a connection each
	NginxKeepalive   NginxVariant = "keepalive"   // a pool of connections that all clients share
	NginxWorkers     NginxVariant = "workers"     // the same with two workers, each with a pool of its own
	NginxBalance     NginxVariant = "balance"     // the same with round robin over the origins
	NginxAffinity    NginxVariant = "affinity"    // the same with an origin for each client's address
	NginxStream      NginxVariant = "stream"      // a relay of TCP
	NginxStripAuth   NginxVariant = "stripauth"   // Authorization is taken out
	NginxStripWWW    NginxVariant = "stripwww"    // WWW-Authenticate is taken out
	NginxBasic       NginxVariant = "basic"       // WWW-Authenticate becomes Basic
	NginxNegotiate   NginxVariant = "negotiate"   // WWW-Authenticate becomes a bare Negotiate
	NginxClientClose NginxVariant = "clientclose" // the client's connection closes after each response
	NginxPoolClose   NginxVariant = "poolclose"   // the same with a pool of connections that all clients share
	NginxSmallHeader NginxVariant = "smallheader" // a pool, and a header line of more than 256 bytes is refused with 400
	NginxCache       NginxVariant = "cache"       // a pool, and answers 200 are stored for everybody
	NginxTLS         NginxVariant = "tls"         // a pool, behind TLS
	NginxH2          NginxVariant = "h2"          // a pool, behind TLS with HTTP/2
)

// ConnectionIDHeader is in which the variants for origins that keep logons under a
// header name the client's connection.
const ConnectionIDHeader = "X-Connection-Id"

// The variants for origins that keep logons under ConnectionIDHeader.
const (
	NginxConnectionID      NginxVariant = "connection-id"       // the client's connection is named, whatever the client sends
	NginxConnectionIDTrust NginxVariant = "connection-id-trust" // what the client sends is passed through, and only what it does not send is filled in
	NginxConnectionIDStrip NginxVariant = "connection-id-strip" // the header is taken out
)

// nginxVariant is what a variant adds to the configuration.
type nginxVariant struct {
	effect   Effect
	origins  int // 1 where it is 0
	workers  int // 1 where it is 0
	http     string
	upstream string
	listen   string
	location string
}

const (
	nginxHTTP11 = `proxy_http_version 1.1; proxy_set_header Connection "";`
	nginxHide   = "proxy_hide_header WWW-Authenticate;"
	nginxPool   = "keepalive 32;"
)

var nginxVariants = map[NginxVariant]nginxVariant{
	NginxDefault:     {effect: Breaks},
	NginxHTTP11:      {effect: Breaks, location: nginxHTTP11},
	NginxKeepalive:   {effect: Shares, location: nginxHTTP11, upstream: nginxPool},
	NginxWorkers:     {effect: Mixes, location: nginxHTTP11, upstream: nginxPool, workers: 2},
	NginxBalance:     {effect: Breaks, location: nginxHTTP11, upstream: nginxPool, origins: 2},
	NginxAffinity:    {effect: Shares, location: nginxHTTP11, upstream: "hash $remote_addr;" + nginxPool, origins: 2},
	NginxStream:      {effect: Keeps},
	NginxStripAuth:   {effect: Strips, location: nginxHTTP11 + `proxy_set_header Authorization "";`},
	NginxStripWWW:    {effect: Strips, location: nginxHTTP11 + nginxHide},
	NginxBasic:       {effect: Strips, location: nginxHTTP11 + nginxHide + `add_header WWW-Authenticate 'Basic realm="front"' always;`},
	NginxNegotiate:   {effect: Strips, location: nginxHTTP11 + nginxHide + "add_header WWW-Authenticate Negotiate always;"},
	NginxClientClose: {effect: Breaks, location: nginxHTTP11 + "keepalive_timeout 0;"},
	NginxPoolClose:   {effect: Varies, location: nginxHTTP11 + "keepalive_timeout 0;", upstream: nginxPool},
	NginxSmallHeader: {
		effect: Breaks, location: nginxHTTP11, upstream: nginxPool,
		http: "connection_pool_size 256; client_header_buffer_size 256; large_client_header_buffers 2 256;",
	},
	NginxCache: {
		effect: Shares, upstream: nginxPool, http: "proxy_cache_path @DIR@/cache keys_zone=answers:1m;",
		location: nginxHTTP11 + "proxy_cache answers; proxy_cache_valid 200 1m; add_header X-Cache $upstream_cache_status;",
	},
	NginxTLS: {effect: Shares, location: nginxHTTP11, upstream: nginxPool, listen: "ssl"},
	NginxH2:  {effect: Shares, location: nginxHTTP11, upstream: nginxPool, listen: "ssl http2"},
}

var nginxConnectionIDs = map[NginxVariant]nginxVariant{
	NginxConnectionID: {effect: Keeps, location: nginxHTTP11 + "proxy_set_header X-Connection-Id $connection;"},
	NginxConnectionIDTrust: {
		effect: Shares, http: `map $http_x_connection_id $connection_id { "" $connection; default $http_x_connection_id; }`,
		location: nginxHTTP11 + "proxy_set_header X-Connection-Id $connection_id;",
	},
	NginxConnectionIDStrip: {effect: Breaks, location: nginxHTTP11 + `proxy_set_header X-Connection-Id "";`},
}

func nginxFronts() []Front { return nginxFrontsOf(nginxVariants) }

func nginxFrontsOf(variants map[NginxVariant]nginxVariant) []Front {
	return frontsOf("nginx", []string{"nginx"}, variants, func(v NginxVariant, n nginxVariant, f *Front) {
		f.Effect, f.Origins, f.TLS = n.effect, max(1, n.origins), n.listen != ""
		f.Changed = func(t testing.TB, changes []Change, origins ...string) string {
			t.Helper()
			return nginx(t, v, n, changes, origins)
		}
	})
}

// Nginx starts nginx before the origins and returns host:port. Behind TLS its
// certificate is from TrustedBy.
func Nginx(t testing.TB, variant NginxVariant, origins ...string) string {
	t.Helper()
	v, known := nginxVariants[variant]
	if !known {
		v, known = nginxConnectionIDs[variant]
	}
	if !known {
		t.Fatalf("nginx has no variant %q", variant)
	}
	return nginx(t, variant, v, nil, origins)
}

func nginx(t testing.TB, variant NginxVariant, v nginxVariant, changes []Change, origins []string) string {
	t.Helper()
	program := Need(t, "nginx")
	template := nginxConfig
	if variant == NginxStream {
		template = nginxStream
	}
	template = "load_module " + needFile(t, "/usr/lib/nginx/modules/ngx_stream_module.so") + ";\n" + template
	servers := ""
	for _, origin := range origins {
		servers += "server " + origin + ";"
	}
	return listen(t, "nginx", func(dir, port string) command {
		here, certified := "127.0.0.1:"+port, ""
		listen := here + " " + v.listen
		if v.listen != "" {
			certified = "; ssl_certificate @DIR@/both.pem; ssl_certificate_key @DIR@/both.pem"
			certificate(t, dir+"/both.pem")
		}
		config := strings.NewReplacer("@WORKERS@", strconv.Itoa(max(1, v.workers)), "@LISTEN@", listen+certified, "@SERVERS@", servers,
			"@HTTP@", v.http, "@UPSTREAM@", v.upstream, "@LOCATION@", v.location).Replace(template)
		relay := strings.TrimSuffix(listen, " http2") + certified // what passes TCP on leaves HTTP alone
		config = site{relay, origins}.changed(config, changes)
		write(t, dir+"/nginx.conf", strings.ReplaceAll(config, "@DIR@", dir))
		return command{program: program, args: []string{"-c", dir + "/nginx.conf", "-e", dir + "/error.log"}}
	})
}

const nginxGlobal = `daemon off;
pid @DIR@/nginx.pid;
worker_processes @WORKERS@;
events { worker_connections 512; }
`

const nginxStream = nginxGlobal + `stream {
  upstream origins { @SERVERS@ }
  server { listen @LISTEN@; proxy_pass origins; }
}
`

const nginxConfig = nginxGlobal + `http {
  access_log off;
  client_body_temp_path @DIR@/body; proxy_temp_path @DIR@/proxy;
  fastcgi_temp_path @DIR@/fastcgi; uwsgi_temp_path @DIR@/uwsgi; scgi_temp_path @DIR@/scgi;
  @HTTP@
  upstream origins { @SERVERS@ @UPSTREAM@ }
  server {
    listen @LISTEN@;
    location / { proxy_pass http://origins; @LOCATION@ }
  }
}
`
