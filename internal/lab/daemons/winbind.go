//go:build unix

package daemons

import (
	"context"
	"os/exec"
	"strings"
	"testing"
)

// The accounts that Samba knows; the domain is the name of its machine.
const (
	SambaUser          = `SASRV\labalice`
	SambaPassword      = "Passw0rd!"
	SambaOtherUser     = `SASRV\labbob`
	SambaOtherPassword = "S3cret!12"
)

// winbind is a running winbindd with two local users: no domain controller, no port.
type winbind struct {
	program string   // ntlm_auth
	config  string   // of Samba
	env     []string // what lets a program of Samba's find this winbindd
}

// startWinbind starts one. It needs neither root nor the system's own Samba:
// the wrappers of Samba's own test suite give it users, root's name and a place
// for its socket. v1 has it accept NTLMv1 as well.
func startWinbind(t testing.TB, v1 bool) winbind {
	t.Helper()
	program, smbpasswd, wbinfo := Need(t, "winbindd"), Need(t, "smbpasswd"), Need(t, "wbinfo")
	preload := needFile(t, "/usr/lib/*/libnss_wrapper.so") + ":" + needFile(t, "/usr/lib/*/libuid_wrapper.so")
	dir := directory(t, "winbind")
	accept := "ntlmv2-only"
	if v1 {
		accept = "yes"
	}
	for _, sub := range []string{"private", "state", "cache", "lock", "sock", "log"} {
		write(t, dir+"/"+sub+"/.keep", "")
	}
	write(t, dir+"/smb.conf", strings.NewReplacer("@DIR@", dir, "@ACCEPT@", accept).Replace(winbindConfig))
	write(t, dir+"/passwd", winbindUsers)
	write(t, dir+"/group", "root:x:0:\nnogroup:x:65534:\n")
	w := winbind{program: Need(t, "ntlm_auth"), config: dir + "/smb.conf", env: []string{
		"LD_PRELOAD=" + preload,
		"NSS_WRAPPER_PASSWD=" + dir + "/passwd", "NSS_WRAPPER_GROUP=" + dir + "/group",
		"UID_WRAPPER=1", "UID_WRAPPER_ROOT=1",
		"SELFTEST_WINBINDD_SOCKET_DIR=" + dir + "/sock",
	}}
	for name, password := range map[string]string{"labalice": SambaPassword, "labbob": SambaOtherPassword} {
		run(t, dir, password+"\n"+password+"\n", command{smbpasswd, []string{"-c", w.config, "-s", "-a", name}, w.env})
	}
	err := start(t, dir, command{program, []string{"-F", "--no-process-group", "-s", w.config, "--debug-stdout"}, w.env},
		func(ctx context.Context) bool {
			ping := exec.CommandContext(ctx, wbinfo, "-p")
			ping.Env = w.env
			return ping.Run() == nil
		})
	if err != nil {
		t.Fatalf("winbindd: %v\n%s", err, logs(dir))
	}
	return w
}

// helper is the command line of ntlm_auth as Squid's helper.
func (w winbind) helper(protocol string) string {
	return "/usr/bin/env " + strings.Join(w.env, " ") + " " + w.program + " --configfile=" + w.config + " --helper-protocol=" + protocol
}

// winbindUsers are the Unix accounts that Samba's need to have.
const winbindUsers = `root:x:0:0::/:/bin/false
nobody:x:65534:65534::/:/bin/false
labalice:x:61001:65534::/nonexistent:/bin/false
labbob:x:61002:65534::/nonexistent:/bin/false
`

const winbindConfig = `[global]
 workgroup = SALAB
 netbios name = SASRV
 server role = standalone server
 passdb backend = tdbsam:@DIR@/private/passdb.tdb
 private dir = @DIR@/private
 state directory = @DIR@/state
 cache directory = @DIR@/cache
 lock directory = @DIR@/lock
 pid directory = @DIR@
 ncalrpc dir = @DIR@/ncalrpc
 winbindd socket directory = @DIR@/sock
 log file = @DIR@/log/%m.log
 interfaces = lo
 bind interfaces only = yes
 rpc start on demand helpers = no
 ntlm auth = @ACCEPT@
 idmap config * : backend = tdb
 idmap config * : range = 100000-199999
`
