//go:build unix

package daemons

import (
	"os"
	"path/filepath"
	"testing"
)

// logTail is how many bytes of a log are worth showing.
const logTail = 1500

// directory is a fresh one for one daemon. When the test has failed, the logs in
// it are shown before it goes.
func directory(t testing.TB, name string) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "ntlmctl-"+name+"-")
	if err != nil {
		t.Fatal(err)
	}
	reap(t, dir)
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("%s:\n%s", name, logs(dir))
		}
		_ = os.RemoveAll(dir) // the next start of the machine clears what is left
	})
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// logs are the ends of all files named *.log.
func logs(dir string) string {
	text := ""
	files, _ := filepath.Glob(filepath.Join(dir, "*.log")) // the pattern is a good one
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil || len(data) == 0 {
			continue
		}
		text += "--- " + filepath.Base(file) + "\n" + string(data[max(0, len(data)-logTail):])
	}
	return text
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
