//go:build unix

package daemons

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The accounts that Apache knows, in the domain LAB.
const (
	User     = `LAB\alice`
	Password = "Passw0rd!"
)

// apacheModules is where Debian keeps them.
const apacheModules = "/usr/lib/apache2/modules"

// Apache starts httpd with mod_auth_gssapi and gss-ntlmssp and returns host:port.
// /ntlm/ wants a logon of LAB\alice, the rest is open.
func Apache(t testing.TB) string {
	t.Helper()
	program := Need(t, "apache2")
	for _, file := range []string{apacheModules + "/mod_auth_gssapi.so"} {
		if _, err := os.Stat(file); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatalf("%v; make test installs it", err)
			}
			t.Skipf("%v; make test installs it", err)
		}
	}
	run, port := directory(t, "apache"), freePort(t)
	write(t, run+"/www/ntlm/index.html", "ntlm ok\n")
	write(t, run+"/www/index.html", "open\n")
	write(t, run+"/ntlm.users", "LAB:alice:"+Password+"\nLAB:bob:S3cret!12\n")
	owner := ""
	if os.Getuid() == 0 {
		owner = "User www-data\nGroup www-data\n"
	}
	config := strings.NewReplacer("@RUN@", run, "@PORT@", port, "@MODULES@", apacheModules, "@OWNER@", owner).Replace(apacheConfig)
	write(t, run+"/httpd.conf", config)
	env := []string{"NTLM_USER_FILE=" + run + "/ntlm.users", "NETBIOS_COMPUTER_NAME=ORIGIN", "NETBIOS_DOMAIN_NAME=LAB"}
	start(t, port, filepath.Join(run, "error.log"), env, program, "-f", run+"/httpd.conf", "-DFOREGROUND")
	return "127.0.0.1:" + port
}

const apacheConfig = `ServerRoot @RUN@
DefaultRuntimeDir @RUN@
@OWNER@PidFile @RUN@/httpd.pid
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
ErrorLog @RUN@/error.log
KeepAlive On
KeepAliveTimeout 15
DocumentRoot @RUN@/www
<Directory @RUN@/www>
  Require all granted
</Directory>
<Location /ntlm>
  AuthType GSSAPI
  AuthName "lab"
  GssapiAllowedMech ntlmssp
  GssapiConnectionBound On
  GssapiSSLonly Off
  Require valid-user
</Location>
`
