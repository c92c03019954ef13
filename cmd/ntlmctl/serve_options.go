package main

import (
	"crypto/rand"
	"crypto/tls"
	"encoding/pem"
	"maps"
	"net"
	"os"
	"slices"
	"strings"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
	"github.com/ntlmctl/ntlmctl/negotiate/origin"
	"github.com/ntlmctl/ntlmctl/render"
)

// options turns the flags into the server's options.
func (o *serveOptions) options(w *world) (origin.Options, error) {
	options := origin.Options{
		Proxy: o.proxy, PerRequest: o.perRequest, ConnectionIDHeader: o.connectionID, Dialect: origin.Dialect(o.dialect),
		Body: render.AppendServeBody, BodyType: "application/json", Now: w.Now,
		Acceptor: ntlm.AcceptorOptions{
			AllowNTLMv1: o.allowNTLMv1, RequireMIC: o.requireMIC, RequireChannelBinding: o.requireBinding,
		},
	}
	for _, scheme := range o.schemes {
		for _, known := range []string{origin.SchemeNegotiate, origin.SchemeNTLM, origin.SchemeBasic} {
			if strings.EqualFold(scheme, known) {
				scheme = known
			}
		}
		options.Schemes = append(options.Schemes, scheme)
	}
	if err := o.setChallenge(&options.Acceptor); err != nil {
		return options, err
	}
	if err := o.setNames(&options.Acceptor.Names); err != nil {
		return options, err
	}
	var err error
	if options.TLS, err = o.certificate(w); err != nil {
		return options, err
	}
	if o.requireBinding && options.TLS == nil {
		return options, usageError("add --tls", "--require-channel-binding needs a TLS channel to bind to")
	}
	options.Acceptor.Users, err = o.accounts(w)
	return options, err
}

// challenges are the kinds of --challenge: the flags that they set and clear.
var challenges = map[string]struct{ set, clear decode.Flags }{
	"key-exch":       {decode.NegotiateKeyExch, 0},
	"oem":            {decode.NegotiateOEM, decode.NegotiateUnicode},
	"ntlmv1":         {0, decode.NegotiateTargetInfo | decode.NegotiateExtendedSessionSecurity},
	"no-target-info": {0, decode.NegotiateTargetInfo},
}

func challengeKinds() []string { return slices.Sorted(maps.Keys(challenges)) }

func (o *serveOptions) setChallenge(a *ntlm.AcceptorOptions) error {
	for _, kind := range o.challenge {
		change, ok := challenges[kind]
		if !ok {
			return usageError("--challenge is one of "+strings.Join(challengeKinds(), ", "), "unknown kind %q of challenge", kind)
		}
		a.SetFlags |= change.set
		a.ClearFlags |= change.clear
		if kind == "ntlmv1" {
			a.AllowNTLMv1 = true
		}
	}
	return nil
}

// setNames fills in what --names leaves out from the machine and the account.
func (o *serveOptions) setNames(names *ntlm.Names) error {
	host, _ := os.Hostname() // none is well
	label, domain, _ := strings.Cut(host, ".")
	label = strings.ToUpper(label)
	*names = ntlm.Names{
		NbComputer: label[:min(len(label), 15)], NbDomain: ntlm.ParseAccount(o.user).Domain,
		DNSComputer: host, DNSDomain: domain, Member: true,
	}
	if names.NbComputer == "" {
		names.NbComputer = "NTLMCTL"
	}
	if names.NbDomain == "" {
		names.NbDomain = "NTLMCTL"
	}
	fields := map[string]*string{
		"nb-computer": &names.NbComputer, "nb-domain": &names.NbDomain,
		"dns-computer": &names.DNSComputer, "dns-domain": &names.DNSDomain, "dns-tree": &names.DNSTree,
	}
	for key, name := range o.names {
		field, ok := fields[key]
		if !ok {
			return usageError("--names knows "+strings.Join(slices.Sorted(maps.Keys(fields)), ", "), "unknown name %q", key)
		}
		if len(name) > 255 {
			return usageError("", "the name %s is longer than 255 bytes", key)
		}
		*field = name
	}
	return nil
}

// demoUser is the account that there is where no other was given.
const demoUser = "demo"

// accounts are those of --users and --user, or the one for trying out.
func (o *serveOptions) accounts(w *world) (*ntlm.Users, error) {
	users := new(ntlm.Users)
	if o.users != "" {
		f, err := os.Open(o.users)
		if err != nil {
			return nil, usageError("", "users: %v", err)
		}
		defer f.Close()
		if users, err = ntlm.ParseUsers(f); err != nil {
			return nil, usageError("a line is DOMAIN:user:password", "%s: %v", o.users, err)
		}
	}
	if o.user != "" {
		secret, err := o.secret(w)
		if err == nil && secret.IsZero() {
			secret, err = w.askPassword("password that " + render.Escape(o.user) + " is to have: ")
		}
		if err == nil {
			if err := users.Add(ntlm.ParseAccount(o.user), secret); err != nil {
				return nil, usageError("", "--user: %v", err)
			}
		}
		return users, err
	}
	switch {
	case o.flagged():
		return nil, usageError("", "a password without --user")
	case o.users != "":
		return users, nil
	case o.out.quiet:
		return nil, usageError("give --user or --users", "--quiet would hide the password of the account that is made for the run")
	}
	password := rand.Text()[:12]
	o.out.note(w, "no --users and no --user: log on as %s, in any domain, with the password %s, made for this run", demoUser, password)
	return users, users.Add(ntlm.Account{User: demoUser}, ntlm.Password(password))
}

// certificate is the configuration of TLS; nil without it.
func (o *serveOptions) certificate(w *world) (*tls.Config, error) {
	switch {
	case o.cert != "" && o.certFile != "":
		return nil, usageError("", "--write-cert is for a certificate that is made, not for --cert")
	case o.cert != "" || o.key != "":
		pairs, err := (&keyPair{cert: o.cert, key: o.key, ask: w.ask}).read()
		return &tls.Config{Certificates: pairs, MinVersion: tls.VersionTLS12}, err
	case !o.tls && o.certFile != "":
		return nil, usageError("add --tls", "--write-cert without --tls")
	case !o.tls:
		return nil, nil
	}
	host, _ := os.Hostname() // none is well
	listen, _, _ := net.SplitHostPort(o.listen)
	if ip := net.ParseIP(listen); ip != nil && ip.IsUnspecified() {
		listen = ""
	}
	pair, err := origin.NewCertificate(origin.KeyType(o.keyType), w.Now(), host, listen, o.names["dns-computer"])
	if err != nil {
		return nil, usageError("", "%v", err)
	}
	if o.certFile != "" {
		text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: pair.Certificate[0]})
		if err := os.WriteFile(o.certFile, text, 0o644); err != nil {
			return nil, usageError("", "certificate: %v", err)
		}
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}, nil
}
