// Package tokenfiles reads, for tests, files of JSON Lines that have one token
// or one handshake a line. Each test names the columns it wants by its type.
package tokenfiles

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// Read reads the lines of a file. The test fails at once where it cannot.
func Read[T any](tb testing.TB, name string) []T {
	tb.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		tb.Fatal(err)
	}
	var list []T
	for line := range bytes.Lines(text) {
		var v T
		if err := json.Unmarshal(line, &v); err != nil {
			tb.Fatalf("%s, line %d: %v", name, len(list)+1, err)
		}
		list = append(list, v)
	}
	return list
}

// In reads the tokens.jsonl of the folder that the environment variable names:
// NTLMCTL_VECTORS or NTLMCTL_CAPTURES. The test is skipped where it is not set.
func In[T any](tb testing.TB, variable string) []T {
	tb.Helper()
	dir := os.Getenv(variable)
	if dir == "" {
		tb.Skip(variable + " is not set")
	}
	return Read[T](tb, filepath.Join(dir, "tokens.jsonl"))
}
