//go:build unix

package daemons

import (
	"path/filepath"
	"testing"
)

// DigestUser is who logs on by Digest: Squid loses a backslash in a name.
const DigestUser = "alice"

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
	SquidProxyDigest    SquidProxyVariant = "digest"    // Digest, of DigestUser with Password; it has no connection to pin, and is none of Proxies
	SquidProxyFake      SquidProxyVariant = "fake"      // NTLM from ntlm_fake_auth: any password will do, and its Type 2 is malformed
)

// SquidProxy starts Squid as a forward proxy, for plain requests and CONNECT,
// and returns host:port.
func SquidProxy(t testing.TB, variant SquidProxyVariant) string {
	t.Helper()
	return squidProxy(t, variant, nil)
}

func squidForwardFronts() []Front {
	variants := map[SquidProxyVariant]Effect{SquidProxyOpen: Keeps, SquidProxyAuthOff: Strips}
	return frontsOf("squid-forward", []string{"squid"}, variants, func(v SquidProxyVariant, effect Effect, f *Front) {
		f.Effect, f.Forward = effect, true
		f.Changed = func(t testing.TB, changes []Change, _ ...string) string { t.Helper(); return squidProxy(t, v, changes) }
	})
}

func squidProxy(t testing.TB, variant SquidProxyVariant, changes []Change) string {
	t.Helper()
	option := ""
	if variant == SquidProxyAuthOff {
		option = " connection-auth=off"
	}
	return squid(t, "squid-proxy", site{}.changed("http_port @LISTEN@"+option+"\n"+variant.access(t), changes))
}

// SquidProxyTLS is SquidProxy behind TLS, with a certificate for localhost and
// 127.0.0.1 (TrustedBy).
func SquidProxyTLS(t testing.TB, variant SquidProxyVariant) string {
	t.Helper()
	pair := filepath.Join(directory(t, "squid-tls"), "pair.pem")
	certificate(t, pair)
	return squid(t, "squid-tls", "https_port @LISTEN@ tls-cert="+pair+"\n"+variant.access(t))
}

// access are the lines that ask for a logon; startWinbind runs where it is checked.
func (variant SquidProxyVariant) access(t testing.TB) string {
	t.Helper()
	auth := ""
	switch variant {
	case SquidProxyOpen, SquidProxyAuthOff:
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
	case SquidProxyDigest:
		accounts := filepath.Join(directory(t, "squid-digest"), "accounts")
		write(t, accounts, DigestUser+":"+Password+"\n")
		auth = "auth_param digest program " + needFile(t, "/usr/lib/squid/digest_file_auth") + " " + accounts + "\n" +
			"auth_param digest children 3 startup=1\nauth_param digest realm lab\n"
	default:
		t.Fatalf("squid has no variant %q", variant)
	}
	if auth == "" {
		return "http_access allow all\n"
	}
	return auth + "acl authed proxy_auth REQUIRED\nhttp_access allow authed\nhttp_access deny all\n"
}

// ntlm, negotiate and basic are the lines that have Squid ask this winbindd. A helper
// belongs to a handshake until that ends, and a front that keeps connections open
// leaves many unfinished: with five helpers every other logon waited a minute.
func (w winbind) ntlm() string {
	return "auth_param ntlm program " + w.helper("squid-2.5-ntlmssp") + "\n" +
		"auth_param ntlm children 64 startup=1 idle=1\nauth_param ntlm keep_alive on\n"
}

func (w winbind) negotiate() string {
	return "auth_param negotiate program " + w.helper("gss-spnego") + "\nauth_param negotiate children 64 startup=1 idle=1\n"
}

func (w winbind) basic() string {
	return "auth_param basic program " + w.helper("squid-2.5-basic") + "\n" +
		"auth_param basic children 3 startup=1\nauth_param basic realm lab\n"
}
