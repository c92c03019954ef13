package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ntlmctl/ntlmctl/render"
)

// run executes the command line of w and returns the exit code.
func run(ctx context.Context, w *world) int {
	root := newRoot(w)
	root.SetArgs(curlArgs(root, w.Args))
	return int(report(w.Stderr, root.ExecuteContext(ctx)))
}

// output holds the flags that all commands share.
type output struct {
	format string
	color  string
	quiet  bool
	width  int
}

// The values of --format.
const (
	formatText  = "text"
	formatJSON  = "json"
	formatJSONL = "jsonl"
)

func newRoot(w *world) *cobra.Command {
	var out output
	root := &cobra.Command{
		Use:   "ntlmctl",
		Short: "Find out why NTLM over HTTP works, fails, or works only sometimes",
		Long: `ntlmctl finds out why NTLM (or Negotiate) over HTTP works, fails, or works only
sometimes on a path: through load balancers, gateways and proxies.`,
		Version:       versionLine(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          unknownCommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Name() == cobra.ShellCompRequestCmd {
				unquoteUsage(cmd.Root())
			}
			return out.check()
		},
	}
	root.SetIn(w.Stdin)
	root.SetOut(w.Stdout)
	root.SetErr(w.Stderr)
	root.SuggestionsMinimumDistance = 2
	root.SetVersionTemplate("{{.Version}}\n")
	flags := root.PersistentFlags()
	flags.StringVar(&out.format, "format", formatText, "write `text|json|jsonl`")
	flags.StringVar(&out.color, "color", "auto", "colour the text: `auto|always|never`")
	flags.BoolVarP(&out.quiet, "quiet", "q", false, "write no notes to stderr")
	flags.IntVar(&out.width, "width", 0, "wrap text at this many `columns` (default: the terminal's, or 100)")
	choices(root, "format", formatText, formatJSON, formatJSONL)
	choices(root, "color", "auto", "always", "never")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageError(fmt.Sprintf("see %s --help", cmd.CommandPath()), "%s", flagError(err))
	})
	root.AddCommand(commands(w, &out)...)
	refuseUnknownTopics(root)
	return root
}

// refuseUnknownTopics has help refuse what is no command: cobra's own shows the
// help of all.
func refuseUnknownTopics(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	for _, c := range root.Commands() {
		if c.Name() == "help" {
			c.Args = func(_ *cobra.Command, args []string) error {
				_, unknown, err := root.Find(args)
				if err != nil {
					return err
				}
				return unknownCommand(root, unknown)
			}
		}
	}
}

// commands makes the command that the first argument of w names, and all of them
// if it names none: making flags that are not used would take an eighth of the
// time that decoding one token does.
func commands(w *world, out *output) []*cobra.Command {
	type maker struct {
		name string
		make func(*world, *output) *cobra.Command
	}
	makers := []maker{
		{"decode", newDecode},
		{"fetch", newFetch},
		{"probe", newProbe},
		{"serve", newServe},
		{"diagnose", newDiagnose},
		{"demo", newDemo},
	}
	named := func(m maker) bool { return len(w.Args) > 0 && m.name == w.Args[0] }
	if i := slices.IndexFunc(makers, named); i >= 0 {
		return []*cobra.Command{makers[i].make(w, out)}
	}
	made := []*cobra.Command{newExitCodes()}
	for _, m := range makers {
		made = append(made, m.make(w, out))
	}
	return made
}

// unknownCommand refuses the words that cobra found no command for.
func unknownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := "ntlmctl --help lists the commands; a token is decoded by ntlmctl decode TOKEN"
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		hint = "did you mean " + strings.Join(near, " or ") + "?"
	}
	return usageError(hint, "unknown command %s", strconv.Quote(args[0]))
}

// choices completes the values of a flag in the shell.
func choices(cmd *cobra.Command, flag string, values ...string) {
	err := cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
	if err != nil {
		panic(err) // the flag was not defined: a mistake of this file
	}
}

// unquoteUsage takes away the back quotes around the names of values: help sets
// these apart, but shells would show them.
func unquoteUsage(cmd *cobra.Command) {
	plain := func(f *pflag.Flag) { f.Usage = strings.ReplaceAll(f.Usage, "`", "") }
	cmd.Flags().VisitAll(plain)
	cmd.PersistentFlags().VisitAll(plain)
	for _, c := range cmd.Commands() {
		unquoteUsage(c)
	}
}

func versionLine() string {
	line := "ntlmctl " + version
	if commit != "" {
		line += " (" + commit + ", " + date + ")"
	}
	return line
}

func (o *output) check() error {
	switch o.format {
	case formatText, formatJSON, formatJSONL:
	default:
		return usageError("--format is text, json or jsonl", "unknown format %q", o.format)
	}
	switch o.color {
	case "auto", "always", "never":
	default:
		return usageError("--color is auto, always or never", "unknown value %q of --color", o.color)
	}
	if o.width < 0 || o.width > 0 && o.width < 40 {
		return usageError("--width takes 40 columns or more", "a width of %d columns is too narrow", o.width)
	}
	return nil
}

// text makes the writer of text for w's terminal.
func (o *output) text(w *world) render.Text { return o.textOn(w, w.Stdout) }

// textOn makes the writer of text for the terminal that a stream is, if it is one.
func (o *output) textOn(w *world, stream any) render.Text {
	columns := o.width
	if columns == 0 {
		columns = columnsOf(stream)
	}
	if columns < 40 {
		columns = 100
	}
	return render.Text{Width: min(columns, 220), Style: render.NewStyle(o.coloredOn(w, stream))}
}

// coloredOn follows --color and, with auto, NO_COLOR (any value but the empty
// one), TERM=dumb and whether the stream is a terminal.
func (o *output) coloredOn(w *world, stream any) bool {
	switch o.color {
	case "always":
		return true
	case "never":
		return false
	}
	_, tty := terminal(stream)
	return tty && w.Getenv("NO_COLOR") == "" && w.Getenv("TERM") != "dumb"
}
