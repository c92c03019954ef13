package origin

import (
	"maps"
	"net/http"
	"slices"
)

// Dialect names whose habits a Server has, where servers differ: in what they
// answer to a Type 3 that is refused or answers no challenge, to a token that
// makes no sense, to a short Type 1, and to another Type 1.
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
	// logon, and the connection is spent, but not by a first message that gets no
	// challenge. It takes no short Type 1, as curl and browsers send it.
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

// spending is what spends a connection.
type spending int

const (
	spentNever       spending = iota
	spentByChallenge          // a handshake that got a challenge, and failed or was left unfinished
	spentByAny                // a first message that got none, too
)

// habits are what makes a dialect.
type habits struct {
	// refused, orphan and garbage are statuses: to a logon that is refused, to a
	// Type 3 that answers no challenge, to what is no token. 401 is 407 for a proxy.
	refused, orphan, garbage int
	// again is for a token after a logon.
	again again
	// spent says after what no other handshake may begin on the connection.
	spent spending
	// strict is for Type 1s: see ntlm.AcceptorOptions.StrictNegotiate.
	strict bool
	// rejects says that a NegTokenResp that rejects goes out alone, without the names
	// of schemes, and to the first token after an unfinished handshake in SPNEGO, too.
	rejects bool
	// persistentAuth says that the answer to a logon of NTLM or Negotiate carries
	// Persistent-Auth (MS-N2HT section 3.3.5).
	persistentAuth bool
}

var dialects = map[Dialect]habits{
	IIS: {
		refused: http.StatusUnauthorized, orphan: http.StatusUnauthorized, garbage: http.StatusUnauthorized,
		again: againBegins, persistentAuth: true,
	},
	Samba: {
		refused: http.StatusUnauthorized, orphan: http.StatusUnauthorized, garbage: http.StatusUnauthorized,
		again: againIgnored, spent: spentByAny,
	},
	GSS: {
		refused: http.StatusUnauthorized, orphan: http.StatusUnauthorized, garbage: http.StatusUnauthorized,
		again: againLoses, spent: spentByChallenge, strict: true, rejects: true,
	},
	Express: {
		refused: http.StatusForbidden, orphan: http.StatusInternalServerError, garbage: http.StatusBadRequest,
		again: againIgnored,
	},
}

// Dialects are the names of all dialects, in alphabetical order.
func Dialects() []string {
	var names []string
	for _, d := range slices.Sorted(maps.Keys(dialects)) {
		names = append(names, string(d))
	}
	return names
}
