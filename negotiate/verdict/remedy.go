package verdict

import (
	"slices"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// pin is what keeps a handshake on one connection to one server, by product.
// Boxes that hold pools keep it by leaving HTTP alone, or by a setting made for NTLM.
var pin = []Remedy{
	{productNginx, "proxy TCP: a server with proxy_pass in the stream block; the http block cannot pin, save by the directive ntlm of the commercial edition"},
	{productHAProxy, "take out option httpclose and option http-server-close: without them HAProxy keeps such connections private; mode tcp keeps everything"},
	{productVarnish, "return (pipe) in vcl_recv, and unset bereq.http.connection in vcl_pipe"},
	{productSquid, "as a reverse proxy: connection-auth=on and login=PASS on the cache_peer; on the way out it keeps connections by itself"},
	{productApache, "as a reverse proxy it does not pin: let TCP through; as the server: GssapiConnectionBound On with mod_auth_gssapi"},
	{productALB, "a Network Load Balancer with a TCP listener in its place"},
	{productAppGateway, "a load balancer that works on TCP in its place, or dedicated backend connections where the gateway has that setting"},
	{productGoogle, "a passthrough Network Load Balancer in its place"},
	{productFrontDoor, "a way around it: it multiplexes"},
	{productCloudFront, "a way around it: it multiplexes"},
	{productCloudflare, "a way around it: it multiplexes"},
	{productF5, "an NTLM profile on the virtual server beside OneConnect, or no OneConnect profile"},
	{productNetScaler, "conMultiplex DISABLED in the HTTP profile of the virtual server"},
	{productEnvoy, "connection_pool_per_downstream_connection: true on the cluster"},
	{productTraefik, "a TCP router with TLS passthrough"},
	{productCaddy, "the http_ntlm transport for reverse_proxy, which is a module of its own"},
	{productAny, "Kerberos needs no connection of its own: it survives most boxes that break NTLM"},
}

// remedies are what mends a verdict, by product.
var remedies = map[Code][]Remedy{
	ConnectionNotPinned: pin,
	BackendSwitched: append([]Remedy{
		{productAny, "send all requests of one client connection to one server: by source address, or by TCP"},
	}, pin...),
	ConnectionClosed: append([]Remedy{
		{productNginx, "a keepalive_timeout above 0"},
	}, pin...),
	HTTP10Downgrade: append([]Remedy{
		{productNginx, "proxy_http_version 1.1 ends the downgrade and does not pin yet"},
	}, pin...),
	IdleTimeout: {
		{productAny, "raise the idle time of connections on each box between: keepalive_timeout, timeout http-keep-alive, idle timeouts of balancers"},
	},
	SessionShared: append([]Remedy{
		{productNginx, "take keepalive out of the upstream block; from 1.29.7 nginx pools without being asked"},
		{productHAProxy, "http-reuse never"},
		{productTraefik, "3.7.13 or later where HTTP/3 is on"},
	}, pin...),
	ResponseCached: append([]Remedy{
		{productVarnish, "return (pipe) or (pass) for what asks for a logon, and no beresp.ttl for its answers"},
		{productNginx, "proxy_cache off, or proxy_cache_bypass and proxy_no_cache by $http_authorization"},
		{productSquid, "cache deny for the site"},
		{productAny, "Cache-Control: no-store from the server"},
	}, pin...),
	OfferStripped: {
		{productNginx, "take out proxy_hide_header WWW-Authenticate"},
		{productHAProxy, "take out http-response del-header WWW-Authenticate"},
		{productSquid, "connection-auth=on on the cache_peer and the port"},
		{productIIS, "switch Windows Authentication on, with Negotiate or NTLM among its providers"},
	},
	OfferRewritten: {
		{productAny, "let the server's WWW-Authenticate fields through as they are, each on its own line"},
	},
	SchemeNotOffered: {
		{productIIS, "add Negotiate or NTLM to the providers of Windows Authentication"},
		{productApache, "AuthType GSSAPI with a mechanism for NTLM; GssapiConnectionBound On"},
	},
	AuthorizationStripped: {
		{productNginx, `take out proxy_set_header Authorization ""`},
		{productSquid, "login=PASS or login=PASSTHRU on the cache_peer"},
		{productHAProxy, "take out http-request del-header Authorization"},
		{productAny, "if a shared connection was spoilt by an unfinished handshake: let it idle out, and pin connections"},
	},
	KerberosOnly: {
		{productIIS, "add NTLM to the providers, or Negotiate in place of Negotiate:Kerberos"},
		{productAny, "log on by Kerberos"},
	},
	ChallengeMangled: {
		{productAny, "let headers of 4 KiB and more through, unchanged"},
		{productNginx, "raise proxy_buffer_size"},
		{productHAProxy, "raise tune.bufsize"},
	},
	EPAMismatch: {
		{productIIS, "tokenChecking Allow or None under extendedProtection where TLS ends before the server"},
		{productAny, "let TLS through to the server, or give the box the server's own certificate"},
	},
	AuthNotPersistent: {
		{productIIS, `authPersistSingleRequest="false" under windowsAuthentication`},
		{productApache, "GssapiConnectionBound On"},
	},
	IPSurrogate: {
		{productWSA, "authentication surrogates other than the IP address"},
		{productAny, "a surrogate by cookie or connection in place of the client's address"},
	},
	HeaderTooLarge: {
		{productNginx, "raise large_client_header_buffers"},
		{productApache, "raise LimitRequestFieldSize"},
		{productHAProxy, "raise tune.bufsize"},
		{productSquid, "raise request_header_max_size"},
		{productIIS, "raise MaxFieldLength and MaxRequestBytes of HTTP.sys in the registry"},
	},
	BodyRefused: {
		{productNginx, "raise client_max_body_size"},
		{productIIS, "raise maxAllowedContentLength, and uploadReadAheadSize where client certificates are asked for"},
		{productApache, "raise LimitRequestBody"},
	},
	HTTP2Only: {
		{productAny, "offer http/1.1 by ALPN beside h2"},
	},
}

// RemediesFor are the remedies of a code for the named products, and those for
// any; all of the code's if none of the products has one. The catalogue prints
// what it has for no products.
func RemediesFor(code Code, products ...string) []Remedy {
	all := remedies[code]
	var own []Remedy
	found := false
	for _, r := range all {
		if named := slices.Contains(products, r.Product); named || r.Product == productAny {
			own = append(own, r)
			found = found || named
		}
	}
	if found {
		return own
	}
	return slices.Clone(all)
}

// remediesFor are the remedies of a verdict, for what gave itself away in the
// legs. What is not attributed has none but those of a box that is known to
// stand between.
func remediesFor(code Code, target Target, legs []*trace.Leg) []Remedy {
	if target == Proxy && code != IPSurrogate && code != HeaderTooLarge {
		return nil
	}
	seen := recognise(legs)
	if code == RejectedUnattributed {
		var own []Remedy
		for _, r := range pin {
			if seen[r.Product] && r.Product != productApache && r.Product != productSquid {
				own = append(own, r)
			}
		}
		return own
	}
	products := make([]string, 0, len(seen))
	for product := range seen {
		products = append(products, product)
	}
	return RemediesFor(code, products...)
}
