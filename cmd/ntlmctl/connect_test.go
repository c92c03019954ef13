package main

import (
	"crypto/tls"
	"net/url"
	"slices"
	"strings"
	"testing"
)

func TestResolver(t *testing.T) {
	resolve, err := resolver([]string{"a:80:127.0.0.1,[::1]", "+*:443:10.0.0.1", "gone:80:10.0.0.2", "-gone:80", "[fe80::1]:80:::2"}, false, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ host, port, want string }{
		{"A", "80", "127.0.0.1 ::1"}, {"a", "81", ""}, {"b", "443", "10.0.0.1"}, {"gone", "80", ""}, {"fe80::1", "80", "::2"},
	} {
		if got := strings.Join(resolve(c.host, c.port), " "); got != c.want {
			t.Errorf("%s:%s is at %q, want %q", c.host, c.port, got, c.want)
		}
	}
	only4, err := resolver([]string{"a:80:127.0.0.1,::1"}, true, false)
	if err != nil || !slices.Equal(only4("a", "80"), []string{"127.0.0.1"}) {
		t.Errorf("with -4: %v", err)
	}
}

func TestRedirector(t *testing.T) {
	to, err := redirector([]string{"a:80:b:", "::c:1", "[::1]:80:[::2]:81"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ host, port, want string }{
		{"a", "80", "b 80"}, {"x", "7", "c 1"}, {"a", "81", "c 1"},
	} {
		host, port := to(c.host, c.port)
		if got := host + " " + port; got != c.want {
			t.Errorf("%s:%s: %s, want %s", c.host, c.port, got, c.want)
		}
	}
}

func TestProxies(t *testing.T) {
	for _, c := range []struct {
		name          string
		proxy, except optionalText
		env           map[string]string
		url, want     string
	}{
		{name: "none", url: "http://a/"},
		{name: "flag", proxy: optionalText{"p", true}, url: "http://a/", want: "http://p:1080"},
		{name: "flag, loopback", proxy: optionalText{"p:8", true}, url: "http://127.0.0.1/", want: "http://p:8"},
		{name: "flag, except", proxy: optionalText{"p", true}, except: optionalText{"b,.a.lab", true}, url: "http://w.a.lab/"},
		{name: "flag, except another", proxy: optionalText{"p", true}, except: optionalText{"a.lab", true}, url: "http://ba.lab/", want: "http://p:1080"},
		{name: "flag, except by the environment", proxy: optionalText{"p", true}, env: map[string]string{"no_proxy": "a"}, url: "http://a/"},
		{name: "flag, empty", proxy: optionalText{"", true}, env: map[string]string{"http_proxy": "q"}, url: "http://a/"},
		{name: "environment", env: map[string]string{"HTTP_PROXY": "http://q:1"}, url: "http://a/", want: "http://q:1"},
		{name: "environment, https", env: map[string]string{"https_proxy": "q:1"}, url: "https://a/", want: "http://q:1"},
		{name: "environment, loopback", env: map[string]string{"HTTP_PROXY": "http://q:1"}, url: "http://localhost/"},
		{name: "environment, except", env: map[string]string{"HTTP_PROXY": "q", "NO_PROXY": "a"}, url: "http://a/"},
		{name: "environment, other exceptions", env: map[string]string{"HTTP_PROXY": "q:1", "NO_PROXY": "a"}, except: optionalText{"b", true}, url: "http://a/", want: "http://q:1"},
		{name: "environment, CGI", env: map[string]string{"HTTP_PROXY": "q", "REQUEST_METHOD": "GET"}, url: "https://a/"},
		{name: "https", proxy: optionalText{"https://p", true}, url: "http://a/", want: "https://p:443"},
		{name: "socks", proxy: optionalText{"socks5h://p", true}, url: "http://a/", want: "socks5h://p:1080"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := connectOptions{getenv: func(name string) string { return c.env[name] }}
			o.proxy, o.noProxy = c.proxy, c.except
			choose, err := o.proxies()
			if err != nil {
				t.Fatal(err)
			}
			u, err := url.Parse(c.url)
			if err != nil {
				t.Fatal(err)
			}
			p, err := choose(u)
			if err != nil {
				t.Fatal(err)
			}
			if p == nil != (c.want == "") || p != nil && p.URL() != c.want {
				t.Errorf("%v, want %q", p, c.want)
			}
		})
	}
}

func TestGoesAround(t *testing.T) {
	for _, c := range []struct {
		list, host string
		want       bool
	}{
		{"*", "a", true}, {"a", "a", true}, {"a", "b.a", true}, {".a", "a", true}, {"a.", "A", true}, {"a", "ba", false},
		{"x, a", "a", true}, {"10.0.0.0/8", "10.1.2.3", true}, {"10.0.0.0/8", "11.1.2.3", false}, {"::1", "::1", true},
		{"[::1]", "::1", true}, {"1.2.3.4", "1.2.3.4", true}, {"3.4", "1.2.3.4", false}, {"", "a", false}, {",.", "a", false},
	} {
		if got := goesAround(c.list, c.host); got != c.want {
			t.Errorf("%s in %q: %v", c.host, c.list, got)
		}
	}
}

func TestCipherSuites(t *testing.T) {
	for _, c := range []struct {
		list string
		want []uint16
	}{
		{"ECDHE-RSA-AES128-GCM-SHA256", []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}},
		{"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,nonsense", []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}},
		{"AES128-SHA:DES-CBC3-SHA:!DES-CBC3-SHA:@SECLEVEL=0", []uint16{tls.TLS_RSA_WITH_AES_128_CBC_SHA}},
		{"AES128-SHA@SECLEVEL=0", []uint16{tls.TLS_RSA_WITH_AES_128_CBC_SHA}},
		{"!AES128-SHA:AES128-SHA:AES256-SHA", []uint16{tls.TLS_RSA_WITH_AES_256_CBC_SHA}},
		{"ECDHE-ECDSA-CHACHA20-POLY1305:@SECLEVEL=1", []uint16{tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256}},
	} {
		got, err := cipherSuites(c.list)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: %x, %v, want %x", c.list, got, err, c.want)
		}
	}
	if all, err := cipherSuites("DEFAULT"); err != nil || len(all) != len(tls.CipherSuites()) {
		t.Errorf("DEFAULT: %d suites, %v", len(all), err)
	}
}
