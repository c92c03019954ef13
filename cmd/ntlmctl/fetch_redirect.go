package main

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/ntlmctl/ntlmctl/internal/curl/address"
)

// redirect is the hop that a response asks for, nil if it asks for none. The rules
// are curl's, which differ from net/http's: any 3xx with a Location redirects, and
// a method of -X stays.
func (t *transfer) redirect(resp *http.Response) (*hop, error) {
	location := resp.Header.Get("Location")
	if resp.StatusCode/100 != 3 || location == "" {
		return nil, nil
	}
	o := t.run.o
	to, err := address.Join(t.hop.url, location, o.pathAsIs)
	if err != nil {
		if !o.location {
			return nil, nil
		}
		return nil, &failure{Code: exitUnreachable, Text: "the redirect cannot be followed", Err: err}
	}
	if o.location && o.protoRedir != "" && !parseProtocols(o.protoRedir).allow(to) {
		return nil, &failure{Code: exitUnreachable, Text: "--proto-redir does not allow the redirect to " + to.Scheme}
	}
	next := &hop{url: to, method: t.hop.method, bare: t.hop.bare, referer: address.Text(t.hop.url)}
	next.own = t.mayKnow(to)
	if i := resp.StatusCode - 301; i >= 0 && i <= 2 {
		posted := t.run.plan.body != nil && t.job.upload == ""
		if !next.bare && (posted && !o.keepPost[i] || resp.StatusCode == http.StatusSeeOther && t.job.upload != "") {
			next.bare = true
			if !t.run.plan.custom {
				next.method = http.MethodGet
			}
		}
	}
	if o.location && t.hop.own && !next.own && (t.run.who.main != nil || t.job.url.User != nil) {
		o.note(t.run.w, "redirected to %s://%s: the credentials are not for it%s", to.Scheme, to.Host, t.trustHint(to))
	}
	return next, nil
}

// mayKnow reports whether what is confidential may go to the URL of a redirect: the
// credentials, and the Authorization and Cookie of -H. It is the scheme, host and
// port of the command line, or --location-trusted. Once it was withheld, it stays so,
// as in curl; and it never goes from https to http.
func (t *transfer) mayKnow(to *url.URL) bool {
	lost := t.hop.url.Scheme == "https" && to.Scheme != "https"
	return t.hop.own && !lost && (sameOrigin(to, t.job.url) || t.run.o.locationTrusted)
}

func (t *transfer) trustHint(to *url.URL) string {
	if t.hop.url.Scheme == "https" && to.Scheme == "http" {
		return ", and would be readable on the way"
	}
	return "; --location-trusted sends them all the same"
}

func sameOrigin(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && strings.EqualFold(a.Hostname(), b.Hostname()) && portOf(a) == portOf(b)
}

func portOf(u *url.URL) string {
	if port := u.Port(); port != "" {
		return port
	}
	return map[string]string{"http": "80", "https": "443"}[u.Scheme]
}
