// Package config reads curl's config files (-K): one option a line, with its
// value after white space, an equals sign or a colon.
package config

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxLine bounds a line, in bytes.
const maxLine = 10 << 20

// Option is one line's option.
type Option struct {
	// Name has no dashes before it: "url", or "o" for a short option.
	Name string
	// Short says that Name is that of a short option.
	Short bool
	// Value is without its quotes; HasValue tells an empty one from none.
	Value    string
	HasValue bool
	// Line is its number, from 1.
	Line int
}

// Parse reads a file. A value in double quotes has the escapes \\ \" \t \n \r
// and \v; one without ends at the first white space, as in curl.
func Parse(r io.Reader) ([]Option, error) {
	var list []Option
	scanner := bufio.NewScanner(r)
	scanner.Buffer(nil, maxLine)
	line := 0
	for scanner.Scan() {
		line++
		text := strings.Trim(scanner.Text(), " \t\r\ufeff")
		if text == "" || text[0] == '#' {
			continue
		}
		o, err := parseLine(text)
		if err != nil {
			return list, fmt.Errorf("line %d: %w", line, err)
		}
		o.Line = line
		list = append(list, o)
	}
	if err := scanner.Err(); err != nil {
		return list, fmt.Errorf("line %d: %w", line+1, err)
	}
	return list, nil
}

func parseLine(text string) (Option, error) {
	o := Option{}
	dashed := strings.HasPrefix(text, "-")
	end := strings.IndexFunc(text, func(r rune) bool { return r == ' ' || r == '\t' || !dashed && (r == '=' || r == ':') })
	if end < 0 {
		end = len(text)
	}
	o.Name = text[:end]
	switch {
	case strings.HasPrefix(o.Name, "--"):
		o.Name = o.Name[2:]
	case dashed:
		o.Name, o.Short = o.Name[1:], true
	case len(o.Name) == 1:
		o.Short = true
	}
	if o.Name == "" {
		return o, errors.New("there is no option's name")
	}
	rest := strings.TrimLeft(text[end:], " \t=:")
	if rest == "" {
		return o, nil
	}
	o.HasValue = true
	if rest[0] != '"' {
		o.Value, _, _ = strings.Cut(strings.ReplaceAll(rest, "\t", " "), " ")
		return o, nil
	}
	var ok bool
	if o.Value, ok = unquote(rest[1:]); !ok {
		return o, fmt.Errorf("the value of %s has a quote that does not end", o.Name)
	}
	return o, nil
}

var escapes = map[byte]byte{'t': '\t', 'n': '\n', 'r': '\r', 'v': '\v'}

// unquote reads up to the closing quote; what follows it does not count.
func unquote(text string) (string, bool) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '"':
			return b.String(), true
		case c == '\\' && i+1 < len(text):
			i++
			c = text[i]
			if is, ok := escapes[c]; ok {
				c = is
			}
		}
		b.WriteByte(c)
	}
	return "", false
}
