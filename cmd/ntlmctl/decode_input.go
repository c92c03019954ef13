package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"github.com/ntlmctl/ntlmctl/decode/capture"
)

// input is one argument of ntlmctl decode, not yet opened.
type input struct {
	name string
	open func() (io.ReadCloser, error)
	// file is set for what --follow can wait for.
	file bool
	// err says why there is nothing to open.
	err error
}

const stdinName = "-"

// inputs sorts out what each argument is: a file, "-" for stdin, or a token.
func inputs(w *world, args []string) ([]input, error) {
	if len(args) == 0 {
		if _, tty := terminal(w.Stdin); tty {
			return nil, usageError("ntlmctl decode TlRMTVNTUAAB..., ntlmctl decode access.log, or curl -v ... 2>&1 | ntlmctl decode",
				"nothing to decode: there is no argument, and standard input is a terminal")
		}
		args = []string{stdinName}
	}
	list := make([]input, 0, len(args))
	for i, arg := range args {
		in, err := classify(w, i+1, arg)
		if err != nil && len(args) == 1 {
			return nil, err
		}
		in.err = err // the others may be well
		list = append(list, in)
	}
	return list, nil
}

func classify(w *world, n int, arg string) (input, error) {
	if arg == stdinName {
		return input{name: arg, open: func() (io.ReadCloser, error) { return io.NopCloser(w.Stdin), nil }}, nil
	}
	info, err := os.Stat(arg)
	switch {
	case err == nil && info.IsDir():
		return input{}, usageError("name the files in it: "+strings.TrimRight(arg, "/")+"/*", "%s is a directory", arg)
	case err == nil:
		return input{name: arg, file: true, open: func() (io.ReadCloser, error) { return os.Open(arg) }}, nil
	case looksLikeToken(arg):
		name := "argument " + strconv.Itoa(n)
		return input{name: name, open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(arg)), nil }}, nil
	case !errors.Is(err, fs.ErrNotExist) && len(arg) < 256:
		return input{}, usageError("", "%v", err)
	case strings.ContainsAny(arg, "./\\") && len(arg) < 256:
		return input{}, usageError("a token is base64 or hex; a file must be there", "%s: no such file, and not a token", strconv.Quote(arg))
	}
	return input{}, &failure{Code: exitNoToken, Text: "no token in argument " + strconv.Itoa(n) + ", " + strconv.Quote(shorten(arg, 60)) + ", and no such file", Hint: tokenHint}
}

const tokenHint = "a token is base64 that begins with TlRMTVNTUAA, YI or oY, or hex that begins with 4e544c4d53535000, 60 or a1"

// looksLikeToken reports whether there is a token in the text of an argument.
func looksLikeToken(arg string) bool { return firstToken(arg) != nil }

// firstToken is the first token in text, nil if there is none.
func firstToken(text string) (raw []byte) {
	_, _ = capture.Scan(strings.NewReader(text), capture.Options{}, func(f capture.Found) bool {
		raw = f.Raw
		return false
	})
	return raw
}

func shorten(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}

// names lists inputs for a sentence.
func names(list []input) string {
	if len(list) > 3 {
		return strconv.Itoa(len(list)) + " inputs"
	}
	var s []string
	for _, in := range list {
		name := in.name
		if name == stdinName {
			name = "standard input"
		}
		s = append(s, name)
	}
	return strings.Join(s, ", ")
}
