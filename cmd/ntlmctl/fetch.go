package main

import "github.com/spf13/cobra"

// fetchOptions are the flags of ntlmctl fetch. They have curl's names where
// curl has them.
type fetchOptions struct {
	out *output
	secretOptions
	connectOptions

	method  string
	headers []string
	data    []string
	head    bool
	agent   string

	user        string
	ntlm        bool
	negotiate   bool
	workstation string
	binding     string
	targetName  string
	noMIC       bool

	output   string
	include  bool
	fail     bool
	silent   bool
	verbose  bool
	writeOut string
	report   string

	maxTime seconds
}

const fetchLong = `Fetch makes one request and logs on if the server asks for it, with NTLM or NTLM
within Negotiate. All of the handshake goes over one connection. The body of the
answer goes to standard output, a refusal's too; if the handshake broke, what
happened and how sure that is goes to standard error, and the exit code says it.

By default the first request goes out without credentials, and the best scheme
that is offered is used. --ntlm and --negotiate send the first token at once. A
request with a body does so too, since the body goes out once, on the leg that
logs on.

The password comes from a prompt, --password-file, --password-stdin, -u, or
NTLMCTL_PASSWORD. At most one refused logon is spent on a run.`

const fetchExample = `  ntlmctl fetch -u 'LAB\alice' http://intranet/
  ntlmctl fetch --ntlm -u alice --password-file pw -o page.html https://mail/owa/
  ntlmctl fetch -u alice --format json https://intranet/ | jq .verdict
  ntlmctl fetch -u alice -d '{"a":1}' -H 'Content-Type: application/json' http://intranet/api`

func newFetch(w *world, out *output) *cobra.Command {
	o := fetchOptions{out: out}
	cmd := &cobra.Command{
		Use:     "fetch URL",
		Short:   "Make an authenticated request, and say what happened to the handshake",
		Long:    fetchLong,
		Example: fetchExample,
		Args:    oneURL,
		RunE:    func(cmd *cobra.Command, args []string) error { return runFetch(cmd.Context(), w, &o, args[0]) },
	}
	flags := cmd.Flags()
	flags.StringVarP(&o.method, "request", "X", "", "use the `METHOD`")
	flags.StringArrayVarP(&o.headers, "header", "H", nil, "send the header `NAME: VALUE`")
	flags.StringArrayVarP(&o.data, "data", "d", nil, "POST `DATA`, or the file that @ names")
	flags.BoolVarP(&o.head, "head", "I", false, "ask for the head alone, and print it")
	flags.StringVarP(&o.agent, "user-agent", "A", "", "send the User-Agent `NAME`")
	flags.StringVarP(&o.user, "user", "u", "", "log on as `USER[:PASSWORD]`, USER being DOMAIN\\user, user@realm or user")
	flags.BoolVar(&o.ntlm, "ntlm", false, "send NTLM's first message at once")
	flags.BoolVar(&o.negotiate, "negotiate", false, "send Negotiate's first token at once, with NTLM in it")
	flags.StringVar(&o.workstation, "workstation", "", "name this `MACHINE` in the Type 3")
	flags.StringVar(&o.binding, "channel-binding", "auto", "send the channel binding `auto|absent|zero|wrong|HEX`")
	flags.StringVar(&o.targetName, "target-name", "auto", "send the target name `auto|absent|NAME`")
	flags.BoolVar(&o.noMIC, "no-mic", false, "send no MIC")
	o.secretOptions.define(flags, "log on")
	o.connectOptions.define(flags)
	flags.StringVarP(&o.output, "output", "o", "", "write the body to `FILE`")
	flags.BoolVarP(&o.include, "include", "i", false, "print the head before the body")
	flags.BoolVarP(&o.fail, "fail", "f", false, "exit 7 on a status of 400 or more, and print no body")
	flags.BoolVarP(&o.silent, "silent", "s", false, "write no verdict to standard error")
	flags.BoolVarP(&o.verbose, "verbose", "v", false, "show verdict and legs on standard error, whatever happened")
	flags.StringVarP(&o.writeOut, "write-out", "w", "", "print `FORMAT` at the end: %{http_code}, %{verdict}, %{auth_legs}, %{connections}, ...")
	flags.StringVar(&o.report, "report", "", "write the report as JSON to `FILE`")
	flags.VarP(&o.maxTime, "max-time", "m", "give up after this many `SECONDS` (or 90s, 2m)")
	return cmd
}

func oneURL(_ *cobra.Command, args []string) error {
	switch len(args) {
	case 1:
		return nil
	case 0:
		return usageError("ntlmctl fetch -u USER http://host/path", "no URL")
	}
	return usageError("one URL is fetched at a time", "%d URLs", len(args))
}
