package negotiate

import (
	"net/url"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
	"github.com/ntlmctl/ntlmctl/negotiate/wire"
)

// Result is what one round trip came to.
type Result struct {
	URL *url.URL
	// Response is the last response; nil if there is none. Its Body is the one
	// that RoundTrip returns.
	Response *wire.Response
	// Verdict is of the origin's logon, or of the proxy's where that failed.
	Verdict verdict.Verdict
	// Others are what else is to be said: of the proxy's logon where both went on,
	// of an offer that was changed on the way.
	Others []verdict.Verdict
	// Legs are the round trip's own, those of CONNECT included. They are the
	// recorder's: the last one changes while the body is read.
	Legs []*trace.Leg
	// Spent is how many refused logons the account was charged with.
	Spent int
	// Reused says that the connection had served an earlier request.
	Reused bool
	// Err is the error of RoundTrip, or why the logon could not go on.
	Err error
}
