package main

import (
	"io"
	"net/http"
	"strings"

	"github.com/ntlmctl/ntlmctl/internal/curl/form"
	"github.com/ntlmctl/ntlmctl/internal/curl/payload"
)

// plan is the request that the flags describe, the same for all URLs.
type plan struct {
	o *requestOptions
	// method is the first request's; custom says that -X chose it.
	method string
	custom bool
	// fields are what goes out beside what depends on the URL. Of the names in
	// removed not even the default goes out.
	fields  []headerField
	removed map[string]bool
	body    *payload.Body // nil without one
	// bodyType is the Content-Type that goes with the body, unless a header says another.
	bodyType string
	query    string // of -G
	// cookies are those of -b NAME=VALUE.
	cookies string
	chunked bool
}

type headerField struct {
	name, value string
	custom      bool // of -H
}

func (o *requestOptions) plan(w *world) (*plan, error) {
	p := &plan{o: o, removed: map[string]bool{}, method: http.MethodGet}
	post := payload.Post{Stdin: w.Stdin}
	json := false
	for _, piece := range o.data {
		add := map[string]func(string) error{
			"data": post.Data, "data-ascii": post.Data, "data-raw": post.Raw, "data-binary": post.Binary,
			"data-urlencode": post.URLEncode, "json": post.JSON,
		}[piece.flag]
		json = json || piece.flag == "json"
		if err := add(piece.value); err != nil {
			return nil, usageError("", "--%s: %v", piece.flag, err)
		}
	}
	if err := o.oneMethod(); err != nil {
		return nil, err
	}
	if err := p.urlQuery(w); err != nil {
		return nil, err
	}
	switch {
	case o.asGet:
		text, err := readAll(&post.Body)
		if err != nil {
			return nil, usageError("", "-G: %v", err)
		}
		p.query = strings.TrimPrefix(p.query+"&"+text, "&")
	case len(o.data) > 0:
		p.method, p.body, p.bodyType = http.MethodPost, &post.Body, "application/x-www-form-urlencoded"
		if json {
			p.bodyType = "application/json"
		}
	case len(o.forms) > 0:
		if err := p.form(w); err != nil {
			return nil, err
		}
	}
	if o.head {
		p.method = http.MethodHead
	}
	if o.method != "" {
		p.method, p.custom = o.method, true
	}
	return p, p.headers(json)
}

// urlQuery takes --url-query.
func (p *plan) urlQuery(w *world) error {
	query := payload.Post{Stdin: w.Stdin}
	for _, text := range p.o.urlQuery {
		add := query.URLEncode
		if plain, is := strings.CutPrefix(text, "+"); is {
			add, text = query.Raw, plain
		}
		if err := add(text); err != nil {
			return usageError("", "--url-query: %v", err)
		}
	}
	var err error
	if p.query, err = readAll(&query.Body); err != nil {
		return usageError("", "--url-query: %v", err)
	}
	return nil
}

// oneMethod refuses flags that ask for different things.
func (o *requestOptions) oneMethod() error {
	asked := 0
	for _, is := range []bool{len(o.data) > 0 && !o.asGet, len(o.forms) > 0, len(o.uploads) > 0, o.head} {
		if is {
			asked++
		}
	}
	if asked > 1 {
		return usageError("-G puts the data of -d into the URL", "-d, -F, -T and -I ask for different requests")
	}
	return nil
}

func (p *plan) form(w *world) error {
	f := form.New()
	f.Stdin = w.Stdin
	for _, piece := range p.o.forms {
		add := f.Add
		if piece.literal {
			add = f.AddString
		}
		if err := add(piece.value); err != nil {
			return usageError("", "-F: %v", err)
		}
	}
	body, err := f.Body()
	if err != nil {
		return usageError("", "-F: %v", err)
	}
	p.method, p.body, p.bodyType = http.MethodPost, body, f.ContentType()
	return nil
}

func readAll(b *payload.Body) (string, error) {
	r, err := b.Open()
	if err != nil {
		return "", err
	}
	defer r.Close()
	text, err := io.ReadAll(r)
	return string(text), err
}
