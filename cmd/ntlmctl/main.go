// Command ntlmctl diagnoses NTLM and Negotiate over HTTP.
package main

import (
	"context"
	"os"
	"time"
)

// Set by the release build.
var (
	version = "dev"
	commit  = ""
	date    = ""
)

func main() {
	os.Exit(run(context.Background(), &world{
		Args:   os.Args[1:],
		Stdin:  os.Stdin,
		Stdout: os.Stdout,
		Stderr: os.Stderr,
		Getenv: os.Getenv,
		Now:    time.Now,
	}))
}
