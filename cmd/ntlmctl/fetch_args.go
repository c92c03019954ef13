package main

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// curlArgs makes the arguments of fetch mean what they mean to curl, where pflag
// reads them otherwise: the = of -d=x belongs to the value, and URLs keep their place
// among those of --url. Those of other commands are left as they are.
func curlArgs(root *cobra.Command, args []string) []string {
	cmd, _, err := root.Find(args)
	if err != nil || cmd.Name() != "fetch" {
		return args
	}
	cmd.InheritedFlags() // joins them to the command's own
	flags := cmd.Flags()
	var out []string
	named := false // the command, in front of which there are only flags
	for i := 0; i < len(args); i++ {
		if args[i] == "--" {
			for _, url := range args[i+1:] {
				out = append(out, "--url", url)
			}
			return out
		}
		if !strings.HasPrefix(args[i], "-") {
			if named {
				out = append(out, "--url")
			}
			named = true
		}
		flag, before, value := valueFlag(flags, args[i])
		if flag && strings.HasPrefix(value, "=") {
			out = append(out, before, value)
			continue
		}
		out = append(out, args[i])
		if flag && value == "" && i+1 < len(args) { // the next one is the value, whatever it looks like
			i++
			out = append(out, args[i])
		}
	}
	return out
}

// valueFlag reports whether an argument holds a flag that takes a value, and cuts
// it into what goes before the value and the value itself, as far as it is there.
func valueFlag(flags *pflag.FlagSet, arg string) (is bool, before, value string) {
	if name, long := strings.CutPrefix(arg, "--"); long {
		flag := flags.Lookup(name) // with a = it is none, and has its value
		return flag != nil && flag.NoOptDefVal == "", arg, ""
	}
	if len(arg) < 2 || arg[0] != '-' {
		return false, arg, ""
	}
	for i := 1; i < len(arg); i++ {
		if arg[i] >= 0x80 {
			break
		}
		flag := flags.ShorthandLookup(arg[i : i+1])
		if flag == nil {
			break
		}
		if flag.NoOptDefVal == "" {
			return true, arg[:i+1], arg[i+1:]
		}
	}
	return false, arg, ""
}
