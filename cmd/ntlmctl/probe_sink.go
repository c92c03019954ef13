package main

import (
	"bufio"
	"io"
	"os"
	"slices"

	"github.com/ntlmctl/ntlmctl/probe"
	"github.com/ntlmctl/ntlmctl/render"
)

// probeSink takes the reports of a run, one after the other.
type probeSink struct {
	write func(probe.Report) error
	// resume is the file that --resume continues, or nil.
	resume *os.File
	line   []byte
	close  []func() error
}

// newSink opens what the results go to.
func (o *probeOptions) newSink(w *world, single bool, done **probe.Done) (*probeSink, error) {
	s := new(probeSink)
	if err := o.apart(); err != nil {
		return nil, err
	}
	if o.resume != "" {
		if err := s.open(o.resume, done); err != nil {
			return nil, err
		}
	}
	out := w.Stdout
	if o.output != "" {
		f, err := os.Create(o.output)
		if err != nil {
			_ = s.end()
			return nil, usageError("", "output: %v", err)
		}
		out = f
		s.close = append(s.close, f.Close)
	}
	text, columns := o.out.text(w), 0
	_, tty := terminal(w.Stdout)
	tty = tty && o.output == ""
	if o.out.width > 0 || tty {
		columns = text.Width
	}
	if o.output != "" && o.out.color != "always" {
		text.Style = render.NewStyle(false)
	}
	switch table := render.NewProbeCSV(out); {
	case o.csv:
		s.write = func(r probe.Report) error { return table.Write(r.Result) }
	case o.out.format != formatText:
		s.write = func(r probe.Report) error { return s.json(out, r.Result) }
	case single || o.long:
		s.write = func(r probe.Report) error { return text.ProbeReport(out, r) }
	default:
		headed := !tty // lines in a pipe are all results
		s.write = func(r probe.Report) error {
			if !headed {
				headed = true
				if err := text.ProbeHeading(out, columns); err != nil {
					return err
				}
			}
			return text.ProbeLine(out, r.Result, columns)
		}
	}
	return s, nil
}

// apart refuses to write over what is read, or one thing over another.
func (o *probeOptions) apart() error {
	if sameFile(o.output, o.resume) {
		return usageError("", "--output and --resume are the same file, %s", o.output)
	}
	for _, read := range append(slices.Clone(o.input), o.paths) {
		for flag, written := range map[string]string{"--output": o.output, "--resume": o.resume} {
			if sameFile(written, read) {
				return usageError("", "%s would write over %s, which is read", flag, read)
			}
		}
	}
	return nil
}

// sameFile reports whether two names, empty for none, are of one regular file.
func sameFile(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	x, err1 := os.Stat(a)
	y, err2 := os.Stat(b)
	if err1 != nil || err2 != nil {
		return a == b
	}
	return x.Mode().IsRegular() && os.SameFile(x, y)
}

func (s *probeSink) json(out io.Writer, r *probe.Result) error {
	var err error
	if s.line, err = render.AppendProbe(s.line[:0], r); err == nil {
		_, err = out.Write(s.line)
	}
	return err
}

// open opens the file of an earlier run, takes what is done from it, and cuts
// off a line that was not written to its end.
func (s *probeSink) open(name string, done **probe.Done) error {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return usageError("", "resume: %v", err)
	}
	earlier, end, err := probe.ReadDone(bufio.NewReader(f))
	if err == nil {
		err = f.Truncate(end)
	}
	if err == nil {
		_, err = f.Seek(end, io.SeekStart)
	}
	if err != nil {
		f.Close()
		return usageError("--resume FILE is for JSON lines that a run with --resume wrote", "resume: %s: %v", name, err)
	}
	*done, s.resume = earlier, f
	s.close = append(s.close, f.Close)
	return nil
}

// take hands a report on.
func (s *probeSink) take(r probe.Report) error {
	if s.resume != nil {
		if err := s.json(s.resume, r.Result); err != nil {
			return err
		}
	}
	return s.write(r)
}

// end closes what was opened.
func (s *probeSink) end() error {
	var first error
	for _, end := range s.close {
		if err := end(); err != nil && first == nil {
			first = err
		}
	}
	return first
}
