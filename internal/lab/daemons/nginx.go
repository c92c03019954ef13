//go:build unix

package daemons

import (
	"path/filepath"
	"testing"
)

// NginxVariant is one way to put nginx before an origin.
type NginxVariant string

// The variants, named for what they do.
const (
	NginxDefault     NginxVariant = "default"     // HTTP/1.0 to the origin, a connection each
	NginxHTTP11      NginxVariant = "http11"      // HTTP/1.1 to the origin, a connection each
	NginxKeepalive   NginxVariant = "keepalive"   // a pool of connections that all clients share
	NginxStream      NginxVariant = "stream"      // a relay of TCP
	NginxStripAuth   NginxVariant = "stripauth"   // Authorization is taken out
	NginxStripWWW    NginxVariant = "stripwww"    // WWW-Authenticate is taken out
	NginxClientClose NginxVariant = "clientclose" // the client's connection closes after each response
)

// Nginx starts nginx before an origin and returns host:port.
func Nginx(t testing.TB, variant NginxVariant, origin string) string {
	t.Helper()
	program := Need(t, "nginx")
	run, port := directory(t, "nginx"), freePort(t)
	write(t, run+"/nginx.conf", nginxConfig(variant, run, port, origin))
	start(t, port, filepath.Join(run, "error.log"), nil, program, "-c", run+"/nginx.conf", "-e", run+"/error.log")
	return "127.0.0.1:" + port
}

func nginxConfig(variant NginxVariant, run, port, origin string) string {
	global := "daemon off;\npid " + run + "/nginx.pid;\nworker_processes 1;\nevents { worker_connections 512; }\n"
	if variant == NginxStream {
		return "load_module /usr/lib/nginx/modules/ngx_stream_module.so;\n" + global +
			"stream { server { listen 127.0.0.1:" + port + "; proxy_pass " + origin + "; } }\n"
	}
	pool, lines := "", "proxy_http_version 1.1; proxy_set_header Connection \"\";"
	switch variant {
	case NginxDefault:
		lines = ""
	case NginxKeepalive:
		pool = "keepalive 32;"
	case NginxStripAuth:
		lines += ` proxy_set_header Authorization "";`
	case NginxStripWWW:
		lines += " proxy_hide_header WWW-Authenticate;"
	case NginxClientClose:
		lines += " keepalive_timeout 0;"
	}
	return global + "http {\n access_log off;\n" +
		" client_body_temp_path " + run + "/body; proxy_temp_path " + run + "/proxy; fastcgi_temp_path " + run + "/f; uwsgi_temp_path " + run + "/u; scgi_temp_path " + run + "/s;\n" +
		" upstream origin { server " + origin + "; " + pool + " }\n" +
		" server { listen 127.0.0.1:" + port + "; location / { proxy_pass http://origin; " + lines + " } }\n}\n"
}
