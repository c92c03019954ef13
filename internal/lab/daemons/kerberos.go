//go:build unix

package daemons

import (
	"strings"
	"testing"
)

// realm is the Kerberos realm of the tests.
const realm = "KRB.LAB.TEST"

// Realm is a running Kerberos realm, with a ticket for alice.
type Realm struct {
	// Env is the environment in which a program of MIT Kerberos finds the realm
	// and the ticket: KRB5_CONFIG and KRB5CCNAME.
	Env []string

	keytab string // of HTTP/localhost
}

// Kerberos starts a KDC, MIT's, and Apache that takes Kerberos alone: for /krb/
// it offers Negotiate, and refuses NTLM within it. It returns localhost:port,
// since the ticket is for that name.
func Kerberos(t testing.TB) (string, Realm) {
	t.Helper()
	r := startRealm(t)
	_, port, _ := strings.Cut(r.apache(t, "apache-krb5", ""), ":")
	return "localhost:" + port, r
}

// KerberosBound starts a KDC and Apache that takes Kerberos alone in Negotiate for
// /krb/, and keeps handshakes with their connection. By its own name it takes NTLM
// all the same, which is how mod_auth_gssapi understands this configuration. It
// returns host:port.
func KerberosBound(t testing.TB) string {
	t.Helper()
	return startRealm(t).apache(t, "apache-bound", "  GssapiConnectionBound On\n")
}

// KerberosAndNTLM starts a KDC and Apache that takes, for /krb/, Kerberos as well
// as NTLM of User or OtherUser, and returns host:port.
func KerberosAndNTLM(t testing.TB) string {
	t.Helper()
	needFile(t, gssMechanism)
	return startRealm(t).apache(t, "apache-both", "  GssapiAllowedMech ntlmssp\n  GssapiConnectionBound On\n")
}

// apache starts Apache that takes Kerberos, and what is configured besides.
func (r Realm) apache(t testing.TB, name, besides string) string {
	return apache(t, name, strings.Replace(kerberosLocation, "@BESIDES@", besides, 1), func(dir string) []string {
		write(t, dir+"/www/krb/index.html", "krb ok\n")
		env := ntlmUsers(t, dir, "ORIGIN")
		return append(append(env, "KRB5_KTNAME="+r.keytab, "KRB5RCACHENAME=none:"), r.Env...)
	})
}

// startRealm starts a KDC and gets alice a ticket.
func startRealm(t testing.TB) Realm {
	t.Helper()
	kdc, kdb5, kadmin, kinit := Need(t, "krb5kdc"), Need(t, "kdb5_util"), Need(t, "kadmin.local"), Need(t, "kinit")
	var r Realm
	listen(t, "kdc", func(dir, port string) command {
		names := strings.NewReplacer("@DIR@", dir, "@PORT@", port, "@REALM@", realm)
		write(t, dir+"/krb5.conf", names.Replace(krb5Config))
		write(t, dir+"/kdc.conf", names.Replace(kdcConfig))
		r = Realm{Env: []string{"KRB5_CONFIG=" + dir + "/krb5.conf", "KRB5CCNAME=FILE:" + dir + "/tickets"}, keytab: dir + "/http.keytab"}
		env := append([]string{"KRB5_KDC_PROFILE=" + dir + "/kdc.conf"}, r.Env...)
		run(t, dir, "", command{kdb5, []string{"create", "-s", "-r", realm, "-P", "master"}, env})
		run(t, dir, "addprinc -pw "+Password+" alice\naddprinc -randkey HTTP/localhost\nktadd -k "+r.keytab+" HTTP/localhost\n",
			command{kadmin, nil, env})
		return command{program: kdc, args: []string{"-n"}, env: env}
	})
	dir := strings.TrimSuffix(r.keytab, "/http.keytab")
	run(t, dir, Password+"\n", command{kinit, []string{"alice"}, r.Env})
	return r
}

const krb5Config = `[libdefaults]
 default_realm = @REALM@
 dns_lookup_kdc = false
 dns_lookup_realm = false
 dns_canonicalize_hostname = false
 rdns = false
 udp_preference_limit = 1
[realms]
 @REALM@ = {
  kdc = 127.0.0.1:@PORT@
 }
[domain_realm]
 localhost = @REALM@
`

// No UDP: a KDC that cannot have its port there still has it on TCP.
const kdcConfig = `[kdcdefaults]
 kdc_listen = ""
 kdc_tcp_listen = 127.0.0.1:@PORT@
[realms]
 @REALM@ = {
  database_name = @DIR@/principal
  key_stash_file = @DIR@/stash
  max_life = 1h
 }
[logging]
 kdc = FILE:@DIR@/kdc.log
`

const kerberosLocation = `<Location /krb>
  AuthType GSSAPI
  AuthName "krb"
  GssapiAllowedMech krb5
@BESIDES@  GssapiSSLonly Off
  Require valid-user
</Location>
`
