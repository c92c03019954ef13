package ntlm

import (
	"bufio"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
)

// Users are the accounts that an Acceptor knows. It is safe for use by several
// goroutines once it is read. The zero value has none.
type Users struct {
	byName map[string][]user
	count  int
}

type user struct {
	domain string // in upper case
	secret Secret
}

// ntHashPrefix marks an NT hash in the place of a password.
const ntHashPrefix = "$NT$"

// maxUserLine is the longest line of a list of users.
const maxUserLine = 64 << 10

// ParseUsers reads one account a line: DOMAIN:user:password, or DOMAIN:user:$NT$
// and an NT hash of 32 hexadecimal digits. A password may hold colons. An empty
// DOMAIN stands for every domain. Blank lines and lines that begin with # are
// skipped. Errors name the line, not what is on it.
func ParseUsers(r io.Reader) (*Users, error) {
	users := &Users{byName: make(map[string][]user)}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxUserLine)
	n := 0
	for lines.Scan() {
		n++
		line := strings.TrimSuffix(lines.Text(), "\r")
		if n == 1 {
			line = strings.TrimPrefix(line, "\ufeff")
		}
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := users.addLine(line); err != nil {
			return nil, fmt.Errorf("ntlm: users: line %d: %w", n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("ntlm: users: after line %d: %w", n, err)
	}
	return users, nil
}

func (u *Users) addLine(line string) error {
	fields := strings.SplitN(line, ":", 3)
	if len(fields) != 3 {
		return errors.New("DOMAIN:user:password is due")
	}
	if fields[1] == "" {
		return errors.New("the user's name is empty")
	}
	secret := Password(fields[2])
	if hash, ok := strings.CutPrefix(fields[2], ntHashPrefix); ok {
		key, err := parseKey(hash)
		if err != nil {
			return fmt.Errorf("the NT hash after %s: %w", ntHashPrefix, err)
		}
		secret = NTHash(key)
	}
	return u.Add(Account{User: fields[1], Domain: fields[0]}, secret)
}

// Add adds an account. It fails if it is there already.
func (u *Users) Add(a Account, secret Secret) error {
	if u.byName == nil {
		u.byName = make(map[string][]user)
	}
	name, domain := upcaseString(a.User), upcaseString(a.Domain)
	for _, other := range u.byName[name] {
		if other.domain == domain {
			return errors.New("the account is there twice")
		}
	}
	u.byName[name] = append(u.byName[name], user{domain, secret})
	u.count++
	return nil
}

// Len is the number of accounts.
func (u *Users) Len() int { return u.count }

// Check reports whether a secret is that of an account, as a client spells it.
func (u *Users) Check(a Account, s Secret) bool {
	secret, known := u.lookup(a)
	want, got := secret.NTOWFv1(), s.NTOWFv1()
	return subtle.ConstantTimeCompare(want[:], got[:]) == 1 && known
}

// decoy is what the response of an unknown user is compared with, so that it
// costs what a known user's wrong password costs.
var decoy = sync.OnceValue(func() Secret { return Password(rand.Text()) })

// lookup finds the secret of an account as a client spells it. A domain that is
// not given stands for the only account of that name; user@realm is looked up
// under the realm and under its first label. An unknown one gets the decoy.
func (u *Users) lookup(a Account) (secret Secret, known bool) {
	name, domain := upcaseString(a.User), upcaseString(a.Domain)
	list := u.byName[name]
	for _, d := range [...]string{domain, ""} {
		if s, ok := among(list, d); ok {
			return s, true
		}
	}
	if domain == "" && len(list) == 1 {
		return list[0].secret, true
	}
	if at := strings.LastIndexByte(name, '@'); at > 0 && domain == "" {
		realm := name[at+1:]
		label, _, _ := strings.Cut(realm, ".")
		for _, d := range [...]string{realm, label, ""} {
			if s, ok := among(u.byName[name[:at]], d); ok {
				return s, true
			}
		}
	}
	return decoy(), false
}

func among(list []user, domain string) (Secret, bool) {
	for _, e := range list {
		if e.domain == domain {
			return e.secret, true
		}
	}
	return Secret{}, false
}
