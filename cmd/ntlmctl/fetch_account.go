package main

import (
	"strings"

	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
	"github.com/ntlmctl/ntlmctl/render"
)

// side is one of the two that are logged on to, the servers or the proxies: what
// flags and environment say of it.
type side struct {
	flag, variable string
	user           *optionalText
	secrets        *secretOptions
	schemes        *schemeFlags
	// where stands behind what is said of an account.
	where string
	// secret is what the flags and the environment give, once it was asked for.
	secret *given
}

func (o *authOptions) serverSide() side {
	return side{flag: "-u", variable: userVariable, user: &o.user, secrets: &o.secretOptions, schemes: &o.schemes}
}

func (o *authOptions) proxySide() side {
	return side{flag: "-U", variable: proxyUserVariable, user: &o.proxyUser, secrets: &o.proxySecret, schemes: &o.proxySchemes, where: " at the proxy"}
}

// account is a name, and the password that stands beside it.
type account struct {
	name, password string
	hasPassword    bool
}

// account is the one that the flag or the variable names, nil for none.
func (s *side) account(w *world) (*account, error) {
	user := *s.user
	if name := w.Getenv(s.variable); !user.given && name != "" {
		user = optionalText{text: name, given: true}
	}
	if !user.given {
		if s.secrets.flagged() {
			return nil, usageError(s.flag+" USER, or "+s.variable, "a password is given, and no user%s", s.where)
		}
		return nil, nil
	}
	a := &account{}
	a.name, a.password, a.hasPassword = strings.Cut(user.text, ":")
	switch {
	case a.name == "":
		return nil, usageError("give "+s.flag+" USER; Kerberos and the user who is logged on here come later", "%s names no user", s.flag)
	case a.hasPassword && s.secrets.flagged():
		return nil, usageError("", "%s has a password, and a flag says where another one is", s.flag)
	}
	return a, nil
}

// find finds what the flags and the environment give, or asks for a password.
func (s *side) find(w *world, name string) error {
	if s.secret != nil {
		return nil
	}
	g, err := s.secrets.read(w)
	if err == nil && !g.any {
		g.password, err = w.ask("password for " + render.Escape(name) + s.where + ": ")
		g.any = true
	}
	if err == nil {
		s.secret = &g
	}
	return err
}

// usable refuses a hash where only the password would do.
func (s *side) usable(hash ntlm.Secret) error {
	if f := s.schemes; !hash.IsZero() && (f.basic || f.digest) && !f.ntlm && !f.negotiate && !f.any {
		return usageError("--"+s.secrets.prefix()+"password-file gives one", "Basic and Digest need the password: an NT hash is not enough")
	}
	return nil
}
