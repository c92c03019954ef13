// Package daemons starts real servers for the integration suite: each on a free
// loopback port, without root's rights, stopped when its test ends. Fronts and
// Proxies list what can stand between a client and an origin. Other daemons are
// added by one small file each.
package daemons

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Need returns the path of a program. Where it is not installed the test is
// skipped, or fails if CI=true.
func Need(t testing.TB, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		for _, dir := range []string{"/usr/sbin", "/sbin", "/usr/local/sbin"} {
			if candidate := filepath.Join(dir, program); isExecutable(candidate) {
				return candidate
			}
		}
		Absent(t, program)
	}
	return path
}

// needFile returns the first file that matches a pattern, or else does as Need.
func needFile(t testing.TB, pattern string) string {
	t.Helper()
	found, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	if len(found) == 0 {
		Absent(t, pattern)
	}
	return found[0]
}

// Absent skips the test since something is not there, or fails it if CI=true.
func Absent(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is not installed; make test installs it", what)
	}
	t.Skipf("%s is not installed; make test installs it", what)
}

func isExecutable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode()&0o111 != 0
}
