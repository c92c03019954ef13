//go:build unix

package daemons

import (
	"os"
	"strings"
	"testing"
)

// ApacheFrontVariant is one way to put Apache with mod_proxy_http before an origin.
type ApacheFrontVariant string

// The variants, named for what they do. Each process has connections to the
// origin of its own.
const (
	ApacheFrontThreads   ApacheFrontVariant = "threads"      // one process, whose clients share its connections
	ApacheFrontProcesses ApacheFrontVariant = "processes"    // two of these
	ApacheFrontDisable   ApacheFrontVariant = "disablereuse" // a connection to the origin for each request
	ApacheFrontInitial   ApacheFrontVariant = "initial"      // threads, and a fresh connection for the first request of a client's: the next ones may meet another's
	ApacheFrontPrefork   ApacheFrontVariant = "prefork"      // a process for each client's connection: the next client inherits its connection to the origin
	ApacheFrontPinned    ApacheFrontVariant = "pinned"       // the same, and a fresh connection for the first request of a client's
)

// apacheFrontVariant is what a variant adds to the configuration.
type apacheFrontVariant struct {
	effect Effect
	mpm    string
	// processes is about the number of processes and threads.
	processes string
	lines     string
	pass      string // behind ProxyPass
}

const (
	apacheNotPooled = "SetEnv proxy-initial-not-pooled 1"
	apacheOne       = "StartServers 1\nServerLimit 1\nThreadsPerChild 32\nMaxRequestWorkers 32"
	apacheTwo       = "StartServers 2\nServerLimit 2\nThreadsPerChild 16\nMinSpareThreads 32\nMaxSpareThreads 32\nMaxRequestWorkers 32"
	apacheFew       = "StartServers 5\nMinSpareServers 5\nMaxSpareServers 10\nMaxRequestWorkers 32"
)

var apacheFrontVariants = map[ApacheFrontVariant]apacheFrontVariant{
	ApacheFrontThreads:   {Shares, "event", apacheOne, "", ""},
	ApacheFrontProcesses: {Mixes, "event", apacheTwo, "", ""},
	ApacheFrontDisable:   {Breaks, "event", apacheOne, "", "disablereuse=on"},
	ApacheFrontInitial:   {Varies, "event", apacheOne, apacheNotPooled, ""},
	ApacheFrontPrefork:   {Mixes, "prefork", apacheFew, "", ""},
	ApacheFrontPinned:    {Keeps, "prefork", apacheFew, apacheNotPooled, ""},
}

func apacheFronts() []Front {
	return frontsOf("apache", []string{"apache2"}, apacheFrontVariants, func(_ ApacheFrontVariant, v apacheFrontVariant, f *Front) {
		f.Effect = v.effect
		f.Changed = func(t testing.TB, changes []Change, origins ...string) string {
			t.Helper()
			return apacheFront(t, v, changes, origins[0])
		}
	})
}

// apacheFront starts Apache before an origin and returns host:port.
func apacheFront(t testing.TB, v apacheFrontVariant, changes []Change, origin string) string {
	t.Helper()
	program := Need(t, "apache2")
	return listen(t, "apache-front", func(dir, port string) command {
		if err := os.Symlink(apacheModules, dir+"/modules"); err != nil {
			t.Fatal(err)
		}
		config := strings.NewReplacer("@DIR@", dir, "@PORT@", port, "@MPM@", v.mpm, "@PROCESSES@", v.processes, "@LINES@", v.lines, "@ORIGIN@", origin, "@PASS@", v.pass).Replace(apacheFrontConfig)
		write(t, dir+"/httpd.conf", site{"127.0.0.1:" + port, []string{origin}}.changed(config, changes))
		return command{program: program, args: []string{"-f", dir + "/httpd.conf", "-DFOREGROUND"}}
	})
}

const apacheFrontConfig = `ServerRoot @DIR@
DefaultRuntimeDir @DIR@
PidFile @DIR@/httpd.pid
Listen 127.0.0.1:@PORT@
ServerName front.lab.test
LoadModule mpm_@MPM@_module modules/mod_mpm_@MPM@.so
LoadModule env_module modules/mod_env.so
LoadModule authz_core_module modules/mod_authz_core.so
LoadModule proxy_module modules/mod_proxy.so
LoadModule proxy_http_module modules/mod_proxy_http.so
ErrorLog @DIR@/error.log
KeepAliveTimeout 15
<IfModule mpm_@MPM@_module>
@PROCESSES@
</IfModule>
@LINES@
ProxyPass / http://@ORIGIN@/ @PASS@
`
