package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ntlmctl/ntlmctl/internal/lab/daemons"
)

// TestTranscripts runs the commands that the documents show, from the
// repository's root, and compares what they print; with -update it writes it.
//
// A block marked console has a command after $ and what that prints. A comment
// before the block may name excerpts, "PREFIX" +N each: N lines from the next
// one that begins with PREFIX. What is left out becomes a line of ….
func TestTranscripts(t *testing.T) {
	t.Chdir("../..")
	for _, page := range []string{"README.md", "docs/json.md", "docs/probe.md", "docs/diagnose.md"} {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		rest, count := string(text), 0
		for {
			before, command, shown, after, found := nextTranscript(rest)
			out.WriteString(before)
			if !found {
				break
			}
			rest = after
			count++
			ran := false
			t.Run(page+" "+strconv.Itoa(count), func(t *testing.T) {
				ran = true
				lines, ok := runShown(t, command)
				if !ok {
					out.WriteString(shown)
					daemons.Need(t, "jq")
				}
				want, err := excerpt(lines, before)
				if err != nil {
					t.Error(err)
				}
				if want != shown && !*update {
					t.Errorf("%s prints something else now: run make docs\nshown:\n%s\nprinted:\n%s", command, shown, want)
				}
				out.WriteString(want)
			})
			if !ran { // -run leaves it out
				out.WriteString(shown)
			}
		}
		if count == 0 {
			t.Errorf("%s shows no command", page)
		}
		if *update && out.String() != string(text) && !t.Failed() {
			if err := os.WriteFile(page, []byte(out.String()), 0o644); err != nil {
				t.Error(err)
			}
		}
	}
}

// nextTranscript cuts a page before the first thing that is printed and after
// it. before ends with the command's line.
func nextTranscript(page string) (before, command, shown, after string, found bool) {
	const fence = "\n```console\n$ "
	at := strings.Index(page, fence)
	if at < 0 {
		return page, "", "", "", false
	}
	at += len(fence)
	command, _, _ = strings.Cut(page[at:], "\n")
	at += len(command) + 1
	end := at + strings.Index("\n"+page[at:], "\n```\n")
	return page[:at], command, page[at:end], page[end:], true
}

// excerpt is what of the lines is shown, as the comment at the end of before
// says.
func excerpt(lines []string, before string) (string, error) {
	const mark = "\n<!-- excerpt: "
	block := strings.LastIndex(before, "\n```console\n")
	at := strings.LastIndex(before[:block], mark)
	if at < 0 || strings.Count(before[at:block], "\n") > 1 {
		return strings.Join(lines, "\n") + "\n", nil
	}
	spec := strings.TrimSuffix(before[at+len(mark):block], " -->")
	var out []string
	next := 0
	for spec != "" {
		quoted, err := strconv.QuotedPrefix(spec)
		if err != nil {
			return "", fmt.Errorf("excerpt %s: %w", spec, err)
		}
		prefix, _ := strconv.Unquote(quoted)
		number, left, _ := strings.Cut(strings.TrimPrefix(spec[len(quoted):], " +"), " ")
		n, err := strconv.Atoi(number)
		if err != nil {
			return "", fmt.Errorf("excerpt %s: %w", spec, err)
		}
		spec = left
		from := next
		for from < len(lines) && !strings.HasPrefix(lines[from], prefix) {
			from++
		}
		if from+n > len(lines) {
			return "", fmt.Errorf("excerpt %s: there are not %d such lines", quoted, n)
		}
		if from > next {
			out = append(out, "…")
		}
		next = from + n
		out = append(out, lines[from:next]...)
	}
	if next < len(lines) {
		out = append(out, "…")
	}
	return strings.Join(out, "\n") + "\n", nil
}

// runShown runs a command line, of ntlmctl itself within this process. It may
// be piped into jq; ok is false where there is no jq.
func runShown(t *testing.T, line string) (lines []string, ok bool) {
	t.Helper()
	command, filter, piped := strings.Cut(line, " | jq ")
	args := strings.Fields(strings.TrimPrefix(strings.TrimPrefix(command, "go run ./cmd/"), "ntlmctl "))
	for i, arg := range args {
		if arg == "pw" { // the documents' name for a file with the password of the lab's captures
			args[i] = filepath.Join(t.TempDir(), arg)
			if err := os.WriteFile(args[i], []byte("Passw0rd!\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	var stdout, stderr bytes.Buffer
	code := run(context.Background(), &world{
		Args: args, Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr,
		Getenv: func(string) string { return "" }, Now: time.Now,
	})
	if code != 0 {
		t.Fatalf("%s: exit code %d: %s", line, code, stderr.String())
	}
	out := stdout.Bytes()
	if piped {
		if _, err := exec.LookPath("jq"); err != nil {
			return nil, false
		}
		jq := exec.Command("sh", "-c", "jq "+filter)
		jq.Stdin = &stdout
		var err error
		if out, err = jq.CombinedOutput(); err != nil {
			t.Fatalf("jq: %v: %s", err, out)
		}
	}
	return strings.Split(strings.TrimRight(string(out), "\n"), "\n"), true
}
