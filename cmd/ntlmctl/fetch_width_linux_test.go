package main

import (
	"context"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"
	"unsafe"
)

// What goes to standard error is as wide as that terminal, wherever the body goes.
func TestFetchWidth(t *testing.T) {
	const columns = 60
	server := newPeer(t, false)
	user, program := openTerminal(t)
	size := [4]uint16{24, columns}
	control(t, program, syscall.TIOCSWINSZ, unsafe.Pointer(&size))
	shown := make(chan string)
	go func() {
		text, _ := io.ReadAll(user) // until the program's end is closed, which is an error
		shown <- string(text)
	}()
	code := run(context.Background(), &world{
		Args:  []string{"fetch", "--explain", "-u", `LAB\alice:wrong`, server.URL + "/ntlm/x"},
		Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: program, Now: time.Now,
		Getenv: func(name string) string { return map[string]string{"NO_COLOR": "1"}[name] },
	})
	if err := program.Close(); err != nil && !os.IsPermission(err) {
		t.Fatal(err)
	}
	text := <-shown
	if code != int(exitPath) || !strings.Contains(text, "rejected-unattributed (consistent, origin):\r\n  the Type 3") {
		t.Errorf("exit code %d: %s", code, text)
	}
	for line := range strings.SplitSeq(text, "\n") {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\r")); n > columns {
			t.Errorf("%d columns: %s", n, line)
		}
	}
}
