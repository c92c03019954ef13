package main

import (
	"net/url"
	"os"
	"path/filepath"

	"github.com/ntlmctl/ntlmctl/internal/curl/netrc"
	"github.com/ntlmctl/ntlmctl/negotiate"
	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
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
	// server and proxy are what is said of each; user is the account at the servers,
	// nil for none.
	server, proxy side
	user          *account
	// main is that of user, for all URLs on the command line; nil where netrc has a
	// say in it.
	main  *identity
	file  netrc.File
	known map[identityKey]*identity
}

// newIdentities reads what the flags name, and asks for what is missing.
func (o *authOptions) newIdentities(w *world) (*identities, error) {
	i := &identities{o: o, w: w, server: o.serverSide(), proxy: o.proxySide(), known: map[identityKey]*identity{}}
	var err error
	if i.tokens, err = o.clientOptions(); err != nil {
		return nil, err
	}
	if err := i.readNetrc(); err != nil {
		return nil, err
	}
	if i.user, err = i.server.account(w); err != nil || i.user == nil {
		return i, err
	}
	if !i.user.hasPassword && i.file != nil && !o.secretOptions.flagged() {
		return i, nil // netrc may have the password; each URL decides
	}
	i.main, err = i.of(&i.server, *i.user)
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

// of is the identity of an account; a password that is not given is looked for,
// and asked for.
func (i *identities) of(at *side, a account) (*identity, error) {
	if a.hasPassword {
		return i.one(identityKey{name: a.name, password: a.password}, ntlm.Secret{}), nil
	}
	if err := at.find(i.w, a.name); err != nil {
		return nil, err
	}
	key := identityKey{name: a.name, password: at.secret.password, hashFile: at.secrets.ntHashFile}
	return i.one(key, at.secret.hash), at.usable(at.secret.hash)
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
	if i.user != nil {
		name = i.user.name
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
		return i.of(&i.server, *i.user)
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
			return i.of(&i.server, account{u.User.Username(), password, true})
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
	return i.of(&i.server, account{u.User.Username(), password, ok})
}

func (i *identities) ofNetrc(u *url.URL, user string) (*identity, error) {
	login, ok := i.file.Find(u.Hostname(), user)
	if !ok || login.User == "" {
		return nil, nil
	}
	return i.of(&i.server, account{login.User, login.Password, true})
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
