package main

import (
	"net/url"
	"strings"

	"github.com/ntlmctl/ntlmctl/negotiate"
)

// authorise finds out as whom to log on, asking for passwords where they are due.
func (r *fetchRun) authorise(jobs []*job) error {
	o := r.o
	var err error
	if r.who, err = o.newIdentities(r.w); err != nil {
		return err
	}
	anybody, anyProxy := false, false
	for _, j := range jobs {
		one, err := r.who.given(j.url)
		if err != nil {
			return err
		}
		if one != nil {
			anybody = true
			if err := o.checkBasic(&o.schemes, j.url); err != nil {
				return err
			}
		}
		proxy, err := r.proxyURL(j.url)
		if err != nil {
			return err
		}
		if proxy == nil {
			continue
		}
		via, err := r.who.atProxy(proxy)
		if err != nil {
			return err
		}
		if via != nil && !strings.HasPrefix(proxy.Scheme, "socks") {
			anyProxy = true
			if err := o.checkBasic(&o.proxySchemes, proxy); err != nil {
				return err
			}
		}
	}
	if !anybody && o.schemes.preemptive() && !anyProxy {
		return usageError("-u USER; Kerberos and the user who is logged on here come later", "--ntlm, --negotiate and --basic need credentials")
	}
	if o.locationTrusted && anybody {
		o.note(r.w, "--location-trusted: whoever a redirect names gets to judge the credentials, and can attack the password")
	}
	return nil
}

// clientKey says which requests may share a client: those of one identity at the
// server and one at the proxy, and of one choice of schemes.
type clientKey struct {
	who   *identity
	via   *identity
	basic bool // Basic may be used
	proxy string
}

// fetchClient is a client, and the result of its last round trip.
type fetchClient struct {
	*negotiate.Client
	last *negotiate.Result
}

// client is the client for a URL and an identity, nil for nobody.
func (r *fetchRun) client(u *url.URL, who *identity) (*fetchClient, error) {
	proxy, err := r.proxyURL(u)
	if err != nil {
		return nil, err
	}
	o := r.o
	key := clientKey{who: who, basic: o.insecureBasic || confidential(u)}
	if proxy != nil {
		key.proxy = proxy.String()
		if key.via, err = r.who.atProxy(proxy); err != nil {
			return nil, err
		}
	}
	if c := r.clients[key]; c != nil {
		return c, nil
	}
	options := negotiate.Options{Wire: r.wire, Order: r.plan.order(), Expect: r.expects}
	if proxy != nil {
		if options.Wire.Proxy, err = o.via(proxy); err != nil {
			return nil, err
		}
	}
	if who != nil {
		options.Origin = o.schemes.logon(who.credentials, u, o.insecureBasic)
		options.Origin.Budget = &who.budget
	}
	switch {
	case key.via == nil:
	case options.Wire.Proxy.SOCKS():
		if err := key.via.ontoSOCKS(options.Wire.Proxy); err != nil {
			return nil, err
		}
	default:
		options.ProxyLogon = o.proxySchemes.logon(key.via.credentials, proxy, o.insecureBasic)
		options.ProxyLogon.Budget = &key.via.budget
	}
	c := &fetchClient{Client: negotiate.NewClient(options)}
	c.Done = func(result *negotiate.Result) { c.last = result }
	r.clients[key] = c
	return c, nil
}
