package verdict

import "github.com/ntlmctl/ntlmctl/negotiate/product"

// What leaves HTTP alone keeps handshakes, and answers from no cache.
var (
	nginxRelay   = Remedy{product.Nginx, "pass TCP on, since http {...} cannot pin, but for the directive ntlm of the commercial edition. In its place: " + relay, relayed}
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
	{product.AppGateway, "Dedicated backend connection: Enable, in its backend settings (v2); or an Azure Load Balancer, which works on TCP, in its place", nil},
	{product.Google, "a passthrough Network Load Balancer in its place", nil},
	{product.FrontDoor, "a way around it: it multiplexes", nil},
	{product.CloudFront, "a way around it: it multiplexes", nil},
	{product.Cloudflare, "a way around it: it multiplexes", nil},
	{product.F5, "an NTLM profile (ltm profile ntlm) on the virtual server beside OneConnect, or no OneConnect profile", nil},
	{product.NetScaler, "set ns httpProfile NAME -conMultiplex DISABLED, for the HTTP profile of the virtual server", nil},
	{product.Envoy, "connection_pool_per_downstream_connection: true on the cluster", nil},
	{product.KrakenD, "it cannot pass a client's handshake on: let it log on by an account of its own (auth/ntlm on the backend), or take it out of the way", nil},
	{product.Traefik, "a router under tcp, with rule: HostSNI(`NAME`) and tls: passthrough: true", nil},
	{product.Caddy, "reverse_proxy SERVER { transport http_ntlm }, with the module caddy-ntlm-transport", nil},
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
		{product.Nginx, `proxy_http_version 1.1; proxy_set_header Connection ""; in the server block: it ends the downgrade, and does not pin yet`, http11},
	}, pin...),
	Intermittent: pin,
	IdleTimeout: {
		{product.Nginx, "keepalive_timeout 300s; towards clients; proxy_timeout 1h; where it passes TCP on", nil},
		{product.HAProxy, "timeout http-keep-alive 5m, timeout client 5m and timeout server 5m", nil},
		{product.Apache, "KeepAliveTimeout 300, and timeout=300 on ProxyPass", nil},
		{product.Squid, "client_idle_pconn_timeout 5 minutes, server_idle_pconn_timeout 5 minutes", nil},
		{product.ALB, "the attribute idle_timeout.timeout_seconds: 300", nil},
		{product.IIS, `connectionTimeout="00:05:00" in the limits of the site`, nil},
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
		{product.IIS, `windowsAuthentication enabled="true", with <add value="Negotiate"/> or <add value="NTLM"/> in its providers`, nil},
	},
	OfferRewritten: {
		{product.Nginx, "take out proxy_hide_header WWW-Authenticate and add_header WWW-Authenticate", take("proxy_hide_header WWW-Authenticate;", "add_header WWW-Authenticate ...;")},
		{productAny, "let the server's WWW-Authenticate fields through as they are, each on its own line", nil},
	},
	SchemeNotOffered: {
		{product.IIS, `<add value="Negotiate"/> and <add value="NTLM"/> in the providers of windowsAuthentication enabled="true"`, nil},
		{product.Apache, "AuthType GSSAPI with a mechanism for NTLM; GssapiConnectionBound On", nil},
	},
	AuthorizationStripped: {
		{product.Nginx, `take out proxy_set_header Authorization ""`, take(`proxy_set_header Authorization "";`)},
		{product.Squid, "login=PASS on the cache_peer", []Change{{Put: "login=PASS", On: "cache_peer"}}},
		{product.Squid, "or login=PASSTHRU on the cache_peer", []Change{{Put: "login=PASSTHRU", On: "cache_peer"}}},
		{product.HAProxy, "take out http-request del-header Authorization", take("http-request del-header Authorization")},
		{productAny, "if a shared connection was spoilt by an unfinished handshake: let it idle out, and pin connections", nil},
	},
	Type1Refused: {
		{product.Apache, "gss-ntlmssp takes no Type 1 of less than 40 bytes: log on with a client whose message is longer, as the experiment clients lists them", nil},
		{product.KrakenD, "it and other gateways of the same library speak NTLMv2 in Unicode and nothing else: the server has to take both", nil},
		{productAny, "let the first message through unchanged: a filter that refuses it reads Authorization", nil},
	},
	KerberosOnly: {
		{product.IIS, `<add value="NTLM"/> in the providers, or Negotiate in place of Negotiate:Kerberos`, nil},
		{productAny, "log on by Kerberos", nil},
	},
	ChallengeMangled: {
		{productAny, "let headers of 4 KiB and more through, unchanged", nil},
		{product.Nginx, "proxy_buffer_size 16k;", nil},
		{product.HAProxy, "tune.bufsize 32768", nil},
		{product.KrakenD, "it and other gateways of the same library read challenges in Unicode alone: the server has to send those", nil},
	},
	EPAMismatch: {
		{product.IIS, `extendedProtection tokenChecking="Allow" or "None" where TLS ends before the server`, nil},
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
		{product.Apache, "LimitRequestFieldSize 65536", nil},
		{product.HAProxy, "tune.bufsize 65536, and tune.http.maxhdr where there are many fields", nil},
		{product.Squid, "request_header_max_size 128 KB", nil},
		{product.IIS, `MaxFieldLength 65534 and MaxRequestBytes 16777216 (DWORD) under HKLM\System\CurrentControlSet\Services\HTTP\Parameters`, nil},
	},
	BodyRefused: {
		{product.Nginx, "client_max_body_size 0; (no limit), or as much as is to pass", nil},
		{product.IIS, `requestLimits maxAllowedContentLength="1073741824"; uploadReadAheadSize as large where client certificates are asked for`, nil},
		{product.Apache, "LimitRequestBody 0 (no limit), or as much as is to pass", nil},
	},
	HTTP2Only: {
		{product.HAProxy, "alpn h2,http/1.1 on the bind line", nil},
		{productAny, "offer http/1.1 by ALPN beside h2", nil},
	},
}
