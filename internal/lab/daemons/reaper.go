//go:build unix

package daemons

import (
	"io"
	"os/exec"
	"sync"
	"syscall"
	"testing"
)

// reaperScript is told the directories of daemons, a line each. When the tests
// have ended, however they did, it ends the daemons whose directories are still
// there, by the number of their group in the file "process-group", and removes what they
// and their shared memory take up.
const reaperScript = `dirs=
while read -r dir; do dirs="$dirs $dir"; done
for signal in TERM KILL; do
  left=
  for dir in $dirs; do
    [ -d "$dir" ] || continue
    left=yes
    for group in $(cat "$dir/process-group" 2>/dev/null); do kill -s $signal -- -$group 2>/dev/null; done
  done
  [ -n "$left" ] || exit 0
  sleep 0.3
done
for dir in $dirs; do
  [ -d "$dir" ] || continue
  rm -rf "$dir" /dev/shm/"$(basename "$dir" | tr -d -)"-*
done
`

// reaper runs the script in a process group of its own, which an interrupt at the
// terminal does not reach. It gets the end of its input when this process is gone.
var reaper = sync.OnceValues(func() (io.Writer, error) {
	cmd := exec.Command("/bin/sh", "-c", reaperScript)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	input, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	return input, cmd.Start()
})

// reap has a directory, and the daemons in it, cleared away where the test cannot:
// after an interrupt, a panic, or when a time limit ended all tests.
func reap(t testing.TB, dir string) {
	t.Helper()
	input, err := reaper()
	if err == nil {
		_, err = io.WriteString(input, dir+"\n")
	}
	if err != nil {
		t.Fatal(err)
	}
}
