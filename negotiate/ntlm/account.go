package ntlm

import "strings"

// Account is who logs on, as the two names of an AUTHENTICATE_MESSAGE have it.
type Account struct{ User, Domain string }

// ParseAccount reads DOMAIN\user, DOMAIN/user, user@realm and user. What has the
// form of a UPN stays in one piece and has no domain: the server looks the realm
// up (MS-NLMP 2.2.1.3, UserName).
func ParseAccount(s string) Account {
	if i := strings.IndexAny(s, `\/`); i >= 0 {
		return Account{User: s[i+1:], Domain: s[:i]}
	}
	return Account{User: s}
}

// String is DOMAIN\user, or the user alone.
func (a Account) String() string {
	if a.Domain == "" {
		return a.User
	}
	return a.Domain + `\` + a.User
}
