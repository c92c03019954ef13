//go:build unix

package daemons

import "testing"

// SquidProxyVariant is what Squid asks for as a forward proxy.
type SquidProxyVariant string

// The variants, named for the schemes they offer. All answer 407 and verify
// SambaUser and SambaOtherUser, if not said otherwise.
const (
	SquidProxyOpen      SquidProxyVariant = "open"      // nothing: it pins NTLM between client and origin to a connection
	SquidProxyAuthOff   SquidProxyVariant = "auth-off"  // nothing; WWW-Authenticate: NTLM of the origin is taken out
	SquidProxyNTLM      SquidProxyVariant = "ntlm"      // NTLM, of version 2 alone
	SquidProxyNTLMv1    SquidProxyVariant = "ntlmv1"    // NTLM, of version 1 as well
	SquidProxyNegotiate SquidProxyVariant = "negotiate" // Negotiate, with NTLM within it
	SquidProxyBasic     SquidProxyVariant = "basic"     // Basic
	SquidProxyAll       SquidProxyVariant = "all"       // Negotiate, NTLM and Basic, in this order
	SquidProxyFake      SquidProxyVariant = "fake"      // NTLM from ntlm_fake_auth: any password will do, and its Type 2 is malformed
)

// SquidProxy starts Squid as a forward proxy, for plain requests and CONNECT,
// and returns host:port.
func SquidProxy(t testing.TB, variant SquidProxyVariant) string {
	t.Helper()
	option, auth := "", ""
	switch variant {
	case SquidProxyOpen:
	case SquidProxyAuthOff:
		option = " connection-auth=off"
	case SquidProxyNTLM:
		auth = startWinbind(t, false).ntlm()
	case SquidProxyNTLMv1:
		auth = startWinbind(t, true).ntlm()
	case SquidProxyNegotiate:
		auth = startWinbind(t, false).negotiate()
	case SquidProxyBasic:
		auth = startWinbind(t, false).basic()
	case SquidProxyAll:
		w := startWinbind(t, false)
		auth = w.negotiate() + w.ntlm() + w.basic()
	case SquidProxyFake:
		auth = "auth_param ntlm program " + needFile(t, "/usr/lib/squid/ntlm_fake_auth") + "\nauth_param ntlm children 5 startup=1 idle=1\n"
	default:
		t.Fatalf("squid has no variant %q", variant)
	}
	access := "http_access allow all\n"
	if auth != "" {
		access = auth + "acl authed proxy_auth REQUIRED\nhttp_access allow authed\nhttp_access deny all\n"
	}
	return squid(t, "squid-proxy", "http_port @LISTEN@"+option+"\n"+access+"")
}

// ntlm, negotiate and basic are the lines that have Squid ask this winbindd.
func (w winbind) ntlm() string {
	return "auth_param ntlm program " + w.helper("squid-2.5-ntlmssp") + "\n" +
		"auth_param ntlm children 5 startup=1 idle=1\nauth_param ntlm keep_alive on\n"
}

func (w winbind) negotiate() string {
	return "auth_param negotiate program " + w.helper("gss-spnego") + "\nauth_param negotiate children 5 startup=1 idle=1\n"
}

func (w winbind) basic() string {
	return "auth_param basic program " + w.helper("squid-2.5-basic") + "\n" +
		"auth_param basic children 3 startup=1\nauth_param basic realm lab\n"
}
