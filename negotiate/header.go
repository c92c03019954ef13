package negotiate

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// The fields that change from leg to leg.
const (
	fieldAuthorization      = "Authorization"
	fieldProxyAuthorization = "Proxy-Authorization"
	fieldCookie             = "Cookie"
)

// template is a request's header as it goes out on each leg. A field without a
// value keeps the place of one that changes from leg to leg.
type template trace.Headers

// newTemplate puts a header in order: Host, what logs on, then the rest sorted,
// save what order names. Fields of the name leave are left out.
func newTemplate(req *http.Request, order []string, leave string) template {
	fields := map[string][]string{fieldProxyAuthorization: {""}, fieldAuthorization: {""}, fieldCookie: {""}}
	written := map[string]string{} // as the caller wrote a name
	for name, values := range req.Header {
		key := http.CanonicalHeaderKey(name)
		if len(values) > 0 && key != "Host" && key != leave {
			fields[key], written[key] = values, name
		}
	}
	if req.Host != "" && req.Host != req.URL.Host {
		fields["Host"] = []string{req.Host}
	} else if slices.ContainsFunc(order, func(name string) bool { return strings.EqualFold(name, "Host") }) {
		fields["Host"] = []string{req.URL.Host}
	}
	list := make(trace.Headers, 0, len(fields)+2)
	add := func(key, as string) {
		for _, value := range fields[key] {
			list = append(list, trace.Header{Name: as, Value: value})
		}
		delete(fields, key)
	}
	ordered := map[string]bool{}
	for _, as := range order {
		ordered[http.CanonicalHeaderKey(as)] = true
	}
	for _, key := range [...]string{"Host", fieldProxyAuthorization, fieldAuthorization} {
		if !ordered[key] {
			add(key, key)
		}
	}
	for _, as := range order {
		add(http.CanonicalHeaderKey(as), as)
	}
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		add(key, cmp.Or(written[key], key))
	}
	return template(list)
}

// fill is the header of one leg. Empty values leave their fields out; cookies
// that changed replace those of the request.
func (t template) fill(proxyAuthorization, authorization, cookies string, changed bool) trace.Headers {
	list := make(trace.Headers, 0, len(t))
	for _, field := range t {
		switch key := field.Name; {
		case changed && strings.EqualFold(key, fieldCookie):
			field.Value, cookies = cookies, ""
		case field.Value != "":
		case strings.EqualFold(key, fieldAuthorization):
			field.Value = authorization
		case strings.EqualFold(key, fieldProxyAuthorization):
			field.Value = proxyAuthorization
		case !strings.EqualFold(key, fieldCookie):
			list = append(list, field) // empty is what the caller wants
			continue
		}
		if field.Value != "" {
			list = append(list, field)
		}
	}
	return list
}
