package main

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/ntlmctl/ntlmctl/internal/curl/netrc"
	"github.com/ntlmctl/ntlmctl/negotiate"
	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
	"github.com/ntlmctl/ntlmctl/render"
)

// identity is somebody to log on as, to servers or proxies. Two of the same name
// and secret are the same, by pointer, and have one budget of refused logons.
type identity struct {
	credentials negotiate.Credentials
	budget      negotiate.Budget
}

// identityKey is what an identity is known by.
type identityKey struct {
	name, password string
	hashFile       string // has the hash that stands for the password
}

// identities say as whom to log on to which URL.
type identities struct {
	o *authOptions
	w *world
	// tokens are what all tokens have in common.
	tokens ntlm.ClientOptions
	// main is that of -u, for all URLs on the command line; nil without -u.
	main  *identity
	file  netrc.File
	known map[identityKey]*identity
	// secret is what the flags and the environment give, proxySecret what they give
	// for a proxy, once it was asked for.
	secret, proxySecret *given
}

// newIdentities reads what the flags name, and asks for what is missing.
func (o *authOptions) newIdentities(w *world) (*identities, error) {
	i := &identities{o: o, w: w, known: map[identityKey]*identity{}}
	var err error
	if i.tokens, err = o.clientOptions(); err != nil {
		return nil, err
	}
	if err := i.readNetrc(); err != nil {
		return nil, err
	}
	user := o.user
	if name := w.Getenv(userVariable); !user.given && name != "" {
		user = optionalText{text: name, given: true}
	}
	if !user.given {
		if o.secretOptions.flagged() {
			return nil, usageError("-u USER, or "+userVariable, "a password is given, and no user")
		}
		return i, nil
	}
	name, password, given := strings.Cut(user.text, ":")
	switch {
	case name == "":
		return nil, usageError("give -u USER; Kerberos and the user who is logged on here come later", "-u names no user")
	case given && o.secretOptions.flagged():
		return nil, usageError("", "-u has a password, and a flag says where another one is")
	case !given && i.file != nil && !o.secretOptions.flagged():
		return i, nil // netrc may have the password; each URL decides
	}
	i.main, err = i.of(name, password, given)
	return i, err
}

// one is the identity of a name and a password, or a hash in its place.
func (i *identities) one(key identityKey, hash ntlm.Secret) *identity {
	if i.known[key] == nil {
		i.known[key] = &identity{credentials: credentialsOf(key.name, key.password, hash, i.tokens)}
	}
	return i.known[key]
}

// spent is how many refused logons the run has cost.
func (i *identities) spent() int {
	sum := 0
	for _, one := range i.known {
		n, _ := one.budget.Spent()
		sum += n
	}
	return sum
}

// of is the identity of a name; a password that is not given is looked for, and
// asked for.
func (i *identities) of(name, password string, hasPassword bool) (*identity, error) {
	if hasPassword {
		return i.one(identityKey{name: name, password: password}, ntlm.Secret{}), nil
	}
	if err := i.find(&i.secret, &i.o.secretOptions, name, ""); err != nil {
		return nil, err
	}
	key := identityKey{name: name, password: i.secret.password, hashFile: i.o.ntHashFile}
	return i.one(key, i.secret.hash), i.usable(i.secret.hash)
}

// find finds what the flags and the environment give, or asks for a password.
func (i *identities) find(into **given, o *secretOptions, name, where string) error {
	if *into != nil {
		return nil
	}
	g, err := o.read(i.w)
	if err == nil && !g.any {
		g.password, err = i.w.ask("password for " + render.Escape(name) + where + ": ")
		g.any = true
	}
	if err == nil {
		*into = &g
	}
	return err
}

// usable refuses a hash where only the password would do.
func (i *identities) usable(hash ntlm.Secret) error {
	s := &i.o.schemes
	if !hash.IsZero() && (s.basic || s.digest) && !s.ntlm && !s.negotiate && !s.any {
		return usageError("--password-file gives one", "Basic and Digest need the password: an NT hash is not enough")
	}
	return nil
}

func credentialsOf(name, password string, hash ntlm.Secret, o ntlm.ClientOptions) negotiate.Credentials {
	if hash.IsZero() {
		return negotiate.NewPassword(name, password, o)
	}
	o.Account, o.Secret = ntlm.ParseAccount(name), hash
	return negotiate.NTLM{ClientOptions: o}
}

// given is as whom to log on to a URL of the command line, nil for nobody: as -u
// says, as the URL says, as netrc says. With -n netrc goes before the URL.
func (i *identities) given(u *url.URL) (*identity, error) {
	if i.main != nil {
		return i.main, nil
	}
	name := ""
	if i.o.user.given {
		name, _, _ = strings.Cut(i.o.user.text, ":")
	}
	inURL := u.User != nil && name == ""
	if inURL && (i.o.netrcOptional || !i.o.netrc && i.o.netrcFile == "") {
		return i.ofURL(u)
	}
	if one, err := i.ofNetrc(u, name); one != nil || err != nil {
		return one, err
	}
	switch {
	case name != "":
		return i.of(name, "", false)
	case inURL:
		return i.ofURL(u)
	}
	return nil, nil
}

// elsewhere is as whom to log on to the URL of a redirect to another host: as the
// URL itself says, or netrc.
func (i *identities) elsewhere(u *url.URL) (*identity, error) {
	if u.User != nil {
		if password, ok := u.User.Password(); ok {
			return i.of(u.User.Username(), password, true)
		}
		return nil, nil // nobody is asked for a password on a server's word
	}
	return i.ofNetrc(u, "")
}

func (i *identities) ofURL(u *url.URL) (*identity, error) {
	password, ok := u.User.Password()
	if u.User.Username() == "" {
		return nil, usageError("", "the URL has a password and no user")
	}
	return i.of(u.User.Username(), password, ok)
}

func (i *identities) ofNetrc(u *url.URL, user string) (*identity, error) {
	login, ok := i.file.Find(u.Hostname(), user)
	if !ok || login.User == "" {
		return nil, nil
	}
	return i.of(login.User, login.Password, true)
}

// readNetrc reads the file that the flags name. The one at home may be missing.
func (i *identities) readNetrc() error {
	o := i.o
	if !o.netrc && !o.netrcOptional && o.netrcFile == "" {
		return nil
	}
	path, own := o.netrcFile, o.netrcFile == ""
	if own {
		path = filepath.Join(i.w.Getenv("HOME"), ".netrc")
	}
	f, err := os.Open(path)
	if err != nil {
		if own || o.netrcOptional {
			return nil
		}
		return usageError("", "netrc: %v", err)
	}
	defer f.Close()
	if i.file, err = netrc.Parse(f); err != nil {
		return usageError("", "netrc: %s: %v", path, err)
	}
	return nil
}
