// Package diagnose finds out what a path does to a handshake: it puts the
// experiments to the path, and to the server itself where that can be reached,
// and joins what they saw into a verdict.
package diagnose

import (
	"context"
	"crypto/x509"
	"net/url"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate"
	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
	"github.com/ntlmctl/ntlmctl/negotiate/wire"
)

// Options say what to ask, and as whom.
type Options struct {
	URL  *url.URL
	Wire wire.Options
	// Header goes out with every request.
	Header trace.Headers
	// Direct is where the server itself is: host:port, with http:// or https:// before
	// it where that is not the URL's; empty if it cannot be reached. Host field, TLS
	// name and target name stay the URL's.
	Direct string
	// Credentials are nil where nobody logs on; Second are another account's.
	Credentials, Second negotiate.Credentials
	// ProxyCredentials answer a proxy that wants a logon for itself.
	ProxyCredentials negotiate.Credentials
	// Schemes are wanted, the best first; nil is NTLM and Negotiate.
	Schemes []string
	// MaxRefused is how many refused logons the run may cost; 0 is 1.
	MaxRefused int
	// Strangers is how many requests without credentials follow a logon; 0 is 20.
	Strangers int
	// Settings are the experiments' own.
	Settings Settings
	// Only and Skip choose among the experiments by name; see Experiments.
	Only, Skip []string
	// Bound is how long one experiment may take; 0 is a minute.
	Bound time.Duration
	// Progress is told of each experiment as it ends; nil watches nothing.
	Progress func(experiment.Outcome)
}

// Diagnosis is what was found.
type Diagnosis struct {
	Verdict verdict.Verdict
	// Others are what else was found, the worst first.
	Others []verdict.Verdict
	// Outcomes are the experiments' in their order, with DirectPrefix or OriginPrefix
	// before the names of those that were not put to the path itself.
	Outcomes []experiment.Outcome
	// Products are the boxes and servers that were recognised on the path.
	Products []experiment.Sighting
	Trace    *trace.Trace
	// Spent is how many refused logons the account was charged with.
	Spent int
}

// What is before the names of experiments that were not put to the path itself, and
// before those of their legs.
const (
	// DirectPrefix: they went straight to the server.
	DirectPrefix = "direct "
	// OriginPrefix: they went to the server through a proxy that was logged on to first.
	OriginPrefix = "origin "
)

// Run diagnoses a path. An error is one of the options: whatever the path does
// is in the diagnosis.
func Run(ctx context.Context, o Options) (*Diagnosis, error) {
	o = o.withDefaults()
	r := o.run()
	evidence := &Evidence{Strangers: o.Strangers}
	if o.Credentials != nil {
		evidence.Wanted = o.Schemes
	}
	if o.ProxyCredentials != nil {
		evidence.ProxyWanted = o.Schemes
	}
	if o.Direct != "" {
		way, err := r.straight()
		if err != nil {
			return nil, err
		}
		evidence.Direct = r.put(ctx, way, DirectPrefix, r.directPlan)
		way.session.Close()
		r.own = bindingOf(evidence.Direct)
	}
	way, err := r.way(o.URL, o.Wire)
	if err != nil {
		return nil, err
	}
	evidence.Path = r.put(ctx, way, "", r.pathPlan)
	way.session.Close()
	if (side{evidence.Path}).pastProxy() {
		behind := route{path: way.path.Behind(way.session, evidence.Path), session: r.session()}
		evidence.Behind = r.put(ctx, behind, OriginPrefix, r.originPlan)
		behind.session.Close()
	}
	d := &Diagnosis{Outcomes: r.outcomes, Trace: o.Wire.Recorder.Trace(), Spent: r.spent(), Products: evidence.sightings()}
	d.Verdict, d.Others = Conclude(evidence)
	return d, nil
}

