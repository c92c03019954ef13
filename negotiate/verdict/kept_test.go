package verdict

import (
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// An answer that a cache says it kept shows nothing of the server: the verdict says so.
func TestKept(t *testing.T) {
	o := exchange{t, Origin}
	for _, token := range []string{"", t1} {
		for _, c := range []struct{ field, want string }{
			{"X-Cache: HIT", "X-Cache: HIT: a cache answered"}, {"Age: 7", "Age: 7: a cache answered"}, {"X-Cache: MISS", ""}, {"Age: 0", ""},
		} {
			v := (&Run{Target: Origin, Legs: []*trace.Leg{o.leg(1, 1, token, 200, c.field)}}).Judge()
			said := ""
			for _, e := range v.Evidence {
				if strings.Contains(e.Text, "a cache answered") {
					said = e.Text
				}
			}
			if v.Code != Open || !strings.HasPrefix(said, c.want) || (said == "") != (c.want == "") || (len(v.WouldProve) > 0) != (c.want != "" || v.Grade != Proven) {
				t.Errorf("%q, %s: %+v", token, c.field, v)
			}
		}
	}
}
