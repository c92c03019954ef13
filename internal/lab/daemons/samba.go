//go:build unix

package daemons

import (
	"strings"
	"testing"
)

// Samba starts an origin that wants a logon of SambaUser or SambaOtherUser by
// NTLM for every path, and returns host:port: Squid before a plain backend, with
// Samba's ntlm_auth. It takes curl's 32-byte Type 1, which gss-ntlmssp refuses,
// and names the user in X-Auth-User.
func Samba(t testing.TB) string {
	t.Helper()
	return samba(t, startWinbind(t, false))
}

// SambaNTLMv1 is Samba that takes NTLMv1 as well.
func SambaNTLMv1(t testing.TB) string {
	t.Helper()
	return samba(t, startWinbind(t, true))
}

func samba(t testing.TB, w winbind) string {
	t.Helper()
	_, backend, _ := strings.Cut(Backend(t), ":")
	return squid(t, "samba", `http_port @LISTEN@ accel defaultsite=origin.lab.test no-vhost connection-auth=on
cache_peer 127.0.0.1 parent `+backend+` 0 no-query no-digest no-netdb-exchange originserver name=backend login=PASSTHRU
`+w.ntlm()+`
acl authed proxy_auth REQUIRED
request_header_add X-Remote-User "%ul" authed
reply_header_add X-Auth-User "%ul" authed
http_access allow authed
http_access deny all
never_direct allow all
`)
}
