package trace

import "strings"

// Header is one header field.
type Header struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Headers are header fields in their order on the wire, in their own case.
// Names are compared without regard to case.
type Headers []Header

// Get returns the first value of a name, or "".
func (h Headers) Get(name string) string {
	for i := range h {
		if strings.EqualFold(h[i].Name, name) {
			return h[i].Value
		}
	}
	return ""
}

// Has reports whether there is a field of the name.
func (h Headers) Has(name string) bool {
	for i := range h {
		if strings.EqualFold(h[i].Name, name) {
			return true
		}
	}
	return false
}

// Values returns all values of a name, nil if there are none.
func (h Headers) Values(name string) []string {
	var list []string
	for i := range h {
		if strings.EqualFold(h[i].Name, name) {
			list = append(list, h[i].Value)
		}
	}
	return list
}

// HasToken reports whether the comma-separated lists under a name contain a
// token, as "close" in Connection.
func (h Headers) HasToken(name, token string) bool {
	for i := range h {
		if !strings.EqualFold(h[i].Name, name) {
			continue
		}
		for part := range strings.SplitSeq(h[i].Value, ",") {
			if strings.EqualFold(strings.Trim(part, " \t"), token) {
				return true
			}
		}
	}
	return false
}

// Without returns the fields of other names, in a new slice.
func (h Headers) Without(names ...string) Headers {
	list := make(Headers, 0, len(h))
next:
	for _, field := range h {
		for _, name := range names {
			if strings.EqualFold(field.Name, name) {
				continue next
			}
		}
		list = append(list, field)
	}
	return list
}
