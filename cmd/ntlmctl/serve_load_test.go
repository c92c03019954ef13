//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// loadProgram builds the load generator.
func loadProgram(tb testing.TB) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "load")
	if out, err := exec.Command("go", "build", "-o", path, "../../internal/legload").CombinedOutput(); err != nil {
		tb.Fatalf("%v: %s", err, out)
	}
	return path
}

// TestServeHolds has thousands of connections log on and stay: as many as the
// limit on descriptors allows, up to 10,000.
func TestServeHolds(t *testing.T) {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	const spare = 500
	count := int(min(limit.Cur, 10_000+spare)) - spare
	if count <= 0 {
		t.Skipf("only %d descriptors are allowed", limit.Cur)
	}
	s := startServe(t, "--quiet")
	cmd := exec.CommandContext(t.Context(), loadProgram(t), "run", "-user", `LAB\alice`, "-hold", "-connections", strconv.Itoa(count), strings.TrimPrefix(s.url, "http://"))
	cmd.Env = append(os.Environ(), passwordVariable+"=Passw0rd!")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	t.Logf("%d descriptors are allowed: %s", limit.Cur, out)
}
