package main

import (
	"mime"
	"net/http"
	"strings"
)

// fileNameOf is the name that a response suggests for its body (RFC 6266), empty
// for none: without directories and leading dots, so that it stays where it is put
// and hides nothing.
func fileNameOf(h http.Header) string {
	_, parameters, err := mime.ParseMediaType(h.Get("Content-Disposition"))
	if err != nil {
		return ""
	}
	name := parameters["filename"]
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.TrimLeft(strings.TrimSpace(name), ".")
	if strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return ""
	}
	return name
}
