package negotiate

import (
	"errors"

	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
)

// UserPassword are credentials that Basic and Digest can use, too.
type UserPassword interface {
	Credentials
	// UserPassword returns the name as it was given, and the password.
	UserPassword() (user, password string)
}

// Password are credentials by a password, for all schemes. They print no password.
type Password struct {
	NTLM
	user   string
	reveal func() string
}

// NewPassword takes the name as people write it: user, DOMAIN\user, user@realm.
// The options' Account and Secret are made from name and password.
func NewPassword(user, password string, o ntlm.ClientOptions) Password {
	o.Account, o.Secret = ntlm.ParseAccount(user), ntlm.Password(password)
	return Password{NTLM: NTLM{o}, user: user, reveal: func() string { return password }}
}

// UserPassword implements UserPassword.
func (p Password) UserPassword() (user, password string) { return p.user, p.reveal() }

var errNoPassword = errors.New("the scheme needs a password, and there is none: a hash is not enough")
