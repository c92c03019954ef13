package capture

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/ntlmctl/ntlmctl/decode"
)

// TestGrouperSteps has a Grouper take messages and responses one by one, and wants
// each handshake at the step that closes it; the last step is Close. A step is a
// message (x is a challenge that the Type 3 does not answer) or r, the direction,
// the connection if that is known, and the status of r.
func TestGrouperSteps(t *testing.T) {
	stranger := bytes.Clone(unbase64(t, type2))
	stranger[len(stranger)-8] ^= 1 // another timestamp
	raw := map[byte][]byte{'1': unbase64(t, type1), '2': unbase64(t, type2), 'x': stranger, '3': unbase64(t, type3)}
	directions := map[byte]string{'>': request, '<': response, '.': ""}
	for _, c := range []struct{ name, steps, want string }{
		{"one after the other", "1>a 2<a 3>a r<a=200 1>a 2<a 3>a r<a=401", "4:123[a]200 8:123[a]401"},
		{"the wrong way", "1<a 2>a 3<a r<a=200", ""},
		{"a Type 1 the wrong way", "1<a 2<a 3>a r<a=200", "4:-23[a]200"},
		{"a challenge the wrong way", "1>a 2>a r<a=401", "4:1--[a]401"},
		{"a Type 3 the wrong way", "1>a 2<a 3<a r<a=200", "5:12-[a]0"},
		{"no way known", "1. 2. 3.", "3:123[]0"},
		{"refused, and begun again", "1>a r<a=401 1>a 2<a 3>a r<a=200", "3:1--[a]401 6:123[a]200"},
		{"broken off by a Type 1", "1>a 2<a 1>a 2<a 3>a r<a=200", "3:12-[a]0 6:123[a]200"},
		{"a second challenge on the connection", "1>a x<a 2<a 3>a r<a=200", "3:12-[a]0 5:-23[a]200"},
		{"the same challenge twice", "1>a 2<a 2<a 3>a r<a=200", "5:123[a]200"},
		{"the same Type 3 twice", "1>a 2<a 3>a 3>a r<a=200", "5:123[a]200"},
		{"a response between challenge and Type 3", "1>a 2<a r<a=302 3>a r<a=200", "5:123[a]200"},
		{"a response after a challenge that nobody answers", "1>a 2<a r<a=302", "4:12-[a]0"},
		{"on another connection", "1>a 2<a 3>b r<b=401", "4:123[b]401"},
		{"on another connection, which had begun itself", "1>a 2<a 1>b x<b 3>b r<b=401", "5:12-[b]0 6:123[b]401"},
		{"two without a connection", "1. x. 1. 2. 3.", "5:123[]0 6:12-[]0"},
		{"a challenge of somebody else's, without a connection", "1. x. 3.", "4:12-[]0"},
		{"Type 3 alone, and its answer", "3>a r<a=200", "2:--3[a]200"},
		{"Type 3 alone, where nothing tells of answers", "3. 3.", ""},
		{"a response to nothing", "r<a=401 r<a=401", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out []string
			n := 0
			g := NewGrouper(func(h Handshake) {
				out = append(out, fmt.Sprintf("%d:%s[%s]%d", n, has(h.Negotiate, 1)+has(h.Challenge, 2)+has(h.Authenticate, 3), h.Stream, h.Status))
			})
			for _, step := range strings.Fields(c.steps) {
				n++
				stream, status, _ := strings.Cut(step[2:], "=")
				source := decode.Source{Name: "in", Stream: stream, Direction: directions[step[1]]}
				if step[0] == 'r' {
					code, _ := strconv.Atoi(status)
					g.Responded(Response{Source: source, Status: code})
					continue
				}
				g.Add(decode.Decode(raw[step[0]], decode.Options{}), Found{Source: source, Responds: stream != ""})
			}
			n++
			g.Close()
			if got := strings.Join(out, " "); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}
