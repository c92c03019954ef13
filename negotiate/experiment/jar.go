package experiment

import (
	"strings"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// jar keeps what the legs of one handshake set: balancers find the server again
// by it. Paths and lifetimes do not matter among requests for one URL.
type jar struct{ cookies []trace.Header }

// keep takes the cookies of a response.
func (j *jar) keep(o *Observation) {
	if o.Leg == nil || o.Leg.Response == nil {
		return
	}
next:
	for _, line := range o.Leg.Response.Headers.Values("Set-Cookie") {
		pair, _, _ := strings.Cut(line, ";")
		name, value, ok := strings.Cut(strings.TrimSpace(pair), "=")
		if !ok || name == "" {
			continue
		}
		for i := range j.cookies {
			if j.cookies[i].Name == name {
				j.cookies[i].Value = value
				continue next
			}
		}
		j.cookies = append(j.cookies, trace.Header{Name: name, Value: value})
	}
}

// header is what goes out with the next leg; nil if nothing was set.
func (j *jar) header() trace.Headers {
	if len(j.cookies) == 0 {
		return nil
	}
	pairs := make([]string, len(j.cookies))
	for i, c := range j.cookies {
		pairs[i] = c.Name + "=" + c.Value
	}
	return trace.Headers{{Name: "Cookie", Value: strings.Join(pairs, "; ")}}
}
