package main

import (
	"bufio"
	"io"
	"os"

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
	out := w.Stdout
	if o.output != "" {
		f, err := os.Create(o.output)
		if err != nil {
			return nil, usageError("", "output: %v", err)
		}
		out = f
		s.close = append(s.close, f.Close)
	}
	if o.resume != "" {
		if err := s.open(o.resume, done); err != nil {
			return nil, err
		}
	}
	text, columns := o.out.text(w), 0
	if _, tty := terminal(w.Stdout); o.out.width > 0 || tty && o.output == "" {
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
		s.write = func(r probe.Report) error { return text.ProbeLine(out, r.Result, columns) }
	}
	return s, nil
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
