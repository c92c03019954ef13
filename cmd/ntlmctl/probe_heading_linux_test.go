package main

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"
)

// TestProbeHeading names the columns on a terminal, and in a pipe there are
// results alone.
func TestProbeHeading(t *testing.T) {
	url := ntlmOffer(t, nil)
	args := []string{"probe", "-q", "--ordered", url + "/1", url + "/2"}
	user, program := openTerminal(t)
	shown := make(chan string)
	go func() {
		text, _ := io.ReadAll(user) // until the program's end is closed, which is an error
		shown <- string(text)
	}()
	code := run(context.Background(), &world{
		Args: args, Stdin: strings.NewReader(""), Stdout: program, Stderr: io.Discard, Now: time.Now,
		Getenv: func(name string) string { return map[string]string{"NO_COLOR": "1"}[name] },
	})
	if err := program.Close(); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(<-shown), "\r\n")
	if code != 0 || len(lines) != 3 || !strings.HasPrefix(lines[0], "CLASS           HTTP URL") || !strings.HasPrefix(lines[1], "ntlm            401  http://") {
		t.Errorf("exit code %d: %q", code, lines)
	}
	if out, _, _ := call(t, nil, args...); strings.Count(out, "\n") != 2 || strings.Contains(out, "CLASS") {
		t.Errorf("in a pipe: %q", out)
	}
}
