//go:build unix

package daemons

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

const (
	startLimit = time.Minute            // a bound: on a machine with more to do than it can, a winbindd takes half of it
	stopLimit  = 300 * time.Millisecond // Squid would wait for two seconds, and nothing is lost without them
	pollEvery  = 20 * time.Millisecond  // nothing tells when a socket begins to listen
)

// groupFile has the number of the daemon's process group, for the reaper.
const groupFile = "process-group"

// errEnded says that a daemon ended before it was ready.
var errEnded = errors.New("ended before it was ready")

// command is what a daemon is started with.
type command struct {
	program string
	args    []string
	env     []string
}

// listen starts a daemon on a free port and returns its host:port. configure
// writes what the daemon reads into dir. If another program has taken the port
// meanwhile, all is done again on another one.
func listen(t testing.TB, name string, configure func(dir, port string) command) string {
	t.Helper()
	for tries := 1; ; tries++ {
		dir, port := directory(t, name), freePort(t)
		err := start(t, dir, configure(dir, port), func(ctx context.Context) bool { return accepts(ctx, port) })
		if err == nil {
			return "127.0.0.1:" + port
		}
		text := logs(dir)
		if tries < 3 && errors.Is(err, errEnded) && strings.Contains(text, "ddress already in use") {
			continue
		}
		t.Fatalf("%s on port %s: %v\n%s", name, port, err, text)
	}
}

// accepts tells whether something listens on a port.
func accepts(ctx context.Context, port string) bool {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", "127.0.0.1:"+port)
	if err != nil {
		return false
	}
	conn.Close()
	return true
}

// start runs a program in the foreground until the test ends, and waits until it
// is ready. What it prints is in output.log. It and all files in dir belong to
// the user nobody if the tests are run by root.
func start(t testing.TB, dir string, c command, ready func(context.Context) bool) error {
	t.Helper()
	output, err := os.Create(filepath.Join(dir, "output.log"))
	if err != nil {
		return err
	}
	defer output.Close()
	cmd := exec.Command(c.program, c.args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, output, output
	cmd.Env = append(os.Environ(), c.env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: unprivileged(t, dir)}
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // by a signal, as a rule
		close(ended)
	}()
	t.Cleanup(func() { stop(cmd.Process.Pid, ended) })
	write(t, filepath.Join(dir, groupFile), strconv.Itoa(cmd.Process.Pid)) // its group's number too

	ctx, cancel := context.WithTimeout(t.Context(), startLimit)
	defer cancel()
	for {
		if ready(ctx) {
			return nil
		}
		select {
		case <-ended:
			return errEnded
		case <-ctx.Done():
			return errors.New("not ready within " + startLimit.String())
		case <-time.After(pollEvery):
		}
	}
}

// stop ends a daemon and all processes it started.
func stop(group int, ended <-chan struct{}) {
	_ = syscall.Kill(-group, syscall.SIGTERM)
	select {
	case <-ended:
	case <-time.After(stopLimit):
	}
	_ = syscall.Kill(-group, syscall.SIGKILL)
	<-ended
}

// run runs a program to its end, with the rights and in the manner of start.
func run(t testing.TB, dir, input string, c command) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), startLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, c.program, c.args...)
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(input)
	cmd.Env = append(os.Environ(), c.env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: unprivileged(t, dir)}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v: %s", filepath.Base(c.program), err, out)
	}
}

// unprivileged gives dir to the user nobody and returns who that is, or nil if
// the tests are not run by root: then daemons have no other rights than they.
func unprivileged(t testing.TB, dir string) *syscall.Credential {
	t.Helper()
	if os.Getuid() != 0 {
		return nil
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	uid, err := strconv.Atoi(nobody.Uid)
	if err != nil {
		t.Fatal(err)
	}
	gid, err := strconv.Atoi(nobody.Gid)
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, uid, gid)
	})
	if err != nil {
		t.Fatal(err)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}
