package probe_test

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/negotiate/wire"
	"github.com/ntlmctl/ntlmctl/probe"
)

// TestHTTP2 asks servers that speak HTTP/2, and one that does not.
func TestHTTP2(t *testing.T) {
	for _, c := range []struct {
		name     string
		answer   func(w http.ResponseWriter, r *http.Request)
		http2    bool
		versions []string
		finding  string // part of its text; empty for none
	}{
		{"HTTP/1.1 alone", func(w http.ResponseWriter, _ *http.Request) {}, false, []string{"1.1"}, ""},
		{"a reset, as IIS does", func(_ http.ResponseWriter, r *http.Request) {
			if r.ProtoMajor == 2 && r.Header.Get("Authorization") != "" {
				panic(http.ErrAbortHandler)
			}
		}, true, []string{"1.1", "2"}, "a first message over it gets none: the server reset the stream"},
		{"bare names", func(http.ResponseWriter, *http.Request) {}, true, []string{"1.1", "2"}, "gets bare names"},
		{"another status", func(w http.ResponseWriter, r *http.Request) {
			if r.ProtoMajor == 2 {
				w.WriteHeader(http.StatusInternalServerError)
			}
		}, true, []string{"1.1", "2"}, "a request without credentials gets 500"},
		{"no offer over it", func(w http.ResponseWriter, r *http.Request) {
			if r.ProtoMajor == 2 {
				w.Header()["Www-Authenticate"] = []string{"Negotiate"}
			}
		}, true, []string{"1.1", "2"}, "NTLM is not on offer over it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("WWW-Authenticate", "NTLM")
				if r.ProtoMajor == 1 && r.Header.Get("Authorization") != "" {
					w.Header().Set("WWW-Authenticate", "NTLM "+b64(origin.challenge()))
				}
				c.answer(w, r)
				w.WriteHeader(http.StatusUnauthorized) // but where answer wrote another
			}))
			server.EnableHTTP2 = c.http2
			server.StartTLS()
			defer server.Close()
			got := probed(t, server.URL+"/", probe.Options{
				Wire:        wire.Options{TLS: &tls.Config{InsecureSkipVerify: true}},
				Experiments: []experiment.Experiment{experiment.Offer{}, experiment.NTLM{}, experiment.HTTP2{}},
			})
			if got.Classification != probe.NTLM || !slices.Equal(got.HTTPVersions, c.versions) {
				t.Errorf("%s over %v", got.Classification, got.HTTPVersions)
			}
			text := ""
			for _, f := range got.Findings {
				if f.Code == "http2" {
					text = f.Text
				}
			}
			if (text == "") != (c.finding == "") || !strings.Contains(text, c.finding) {
				t.Errorf("finding %q, want %q", text, c.finding)
			}
			if got.TLS == nil || got.TLS.ChannelBinding == "" || got.TLS.CertificateSHA256 == "" {
				t.Errorf("TLS %+v", got.TLS)
			}
			if !found(got.Result, "tls-names-another") {
				t.Errorf("findings %v", got.Findings)
			}
		})
	}
}
