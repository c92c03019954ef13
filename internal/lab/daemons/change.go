//go:build unix

package daemons

import (
	"regexp"
	"strings"
)

// Change is one change of a front's configuration, as a verdict's remedy has it.
type Change struct{ Take, Put, Under, On string }

// site is what PORT and SERVER stand for in a change.
type site struct {
	listen  string
	origins []string
}

// changed is a configuration with changes.
func (s site) changed(config string, changes []Change) string {
	for _, c := range changes {
		if c.Take != "" {
			config = taken(c.Take).ReplaceAllString(config, "")
		}
		if c.Put == "" {
			continue
		}
		servers := make([]string, len(s.origins))
		for i, origin := range s.origins {
			servers[i] = "server " + origin + ";"
		}
		put := strings.NewReplacer("PORT", s.listen, "server SERVER;", strings.Join(servers, " ")).Replace(c.Put)
		config = placed(config, put, c.Under, c.On)
	}
	return config
}

// taken finds what a change takes out: a block that begins and ends a line, or
// words, of which ... is the rest of the directive.
func taken(what string) *regexp.Regexp {
	if name, is := strings.CutSuffix(what, "{...}"); is {
		return regexp.MustCompile(`(?ms)^` + regexp.QuoteMeta(name) + `\{.*?^\}$`)
	}
	return regexp.MustCompile(strings.ReplaceAll(regexp.QuoteMeta(what), `\.\.\.`, `[^;\n]*`))
}

// placed puts a line under each that begins so, adds it to each that does, or
// puts it at the end.
func placed(config, line, under, on string) string {
	if under == "" && on == "" {
		return config + line + "\n"
	}
	begins := regexp.MustCompile(`(?m)^[ \t]*` + regexp.QuoteMeta(under+on) + `.*$`)
	between := "\n"
	if on != "" {
		between = " "
	}
	return begins.ReplaceAllStringFunc(config, func(found string) string { return found + between + line })
}
