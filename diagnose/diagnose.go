// Package diagnose finds out what a path does to a handshake: it puts the
// experiments to the path, and to the server itself where that can be reached,
// and joins what they saw into a verdict.
package diagnose

import (
	"context"
	"crypto/x509"
	"net"
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
	// Direct is host:port of the server itself; empty if it cannot be reached.
	// Host field, TLS name and target name stay the URL's.
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
	// Outcomes are the experiments' in their order; those that went straight to the
	// server have "direct " before their name.
	Outcomes []experiment.Outcome
	// Products are the boxes and servers that were recognised on the path.
	Products []experiment.Sighting
	Trace    *trace.Trace
	// Spent is how many refused logons the account was charged with.
	Spent int
}

// DirectPrefix is before the names of experiments that went straight to the server.
const DirectPrefix = "direct "

// Run diagnoses a path. An error is one of the options: whatever the path does
// is in the diagnosis.
func Run(ctx context.Context, o Options) (*Diagnosis, error) {
	o = o.withDefaults()
	r := &run{Options: o, budget: &negotiate.Budget{Most: o.MaxRefused}}
	var direct *experiment.Seen
	if o.Direct != "" {
		options, err := o.straight()
		if err != nil {
			return nil, err
		}
		if direct, err = r.way(ctx, options, DirectPrefix, r.directPlan); err != nil {
			return nil, err
		}
		r.own = bindingOf(direct)
	}
	path, err := r.way(ctx, o.Wire, "", r.pathPlan)
	if err != nil {
		return nil, err
	}
	d := &Diagnosis{Outcomes: r.outcomes, Trace: o.Wire.Recorder.Trace()}
	d.Spent, _ = r.budget.Spent()
	d.Products = experiment.Sightings(path)
	d.Verdict, d.Others = Conclude(&Evidence{
		Path: path, Direct: direct, LoggedOn: o.Credentials != nil || o.ProxyCredentials != nil, Schemes: o.Schemes, Strangers: o.Strangers,
	})
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

// straight is how to reach the server itself.
func (o *Options) straight() (wire.Options, error) {
	host, port, err := net.SplitHostPort(o.Direct)
	options := o.Wire
	options.Proxy = nil
	options.ConnectTo = func(string, string) (string, string) { return host, port }
	return options, err
}

// run is a diagnosis under way.
type run struct {
	Options
	budget   *negotiate.Budget
	outcomes []experiment.Outcome
	// own is the channel binding of the server's own certificate, nil if it is not known.
	own *[16]byte
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

// way puts a plan to one way to the server.
func (r *run) way(ctx context.Context, o wire.Options, prefix string, plan func(*experiment.Session) []step) (*experiment.Seen, error) {
	path, err := experiment.NewPath(r.URL, o)
	if err != nil {
		return nil, err
	}
	path.Header = r.Header
	session := &experiment.Session{Credentials: r.Credentials, Proxy: r.ProxyCredentials, Schemes: r.Schemes, Budget: r.budget}
	defer session.Close()
	var list []experiment.Experiment
	for _, s := range plan(session) {
		list = append(list, r.chosen(s, prefix))
	}
	seen := experiment.Run(ctx, path, list)
	for _, outcome := range seen.Outcomes {
		outcome.Name = prefix + outcome.Name
		r.outcomes = append(r.outcomes, outcome)
	}
	return seen, nil
}
