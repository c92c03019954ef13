package main

import (
	"net/http"
	"slices"
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
	if o.since != "" {
		o.condition = parseCondition(o.since)
		if f := o.condition.field(); f.name != "" {
			p.fields = append(p.fields, f)
		}
	}
	if o.compressed {
		p.fields = append(p.fields, headerField{name: "Accept-Encoding", value: acceptEncoding})
	}
	lines, err := headerLines(o.headers)
	if err != nil {
		return err
	}
	for _, line := range lines {
		p.header(line)
	}
	if o.bearer != "" && !p.isCustom("Authorization") {
		p.fields = append(p.fields, headerField{name: "Authorization", value: "Bearer " + o.bearer, custom: true})
	}
	p.readCookies()
	return p.sendable()
}

// sendable refuses what would end a line of the request, and begin another.
func (p *plan) sendable() error {
	for _, one := range [...][2]string{{"-X", p.method}, {"-A", p.o.agent.text}, {"-e", p.o.referer}, {"-b", p.cookies}, {"-r", p.o.byteRange}, {"--oauth2-bearer", p.o.bearer}} {
		if err := sendable(one[0], one[1]); err != nil {
			return err
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
func (p *plan) header(line headerLine) {
	name, value := line.name, line.value
	if line.remove { // sent by nobody
		p.drop(name)
		p.removed[http.CanonicalHeaderKey(name)] = true
		return
	}
	if !p.isCustom(name) { // it replaces the program's own
		p.drop(name)
	}
	if strings.EqualFold(name, "Transfer-Encoding") {
		p.chunked = strings.EqualFold(value, "chunked")
		return
	}
	p.fields = append(p.fields, headerField{name: name, value: value, custom: true})
}

func (p *plan) isCustom(name string) bool {
	return slices.ContainsFunc(p.fields, func(f headerField) bool { return f.custom && strings.EqualFold(f.name, name) })
}

func (p *plan) drop(name string) {
	p.fields = slices.DeleteFunc(p.fields, func(f headerField) bool { return !f.custom && strings.EqualFold(f.name, name) })
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

// cut is the beginning of a text, for a message.
func cut(text string, most int) string {
	if len(text) > most {
		return text[:most] + "..."
	}
	return text
}
