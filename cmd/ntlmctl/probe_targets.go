package main

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"net/url"
	"os"
	"strings"

	"github.com/ntlmctl/ntlmctl/probe"
	"github.com/ntlmctl/ntlmctl/render"
)

// probeTargets are the targets of a run: arguments first, then lists. They are
// read as they are asked for, so a list may be of any length.
type probeTargets struct {
	w         *world
	out       *output
	args      []string
	files     []string
	expansion probe.Expansion
	shard     probe.Shard
	done      *probe.Done
	// around, if not nil, keeps notes apart from what else is on the terminal.
	around func(write func() error) error
	// unread counts entries that could not be read, skipped the URLs that were done.
	unread, skipped int
	err             error
}

// newProbeTargets makes sense of the flags.
func (o *probeOptions) newProbeTargets(w *world, args []string) (*probeTargets, error) {
	t := &probeTargets{w: w, out: o.out, files: o.input}
	for _, arg := range args {
		if arg == stdinName {
			t.files = append(t.files, arg)
		} else {
			t.args = append(t.args, arg)
		}
	}
	if len(t.args)+len(t.files) == 0 {
		return nil, usageError("ntlmctl probe URL, or -i FILE", "no target")
	}
	var err error
	if o.ports != "" {
		if t.expansion.Ports, err = probe.ParsePorts(o.ports); err != nil {
			return nil, usageError("--ports 80,443,8080/https", "--ports: %v", err)
		}
	}
	if o.shard != "" {
		if t.shard, err = probe.ParseShard(o.shard); err != nil {
			return nil, usageError("--shard 1/4", "--shard %q: %v", o.shard, err)
		}
	}
	if o.paths != "" {
		if t.expansion.Paths, err = readPaths(o.paths); err != nil {
			return nil, err
		}
	}
	for _, file := range t.files {
		if _, err := os.Stat(file); file != stdinName && err != nil {
			return nil, usageError("", "input: %v", err)
		}
	}
	for _, arg := range t.args { // a slip of the pen is a matter of usage; a bad line of a list is not
		if err := t.expansion.Each(arg, func(*url.URL) bool { return false }); err != nil {
			return nil, usageError("a target is a URL, a host, host:port, or a network", "target %q: %v", maskedTarget(arg), err)
		}
	}
	return t, nil
}

// maskedTarget is a target without what may be a password.
func maskedTarget(target string) string {
	if at := strings.LastIndexByte(target, '@'); at >= 0 {
		return "..." + target[at:]
	}
	return target
}

// readPaths are the paths of a product, or those in a file.
func readPaths(name string) ([]string, error) {
	if known, ok := probe.Known[strings.ToLower(name)]; ok {
		return known, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, usageError("--paths is one of "+strings.Join(probe.KnownNames(), ", ")+", or a file", "paths: %v", err)
	}
	defer f.Close()
	var paths []string
	var bad error
	err = probe.ReadList(f, func(line int, entry string) bool {
		path, err := probe.ParsePath(entry)
		if err != nil {
			bad = fmt.Errorf("line %d: %w", line, err)
			return false
		}
		paths = append(paths, path)
		return true
	})
	switch err = errors.Join(err, bad); {
	case err != nil:
		return nil, usageError("a path a line", "paths: %s: %v", name, err)
	case len(paths) == 0:
		return nil, usageError("a path a line", "paths: %s holds none", name)
	}
	return paths, nil
}

// single reports whether there is one argument that means one URL, and no list.
func (t *probeTargets) single() bool {
	return len(t.files) == 0 && len(t.args) == 1 && t.expansion.Count(t.args[0]) == 1
}

// urls are the URLs, each once, that belong to this part and are not done yet.
func (t *probeTargets) urls() iter.Seq[*url.URL] {
	once := probe.NewOnce(probe.OnceGeneration)
	return func(yield func(*url.URL) bool) {
		t.entries(func(entry string) (bool, error) {
			more := true
			err := t.expansion.Each(entry, func(u *url.URL) bool {
				address := u.String()
				switch {
				case !t.shard.Has(u.Host) || !once.First(address):
				case t.done.Has(address):
					t.skipped++
				default:
					more = yield(u)
				}
				return more
			})
			return more, err
		})
	}
}

// count is how many URLs there are at most, 0 where that cannot be told: lists
// that come over time are not read ahead.
func (t *probeTargets) count() int {
	for _, file := range t.files {
		if info, err := os.Stat(file); err != nil || !info.Mode().IsRegular() {
			return 0
		}
	}
	counting := &probeTargets{w: t.w, out: &output{quiet: true}, args: t.args, files: t.files, expansion: t.expansion}
	n := 0
	counting.entries(func(entry string) (bool, error) {
		n += t.expansion.Count(entry)
		return true, nil
	})
	return n / max(t.shard.Of, 1)
}

// entries calls visit for the entries of arguments and lists. Those that cannot
// be read are noted and left out.
func (t *probeTargets) entries(visit func(entry string) (bool, error)) {
	for _, arg := range t.args {
		more, err := visit(arg)
		if err != nil {
			t.refuse("argument", 0, err)
		}
		if !more {
			return
		}
	}
	for _, file := range t.files {
		if !t.list(file, visit) {
			return
		}
	}
}

// list reads one list; false: no more are wanted.
func (t *probeTargets) list(file string, visit func(entry string) (bool, error)) bool {
	var in io.Reader = t.w.Stdin
	if file != stdinName {
		f, err := os.Open(file)
		if err != nil {
			t.err = errors.Join(t.err, err)
			return true
		}
		defer f.Close()
		in = f
	}
	more := true
	err := probe.ReadList(in, func(line int, entry string) bool {
		var err error
		if more, err = visit(entry); err != nil {
			t.refuse(file, line, err)
		}
		return more
	})
	if err != nil {
		t.err = errors.Join(t.err, err)
	}
	return more
}

// maxRefusals is how many entries are named that could not be read.
const maxRefusals = 10

func (t *probeTargets) refuse(where string, line int, err error) {
	switch t.unread++; {
	case t.unread <= maxRefusals:
		t.note("%s, line %d: %v", where, line, err)
	case t.unread == maxRefusals+1:
		t.note("further lines that cannot be read are counted, and not named")
	}
}

func (t *probeTargets) note(format string, args ...any) {
	write := func() error {
		t.out.note(t.w, format, args...)
		return nil
	}
	if t.around == nil {
		_ = write()
	} else {
		_ = t.around(write)
	}
}

// leftOut notes what was not asked.
func (t *probeTargets) leftOut() {
	if t.unread > 0 {
		t.out.note(t.w, "%s could not be read", render.Plural(t.unread, "target"))
	}
	if t.skipped > 0 {
		t.out.note(t.w, "%s had been asked before", render.Plural(t.skipped, "URL"))
	}
}
