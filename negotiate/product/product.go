// Package product knows the boxes that stand between clients and servers, and the
// servers themselves, by what they write into responses.
package product

import (
	"bytes"
	"slices"
	"strings"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// The names of the products that remedies are given for.
const (
	ALB        = "AWS Application Load Balancer"
	CloudFront = "Amazon CloudFront"
	AppGateway = "Azure Application Gateway"
	FrontDoor  = "Azure Front Door"
	Google     = "Google Cloud load balancer"
	Cloudflare = "Cloudflare"
	F5         = "F5 BIG-IP"
	NetScaler  = "Citrix NetScaler"
	Varnish    = "Varnish"
	Squid      = "Squid"
	Envoy      = "Envoy"
	Traefik    = "Traefik"
	Caddy      = "Caddy"
	KrakenD    = "KrakenD"
	HAProxy    = "HAProxy"
	Nginx      = "nginx"
	WSA        = "Cisco Web Security Appliance"
	IIS        = "Microsoft IIS"
	Apache     = "Apache httpd"
)

// Product is a kind of box that stands between, or a server, and what gives it
// away.
type Product struct {
	Name string
	// Between says that it stands before servers, as a rule.
	Between bool
	// Multiplexes says that as it is shipped, or as a kind, it carries requests of
	// different clients over shared upstream connections, or gives each request
	// another one: NTLM does not survive that.
	Multiplexes bool
	signs       []sign
}

// sign is one thing that gives a product away: a field and what is in its value,
// a cookie's prefix, or text of an error page.
type sign struct{ header, value, cookie, page string }

func header(name, value string) sign { return sign{header: name, value: value} }
func cookie(prefix string) sign      { return sign{cookie: prefix} }
func page(text string) sign          { return sign{page: text} }

// products are compared without regard to case. A product that is told by its
// own fields goes before one that shows only in Server.
var table = []Product{
	{ALB, true, true, []sign{cookie("AWSALB"), cookie("AWSALBCORS"), header("Server", "awselb")}},
	{CloudFront, true, true, []sign{header("X-Amz-Cf-Id", ""), header("Via", "cloudfront")}},
	{AppGateway, true, true, []sign{cookie("ApplicationGatewayAffinity"), header("Server", "Microsoft-Azure-Application-Gateway"), page("Microsoft-Azure-Application-Gateway")}},
	{FrontDoor, true, true, []sign{header("X-Azure-Ref", "")}},
	{"Azure App Service", true, false, []sign{cookie("ARRAffinity")}},
	{"IIS Application Request Routing", true, true, []sign{header("X-Powered-By", "ARR/")}},
	{Google, true, true, []sign{cookie("GCLB"), header("Via", "google")}},
	{Cloudflare, true, true, []sign{header("CF-RAY", ""), header("Server", "cloudflare"), page("<center>cloudflare</center>")}},
	{F5, true, true, []sign{cookie("BIGipServer"), cookie("F5_"), header("Server", "BigIP"), header("Server", "BIG-IP")}},
	{NetScaler, true, true, []sign{cookie("NSC_"), cookie("citrix_ns_id"), header("Via", "NS-CACHE"), header("Cneonction", ""), header("nnCoection", "")}},
	{"Imperva Incapsula", true, true, []sign{cookie("incap_ses"), cookie("visid_incap"), header("X-CDN", "Imperva"), header("X-CDN", "Incapsula")}},
	{"Akamai", true, true, []sign{header("Server", "AkamaiGHost"), header("X-Akamai-Transformed", "")}},
	{"Fastly", true, true, []sign{header("X-Served-By", "cache-"), header("X-Fastly-Request-ID", "")}},
	{Varnish, true, true, []sign{header("X-Varnish", ""), header("Via", "varnish"), page("Varnish cache server")}},
	{Squid, true, false, []sign{header("X-Squid-Error", ""), header("Via", "(squid"), header("X-Cache-Lookup", ""), header("Server", "squid")}},
	{Envoy, true, true, []sign{header("X-Envoy-Upstream-Service-Time", ""), header("Server", "envoy"), header("Server", "istio-envoy")}},
	{Traefik, true, true, []sign{header("Server", "traefik")}},
	{"Kong", true, true, []sign{header("X-Kong-Upstream-Latency", ""), header("X-Kong-Proxy-Latency", ""), header("Via", "kong"), header("Server", "kong")}},
	{KrakenD, true, true, []sign{header("X-Krakend", ""), header("X-Krakend-Completed", "")}},
	{Caddy, true, true, []sign{header("Via", "Caddy"), header("Server", "Caddy")}},
	{HAProxy, true, false, []sign{page("<html><body><h1>400 Bad request</h1>\nYour browser sent an invalid request.\n</body></html>")}},
	{Nginx, true, true, []sign{header("Server", "nginx"), header("Server", "openresty"), page("<hr><center>nginx"), page("<hr><center>openresty")}},
	{WSA, true, false, []sign{header("Via", "Cisco-WSA"), header("X-IronPort", "")}},
	{"Blue Coat ProxySG", true, false, []sign{header("X-BlueCoat-Via", ""), header("Via", "ProxySG")}},
	{"Microsoft ISA or TMG", true, false, []sign{header("Via", "ISA"), header("Via", "TMG")}},
	{"Microsoft Web Application Proxy", true, false, []sign{header("X-MS-Proxy", "")}},
	{IIS, false, false, []sign{header("Server", "Microsoft-IIS"), header("X-AspNet-Version", ""), header("X-Powered-By", "ASP.NET")}},
	{"Microsoft http.sys", false, false, []sign{header("Server", "Microsoft-HTTPAPI"), page("HTTP Error 400. The request")}},
	{Apache, false, false, []sign{header("Server", "Apache"), page("Your browser sent a request that this server could not understand")}},
}

// Between reports whether a product of that name stands before servers, as a rule.
func Between(name string) bool {
	return slices.ContainsFunc(table, func(p Product) bool { return p.Name == name && p.Between })
}

// All are the products that are known. They are not to be changed.
func All() []Product { return table }

// Evidence is what gives the product away in a response, empty if nothing does; it
// holds text from the server. Page is the body of an error page that was provoked,
// else nil: a page may quote anything.
func (p *Product) Evidence(h trace.Headers, page []byte) string {
	for _, s := range p.signs {
		switch {
		case s.header != "":
			for _, field := range h {
				if named(field, s.header) && contains(field.Value, s.value) {
					return s.header + ": " + Shortened(field.Value)
				}
			}
		case s.cookie != "":
			for _, field := range h {
				if !named(field, "Set-Cookie") {
					continue
				}
				if name, _, _ := strings.Cut(field.Value, "="); len(name) >= len(s.cookie) && strings.EqualFold(name[:len(s.cookie)], s.cookie) {
					return "cookie " + Shortened(name)
				}
			}
		case s.page != "" && bytes.Contains(page, []byte(s.page)):
			return "its error page"
		}
	}
	return ""
}

// named is asked for each field and each sign there is: lengths tell most apart.
func named(field trace.Header, name string) bool {
	return len(field.Name) == len(name) && strings.EqualFold(field.Name, name)
}

func contains(text, part string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(part))
}

// Shortened is a value as far as a line can hold it.
func Shortened(value string) string {
	const limit = 60
	if len(value) <= limit {
		return value
	}
	return strings.ToValidUTF8(value[:limit], "") + "..."
}
