package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/ntlmctl/ntlmctl/render"
)

// failure ends a command with an exit code. Its text is one line, lower case,
// and says what was tried and where; Hint says what to do about it.
type failure struct {
	Code exitCode
	Text string
	Hint string
	Err  error
	// Silent is set where the result itself has said all there is to say.
	Silent bool
}

func (f *failure) Error() string {
	if f.Err != nil {
		return f.Text + ": " + f.Err.Error()
	}
	return f.Text
}

func (f *failure) Unwrap() error { return f.Err }

func usageError(hint, format string, args ...any) *failure {
	return &failure{Code: exitUsage, Text: fmt.Sprintf(format, args...), Hint: hint}
}

// codeOf is the exit code of err.
func codeOf(err error) exitCode {
	var f *failure
	if errors.As(err, &f) {
		return f.Code
	}
	return exitUsage
}

// report writes err as error: and hint: lines and returns the exit code.
func report(w io.Writer, err error) exitCode {
	if err == nil {
		return exitOK
	}
	var f *failure
	if !errors.As(err, &f) {
		f = &failure{Code: exitUsage, Text: err.Error(), Hint: "see ntlmctl --help"}
		if strings.HasPrefix(f.Text, "unknown command") {
			f.Text, _, _ = strings.Cut(f.Text, "\n")
		}
		err = f
	}
	if !f.Silent {
		for _, line := range strings.Split(strings.TrimSpace(err.Error()), "\n") {
			fmt.Fprint(w, render.Message("error", line, columnsOf(w)))
		}
		if f.Hint != "" {
			fmt.Fprint(w, render.Message("hint", f.Hint, columnsOf(w)))
		}
	}
	return f.Code
}
