package main

import (
	"io"

	"golang.org/x/term"

	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
)

// askPassword reads a password from the terminal, without echo.
func (w *world) askPassword(prompt string) (ntlm.Secret, error) {
	password, err := w.ask(prompt)
	if err != nil {
		return ntlm.Secret{}, err
	}
	return ntlm.Password(password), nil
}

// ask reads a line from the terminal, without echo.
func (w *world) ask(prompt string) (string, error) {
	fd, tty := terminal(w.Stdin)
	if !tty {
		return "", usageError("--password-file, --password-stdin or "+passwordVariable+" give one", "no password, and standard input is no terminal to ask at")
	}
	if _, err := io.WriteString(w.Stderr, prompt); err != nil {
		return "", err
	}
	if echoing, err := term.GetState(fd); err == nil {
		restore := func() { _ = term.Restore(fd, echoing) }
		w.restore.Store(&restore)
		defer w.restore.Store(nil)
	}
	line, err := term.ReadPassword(fd)
	_, _ = io.WriteString(w.Stderr, "\n") // the one that was not echoed
	if err != nil {
		return "", usageError("", "the password could not be read: %v", err)
	}
	return string(line), nil
}
