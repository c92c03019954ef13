package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ntlmctl/ntlmctl/probe"
)

// probeOptions are the flags of ntlmctl probe.
type probeOptions struct {
	out *output
	connectOptions

	full     bool
	only     []string
	skip     []string
	repeat   int
	list     bool
	dryRun   bool
	headers  []string
	agent    string
	location bool
	retries  int
	timeout  seconds
	maxTime  seconds

	input       []string
	ports       string
	paths       string
	concurrency int
	rate        float64
	hostRate    float64
	ordered     bool
	resume      string
	shard       string

	long   bool
	legs   bool
	csv    bool
	output string
	expect string
	failOn []string
}

const probeLong = `Probe asks URLs what they really accept. It needs no credentials and sends no
password: it sends the first message of a handshake, reads what comes back, and
drops the connection. A URL that offers Negotiate may take NTLM in it, or Kerberos
alone; the header does not say which, the answer to NTLM's first message does.

Targets are URLs, hosts, host:port and networks (192.0.2.0/24), as arguments, from
files (-i), or from standard input (-), one a line, with # comments. One URL is
shown as a report, several as a table, a line each; a question mark stands behind
what is not proven.

By default a URL costs one request, one for each scheme that carries NTLM, and one
to five more for Negotiate (--list). --full asks about clients and the path as well.
Each handshake that is begun is given up with its connection, and nothing but what
was rejected is asked again. An unfinished handshake can disturb others where a box before the server
shares its upstream connections; probe stops at the first sign of that.

The exit code is 0 whatever the class, for a probe says what is there, and has not
tried to log on: so kerberos-only exits 0 here, where fetch and diagnose, which
wished for a logon, exit 8. What you wish is said by --expect CLASS (exit 1 unless
every URL is that) and --fail-on (exit 1 where a URL is of that class, or has such
a finding). It is 5 where no URL gave an answer, and 9 where a first message was
answered as if somebody had logged on.`

const probeExample = `  ntlmctl probe https://mail.example.com/EWS/Exchange.asmx
  ntlmctl probe --full --legs http://intranet/
  ntlmctl probe --expect negotiate+ntlm https://intranet/ || echo "it changed"
  ntlmctl probe -i hosts.txt --format jsonl > results.jsonl
  ntlmctl probe 192.0.2.0/24 --ports 80,443,8080 --rate 50 --csv -o net.csv
  ntlmctl probe mail.example.com --paths exchange --ports 443`

func newProbe(w *world, out *output) *cobra.Command {
	o := probeOptions{out: out}
	cmd := &cobra.Command{
		Use:     "probe [TARGET...]",
		Short:   "Say what URLs really accept: NTLM, Negotiate, Kerberos alone",
		Long:    probeLong,
		Example: probeExample,
		RunE: func(cmd *cobra.Command, args []string) error {
			return runProbe(cmd.Context(), w, &o, args, cmd.Flags().Changed("long"))
		},
	}
	flags := cmd.Flags()
	o.defineQuestions(flags)
	o.defineTargets(flags)
	flags.BoolVar(&o.long, "long", false, "write a report for each URL (by default for a single one)")
	flags.BoolVar(&o.legs, "legs", false, "show the requests in reports")
	flags.BoolVar(&o.csv, "csv", false, "write comma-separated values")
	flags.StringVarP(&o.output, "output", "o", "", "write results to `FILE`")
	flags.StringVar(&o.expect, "expect", "", "exit 1 unless every URL is `CLASS`: "+classList())
	flags.StringSliceVar(&o.failOn, "fail-on", nil, "exit 1 on findings of a severity or worse, on a finding, or on a class: `WORD`, or several with commas")
	o.connectOptions.define(flags)
	choices(cmd, "expect", strings.Split(classList(), ", ")...)
	choices(cmd, "fail-on", failWords()...)
	choices(cmd, "only", questionNames()...)
	choices(cmd, "skip", questionNames()...)
	files := cobra.FixedCompletions(probe.KnownNames(), cobra.ShellCompDirectiveDefault)
	if err := cmd.RegisterFlagCompletionFunc("paths", files); err != nil {
		panic(err) // the flag was not defined: a mistake of this file
	}
	return cmd
}

// defineQuestions defines what is asked.
func (o *probeOptions) defineQuestions(flags *pflag.FlagSet) {
	flags.BoolVar(&o.full, "full", false, "ask about clients and the path, too")
	flags.StringSliceVar(&o.only, "only", nil, "put these `QUESTIONS` alone (--list names them)")
	flags.StringSliceVar(&o.skip, "skip", nil, "leave these `QUESTIONS` out")
	flags.IntVar(&o.repeat, "repeat", 0, "begin a handshake on each of `N` connections held open together, to see who answers")
	flags.BoolVar(&o.list, "list", false, "list the questions and what each costs")
	flags.BoolVar(&o.dryRun, "dry-run", false, "say what would be asked and what it costs, and ask nothing")
	flags.StringArrayVarP(&o.headers, "header", "H", nil, "send the header `NAME: VALUE`")
	flags.StringVarP(&o.agent, "user-agent", "A", "", "send the User-Agent `NAME`")
	flags.BoolVarP(&o.location, "location", "L", false, "follow redirects, ten at most")
	flags.IntVar(&o.retries, "retries", 0, "repeat the request without credentials `N` times where the transport fails")
	o.timeout = defaultProbeTimeout
	flags.Var(&o.timeout, "timeout", "give a URL up after this many `SECONDS`")
	flags.VarP(&o.maxTime, "max-time", "m", "end the run after this many `SECONDS`")
}

// defineTargets defines what is asked about, and how fast.
func (o *probeOptions) defineTargets(flags *pflag.FlagSet) {
	flags.StringArrayVarP(&o.input, "input", "i", nil, "read targets from `FILE`, - for standard input")
	flags.StringVar(&o.ports, "ports", "", "try these `PORTS` where a target names none, as 80,443,8080/https")
	flags.StringVar(&o.paths, "paths", "", "ask for the known endpoints of `PRODUCT` ("+strings.Join(probe.KnownNames(), ", ")+"), or the paths in a file")
	flags.IntVarP(&o.concurrency, "concurrency", "c", 32, "ask `N` URLs at a time")
	flags.Float64Var(&o.rate, "rate", 0, "send at most this many requests a second (`N`), 0 for no limit")
	flags.Float64Var(&o.hostRate, "host-rate", 0, "send a host at most this many requests a second (`N`)")
	flags.BoolVar(&o.ordered, "ordered", false, "write results in the order of the targets")
	flags.StringVar(&o.resume, "resume", "", "write JSON lines to `FILE`, and ask nothing that is in it already")
	flags.StringVar(&o.shard, "shard", "", "ask only part `I/N` of the targets; all machines split a list alike")
}

func classList() string {
	var names []string
	for _, c := range probe.Classifications() {
		names = append(names, string(c))
	}
	return strings.Join(names, ", ")
}

// failWords are what --fail-on takes.
func failWords() []string {
	words := append([]string{"info", "warning", "error"}, strings.Split(classList(), ", ")...)
	for _, e := range probe.Catalogue() {
		words = append(words, e.Code)
	}
	slices.Sort(words)
	return slices.Compact(words)
}
