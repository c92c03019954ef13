package main

import (
	"bufio"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
)

// headers puts the fields together that do not depend on the URL.
func (p *plan) headers(json bool) error {
	o := p.o
	agent := "ntlmctl/" + version
	if o.agent.given {
		agent = o.agent.text
	}
	accept := "*/*"
	if json {
		accept = "application/json"
	}
	if o.byteRange != "" {
		p.fields = append(p.fields, headerField{name: "Range", value: "bytes=" + rangeOf(o.byteRange)})
	}
	p.fields = append(p.fields, headerField{name: "User-Agent", value: agent}, headerField{name: "Accept", value: accept})
	if o.compressed {
		p.fields = append(p.fields, headerField{name: "Accept-Encoding", value: acceptEncoding})
	}
	var lines []string
	for _, line := range o.headers {
		path, isFile := strings.CutPrefix(line, "@")
		if !isFile {
			lines = append(lines, line)
			continue
		}
		more, err := headerFile(path)
		if err != nil {
			return usageError("", "-H: %v", err)
		}
		lines = append(lines, more...)
	}
	for _, line := range lines {
		if err := p.header(line); err != nil {
			return err
		}
	}
	p.readCookies()
	return p.sendable()
}

// sendable refuses what would end a line of the request, and begin another.
func (p *plan) sendable() error {
	texts := map[string]string{"-X": p.method, "-e": p.o.referer, "-b": p.cookies}
	for _, f := range p.fields {
		texts["the header "+strconv.Quote(cut(f.name, 20))] = f.name + f.value
	}
	for what, text := range texts {
		if strings.ContainsAny(text, "\r\n\x00") {
			return usageError("", "%s has a line break or NUL in it", what)
		}
	}
	return nil
}

// rangeOf is the range of -r; one number means all from there on.
func rangeOf(text string) string {
	if strings.Trim(text, "0123456789") == "" {
		return text + "-"
	}
	return text
}

// header takes one -H.
func (p *plan) header(line string) error {
	name, value, ok := strings.Cut(line, ":")
	value = strings.TrimSpace(value)
	if empty, is := strings.CutSuffix(line, ";"); !ok && is {
		name, value = empty, ""
	} else if !ok {
		return usageError(`a header is "Name: value", "Name:" or "Name;"`, "header %s has no colon", strconv.Quote(cut(line, 20)))
	} else if value == "" { // sent by nobody
		p.drop(name)
		p.removed[http.CanonicalHeaderKey(name)] = true
		return nil
	}
	if !p.isCustom(name) { // it replaces the program's own
		p.drop(name)
	}
	if strings.EqualFold(name, "Transfer-Encoding") {
		p.chunked = strings.EqualFold(value, "chunked")
		return nil
	}
	p.fields = append(p.fields, headerField{name: name, value: value, custom: true})
	return nil
}

func (p *plan) isCustom(name string) bool {
	return slices.ContainsFunc(p.fields, func(f headerField) bool { return f.custom && strings.EqualFold(f.name, name) })
}

func (p *plan) drop(name string) {
	p.fields = slices.DeleteFunc(p.fields, func(f headerField) bool { return strings.EqualFold(f.name, name) })
}

// readCookies takes the texts of -b; files are the jar's.
func (p *plan) readCookies() {
	var texts []string
	for _, text := range p.o.cookies {
		if strings.Contains(text, "=") {
			texts = append(texts, strings.TrimRight(text, "; "))
		}
	}
	p.cookies = strings.Join(texts, ";")
}

// order is how the fields go out: the program's own, cookies, those of -H, and
// what describes the body.
func (p *plan) order() []string {
	list := []string{"Host", "Proxy-Authorization", "Authorization", "Content-Range"}
	for _, f := range p.fields {
		if !f.custom {
			list = append(list, f.name)
		}
	}
	list = append(list, "Referer", "Proxy-Connection", "Cookie")
	for _, f := range p.fields {
		if f.custom {
			list = append(list, f.name)
		}
	}
	list = append(list, "Content-Type")
	return unique(list)
}

// unique leaves out names that come again, in whatever case: the last one counts,
// since -H overrides.
func unique(list []string) []string {
	seen := map[string]bool{}
	var out []string
	for i := len(list) - 1; i >= 0; i-- {
		if key := strings.ToLower(list[i]); !seen[key] {
			seen[key] = true
			out = append(out, list[i])
		}
	}
	slices.Reverse(out)
	return out
}

// headerFile reads the lines of -H @FILE.
func headerFile(path string) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var lines []string
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		if line := strings.TrimSpace(s.Text()); line != "" && line[0] != '#' {
			lines = append(lines, line)
		}
	}
	return lines, s.Err()
}

// cut is the beginning of a text, for a message.
func cut(text string, most int) string {
	if len(text) > most {
		return text[:most] + "..."
	}
	return text
}
