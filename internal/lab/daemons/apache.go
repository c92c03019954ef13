//go:build unix

package daemons

import (
	"path/filepath"
	"strings"
	"testing"
)

// The accounts that Apache knows, in the domain LAB.
const (
	User          = `LAB\alice`
	Password      = "Passw0rd!"
	OtherUser     = `LAB\bob`
	OtherPassword = "S3cret!12"
)

// Where Debian keeps Apache's modules, and what makes gss-ntlmssp known.
const (
	apacheModules = "/usr/lib/apache2/modules"
	gssMechanism  = "/etc/gss/mech.d/*ntlmssp.conf"
)

// Apache starts httpd with mod_auth_gssapi and gss-ntlmssp and returns host:port.
// /ntlm/ wants a logon of User or OtherUser by NTLM or by NTLM within Negotiate,
// the rest is open.
func Apache(t testing.TB) string {
	t.Helper()
	return ApacheNamed(t, "ORIGIN")
}

// ApacheNamed is Apache on a machine of another name, which its challenges tell.
func ApacheNamed(t testing.TB, computer string) string {
	t.Helper()
	needFile(t, gssMechanism)
	return apache(t, "apache", ntlmLocation, func(dir string) []string {
		write(t, dir+"/www/ntlm/index.html", "ntlm ok\n")
		return ntlmUsers(t, dir, computer)
	})
}

// ntlmUsers writes gss-ntlmssp's file of users and returns its environment.
func ntlmUsers(t testing.TB, dir, computer string) []string {
	write(t, dir+"/ntlm.users", gssLine(User, Password)+gssLine(OtherUser, OtherPassword))
	return []string{"NTLM_USER_FILE=" + dir + "/ntlm.users", "NETBIOS_COMPUTER_NAME=" + computer, "NETBIOS_DOMAIN_NAME=LAB"}
}

// ApacheDigest starts httpd with mod_auth_digest, which wants a logon for
// /digest/ that nobody has, and returns host:port.
func ApacheDigest(t testing.TB) string {
	t.Helper()
	return apache(t, "apache-digest", digestLocation, func(dir string) []string {
		write(t, dir+"/digest.users", "")
		return nil
	})
}

// gssLine is the line for an account in gss-ntlmssp's file of users.
func gssLine(account, password string) string {
	return strings.Replace(account, `\`, ":", 1) + ":" + password + "\n"
}

// apache starts httpd with what guards a part of it. prepare writes files into
// its directory and returns its environment.
func apache(t testing.TB, name, location string, prepare func(dir string) []string) string {
	t.Helper()
	program := Need(t, "apache2")
	needFile(t, filepath.Join(apacheModules, "mod_auth_gssapi.so"))
	return listen(t, name, func(dir, port string) command {
		write(t, dir+"/www/index.html", "open\n")
		config := strings.NewReplacer("@DIR@", dir, "@PORT@", port, "@MODULES@", apacheModules).Replace(apacheConfig + location)
		write(t, dir+"/httpd.conf", config)
		return command{program: program, args: []string{"-f", dir + "/httpd.conf", "-DFOREGROUND"}, env: prepare(dir)}
	})
}

const apacheConfig = `ServerRoot @DIR@
DefaultRuntimeDir @DIR@
PidFile @DIR@/httpd.pid
Listen 127.0.0.1:@PORT@
ServerName origin.lab.test
LoadModule mpm_event_module @MODULES@/mod_mpm_event.so
LoadModule authn_core_module @MODULES@/mod_authn_core.so
LoadModule authz_core_module @MODULES@/mod_authz_core.so
LoadModule authz_user_module @MODULES@/mod_authz_user.so
LoadModule mime_module @MODULES@/mod_mime.so
LoadModule dir_module @MODULES@/mod_dir.so
LoadModule auth_gssapi_module @MODULES@/mod_auth_gssapi.so
TypesConfig /dev/null
ErrorLog @DIR@/error.log
KeepAlive On
KeepAliveTimeout 15
DocumentRoot @DIR@/www
<Directory @DIR@/www>
  Require all granted
</Directory>
`

const digestLocation = `LoadModule authn_file_module @MODULES@/mod_authn_file.so
LoadModule auth_digest_module @MODULES@/mod_auth_digest.so
<Location /digest>
  AuthType Digest
  AuthName "lab"
  AuthUserFile @DIR@/digest.users
  Require valid-user
</Location>
`

const ntlmLocation = `<Location /ntlm>
  AuthType GSSAPI
  AuthName "lab"
  GssapiAllowedMech ntlmssp
  GssapiConnectionBound On
  GssapiSSLonly Off
  Require valid-user
</Location>
`
