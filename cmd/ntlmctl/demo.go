package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/ntlmctl/ntlmctl/internal/lab"
)

const demoLong = `Demo starts an origin that wants NTLM, and intermediaries before it, all within this
process and on the loopback interface: a relay, proxies, a balancer, a cache. It logs
on through each, and says what each did to the handshake. Nothing is installed, and
nothing leaves this machine.

Without names it takes seven of them; these there are:
`

func newDemo(w *world, out *output) *cobra.Command {
	cmd := &cobra.Command{
		Use:       "demo [NAME...]",
		Short:     "Diagnose intermediaries, good and bad, within this process",
		Long:      demoLong + labNames(),
		Example:   "  ntlmctl demo\n  ntlmctl demo pool cache\n  ntlmctl demo --format json | jq '.paths[] | [.name, .diagnosis.verdict.code]'",
		ValidArgs: intermediaries(),
		RunE:      func(cmd *cobra.Command, args []string) error { return runDemo(cmd.Context(), w, out, args) },
	}
	return cmd
}

// labNames lists the intermediaries for the help.
func labNames() string {
	var b strings.Builder
	for _, i := range lab.All() {
		b.WriteString("  " + i.Name + strings.Repeat(" ", 21-len(i.Name)) + i.Text + "\n")
	}
	return strings.TrimRight(b.String(), "\n")
}

func intermediaries() []string {
	var list []string
	for _, i := range lab.All() {
		list = append(list, i.Name)
	}
	return list
}
