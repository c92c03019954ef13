package main

import (
	"context"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/ntlmctl/ntlmctl/diagnose"
	"github.com/ntlmctl/ntlmctl/internal/curl/address"
	"github.com/ntlmctl/ntlmctl/negotiate"
	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
	"github.com/ntlmctl/ntlmctl/negotiate/wire"
	"github.com/ntlmctl/ntlmctl/render"
)

// runDiagnose runs the experiments, or says which it would run.
func runDiagnose(ctx context.Context, w *world, o *diagnoseOptions, args []string) error {
	if o.list {
		return o.listExperiments(w)
	}
	options, err := o.options(w, args[0])
	if err != nil {
		return err
	}
	if err := options.Check(); err != nil {
		return usageError("ntlmctl diagnose --list lists experiments; --direct takes HOST:PORT, http://HOST:PORT or https://HOST:PORT", "%v", err)
	}
	if o.dryRun {
		return o.plan(w, options)
	}
	if o.maxTime > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, time.Duration(o.maxTime))
		defer stop()
	}
	if o.verbose {
		options.Progress = func(e experiment.Outcome) { o.out.note(w, "%s: %s: %s", e.Name, e.State, e.Text) }
	}
	d, err := diagnose.Run(ctx, options)
	if err != nil {
		return usageError("", "%v", err)
	}
	return o.conclude(w, address.Text(options.URL), d)
}

// options turns the flags into a diagnosis's.
func (o *diagnoseOptions) options(w *world, target string) (diagnose.Options, error) {
	options, err := o.numbers()
	if err != nil {
		return options, err
	}
	options.Direct, options.MaxRefused, options.Only, options.Skip = o.direct, o.maxRefused, o.only, o.skip
	if options.URL, err = targetURL(target); err != nil {
		return options, err
	}
	switch {
	case o.maxRefused < 1:
		return options, usageError("--max-refused takes 1 or more", "%d refused logons", o.maxRefused)
	case o.schemes.basic || o.schemes.digest:
		return options, usageError("fetch logs on with them", "Basic and Digest have no handshake to diagnose")
	}
	options.Schemes = o.schemes.list()
	if options.Header, err = requestHeader(o.agent, o.headers); err != nil {
		return options, err
	}
	o.getenv, o.pair.ask = w.Getenv, w.ask
	if options.Wire, err = o.wire(&wire.Recorder{Now: w.Now}); err != nil {
		return options, err
	}
	proxyURL, err := o.proxyURLs()
	if err != nil {
		return options, err
	}
	via, err := proxyURL(options.URL)
	if err != nil {
		return options, err
	}
	if via != nil {
		if options.Wire.Proxy, err = o.via(via); err != nil {
			return options, err
		}
	}
	err = o.accounts(w, via, &options)
	return options, err
}

// numbers are the options that say how much each experiment asks.
func (o *diagnoseOptions) numbers() (diagnose.Options, error) {
	options := diagnose.Options{Strangers: o.strangers, Settings: o.settings}
	switch {
	case o.strangers < 1 || o.strangers > 1000:
		return options, usageError("--strangers takes 1 to 1000", "%d strangers", o.strangers)
	case o.settings.Attempts < 0 || o.settings.Concurrency < 1:
		return options, usageError("", "--attempts takes 0 or more, --concurrency 1 or more")
	}
	for _, text := range o.idle {
		var pause seconds
		if err := pause.Set(text); err != nil {
			return options, usageError("--idle 5s,30s,65s", "--idle %s: %v", strconv.Quote(text), err)
		}
		options.Settings.Pauses = append(options.Settings.Pauses, time.Duration(pause))
	}
	return options, nil
}

// accounts are nil where nobody logs on. A dry run asks nobody for a password.
func (o *diagnoseOptions) accounts(w *world, via *url.URL, options *diagnose.Options) error {
	if o.dryRun {
		if o.user.given {
			options.Credentials = nameOnly(o.user.text)
		}
		switch {
		case o.proxyUser.given:
			options.ProxyCredentials = nameOnly(o.proxyUser.text)
		case via != nil && via.User != nil && !options.Wire.Proxy.SOCKS():
			options.ProxyCredentials = nameOnly(via.User.Username())
		}
		if o.user2 != "" {
			options.Second = negotiate.NTLM{}
		}
		return nil
	}
	all, err := o.newIdentities(w)
	if err != nil {
		return err
	}
	one, err := all.given(options.URL)
	if err != nil {
		return err
	}
	if one != nil {
		options.Credentials = one.credentials
	}
	proxy, err := all.atProxy(via)
	if err != nil {
		return err
	}
	switch {
	case proxy == nil:
	case via != nil && options.Wire.Proxy.SOCKS():
		if err := proxy.ontoSOCKS(options.Wire.Proxy); err != nil {
			return err
		}
	default:
		options.ProxyCredentials = proxy.credentials
	}
	if o.user2 == "" {
		return nil
	}
	if options.Credentials == nil {
		return usageError("-u USER", "--user2 is compared with a first account")
	}
	second, err := o.second(w, all.tokens)
	options.Second = second
	return err
}

// nameOnly are credentials that log nobody on: they tell accounts apart.
func nameOnly(user string) negotiate.Credentials {
	name, _, _ := strings.Cut(user, ":")
	return negotiate.NTLM{ClientOptions: ntlm.ClientOptions{Account: ntlm.ParseAccount(name)}}
}

// second is the account of --user2.
func (o *diagnoseOptions) second(w *world, tokens ntlm.ClientOptions) (negotiate.Credentials, error) {
	name, password, given := strings.Cut(o.user2, ":")
	var err error
	switch {
	case name == "":
		return nil, usageError("--user2 USER", "--user2 names no user")
	case given && o.password2 != "":
		return nil, usageError("", "--user2 has a password, and --password2-file says where another one is")
	case given:
	case o.password2 != "":
		password, err = firstLineOf(o.password2)
	default:
		password, err = w.ask("password for " + render.Escape(name) + ": ")
	}
	return credentialsOf(name, password, ntlm.Secret{}, tokens), err
}

// targetURL reads the URL of an argument; http is understood.
func targetURL(text string) (*url.URL, error) {
	u, err := address.Parse(text, false)
	if err == nil {
		_, err = wire.TargetOf(u)
	}
	switch {
	case err != nil:
		return nil, usageError("a URL is http://host/path or https://host/path", "%v", err)
	case u.User != nil:
		return nil, usageError("give the user by -u", "credentials in the URL are not read")
	}
	return u, nil
}

// conclude shows the diagnosis, and turns the verdict into an exit code.
func (o *diagnoseOptions) conclude(w *world, url string, d *diagnose.Diagnosis) error {
	var line []byte
	if o.out.format != formatText || o.report != "" {
		var err error
		if line, err = render.AppendDiagnoseReport(nil, render.NewDiagnoseReport(url, o.direct, d)); err != nil {
			return err
		}
	}
	if o.report != "" {
		if err := os.WriteFile(o.report, line, 0o600); err != nil {
			return usageError("", "report: %v", err)
		}
	}
	var err error
	if o.out.format == formatText {
		err = o.out.text(w).Diagnosis(w.Stdout, d, o.verbose)
	} else {
		_, err = w.Stdout.Write(line)
	}
	if err != nil {
		return err
	}
	if d.Spent > 0 {
		o.out.note(w, "%s spent", render.Plural(d.Spent, "refused logon"))
	}
	if code := exitOf(d.Verdict.Code); code != exitOK {
		return &failure{Code: code, Silent: true}
	}
	return nil
}
