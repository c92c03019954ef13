// Package writeout expands the formats of curl's option -w.
package writeout

import (
	"io"
	"strings"
)

// Values are what a format may name.
type Values interface {
	// Value is that of %{name}; false if there is no such variable.
	Value(name string) (string, bool)
	// Header is that of %header{name}, empty if the response has none.
	Header(name string) string
	// Failed says whether what follows %{onerror} is written.
	Failed() bool
}

// Expand writes a format to stdout, or after %{stderr} to stderr. It returns the
// names of variables that there are not; nothing is written in their place.
func Expand(format string, v Values, stdout, stderr io.Writer) (unknown []string, err error) {
	var b strings.Builder
	out := stdout
	flush := func() {
		if err == nil && b.Len() > 0 {
			_, err = io.WriteString(out, b.String())
		}
		b.Reset()
	}
	for at := 0; at < len(format); {
		c := format[at]
		rest := format[at+1:]
		switch {
		case c == '\\' && rest != "":
			b.WriteString(escaped(rest[0]))
			at += 2
		case c != '%' || rest == "":
			b.WriteByte(c)
			at++
		case rest[0] == '%':
			b.WriteByte('%')
			at += 2
		case strings.HasPrefix(rest, "header{"):
			name, _, closed := strings.Cut(rest[len("header{"):], "}")
			if !closed {
				b.WriteString("%header{")
				at += len("%header{")
				break
			}
			b.WriteString(v.Header(name))
			at += len("%header{") + len(name) + 1
		case rest[0] == '{':
			name, _, closed := strings.Cut(rest[1:], "}")
			if !closed {
				b.WriteString("%{")
				at += 2
				break
			}
			at += len(name) + 3
			switch name {
			case "stdout":
				flush()
				out = stdout
			case "stderr":
				flush()
				out = stderr
			case "onerror":
				if !v.Failed() {
					flush()
					return unknown, err
				}
			default:
				value, ok := v.Value(name)
				if !ok {
					unknown = append(unknown, name)
				}
				b.WriteString(value)
			}
		default:
			b.WriteByte('%')
			at++
		}
	}
	flush()
	return unknown, err
}

func escaped(c byte) string {
	switch c {
	case 'n':
		return "\n"
	case 'r':
		return "\r"
	case 't':
		return "\t"
	}
	return `\` + string(rune(c))
}
