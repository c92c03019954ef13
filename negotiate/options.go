package negotiate

import (
	"net/http"
	"net/url"

	"github.com/ntlmctl/ntlmctl/negotiate/wire"
)

// Options say how to ask, whom to log on as, and for whom the credentials are.
type Options struct {
	// Wire says how to connect. Its Proxy holds where Proxy below is nil.
	Wire wire.Options
	// Proxy is the proxy for a URL, nil for none. Its Auth is not looked at:
	// ProxyLogon answers for it.
	Proxy func(*url.URL) (*wire.Proxy, error)
	// Origin answers 401.
	Origin Logon
	// ProxyLogon answers 407, to requests in absolute form and to CONNECT.
	ProxyLogon Logon
	// Order names headers in the order, and in the case, in which they go out.
	// Others follow, sorted.
	Order []string
	// Expect says which requests announce their body with Expect: 100-continue;
	// nil is none.
	Expect func(*http.Request) bool
}

// Logon is as whom and how to log on to one kind of target.
type Logon struct {
	// Credentials are nil where nobody logs on.
	Credentials Credentials
	// Schemes are wanted, the best first; nil is Negotiate and NTLM. Basic and
	// Digest need Credentials that are a UserPassword.
	Schemes []string
	// Preemptive sends the first token, or Basic, at once, without asking what an
	// anonymous request gets. A request with a body is always sent so, save where
	// its connection is logged on: the body goes out once.
	Preemptive bool
	// For says for which hosts the credentials were given; nil is for all. It is
	// called with the URL of the server or proxy that would get them.
	For func(*url.URL) bool
	// Budget is how many refused logons these credentials may cost, over all URLs,
	// proxies and schemes, and over all clients that share it. After that no
	// credentials go out. One proof at a time is under way where only one may be
	// refused, and other requests wait for what is said of it. Nil is a budget of
	// the client's own, of one refused logon for Origin and ProxyLogon together.
	Budget *Budget
}