func (o Options) withDefaults() Options {
	if o.Wire.Recorder == nil {
		o.Wire.Recorder = new(wire.Recorder)
	}
	if len(o.Schemes) == 0 {
		o.Schemes = []string{negotiate.SchemeNTLM, negotiate.SchemeNegotiate}
	}
	if o.Strangers == 0 {
		o.Strangers = 20
	}
	if o.Bound == 0 {
		o.Bound = time.Minute
	}
	return o
}

// run is a diagnosis under way.
type run struct {
	Options
	// budget is the account's, proxyBudget that of another one for the proxy.
	budget, proxyBudget *negotiate.Budget
	outcomes            []experiment.Outcome
	// own is the channel binding of the server's own certificate, nil if it is not known.
	own *[16]byte
}

// run is a diagnosis of which nothing has run yet.
func (o Options) run() *run {
	r := &run{Options: o, budget: &negotiate.Budget{Most: o.MaxRefused}}
	r.proxyBudget = r.budget
	if o.twoAccounts() {
		r.proxyBudget = &negotiate.Budget{Most: o.MaxRefused}
	}
	return r
}

// twoAccounts reports whether the account for the proxy is another one than that
// for the server: each has tries of its own before it is locked.
func (o *Options) twoAccounts() bool {
	server, known := accountOf(o.Credentials)
	proxy, knownToo := accountOf(o.ProxyCredentials)
	return known && knownToo && server != proxy
}

// accountOf is whose credentials they are; false where that is not known.
func accountOf(c negotiate.Credentials) (ntlm.Account, bool) {
	switch c := c.(type) {
	case negotiate.NTLM:
		return c.Account, true
	case negotiate.Password:
		return c.Account, true
	}
	return ntlm.Account{}, false
}

// spent is how many refused logons the run has cost.
func (r *run) spent() int {
	n, _ := r.budget.Spent()
	if r.proxyBudget != r.budget {
		more, _ := r.proxyBudget.Spent()
		n += more
	}
	return n
}

// bindingOf is the channel binding of the certificate that was seen, nil if there
// was none.
func bindingOf(seen *experiment.Seen) *[16]byte {
	first := seen.Find(experiment.NameOffer)
	if first == nil || first.Connection.TLS == nil {
		return nil
	}
	return binding(first.Connection.TLS)
}

// binding is the channel binding of a session's certificate, nil if it has none.
func binding(session *trace.TLS) *[16]byte {
	cert, err := x509.ParseCertificate(session.Certificate)
	if err != nil {
		return nil
	}
	hash, err := ntlm.ChannelBindings(cert)
	if err != nil {
		return nil
	}
	return &hash
}

// route is one way to the server, and who logs on there.
type route struct {
	path    *experiment.Path
	session *experiment.Session
}

// way is the route to a URL.
func (r *run) way(u *url.URL, o wire.Options) (route, error) {
	path, err := experiment.NewPath(u, o)
	if err != nil {
		return route{}, err
	}
	path.Header = r.Header
	return route{path, r.session()}, nil
}

func (r *run) session() *experiment.Session {
	return &experiment.Session{
		Credentials: r.Credentials, Proxy: r.ProxyCredentials, Schemes: r.Schemes, Budget: r.budget, ProxyBudget: r.proxyBudget,
	}
}

// put puts a plan to one way to the server.
func (r *run) put(ctx context.Context, way route, prefix string, plan func(*experiment.Session) []step) *experiment.Seen {
	var list []experiment.Experiment
	for _, s := range plan(way.session) {
		list = append(list, r.chosen(s, prefix))
	}
	seen := experiment.Run(ctx, way.path, list)
	for _, outcome := range seen.Outcomes {
		outcome.Name = prefix + outcome.Name
		r.outcomes = append(r.outcomes, outcome)
	}
	r.Wire.Recorder.Update(func() {
		for _, o := range seen.Observations {
			if o.Leg != nil {
				o.Leg.Name = prefix + o.Leg.Name
			}
		}
	})
	return seen
}
