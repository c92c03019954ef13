package main

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/ntlmctl/ntlmctl/internal/curl/config"
)

// maxConfigs bounds how deep config files may name one another.
const maxConfigs = 10

// configFlag is -K: it sets the flags that a file names, in their place among
// those of the command line.
type configFlag struct {
	w     *world
	flags *pflag.FlagSet
	depth int
}

// Set reads a file.
func (c *configFlag) Set(path string) error {
	if c.depth == maxConfigs {
		return fmt.Errorf("config files name one another %d deep", maxConfigs)
	}
	c.depth++
	defer func() { c.depth-- }()
	var r io.Reader = c.w.Stdin
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		r = f
	}
	options, err := config.Parse(r)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	for _, o := range options {
		if err := c.option(o); err != nil {
			return fmt.Errorf("%s: line %d: %w", path, o.Line, err)
		}
	}
	return nil
}

// option sets one flag. Values are not quoted in errors: they may be passwords.
func (c *configFlag) option(o config.Option) error {
	var flag *pflag.Flag
	if o.Short {
		if len(o.Name) == 1 {
			flag = c.flags.ShorthandLookup(o.Name)
		}
	} else {
		flag = c.flags.Lookup(o.Name)
	}
	switch {
	case flag == nil:
		return fmt.Errorf("there is no option %s", strconv.Quote(o.Name))
	case flag.NoOptDefVal != "":
		if o.HasValue && o.Value != "" {
			return fmt.Errorf("the option %s takes no value", flag.Name)
		}
		return c.flags.Set(flag.Name, flag.NoOptDefVal)
	case !o.HasValue:
		return fmt.Errorf("the option %s needs a value", flag.Name)
	}
	if err := flag.Value.Set(o.Value); err != nil {
		return fmt.Errorf("the option %s: %w", flag.Name, err)
	}
	flag.Changed = true
	return nil
}

// String is empty: there is no default.
func (*configFlag) String() string { return "" }

// Type names the kind of value in help.
func (*configFlag) Type() string { return "string" }

// defineNegations gives each flag that stands by itself its --no-NAME, as curl has it.
func defineNegations(flags *pflag.FlagSet) {
	var all []*pflag.Flag
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Value.Type() == "bool" && !strings.HasPrefix(f.Name, "no-") && flags.Lookup("no-"+f.Name) == nil {
			all = append(all, f)
		}
	})
	for _, f := range all {
		if b, ok := f.Value.(interface{ IsBoolFlag() bool }); !ok || !b.IsBoolFlag() {
			continue
		}
		if _, own := f.Value.(*called); own {
			continue
		}
		no := flags.VarPF(&called{boolean: true, set: func(string) error { return f.Value.Set("false") }}, "no-"+f.Name, "", "")
		no.NoOptDefVal, no.Hidden = "true", true
	}
}
