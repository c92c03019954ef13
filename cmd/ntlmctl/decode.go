package main

import (
	"github.com/spf13/cobra"
)

// decodeOptions are the flags of ntlmctl decode.
type decodeOptions struct {
	out     *output
	brief   bool
	hexdump bool
	redact  bool
	failOn  string
}

func newDecode(w *world, out *output) *cobra.Command {
	o := decodeOptions{out: out}
	cmd := &cobra.Command{
		Use:   "decode [TOKEN|FILE|-]...",
		Short: "Turn tokens into annotated field dumps",
		RunE:  func(_ *cobra.Command, args []string) error { return runDecode(w, &o, args) },
	}
	flags := cmd.Flags()
	flags.BoolVar(&o.brief, "brief", false, "leave out the fields (JSON) or the flags' sentences (text)")
	flags.BoolVar(&o.hexdump, "hexdump", false, "show the bytes, painted by field")
	flags.StringVar(&o.failOn, "fail-on", "", "exit 1 on findings of `info|warning|error` or worse")
	choices(cmd, "fail-on", "info", "warning", "error")
	return cmd
}
