package offer

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// Parse never panics, never invents text, and reads what Append writes as it was.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"Negotiate, NTLM TlRMTVNTUAAC==", `Basic realm="a \"b\"", Digest qop="auth,auth-int", nonce=x`, "ntlm a b c", `realm=x y z, "`, ",, =, @", "Negotiate NTLM Basic realm = x",
	} {
		f.Add(seed, "NTLM")
	}
	f.Fuzz(func(t *testing.T, one, two string) {
		values := []string{one, two}
		list := Parse(values)
		for i := range list {
			c := &list[i]
			if c.Header < 0 || c.Header > 1 || !strings.Contains(values[c.Header], c.Raw) || !strings.Contains(c.Raw, c.Scheme) {
				t.Fatalf("challenge %+v is not in %q", c, values)
			}
			if c.Scheme != "" && (!isToken(c.Scheme) || !strings.HasPrefix(c.Raw, c.Scheme)) {
				t.Fatalf("scheme %q", c.Scheme)
			}
			for _, w := range c.Warnings {
				if w.Text == "" {
					t.Fatalf("warning %q has no text", w.Code)
				}
			}
		}
		// What is written as the grammar has it reads back as it was.
		var clean []Challenge
		for _, c := range list {
			ambiguous := c.Token68 != "" && (c.Warned(TokenAndParams) || token68Len(c.Token68) != len(c.Token68) || canonical(c.Token68) != "")
			if c.Scheme != "" && !ambiguous {
				clean = append(clean, c)
			}
		}
		again := Parse([]string{joined(clean)})
		ignore := cmpopts.IgnoreFields(Challenge{}, "Raw", "Header", "Warnings")
		quoted := cmpopts.IgnoreFields(Param{}, "Quoted")
		if diff := cmp.Diff(clean, again, ignore, quoted); diff != "" {
			t.Fatalf("%q: %s", joined(clean), diff)
		}
	})
}
