//go:build unix

package daemons

import (
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func never(context.Context) bool { return false }

func TestStartOfWhatEnds(t *testing.T) {
	t.Parallel()
	dir := directory(t, "ends")
	err := start(t, dir, command{program: "/bin/sh", args: []string{"-c", "echo so it goes >&2; exit 3"}}, never)
	if !errors.Is(err, errEnded) {
		t.Errorf("%v, want %v", err, errEnded)
	}
	if text := logs(dir); !strings.Contains(text, "so it goes") {
		t.Errorf("the log is %q", text)
	}
}

func TestStartOfWhatIsMissing(t *testing.T) {
	t.Parallel()
	if err := start(t, directory(t, "missing"), command{program: "/nonexistent/program"}, never); err == nil {
		t.Error("it started")
	}
}

// TestListenAgain has the port taken by another program at the first try.
func TestListenAgain(t *testing.T) {
	t.Parallel()
	socat := Need(t, "socat")
	var ports []string
	addr := listen(t, "again", func(_, port string) command {
		ports = append(ports, port)
		if len(ports) == 1 {
			return command{program: "/bin/sh", args: []string{"-c", "echo bind: Address already in use >&2; exit 1"}}
		}
		return command{program: socat, args: []string{"TCP-LISTEN:" + port + ",bind=127.0.0.1,fork", "SYSTEM:true"}}
	})
	if len(ports) != 2 || ports[0] == ports[1] || addr != "127.0.0.1:"+ports[1] {
		t.Errorf("%s after tries on %s", addr, ports)
	}
}

// TestStop ends a test in which a daemon has a child that listens, and which
// does not end by itself.
func TestStop(t *testing.T) {
	t.Parallel()
	socat := Need(t, "socat")
	var addr string
	t.Run("running", func(t *testing.T) {
		addr = listen(t, "parent", func(_, port string) command {
			return command{program: "/bin/sh", args: []string{"-c", `trap "" TERM; ` + socat + " TCP-LISTEN:" + port + ",bind=127.0.0.1,fork SYSTEM:true & wait; wait"}}
		})
	})
	if conn, err := net.Dial("tcp", addr); err == nil {
		conn.Close()
		t.Error("the child outlives the test")
	}
}

// TestReaper has a process of tests killed while a daemon of theirs runs.
func TestReaper(t *testing.T) {
	if dir := os.Getenv("NTLMCTL_TEST_REAPER"); dir != "" {
		addr := listen(t, "orphan", func(_, port string) command {
			return command{program: Need(t, "socat"), args: []string{"TCP-LISTEN:" + port + ",bind=127.0.0.1,fork", "SYSTEM:true"}}
		})
		write(t, dir+"/addr", addr)
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	}
	t.Parallel()
	Need(t, "socat")
	dir := directory(t, "reaped")
	tests := exec.Command(os.Args[0], "-test.run=^TestReaper$")
	tests.Env = append(os.Environ(), "NTLMCTL_TEST_REAPER="+dir, "TMPDIR="+dir)
	if err := tests.Run(); err == nil {
		t.Fatal("the tests were not killed")
	}
	addr, err := os.ReadFile(dir + "/addr")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := strings.Cut(string(addr), ":")
	ctx, cancel := context.WithTimeout(t.Context(), startLimit)
	defer cancel()
	for left := []string{""}; accepts(ctx, port) || len(left) > 0; {
		if left, err = filepath.Glob(dir + "/ntlmctl-*"); err != nil {
			t.Fatal(err)
		}
		select {
		case <-ctx.Done():
			t.Fatalf("the daemon outlives its tests; left are %v", left)
		case <-time.After(pollEvery):
		}
	}
}

// TestFreePort holds many at once.
func TestFreePort(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 100 {
		port := freePort(t)
		if seen[port] {
			t.Errorf("port %s was given twice", port)
		}
		seen[port] = true
	}
}
