package origin

import (
	"maps"
	"net/http"
	"slices"
)

// Dialect names whose habits a Server has, where servers differ: in what they
// answer to a Type 3 that is refused or answers no challenge, to a token that
// makes no sense, and to another Type 1.
type Dialect string

// The dialects, named for what was observed.
const (
	// IIS answers 401 to all of them, and begins anew on every Type 1: as documented,
	// not as observed; see docs/serve.md.
	IIS Dialect = "iis"
	// Samba is Squid with ntlm_auth: a logon stands whatever comes after it, and a
	// connection on which a handshake failed is spent.
	Samba Dialect = "samba"
	// GSS is Apache with mod_auth_gssapi and gss-ntlmssp: another Type 1 costs the
	// logon, and the connection is spent.
	GSS Dialect = "gss"
	// Express is express-ntlm: 403, 500 and 400 without a challenge.
	Express Dialect = "express"
)

// again is what a token does to a connection that is logged on.
type again int

const (
	againBegins  again = iota // it begins another handshake
	againIgnored              // it is not looked at
	againLoses                // it is refused, and the logon lost
)

// habits are what makes a dialect.
type habits struct {
	// refused, orphan and garbage are statuses: to a logon that is refused, to a
	// Type 3 that answers no challenge, to what is no token. 401 is 407 for a proxy.
	refused, orphan, garbage int
	// again is for a token after a logon.
	again again
	// spent says that after a failed or unfinished handshake no other may begin on
	// the connection.
	spent bool
	// persistentAuth says that the answer to a logon of NTLM or Negotiate carries
	// Persistent-Auth (MS-N2HT section 3.3.5).
	persistentAuth bool
}

var dialects = map[Dialect]habits{
	IIS:     {http.StatusUnauthorized, http.StatusUnauthorized, http.StatusUnauthorized, againBegins, false, true},
	Samba:   {http.StatusUnauthorized, http.StatusUnauthorized, http.StatusUnauthorized, againIgnored, true, false},
	GSS:     {http.StatusUnauthorized, http.StatusUnauthorized, http.StatusUnauthorized, againLoses, true, false},
	Express: {http.StatusForbidden, http.StatusInternalServerError, http.StatusBadRequest, againIgnored, false, false},
}

// Dialects are the names of all dialects, in alphabetical order.
func Dialects() []string {
	var names []string
	for _, d := range slices.Sorted(maps.Keys(dialects)) {
		names = append(names, string(d))
	}
	return names
}
