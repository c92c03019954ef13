package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"strings"

	"github.com/ntlmctl/ntlmctl/internal/curl/writeout"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// formatOf reads the format of -w from the file that @ names.
func formatOf(format string, w *world) (string, error) {
	path, isFile := strings.CutPrefix(format, "@")
	if !isFile {
		return format, nil
	}
	var text []byte
	var err error
	if path == "-" {
		text, err = io.ReadAll(w.Stdin)
	} else {
		text, err = os.ReadFile(path)
	}
	if err != nil {
		return "", usageError("", "-w: %v", err)
	}
	return string(text), nil
}

// writeFormat writes -w.
func (t *transfer) writeFormat(o *outcome) error {
	r := t.run
	unknown, err := writeout.Expand(r.o.writeOut, t.values(o), r.w.shown(), screened(r.w.Stderr))
	for _, name := range unknown {
		r.o.note(r.w, "-w: there is no variable %s", name)
	}
	return err
}

// variables are the values of -w. A text is quoted in JSON, a number is not.
type variables struct {
	texts   map[string]string
	numbers map[string]string
	header  trace.Headers
	failed  bool
}

// Value implements writeout.Values.
func (v *variables) Value(name string) (string, bool) {
	switch name {
	case "json":
		return v.json(), true
	case "header_json":
		return v.headerJSON(), true
	case "certs", "ftp_entry_path":
		return "", true
	}
	if text, ok := v.texts[name]; ok {
		return text, true
	}
	text, ok := v.numbers[name]
	return text, ok
}

// Header implements writeout.Values.
func (v *variables) Header(name string) string { return v.header.Get(name) }

// Failed implements writeout.Values.
func (v *variables) Failed() bool { return v.failed }

// json is all variables as one object, as curl's %{json}.
func (v *variables) json() string {
	m := make(map[string]any, len(v.texts)+len(v.numbers))
	for name, text := range v.texts {
		m[name] = text
	}
	for name, number := range v.numbers {
		m[name] = json.Number(strings.TrimLeft(number[:len(number)-1], "0") + number[len(number)-1:])
		if strings.Contains(number, ".") {
			m[name] = json.Number(number)
		}
	}
	return string(marshal(m))
}

// headerJSON is the header of the last answer, names in lower case.
func (v *variables) headerJSON() string {
	m := map[string][]string{}
	var names []string
	for _, f := range v.header {
		name := strings.ToLower(f.Name)
		if m[name] == nil {
			names = append(names, name)
		}
		m[name] = append(m[name], f.Value)
	}
	lines := make([]string, len(names))
	for i, name := range names {
		lines[i] = string(marshal(name)) + ":" + string(marshal(m[name]))
	}
	return "{" + strings.Join(lines, ",\n") + "\n}"
}

func marshal(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil
	}
	return bytes.TrimSpace(b.Bytes())
}
