package main

import (
	"github.com/spf13/cobra"

	"github.com/ntlmctl/ntlmctl/diagnose"
)

// diagnoseOptions are the flags of ntlmctl diagnose.
type diagnoseOptions struct {
	out *output
	authOptions
	connectOptions

	headers    []string
	agent      string
	direct     string
	strangers  int
	settings   diagnose.Settings
	idle       []string
	user2      string
	password2  string
	maxRefused int
	only, skip []string
	list       bool
	dryRun     bool
	verbose    bool
	report     string
	maxTime    seconds
}

const diagnoseLong = `Diagnose finds out what a path does to an NTLM handshake: which leg breaks, why,
and which line mends it. It puts experiments to the path, a few requests each, and
joins what they show into a verdict, with how sure it is.

Without -u it sends no password: it looks at the offer, and at what becomes of
first messages. With -u it logs on once, looks whether the connection stays logged
on, and lets strangers ask, without credentials, on connections of their own.

--direct HOST:PORT has the server itself asked first, with the same Host field and
the same name in TLS; http://HOST:PORT is a server without TLS behind a box that ends
it. What works there and fails on the path is the path's doing; a wrong password
shows there, too. An ntlmctl serve in the server's place says which connection each
message came in on.

A proxy that wants a logon for itself (-U) and the server behind it are judged each
for itself. At most one refused logon is spent for each account, over all
experiments. --dry-run says what the run costs before it costs it.`

const diagnoseExample = `  ntlmctl diagnose http://intranet/
  ntlmctl diagnose -u 'LAB\alice' --password-file pw https://intranet/
  ntlmctl diagnose -u 'LAB\alice' --direct 10.0.0.7:443 https://intranet/
  ntlmctl diagnose -u 'LAB\alice' --direct http://web1:8080 https://intranet/
  ntlmctl diagnose -x http://proxy:3128 -U 'LAB\alice' -u 'LAB\alice' http://intranet/
  ntlmctl diagnose --list`

func newDiagnose(w *world, out *output) *cobra.Command {
	o := diagnoseOptions{out: out}
	cmd := &cobra.Command{
		Use:     "diagnose URL",
		Short:   "Prove what a path does to a handshake, and say what mends it",
		Long:    diagnoseLong,
		Example: diagnoseExample,
		Args: func(_ *cobra.Command, args []string) error {
			if o.list && len(args) == 0 {
				return nil
			}
			return oneTarget(args)
		},
		RunE: func(cmd *cobra.Command, args []string) error { return runDiagnose(cmd.Context(), w, &o, args) },
	}
	flags := cmd.Flags()
	o.authOptions.define(flags)
	flags.StringVar(&o.direct, "direct", "", "ask the server itself at `HOST:PORT`, too, and compare; with http:// or https:// before it if that is not the URL's")
	flags.IntVar(&o.strangers, "strangers", 20, "let `N` strangers ask after a logon")
	flags.IntVar(&o.settings.Attempts, "attempts", 0, "log on `N` times more, and count")
	flags.IntVar(&o.settings.Concurrency, "concurrency", 1, "make `N` of these attempts at a time")
	flags.StringSliceVar(&o.idle, "idle", nil, "pause `SECONDS,...` (or 5s,65s) within handshakes, and after them")
	flags.StringVar(&o.user2, "user2", "", "log `USER` on beside the first, and look for mix-ups")
	flags.StringVar(&o.password2, "password2-file", "", "the password of --user2 is the first line of `FILE`")
	flags.StringVar(&o.settings.ConnectionIDHeader, "connection-id-header", "", "the server tells connections apart by the header `NAME`: try to forge it")
	flags.IntVar(&o.maxRefused, "max-refused", 1, "spend at most `N` refused logons")
	flags.StringSliceVar(&o.only, "only", nil, "run only these experiments: `NAME,...`")
	flags.StringSliceVar(&o.skip, "skip", nil, "leave these experiments out: `NAME,...`")
	flags.BoolVar(&o.list, "list", false, "list the experiments, and what each asks and costs")
	flags.BoolVar(&o.dryRun, "dry-run", false, "say what would be asked, and what it costs; send nothing")
	o.connectOptions.define(flags)
	flags.StringArrayVarP(&o.headers, "header", "H", nil, "send the header `NAME: VALUE`")
	flags.StringVarP(&o.agent, "user-agent", "A", "", "send the User-Agent `NAME`")
	flags.BoolVarP(&o.verbose, "verbose", "v", false, "show every leg, and each experiment as it ends on standard error")
	flags.StringVar(&o.report, "report", "", "write the report as JSON to `FILE`")
	flags.VarP(&o.maxTime, "max-time", "m", "end after this many `SECONDS` (or 90s, 2m)")
	return cmd
}

func oneTarget(args []string) error {
	switch len(args) {
	case 1:
		return nil
	case 0:
		return usageError("ntlmctl diagnose -u USER http://host/path", "no URL")
	}
	return usageError("one path is diagnosed at a time", "%d URLs", len(args))
}
