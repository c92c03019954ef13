package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// newExitCodes is a topic of help: ntlmctl help exit-codes.
func newExitCodes() *cobra.Command {
	var text strings.Builder
	text.WriteString("Exit codes of ntlmctl, the same for every command:\n\n")
	for _, e := range exitCodes {
		fmt.Fprintf(&text, "  %3d  %s\n", e.code, e.meaning)
	}
	text.WriteString("\nWhere several apply, the first of 9, 6, 4, 8, 5, 7, 1 is returned.")
	return &cobra.Command{Use: "exit-codes", Short: "What the exit codes mean", Long: text.String()}
}
