package experiment

import (
	"bytes"
	"strings"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
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
var products = []Product{
	{"AWS Application Load Balancer", true, true, []sign{cookie("AWSALB"), cookie("AWSALBCORS"), header("Server", "awselb")}},
	{"Amazon CloudFront", true, true, []sign{header("X-Amz-Cf-Id", ""), header("Via", "cloudfront")}},
	{"Azure Application Gateway", true, true, []sign{cookie("ApplicationGatewayAffinity"), header("Server", "Microsoft-Azure-Application-Gateway"), page("Microsoft-Azure-Application-Gateway")}},
	{"Azure Front Door", true, true, []sign{header("X-Azure-Ref", "")}},
	{"Azure App Service", true, false, []sign{cookie("ARRAffinity")}},
	{"IIS Application Request Routing", true, true, []sign{header("X-Powered-By", "ARR/")}},
	{"Google Cloud load balancer", true, true, []sign{cookie("GCLB"), header("Via", "google")}},
	{"Cloudflare", true, true, []sign{header("CF-RAY", ""), header("Server", "cloudflare"), page("<center>cloudflare</center>")}},
	{"F5 BIG-IP", true, true, []sign{cookie("BIGipServer"), cookie("F5_"), header("Server", "BigIP"), header("Server", "BIG-IP")}},
	{"Citrix NetScaler", true, true, []sign{cookie("NSC_"), cookie("citrix_ns_id"), header("Via", "NS-CACHE"), header("Cneonction", ""), header("nnCoection", "")}},
	{"Imperva Incapsula", true, true, []sign{cookie("incap_ses"), cookie("visid_incap"), header("X-CDN", "Imperva"), header("X-CDN", "Incapsula")}},
	{"Akamai", true, true, []sign{header("Server", "AkamaiGHost"), header("X-Akamai-Transformed", "")}},
	{"Fastly", true, true, []sign{header("X-Served-By", "cache-"), header("X-Fastly-Request-ID", "")}},
	{"Varnish", true, true, []sign{header("X-Varnish", ""), header("Via", "varnish"), page("Varnish cache server")}},
	{"Squid", true, false, []sign{header("X-Squid-Error", ""), header("Via", "(squid"), header("X-Cache-Lookup", ""), header("Server", "squid")}},
	{"Envoy", true, true, []sign{header("X-Envoy-Upstream-Service-Time", ""), header("Server", "envoy"), header("Server", "istio-envoy")}},
	{"Traefik", true, true, []sign{header("Server", "traefik")}},
	{"Kong", true, true, []sign{header("X-Kong-Upstream-Latency", ""), header("X-Kong-Proxy-Latency", ""), header("Via", "kong"), header("Server", "kong")}},
	{"KrakenD", true, true, []sign{header("X-Krakend", ""), header("X-Krakend-Completed", "")}},
	{"Caddy", true, true, []sign{header("Via", "Caddy"), header("Server", "Caddy")}},
	{"HAProxy", true, false, []sign{page("<html><body><h1>400 Bad request</h1>\nYour browser sent an invalid request.\n</body></html>")}},
	{"nginx", true, true, []sign{header("Server", "nginx"), header("Server", "openresty"), page("<hr><center>nginx"), page("<hr><center>openresty")}},
	{"Cisco Web Security Appliance", true, false, []sign{header("Via", "Cisco-WSA"), header("X-IronPort", "")}},
	{"Blue Coat ProxySG", true, false, []sign{header("X-BlueCoat-Via", ""), header("Via", "ProxySG")}},
	{"Microsoft ISA or TMG", true, false, []sign{header("Via", "ISA"), header("Via", "TMG")}},
	{"Microsoft Web Application Proxy", true, false, []sign{header("X-MS-Proxy", "")}},
	{"Microsoft IIS", false, false, []sign{header("Server", "Microsoft-IIS"), header("X-AspNet-Version", ""), header("X-Powered-By", "ASP.NET")}},
	{"Microsoft http.sys", false, false, []sign{header("Server", "Microsoft-HTTPAPI"), page("HTTP Error 400. The request")}},
	{"Apache httpd", false, false, []sign{header("Server", "Apache"), page("Your browser sent a request that this server could not understand")}},
}

// Sighting is a product that was recognised, and by what.
type Sighting struct {
	Product *Product
	// Evidence is a phrase; it holds text from the server.
	Evidence string
}

// Sightings recognises products in what was observed, each once.
func Sightings(seen *Seen) []Sighting {
	var list []Sighting
	at := map[string]int{}
	for _, o := range seen.Observations {
		if o.Leg == nil || o.Leg.Response == nil {
			continue
		}
		front := o.Experiment == NameFront
		for i := range products {
			p := &products[i]
			evidence := p.match(o.Leg.Response.Headers, o.Body, front)
			if evidence == "" {
				continue
			}
			n, known := at[p.Name]
			switch {
			case known && front:
				list[n].Evidence += "; it answers a malformed request itself"
			case front:
				list = append(list, Sighting{p, evidence + ", in answer to a malformed request"})
			case !known:
				at[p.Name] = len(list)
				list = append(list, Sighting{p, evidence})
			}
		}
	}
	return list
}

// match is the evidence for a product in a response, empty if there is none.
// Error pages count only where one was provoked: a page may quote anything.
func (p *Product) match(h trace.Headers, body []byte, front bool) string {
	for _, s := range p.signs {
		switch {
		case s.header != "":
			for _, value := range h.Values(s.header) {
				if contains(value, s.value) {
					return s.header + ": " + shortened(value)
				}
			}
		case s.cookie != "":
			for _, value := range h.Values("Set-Cookie") {
				if name, _, _ := strings.Cut(value, "="); len(name) >= len(s.cookie) && strings.EqualFold(name[:len(s.cookie)], s.cookie) {
					return "cookie " + shortened(name)
				}
			}
		case front && s.page != "" && bytes.Contains(body, []byte(s.page)):
			return "its error page"
		}
	}
	return ""
}

func contains(text, part string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(part))
}

// shortened is a value as far as a line can hold it.
func shortened(value string) string {
	const limit = 60
	if len(value) <= limit {
		return value
	}
	return strings.ToValidUTF8(value[:limit], "") + "..."
}
