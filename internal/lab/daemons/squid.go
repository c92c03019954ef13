//go:build unix

package daemons

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// squid starts Squid with some lines of configuration of its own and returns
// host:port. @LISTEN@ in them is the address to listen on.
func squid(t testing.TB, name, lines string) string {
	t.Helper()
	program := Need(t, "squid")
	return listen(t, name, func(dir, port string) command {
		service := strings.ReplaceAll(filepath.Base(dir), "-", "")
		t.Cleanup(func() { removeShared(service) })
		config := strings.NewReplacer("@DIR@", dir, "@LISTEN@", "127.0.0.1:"+port, "@NAME@", service).Replace(lines + squidConfig)
		write(t, dir+"/squid.conf", config)
		return command{program: program, args: []string{"-N", "-f", dir + "/squid.conf", "-n", service}}
	})
}

// removeShared removes the shared memory of a Squid, which it leaves behind
// unless it is given two seconds to end.
func removeShared(service string) {
	segments, _ := filepath.Glob("/dev/shm/" + service + "-*") // the pattern is a good one
	for _, segment := range segments {
		_ = os.Remove(segment) // the next start of the machine clears what is left
	}
}

const squidConfig = `
cache_mem 0 MB
cache deny all
max_filedescriptors 1024
pid_filename none
coredump_dir @DIR@
access_log stdio:@DIR@/access.log
cache_log @DIR@/cache.log
shutdown_lifetime 0 seconds
visible_hostname @NAME@.lab.test
pinger_enable off
dns_nameservers 127.0.0.1
udp_incoming_address 127.0.0.1
`
