// Package daemons starts real servers for the integration suite: each on free
// loopback ports, stopped when its test ends. Other daemons are added by one
// small file each.
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
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not installed; make test installs it", program)
		}
		t.Skipf("%s is not installed; make test installs it", program)
	}
	return path
}

func isExecutable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode()&0o111 != 0
}
