package verdict

import "github.com/ntlmctl/ntlmctl/negotiate/product"

// What leaves HTTP alone keeps handshakes, and answers from no cache.
var (
	nginxRelay   = Remedy{product.Nginx, "pass TCP on, in place of http {...}: " + relay + ". The http block cannot pin, save by the directive ntlm of the commercial edition", relayed}
	haproxyRelay = Remedy{product.HAProxy, "or pass TCP on: mode tcp in place of mode http", []Change{{Take: "mode http"}, {Put: "mode tcp", Under: "defaults"}}}
	varnishPipe  = Remedy{product.Varnish, "pass on all that comes on a connection, before all other rules: sub vcl_recv { return (pipe); } and sub vcl_pipe { unset bereq.http.connection; }", piped}
)

// pin is what keeps a handshake on one connection to one server, by product.
// Boxes that hold pools keep it by leaving HTTP alone, or by a setting made for NTLM.
var pin = []Remedy{
	nginxRelay,
	{product.HAProxy, "take out option httpclose and option http-server-close: without them it keeps such connections private", take("option httpclose", "option http-server-close")},
	haproxyRelay,
	varnishPipe,
	{product.Squid, "as a reverse proxy: login=PASS on the cache_peer, and no connection-auth=off there or on the http_port; on the way out it keeps connections by itself", passed},
	{product.Apache, "as a reverse proxy, a process for each connection of a client, and no connection left over from another: in place of LoadModule mpm_event_module or " +
		"LoadModule mpm_worker_module, LoadModule mpm_prefork_module modules/mod_mpm_prefork.so; SetEnv proxy-initial-not-pooled 1; no disablereuse=on. With threads it cannot pin", processes},
	{product.Apache, "as the server: GssapiConnectionBound On with mod_auth_gssapi", nil},
	{product.ALB, "a Network Load Balancer with a TCP listener in its place", nil},
	{product.AppGateway, "a load balancer that works on TCP in its place, or dedicated backend connections where the gateway has that setting", nil},
	{product.Google, "a passthrough Network Load Balancer in its place", nil},
	{product.FrontDoor, "a way around it: it multiplexes", nil},
	{product.CloudFront, "a way around it: it multiplexes", nil},
	{product.Cloudflare, "a way around it: it multiplexes", nil},
	{product.F5, "an NTLM profile on the virtual server beside OneConnect, or no OneConnect profile", nil},
	{product.NetScaler, "conMultiplex DISABLED in the HTTP profile of the virtual server", nil},
	{product.Envoy, "connection_pool_per_downstream_connection: true on the cluster", nil},
	{product.Traefik, "a TCP router with TLS passthrough", nil},
	{product.Caddy, "the http_ntlm transport for reverse_proxy, which is a module of its own", nil},
	{productAny, "Kerberos needs no connection of its own: it survives most boxes that break NTLM", nil},
}

