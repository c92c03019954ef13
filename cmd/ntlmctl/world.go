package main

import (
	"io"
	"sync/atomic"
	"time"

	"golang.org/x/term"
)

// world is everything that a command touches outside the program, so that a
// test can stand in for it.
type world struct {
	Args   []string
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
	Getenv func(string) string
	Now    func() time.Time
	// grace is how many nanoseconds a command that ends by itself when it is
	// interrupted may take to do so.
	grace atomic.Int64
	// restore gives a terminal its echo back while a prompt has taken it.
	restore atomic.Pointer[func()]
}

// terminal returns the descriptor behind a stream that is a terminal.
func terminal(stream any) (fd int, ok bool) {
	f, ok := stream.(interface{ Fd() uintptr })
	if !ok {
		return 0, false
	}
	fd = int(f.Fd())
	return fd, term.IsTerminal(fd)
}

// columnsOf is the width of the terminal that a stream is, 0 if it is none.
func columnsOf(stream any) int {
	fd, ok := terminal(stream)
	if !ok {
		return 0
	}
	n, _, err := term.GetSize(fd)
	if err != nil {
		return 0
	}
	return n
}
