package verdict

import (
	"slices"

	"github.com/ntlmctl/ntlmctl/negotiate/product"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// productAny stands where a remedy is nobody's in particular.
const productAny = "any"

// pin is what keeps a handshake on one connection to one server, by product.
// Boxes that hold pools keep it by leaving HTTP alone, or by a setting made for NTLM.
var pin = []Remedy{
	{product.Nginx, "proxy TCP: a server with proxy_pass in the stream block; the http block cannot pin, save by the directive ntlm of the commercial edition"},
	{product.HAProxy, "take out option httpclose and option http-server-close: without them HAProxy keeps such connections private; mode tcp keeps everything"},
	{product.Varnish, "return (pipe) in vcl_recv, and unset bereq.http.connection in vcl_pipe"},
	{product.Squid, "as a reverse proxy: connection-auth=on and login=PASS on the cache_peer; on the way out it keeps connections by itself"},
	{product.Apache, "as a reverse proxy it does not pin: let TCP through; as the server: GssapiConnectionBound On with mod_auth_gssapi"},
	{product.ALB, "a Network Load Balancer with a TCP listener in its place"},
	{product.AppGateway, "a load balancer that works on TCP in its place, or dedicated backend connections where the gateway has that setting"},
	{product.Google, "a passthrough Network Load Balancer in its place"},
	{product.FrontDoor, "a way around it: it multiplexes"},
	{product.CloudFront, "a way around it: it multiplexes"},
	{product.Cloudflare, "a way around it: it multiplexes"},
	{product.F5, "an NTLM profile on the virtual server beside OneConnect, or no OneConnect profile"},
	{product.NetScaler, "conMultiplex DISABLED in the HTTP profile of the virtual server"},
	{product.Envoy, "connection_pool_per_downstream_connection: true on the cluster"},
	{product.Traefik, "a TCP router with TLS passthrough"},
	{product.Caddy, "the http_ntlm transport for reverse_proxy, which is a module of its own"},
	{productAny, "Kerberos needs no connection of its own: it survives most boxes that break NTLM"},
}

// remedies are what mends a verdict, by product.
var remedies = map[Code][]Remedy{
	ConnectionNotPinned: pin,
	BackendSwitched: append([]Remedy{
		{productAny, "send all requests of one client connection to one server: by source address, or by TCP"},
	}, pin...),
	ConnectionClosed: append([]Remedy{
		{product.Nginx, "a keepalive_timeout above 0"},
	}, pin...),
	HTTP10Downgrade: append([]Remedy{
		{product.Nginx, "proxy_http_version 1.1 ends the downgrade and does not pin yet"},
	}, pin...),
	IdleTimeout: {
		{productAny, "raise the idle time of connections on each box between: keepalive_timeout, timeout http-keep-alive, idle timeouts of balancers"},
	},
	SessionShared: append([]Remedy{
		{product.Nginx, "take keepalive out of the upstream block; from 1.29.7 nginx pools without being asked"},
		{product.HAProxy, "http-reuse never"},
		{product.Traefik, "3.7.13 or later where HTTP/3 is on"},
	}, pin...),
	ResponseCached: append([]Remedy{
		{product.Varnish, "return (pipe) or (pass) for what asks for a logon, and no beresp.ttl for its answers"},
		{product.Nginx, "proxy_cache off, or proxy_cache_bypass and proxy_no_cache by $http_authorization"},
		{product.Squid, "cache deny for the site"},
		{productAny, "Cache-Control: no-store from the server"},
	}, pin...),
	OfferStripped: {
		{product.Nginx, "take out proxy_hide_header WWW-Authenticate"},
		{product.HAProxy, "take out http-response del-header WWW-Authenticate"},
		{product.Squid, "connection-auth=on on the cache_peer and the port"},
		{product.IIS, "switch Windows Authentication on, with Negotiate or NTLM among its providers"},
	},
	OfferRewritten: {
		{productAny, "let the server's WWW-Authenticate fields through as they are, each on its own line"},
	},
	SchemeNotOffered: {
		{product.IIS, "add Negotiate or NTLM to the providers of Windows Authentication"},
		{product.Apache, "AuthType GSSAPI with a mechanism for NTLM; GssapiConnectionBound On"},
	},
	AuthorizationStripped: {
		{product.Nginx, `take out proxy_set_header Authorization ""`},
		{product.Squid, "login=PASS or login=PASSTHRU on the cache_peer"},
		{product.HAProxy, "take out http-request del-header Authorization"},
		{productAny, "if a shared connection was spoilt by an unfinished handshake: let it idle out, and pin connections"},
	},
	KerberosOnly: {
		{product.IIS, "add NTLM to the providers, or Negotiate in place of Negotiate:Kerberos"},
		{productAny, "log on by Kerberos"},
	},
	ChallengeMangled: {
		{productAny, "let headers of 4 KiB and more through, unchanged"},
		{product.Nginx, "raise proxy_buffer_size"},
		{product.HAProxy, "raise tune.bufsize"},
	},
	EPAMismatch: {
		{product.IIS, "tokenChecking Allow or None under extendedProtection where TLS ends before the server"},
		{productAny, "let TLS through to the server, or give the box the server's own certificate"},
	},
	AuthNotPersistent: {
		{product.IIS, `authPersistSingleRequest="false" under windowsAuthentication`},
		{product.Apache, "GssapiConnectionBound On"},
	},
	IPSurrogate: {
		{product.WSA, "authentication surrogates other than the IP address"},
		{productAny, "a surrogate by cookie or connection in place of the client's address"},
	},
	HeaderTooLarge: {
		{product.Nginx, "raise large_client_header_buffers"},
		{product.Apache, "raise LimitRequestFieldSize"},
		{product.HAProxy, "raise tune.bufsize"},
		{product.Squid, "raise request_header_max_size"},
		{product.IIS, "raise MaxFieldLength and MaxRequestBytes of HTTP.sys in the registry"},
	},
	BodyRefused: {
		{product.Nginx, "raise client_max_body_size"},
		{product.IIS, "raise maxAllowedContentLength, and uploadReadAheadSize where client certificates are asked for"},
		{product.Apache, "raise LimitRequestBody"},
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
	if code != RejectedUnattributed && len(RemediesFor(code)) == 0 {
		return nil // most requests go well: nobody's headers are looked at
	}
	seen := recognise(legs)
	if code == RejectedUnattributed {
		var own []Remedy
		for _, r := range pin {
			if slices.Contains(seen, r.Product) && r.Product != product.Apache && r.Product != product.Squid {
				own = append(own, r)
			}
		}
		return own
	}
	return RemediesFor(code, seen...)
}

// recognise names the products that the responses give away, each once.
func recognise(legs []*trace.Leg) []string {
	var names []string
	for _, leg := range legs {
		if leg.Response == nil {
			continue
		}
		for i := range product.All() {
			p := &product.All()[i]
			if !slices.Contains(names, p.Name) && p.Evidence(leg.Response.Headers, nil) != "" {
				names = append(names, p.Name)
			}
		}
	}
	return names
}