// remedies are what mends a verdict, by product.
var remedies = map[Code][]Remedy{
	ConnectionNotPinned: pin,
	BackendSwitched: append([]Remedy{
		{productAny, "send all requests of one client connection to one server: by source address, or by TCP", nil},
	}, pin...),
	ConnectionClosed: append([]Remedy{
		{product.Nginx, "take out keepalive_timeout 0: it closes connections to clients; whether the one to the server is kept is another question", take("keepalive_timeout 0;")},
	}, pin...),
	HTTP10Downgrade: append([]Remedy{
		{product.Nginx, "proxy_http_version 1.1 ends the downgrade and does not pin yet", nil},
	}, pin...),
	Intermittent: pin,
	IdleTimeout: {
		{productAny, "raise the idle time of connections on each box between: keepalive_timeout, timeout http-keep-alive, idle timeouts of balancers", nil},
	},
	SessionShared: append([]Remedy{
		{product.Nginx, "to stop the sharing at once: take keepalive out of the upstream block, and NTLM breaks until TCP is passed on; from 1.29.7 nginx pools without being asked", take("keepalive ...;")},
		{product.HAProxy, "http-reuse never", nil},
		{product.Traefik, "3.7.13 or later where HTTP/3 is on", nil},
	}, pin...),
	ResponseCached: {
		{product.Nginx, "take out proxy_cache; proxy_cache_bypass and proxy_no_cache by $http_authorization do not help, since NTLM sends it once a connection", take("proxy_cache ...;")},
		{product.HAProxy, "take out http-request cache-use and http-response cache-store", take("http-request cache-use ...", "http-response cache-store ...")},
		nginxRelay, haproxyRelay, varnishPipe,
		{product.Squid, "cache deny for the site", nil},
		{productAny, "Cache-Control: no-store from the server", nil},
	},
	OfferStripped: {
		{product.Nginx, "take out proxy_hide_header WWW-Authenticate", take("proxy_hide_header WWW-Authenticate;")},
		{product.HAProxy, "take out http-response del-header WWW-Authenticate", take("http-response del-header WWW-Authenticate")},
		{product.Squid, "take out connection-auth=off, on http_port and cache_peer", take("connection-auth=off")},
		{product.IIS, "switch Windows Authentication on, with Negotiate or NTLM among its providers", nil},
	},
	OfferRewritten: {
		{product.Nginx, "take out proxy_hide_header WWW-Authenticate and add_header WWW-Authenticate", take("proxy_hide_header WWW-Authenticate;", "add_header WWW-Authenticate ...;")},
		{productAny, "let the server's WWW-Authenticate fields through as they are, each on its own line", nil},
	},
	SchemeNotOffered: {
		{product.IIS, "add Negotiate or NTLM to the providers of Windows Authentication", nil},
		{product.Apache, "AuthType GSSAPI with a mechanism for NTLM; GssapiConnectionBound On", nil},
	},
	AuthorizationStripped: {
		{product.Nginx, `take out proxy_set_header Authorization ""`, take(`proxy_set_header Authorization "";`)},
		{product.Squid, "login=PASS on the cache_peer", []Change{{Put: "login=PASS", On: "cache_peer"}}},
		{product.Squid, "or login=PASSTHRU on the cache_peer", []Change{{Put: "login=PASSTHRU", On: "cache_peer"}}},
		{product.HAProxy, "take out http-request del-header Authorization", take("http-request del-header Authorization")},
		{productAny, "if a shared connection was spoilt by an unfinished handshake: let it idle out, and pin connections", nil},
	},
	KerberosOnly: {
		{product.IIS, "add NTLM to the providers, or Negotiate in place of Negotiate:Kerberos", nil},
		{productAny, "log on by Kerberos", nil},
	},
	ChallengeMangled: {
		{productAny, "let headers of 4 KiB and more through, unchanged", nil},
		{product.Nginx, "raise proxy_buffer_size", nil},
		{product.HAProxy, "raise tune.bufsize", nil},
	},
	EPAMismatch: {
		{product.IIS, "tokenChecking Allow or None under extendedProtection where TLS ends before the server", nil},
		{productAny, "let TLS through to the server, or give the box the server's own certificate", nil},
	},
	AuthNotPersistent: {
		{product.IIS, `authPersistSingleRequest="false" under windowsAuthentication`, nil},
		{product.Apache, "GssapiConnectionBound On", nil},
	},
	IPSurrogate: {
		{product.WSA, "authentication surrogates other than the IP address", nil},
		{productAny, "a surrogate by cookie or connection in place of the client's address", nil},
	},
	HeaderTooLarge: {
		{product.Nginx, "raise it: large_client_header_buffers 4 16k;", []Change{{Take: "large_client_header_buffers ...;"}, {Put: "large_client_header_buffers 4 16k;", Under: "http {"}}},
		{product.Apache, "raise LimitRequestFieldSize", nil},
		{product.HAProxy, "raise tune.bufsize", nil},
		{product.Squid, "raise request_header_max_size", nil},
		{product.IIS, "raise MaxFieldLength and MaxRequestBytes of HTTP.sys in the registry", nil},
	},
	BodyRefused: {
		{product.Nginx, "raise client_max_body_size", nil},
		{product.IIS, "raise maxAllowedContentLength, and uploadReadAheadSize where client certificates are asked for", nil},
		{product.Apache, "raise LimitRequestBody", nil},
	},
	HTTP2Only: {
		{productAny, "offer http/1.1 by ALPN beside h2", nil},
	},
}
