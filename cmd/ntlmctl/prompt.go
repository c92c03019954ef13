package main

import (
	"io"

	"golang.org/x/term"

	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
)

// askPassword reads a password from the terminal, without echo.
func (w *world) askPassword(prompt string) (ntlm.Secret, error) {
	fd, tty := terminal(w.Stdin)
	if !tty {
		return ntlm.Secret{}, usageError("--password-file, --password-stdin or "+passwordVariable+" give one", "no password, and standard input is no terminal to ask at")
	}
	if _, err := io.WriteString(w.Stderr, prompt); err != nil {
		return ntlm.Secret{}, err
	}
	line, err := term.ReadPassword(fd)
	_, _ = io.WriteString(w.Stderr, "\n") // the one that was not echoed
	if err != nil {
		return ntlm.Secret{}, usageError("", "the password could not be read: %v", err)
	}
	return ntlm.Password(string(line)), nil
}
