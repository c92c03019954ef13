package payload

import (
	"errors"
	"io"
	"net/url"
	"os"
	"slices"
	"strings"
)

// Post is what curl's options -d, --data-raw, --data-binary, --data-urlencode
// and --json make together, in the order in which they were given.
type Post struct {
	Body
	// Stdin is what @- reads.
	Stdin io.Reader
	begun bool
}

// Data is -d: text, or after @ a file without its CR, LF and NUL.
func (p *Post) Data(value string) error {
	name, isFile := strings.CutPrefix(value, "@")
	if !isFile {
		return p.Raw(value)
	}
	text, err := p.read(name)
	if err != nil {
		return err
	}
	p.separate("&")
	p.Add(slices.DeleteFunc(text, func(c byte) bool { return c == '\r' || c == '\n' || c == 0 }))
	return nil
}

// Raw is --data-raw: text as it is.
func (p *Post) Raw(value string) error {
	p.separate("&")
	p.Add([]byte(value))
	return nil
}

// Binary is --data-binary: text, or after @ a file as it is.
func (p *Post) Binary(value string) error { return p.whole(value, "&") }

// JSON is --json's body: as Binary, without & between.
func (p *Post) JSON(value string) error { return p.whole(value, "") }

func (p *Post) whole(value, separator string) error {
	name, isFile := strings.CutPrefix(value, "@")
	p.separate(separator)
	switch {
	case !isFile:
		p.Add([]byte(value))
		return nil
	case name == "-":
		text, err := p.read(name)
		p.Add(text)
		return err
	}
	return p.AddFile(name, 0)
}

// URLEncode is --data-urlencode: content, =content, name=content, @file or
// name@file.
func (p *Post) URLEncode(value string) error {
	name, content := "", value
	if at := strings.IndexAny(value, "=@"); at >= 0 {
		name, content = value[:at], value[at+1:]
		if value[at] == '@' {
			text, err := p.read(content)
			if err != nil {
				return err
			}
			content = string(text)
		}
	}
	if name != "" {
		name += "="
	}
	return p.Raw(name + query(content))
}

func (p *Post) separate(by string) {
	if p.begun {
		p.Add([]byte(by))
	}
	p.begun = true
}

func (p *Post) read(name string) ([]byte, error) {
	if name != "-" {
		return os.ReadFile(name)
	}
	if p.Stdin == nil {
		return nil, errors.New("there is no standard input")
	}
	return io.ReadAll(p.Stdin)
}

// query is Escape with a plus sign for a blank, as curl writes form data.
func query(text string) string { return strings.ReplaceAll(Escape(text), "%20", "+") }

// Escape percent-encodes all but letters, digits and - . _ ~, as curl does.
func Escape(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }
