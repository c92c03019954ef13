package main

import (
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

// condition is what -z asks for: what has changed since a time or, after -, what
// has not. The zero condition asks for all.
type condition struct {
	at     time.Time
	before bool
}

// dates are how -z may be written, beside the ways of HTTP.
var dates = []string{
	time.RFC3339, time.RFC1123Z, "2006-01-02 15:04:05", "2006-01-02", "20060102 15:04:05", "20060102", "2 Jan 2006 15:04:05", "2 Jan 2006", "Jan 2 2006", time.UnixDate,
}

// parseCondition reads the time, or takes that of the file which is named. A file
// that is not there asks for all, as in curl.
func parseCondition(text string) (c condition) {
	text, c.before = strings.CutPrefix(text, "-")
	if at, err := http.ParseTime(text); err == nil {
		c.at = at
		return c
	}
	for _, layout := range dates {
		if at, err := time.Parse(layout, text); err == nil {
			c.at = at
			return c
		}
	}
	info, err := os.Stat(text)
	if err != nil {
		return condition{}
	}
	c.at = info.ModTime()
	return c
}

// field is the header that asks; empty names for none.
func (c condition) field() headerField {
	name := "If-Modified-Since"
	if c.before {
		name = "If-Unmodified-Since"
	}
	if c.at.IsZero() {
		return headerField{}
	}
	return headerField{name: name, value: c.at.UTC().Format(http.TimeFormat)}
}

// met reports whether a response is what was asked for, for servers that do not
// look: its Last-Modified, if it has one, is on the right side.
func (c condition) met(resp *http.Response) bool {
	modified, err := http.ParseTime(resp.Header.Get("Last-Modified"))
	if c.at.IsZero() || err != nil {
		return true
	}
	return modified.After(c.at) != c.before
}

// tooLarge is the failure of a body beyond --max-filesize.
func tooLarge(size, most int64) *failure {
	return &failure{Code: exitUnreachable, Text: "the body is larger than --max-filesize allows: " + strconv.FormatInt(size, 10) + " bytes, " + strconv.FormatInt(most, 10) + " at most"}
}
