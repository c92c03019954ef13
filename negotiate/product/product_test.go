package product

import (
	"testing"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

func TestEvidence(t *testing.T) {
	for _, c := range []struct {
		name   string
		header trace.Headers
		page   string
		want   map[string]string // by product
	}{
		{"nothing", trace.Headers{{Name: "Content-Type", Value: "text/html"}}, "", nil},
		{"a field in any case", trace.Headers{{Name: "server", Value: "NGINX/1.22.1"}}, "", map[string]string{Nginx: "Server: NGINX/1.22.1"}},
		{"a cookie's prefix", trace.Headers{{Name: "Set-Cookie", Value: "BIGipServerpool=1.2.3; path=/"}}, "", map[string]string{F5: "cookie BIGipServerpool"}},
		{"a value that is none of the cookie's name", trace.Headers{{Name: "Set-Cookie", Value: "a=BIGipServer"}}, "", nil},
		{"an error page", nil, "<hr><center>nginx</center>", map[string]string{Nginx: "its error page"}},
		{"two", trace.Headers{{Name: "Via", Value: "1.1 host (squid/5.7)"}, {Name: "Server", Value: "Microsoft-IIS/10.0"}}, "",
			map[string]string{Squid: "Via: 1.1 host (squid/5.7)", IIS: "Server: Microsoft-IIS/10.0"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for i := range All() {
				p := &All()[i]
				if got := p.Evidence(c.header, []byte(c.page)); got != c.want[p.Name] {
					t.Errorf("%s: %q, want %q", p.Name, got, c.want[p.Name])
				}
			}
		})
	}
}
