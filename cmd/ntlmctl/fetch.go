package main

import "github.com/spf13/cobra"

// fetchOptions are the flags of ntlmctl fetch. They have curl's names where
// curl has them.
type fetchOptions struct {
	out *output
	requestOptions
	authOptions
	connectOptions
	transferOptions
	outputOptions
}

const fetchLong = `Fetch makes requests as curl does, and logs on where the server or a proxy asks for
it: with NTLM, or NTLM within Negotiate. All of a handshake goes over one connection.
The body of the answer goes to standard output, a refusal's too. If the handshake
broke, what happened and how sure that is goes to standard error, and the exit code
says it. Flags have curl's names and meaning: in a script that says curl --ntlm -u,
ntlmctl fetch takes curl's place. Exit codes are ntlmctl's own.

By default the first request goes out without credentials, and the best of Negotiate
and NTLM that is offered is used. --ntlm and --negotiate send the first token at once.
Basic is used only where a flag asks for it, and over plain HTTP to another machine
only with --insecure-basic.

The password comes from -u, --password-file, --password-stdin, NTLMCTL_PASSWORD, a
netrc or a prompt. It is never sent to another host that a redirect names, unless
--location-trusted says so, and never from https to http. At most one refused logon
is spent on a run. A password on the command line can be read by others on this
machine while the program runs.`

const fetchExample = `  ntlmctl fetch -u 'LAB\alice' http://intranet/
  ntlmctl fetch --ntlm -u alice --password-file pw -o page.html https://mail/owa/
  ntlmctl fetch -u alice --json '{"a":1}' https://intranet/api
  ntlmctl fetch -u alice --explain https://intranet/
  ntlmctl fetch -u alice -x proxy:3128 -U 'LAB\alice' https://example.org/
  ntlmctl fetch -u alice --format json https://intranet/ | jq .verdict`

func newFetch(w *world, out *output) *cobra.Command {
	o := fetchOptions{out: out}
	cmd := &cobra.Command{
		Use:     "fetch URL...",
		Short:   "Make authenticated requests as curl does, and say what happened to the handshake",
		Long:    fetchLong,
		Example: fetchExample,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.urls = append(o.urls, args...)
			return runFetch(cmd.Context(), w, &o)
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	o.getenv, o.pair.ask = w.Getenv, w.ask
	o.requestOptions.define(flags)
	o.authOptions.define(flags)
	o.connectOptions.define(flags)
	o.transferOptions.define(flags)
	o.outputOptions.define(flags)
	flags.VarP(&configFlag{w: w, flags: flags}, "config", "K", "read flags from `FILE`, in curl's syntax")
	defineUnused(flags)
	defineNegations(flags)
	hintUnknown(cmd)
	return cmd
}
