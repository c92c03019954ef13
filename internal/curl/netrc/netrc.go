// Package netrc reads .netrc files, as curl and ftp do: the logins of machines.
package netrc

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxFile bounds a file, in bytes.
const maxFile = 1 << 20

// Login is one entry of a file.
type Login struct {
	// Machine is a host's name; empty for the default entry, which is for all.
	Machine string
	// User and Password are as they are written; HasPassword tells an empty
	// password from none.
	User, Password string
	HasPassword    bool
}

// File is the entries of a file, in order.
type File []Login

// Parse reads a file. Words are separated by white space, may stand in double
// quotes with escapes by a backslash, and # begins a comment where a word is
// due. A macdef runs to the next empty line. Errors name the line, not its words.
func Parse(r io.Reader) (File, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxFile {
		return nil, errors.New("it is larger than any netrc")
	}
	s := scanner{text: string(text), line: 1}
	var f File
	for {
		word, ok, err := s.word()
		if err != nil || !ok {
			return f, err
		}
		switch word {
		case "machine":
			name, err := s.value(word)
			if err != nil {
				return f, err
			}
			f = append(f, Login{Machine: name})
		case "default":
			f = append(f, Login{})
		case "login", "password", "account":
			value, err := s.value(word)
			if err != nil {
				return f, err
			}
			if len(f) == 0 {
				return f, fmt.Errorf("line %d: %s comes before any machine", s.line, word)
			}
			switch last := &f[len(f)-1]; word {
			case "login":
				last.User = value
			case "password":
				last.Password, last.HasPassword = value, true
			}
		case "macdef":
			s.macro()
		default: // a word of some other program
		}
	}
}

// Find returns the entry for a host, that of a user if one is named; the default
// entry comes after those that name the host.
func (f File) Find(host, user string) (Login, bool) {
	for _, fallback := range [...]bool{false, true} {
		for _, l := range f {
			if l.Machine == "" != fallback || !fallback && !strings.EqualFold(l.Machine, host) {
				continue
			}
			if user == "" || l.User == user || l.User == "" {
				if l.User == "" {
					l.User = user
				}
				return l, true
			}
		}
	}
	return Login{}, false
}

// scanner cuts a text into words.
type scanner struct {
	text string
	at   int
	line int
}

func (s *scanner) value(of string) (string, error) {
	line := s.line
	word, ok, err := s.word()
	if err == nil && !ok {
		err = fmt.Errorf("line %d: nothing follows %s", line, of)
	}
	return word, err
}

func (s *scanner) word() (word string, ok bool, err error) {
	for s.at < len(s.text) {
		switch c := s.text[s.at]; {
		case c == '\n':
			s.line++
			s.at++
		case c == ' ' || c == '\t' || c == '\r':
			s.at++
		case c == '#':
			s.at += len(s.text[s.at:]) - len(strings.TrimLeft(s.text[s.at:], "#"))
			for s.at < len(s.text) && s.text[s.at] != '\n' {
				s.at++
			}
		case c == '"':
			s.at++
			word, err = s.quoted()
			return word, true, err
		default:
			from := s.at
			for s.at < len(s.text) && !strings.ContainsRune(" \t\r\n", rune(s.text[s.at])) {
				s.at++
			}
			return s.text[from:s.at], true, nil
		}
	}
	return "", false, nil
}

func (s *scanner) quoted() (string, error) {
	var b strings.Builder
	for s.at < len(s.text) {
		c := s.text[s.at]
		s.at++
		switch c {
		case '"':
			return b.String(), nil
		case '\n':
			return "", fmt.Errorf("line %d: a quote does not end", s.line)
		case '\\':
			if s.at == len(s.text) {
				continue
			}
			c = s.text[s.at]
			s.at++
			switch c {
			case 'n':
				c = '\n'
			case 'r':
				c = '\r'
			case 't':
				c = '\t'
			}
		}
		b.WriteByte(c)
	}
	return "", fmt.Errorf("line %d: a quote does not end", s.line)
}

// macro passes over a macdef: everything to the next empty line.
func (s *scanner) macro() {
	end := strings.Index(s.text[s.at:], "\n\n")
	if end < 0 {
		end = len(s.text) - s.at
	}
	s.line += strings.Count(s.text[s.at:s.at+end], "\n")
	s.at += end
}
