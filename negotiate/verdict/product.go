package verdict

import (
	"strings"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// The products that remedies name.
const (
	productAny        = "any"
	productALB        = "AWS Application Load Balancer"
	productCloudFront = "Amazon CloudFront"
	productAppGateway = "Azure Application Gateway"
	productFrontDoor  = "Azure Front Door"
	productGoogle     = "Google Cloud load balancer"
	productCloudflare = "Cloudflare"
	productF5         = "F5 BIG-IP"
	productNetScaler  = "Citrix NetScaler"
	productVarnish    = "Varnish"
	productSquid      = "Squid"
	productEnvoy      = "Envoy"
	productTraefik    = "Traefik"
	productCaddy      = "Caddy"
	productHAProxy    = "HAProxy"
	productNginx      = "nginx"
	productWSA        = "Cisco Web Security Appliance"
	productIIS        = "Microsoft IIS"
	productApache     = "Apache httpd"
)

// trait is what gives a product away in a response: a part of a field's value,
// or the beginning of a cookie's name.
type trait struct{ product, field, value, cookie string }

var traits = []trait{
	{product: productALB, cookie: "AWSALB"},
	{product: productALB, field: "Server", value: "awselb"},
	{product: productCloudFront, field: "X-Amz-Cf-Id"},
	{product: productAppGateway, cookie: "ApplicationGatewayAffinity"},
	{product: productAppGateway, field: "Server", value: "Microsoft-Azure-Application-Gateway"},
	{product: productFrontDoor, field: "X-Azure-Ref"},
	{product: productGoogle, cookie: "GCLB"},
	{product: productGoogle, field: "Via", value: "1.1 google"},
	{product: productCloudflare, field: "CF-RAY"},
	{product: productF5, cookie: "BIGipServer"},
	{product: productNetScaler, cookie: "NSC_"},
	{product: productNetScaler, cookie: "citrix_ns_id"},
	{product: productVarnish, field: "X-Varnish"},
	{product: productVarnish, field: "Via", value: "varnish"},
	{product: productSquid, field: "X-Squid-Error"},
	{product: productSquid, field: "Via", value: "(squid"},
	{product: productSquid, field: "X-Cache-Lookup"},
	{product: productEnvoy, field: "Server", value: "envoy"},
	{product: productEnvoy, field: "X-Envoy-Upstream-Service-Time"},
	{product: productTraefik, field: "Server", value: "traefik"},
	{product: productCaddy, field: "Via", value: "caddy"},
	{product: productCaddy, field: "Server", value: "caddy"},
	{product: productNginx, field: "Server", value: "nginx"},
	{product: productNginx, field: "Server", value: "openresty"},
	{product: productWSA, field: "Via", value: "cisco-wsa"},
	{product: productIIS, field: "Server", value: "microsoft-iis"},
	{product: productApache, field: "Server", value: "apache"},
}

// recognise is the set of products that the responses give away.
func recognise(legs []*trace.Leg) map[string]bool {
	found := map[string]bool{}
	for _, leg := range legs {
		if leg.Response == nil {
			continue
		}
		for i := range leg.Response.Headers {
			h := &leg.Response.Headers[i]
			for t := range traits {
				if traits[t].in(h) {
					found[traits[t].product] = true
				}
			}
		}
	}
	return found
}

func (t *trait) in(h *trace.Header) bool {
	if t.cookie != "" {
		return strings.EqualFold(h.Name, "Set-Cookie") && len(h.Value) >= len(t.cookie) && strings.EqualFold(h.Value[:len(t.cookie)], t.cookie)
	}
	return strings.EqualFold(h.Name, t.field) && strings.Contains(strings.ToLower(h.Value), strings.ToLower(t.value))
}
