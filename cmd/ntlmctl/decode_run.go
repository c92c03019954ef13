package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/decode/annotate"
	"github.com/ntlmctl/ntlmctl/decode/capture"
)

// input is one argument of ntlmctl decode, not yet opened.
type input struct {
	name string
	open func() (io.ReadCloser, error)
}

// inputs sorts out what each argument is: a file, "-" for stdin, or a token.
func inputs(w *world, args []string) ([]input, error) {
	if len(args) == 0 {
		if _, tty := terminal(w.Stdin); tty {
			return nil, usageError("ntlmctl decode TlRMTVNTUAAB..., ntlmctl decode access.log, or curl -v ... 2>&1 | ntlmctl decode", "nothing to decode: no argument, and stdin is a terminal")
		}
		args = []string{"-"}
	}
	list := make([]input, 0, len(args))
	for i, arg := range args {
		in, err := classify(w, i+1, arg)
		if err != nil {
			return nil, err
		}
		list = append(list, in)
	}
	return list, nil
}

func classify(w *world, n int, arg string) (input, error) {
	if arg == "-" {
		return input{"-", func() (io.ReadCloser, error) { return io.NopCloser(w.Stdin), nil }}, nil
	}
	info, err := os.Stat(arg)
	switch {
	case err == nil && info.IsDir():
		return input{}, usageError("name the files in it: "+strings.TrimSuffix(arg, "/")+"/*", "%s is a directory", arg)
	case err == nil:
		return input{arg, func() (io.ReadCloser, error) { return os.Open(arg) }}, nil
	case !errors.Is(err, fs.ErrNotExist) && !looksLikeToken(arg):
		return input{}, usageError("", "%v", err)
	case !looksLikeToken(arg):
		return input{}, usageError("a token is base64 or hex; a path must exist", "%s: no such file, and no token either", strconv.Quote(shorten(arg, 60)))
	}
	name := "argument " + strconv.Itoa(n)
	return input{name, func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(arg)), nil }}, nil
}

// looksLikeToken tells the text of a token from the name of a file that is not
// there.
func looksLikeToken(arg string) bool {
	found := false
	_, _ = capture.Scan(strings.NewReader(arg), capture.Options{}, func(capture.Found) bool {
		found = true
		return false
	})
	return found
}

func shorten(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}

func runDecode(w *world, o *decodeOptions, args []string) error {
	failOn, err := o.check()
	if err != nil {
		return err
	}
	list, err := inputs(w, args)
	if err != nil {
		return err
	}
	d := newDecoding(w, o)
	var failed error
	for _, in := range list {
		if err := d.input(in); err != nil && failed == nil {
			failed = err
		}
	}
	if err := d.close(); err != nil {
		return err
	}
	switch {
	case failed != nil:
		return failed
	case d.tokens == 0:
		return &failure{Code: exitNoToken, Text: "no token found in " + names(list), Hint: "a token is base64 or hex that begins with TlRMTVNTUAA, YII or oYI, or 4e544c4d; headers, logs, HAR and pcap files may hold some"}
	case failOn != 0 && d.worst >= failOn:
		return &failure{Code: exitFindings, Silent: true, Text: "findings"}
	}
	return nil
}

func names(list []input) string {
	if len(list) > 3 {
		return strconv.Itoa(len(list)) + " inputs"
	}
	var s []string
	for _, in := range list {
		name := in.name
		if name == "-" {
			name = "standard input"
		}
		s = append(s, name)
	}
	return strings.Join(s, ", ")
}

// check validates what flags cannot say by themselves.
func (o *decodeOptions) check() (failOn annotate.Severity, err error) {
	if o.failOn != "" {
		var ok bool
		if failOn, ok = annotate.ParseSeverity(o.failOn); !ok {
			return 0, usageError("--fail-on is info, warning or error", "unknown severity %q", o.failOn)
		}
	}
	return failOn, nil
}

// decoding is one run of the command: tokens go in, in order, and text or JSON
// comes out.
type decoding struct {
	w      *world
	o      *decodeOptions
	sink   sink
	tokens int
	worst  decode.Severity
	err    error
}

func newDecoding(w *world, o *decodeOptions) *decoding {
	return &decoding{w: w, o: o, sink: newSink(w, o)}
}

func (d *decoding) input(in input) error {
	r, err := in.open()
	if err != nil {
		return usageError("", "%v", err)
	}
	defer r.Close()
	_, err = capture.Scan(r, capture.Options{Name: in.name}, d.found)
	if d.err != nil {
		return d.err
	}
	var bad *capture.Error
	if errors.As(err, &bad) {
		return &failure{Code: exitUsage, Text: in.name, Err: bad, Hint: bad.Hint}
	}
	return err
}

func (d *decoding) found(f capture.Found) bool {
	t := decode.Decode(f.Raw, decode.Options{Annotate: d.o.annotate()})
	source := f.Source
	t.Source, t.Scheme = &source, f.Scheme
	d.tokens++
	d.worst = max(d.worst, t.Worst())
	d.err = d.sink.token(t)
	return d.err == nil
}

func (o *decodeOptions) annotate() bool { return o.out.format == formatText || !o.brief }

func (d *decoding) close() error { return d.sink.close() }
