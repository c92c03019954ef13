// Package form puts multipart/form-data together (RFC 7578) from what curl's
// option -F says, file by file as it is sent.
package form

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/ntlmctl/ntlmctl/internal/curl/payload"
)

// Form is a form.
type Form struct {
	// Stdin is what the file - reads.
	Stdin io.Reader

	boundary string
	fields   []field
}

// field is one part.
type field struct {
	name     string
	text     string
	path     string // of a file
	filename string // as it is sent; none for a text
	mime     string
	headers  []string
}

// New makes an empty form.
func New() *Form {
	var salt [8]byte
	_, _ = rand.Read(salt[:]) // it never fails
	return &Form{boundary: "------------------------" + hex.EncodeToString(salt[:])}
}

// Add adds what -F says: name=text, name=@file or name=<file, each with
// ;type=, ;filename= and ;headers= after it.
func (f *Form) Add(spec string) error {
	name, rest, ok := strings.Cut(spec, "=")
	if !ok {
		return errors.New("a field is NAME=VALUE, NAME=@FILE or NAME=<FILE")
	}
	one := field{name: name}
	switch {
	case strings.HasPrefix(rest, "@"), strings.HasPrefix(rest, "<"):
		attached := rest[0] == '@'
		var err error
		if one.path, rest, err = word(rest[1:], attached); err != nil {
			return err
		}
		if attached {
			one.filename = filepath.Base(one.path)
			if one.mime = typeOf(one.path); one.path == "-" {
				one.filename, one.mime = "-", ""
			}
		}
		if strings.HasPrefix(rest, ",") {
			return errors.New("several files in one field are not supported: give each a -F of its own")
		}
	case strings.HasPrefix(rest, "("), strings.HasPrefix(rest, "=)"):
		return errors.New("nested parts are not supported")
	default:
		var err error
		if one.text, rest, err = word(rest, false); err != nil {
			return err
		}
	}
	if err := one.modify(rest); err != nil {
		return err
	}
	if one.path == "-" && one.mime == "" && one.filename != "-" {
		one.mime = types[strings.ToLower(filepath.Ext(one.filename))]
	}
	f.fields = append(f.fields, one)
	return nil
}

// AddString adds what --form-string says: name=text, taken as it is.
func (f *Form) AddString(spec string) error {
	name, text, ok := strings.Cut(spec, "=")
	if !ok {
		return errors.New("a field is NAME=VALUE")
	}
	f.fields = append(f.fields, field{name: name, text: text})
	return nil
}

// modify reads ;type=...;filename=...
func (f *field) modify(rest string) error {
	for rest != "" {
		name, value, _ := strings.Cut(rest[1:], "=")
		name = strings.ToLower(strings.TrimSpace(name))
		if name == "type" { // a type has parameters of its own after ;
			value, rest = mimeOf(value)
			f.mime = value
			continue
		}
		var err error
		if value, rest, err = word(value, false); err != nil {
			return err
		}
		switch name {
		case "filename":
			f.filename = value
		case "headers":
			if strings.HasPrefix(value, "@") || strings.HasPrefix(value, "<") {
				return errors.New("headers of a field are not read from files")
			}
			if strings.ContainsAny(value, "\r\n") {
				return errors.New("a header of a field has a line break in it")
			}
			f.headers = append(f.headers, value)
		default:
			return fmt.Errorf("%q after a field is none of type, filename, headers", name)
		}
	}
	return nil
}

// mimeOf cuts off a media type with its parameters: what follows a semicolon is
// one of them unless it is a word of -F.
func mimeOf(text string) (mime, rest string) {
	for at := 0; at < len(text); at++ {
		if text[at] != ';' {
			continue
		}
		name, _, _ := strings.Cut(text[at+1:], "=")
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "filename", "headers", "encoder", "type":
			return strings.TrimSpace(text[:at]), text[at:]
		}
	}
	return strings.TrimSpace(text), ""
}

// word cuts off a value: quoted, or up to a semicolon, or a comma if list is set.
func word(text string, list bool) (value, rest string, err error) {
	trimmed := strings.TrimLeft(text, " \t")
	if strings.HasPrefix(trimmed, `"`) {
		var b strings.Builder
		for i := 1; i < len(trimmed); i++ {
			switch c := trimmed[i]; {
			case c == '\\' && i+1 < len(trimmed) && (trimmed[i+1] == '\\' || trimmed[i+1] == '"'):
				i++
				b.WriteByte(trimmed[i])
			case c == '"':
				rest = strings.TrimLeft(trimmed[i+1:], " \t")
				if rest != "" && rest[0] != ';' && !(list && rest[0] == ',') {
					return "", "", errors.New("text follows the closing quote of a field")
				}
				return b.String(), rest, nil
			default:
				b.WriteByte(c)
			}
		}
	}
	ends := ";"
	if list {
		ends = ";,"
	}
	if at := strings.IndexAny(text, ends); at >= 0 {
		return strings.TrimRight(text[:at], " \t"), text[at:], nil
	}
	return text, "", nil
}

// types are those that curl knows by a file's ending.
var types = map[string]string{
	".gif": "image/gif", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".svg": "image/svg+xml",
	".txt": "text/plain", ".htm": "text/html", ".html": "text/html", ".pdf": "application/pdf", ".xml": "application/xml",
}

func typeOf(path string) string {
	if mime := types[strings.ToLower(filepath.Ext(path))]; mime != "" {
		return mime
	}
	return "application/octet-stream"
}

// ContentType is the value of the request's field.
func (f *Form) ContentType() string { return "multipart/form-data; boundary=" + f.boundary }

// Body is the form as a request's body.
func (f *Form) Body() (*payload.Body, error) {
	b := new(payload.Body)
	for _, one := range f.fields {
		b.Add([]byte("--" + f.boundary + "\r\n" + one.head()))
		switch {
		case one.path == "":
			b.Add([]byte(one.text))
		case one.path == "-":
			text, err := io.ReadAll(f.Stdin)
			if err != nil {
				return nil, err
			}
			b.Add(text)
		default:
			if err := b.AddFile(one.path, 0); err != nil {
				return nil, err
			}
		}
		b.Add([]byte("\r\n"))
	}
	b.Add([]byte("--" + f.boundary + "--\r\n"))
	return b, nil
}

var escaper = strings.NewReplacer(`"`, "%22", "\r", "%0D", "\n", "%0A")

func (f *field) head() string {
	var b strings.Builder
	b.WriteString("Content-Disposition: form-data")
	if f.name != "" {
		b.WriteString(`; name="` + escaper.Replace(f.name) + `"`)
	}
	if f.filename != "" {
		b.WriteString(`; filename="` + escaper.Replace(f.filename) + `"`)
	}
	b.WriteString("\r\n")
	if f.mime != "" {
		b.WriteString("Content-Type: " + escaper.Replace(f.mime) + "\r\n")
	}
	for _, line := range f.headers {
		b.WriteString(line + "\r\n")
	}
	b.WriteString("\r\n")
	return b.String()
}
