package writeout

import (
	"slices"
	"strings"
	"testing"
)

type values struct{ failed bool }

func (values) Value(name string) (string, bool) {
	v, ok := map[string]string{"http_code": "200", "empty": ""}[name]
	return v, ok
}
func (values) Header(name string) string { return map[string]string{"server": "lab"}[name] }
func (v values) Failed() bool            { return v.failed }

func TestExpand(t *testing.T) {
	for _, c := range []struct {
		format, out, err string
		unknown          []string
		failed           bool
	}{
		{format: `%{http_code}\n`, out: "200\n"},
		{format: `\t\r\x\\`, out: "\t\r\\x\\\\"},
		{format: `100%% %x %`, out: "100% %x %"},
		{format: `%{nothing}-%{empty}`, out: "-", unknown: []string{"nothing"}},
		{format: `%{http_code`, out: "%{http_code"},
		{format: `%header{server} %header{x} %header{`, out: "lab  %header{"},
		{format: `a%{stderr}b%{stdout}c`, out: "ac", err: "b"},
		{format: `a%{onerror}b`, out: "a"},
		{format: `a%{onerror}b`, out: "ab", failed: true},
	} {
		var out, errs strings.Builder
		unknown, err := Expand(c.format, values{c.failed}, &out, &errs)
		if err != nil || out.String() != c.out || errs.String() != c.err || !slices.Equal(unknown, c.unknown) {
			t.Errorf("%s: %q, %q, %v, %v", c.format, out.String(), errs.String(), unknown, err)
		}
	}
}
