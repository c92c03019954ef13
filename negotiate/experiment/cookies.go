package experiment

import (
	"context"
	"strings"

	"github.com/ntlmctl/ntlmctl/decode"
)

// NameCookies is the name of Cookies.
const NameCookies = "cookies"

// The variants of Cookies.
const (
	VariantWithCookies    = "with cookies"
	VariantWithoutCookies = "without cookies"
)

// Cookies begins two handshakes on one connection, with the cookies that the path
// sets and without: balancers find the server again by a cookie. That pins the
// server and not the connection.
type Cookies struct{}

// Info describes it.
func (Cookies) Info() Info {
	return Info{
		Name: NameCookies, Asks: "do cookies decide which server answers?",
		Needs: []Need{NeedRefusal, NeedEither, NeedUntouched}, Cost: Cost{Requests: 4, Handshakes: 4},
	}
}

// Run asks.
func (Cookies) Run(ctx context.Context, p *Path, seen *Seen) Outcome {
	if !seen.SetsCookies() {
		return Outcome{State: Skipped, Text: "the path sets no cookies"}
	}
	for _, variant := range []string{VariantWithoutCookies, VariantWithCookies} {
		conn, err := p.dial(ctx)
		if err != nil {
			return Outcome{State: Inconclusive, Text: err.Error()}
		}
		var cookies jar
		for n := range 2 {
			if conn == nil || !conn.Usable() || seen.Sharing() != nil {
				break
			}
			q := firstMessage(seen, NameCookies, type1())
			q.variant, q.hold = variant, true
			if n > 0 {
				q.variant += ", " + VariantSecond
			}
			if variant == VariantWithCookies {
				q.header = cookies.header()
			}
			var last *Observation
			last, conn = p.askOn(ctx, seen, q, conn)
			cookies.keep(last)
		}
		if conn != nil {
			conn.Close()
		}
	}
	switch with, without := seen.switched(VariantWithCookies), seen.switched(VariantWithoutCookies); {
	case with:
		return Outcome{State: Failed, Text: "one connection meets different servers, whatever cookies say"}
	case without:
		return Outcome{State: Failed, Text: "a cookie decides which server answers, and not the connection"}
	}
	return Outcome{State: Passed, Text: "cookies do not decide which server answers"}
}

// switched reports whether two handshakes on one connection were challenged by
// servers of different names.
func (s *Seen) switched(variant string) bool {
	name := ""
	for _, o := range s.All(NameCookies) {
		_, challenge := o.Challenge()
		if challenge == nil || !strings.HasPrefix(o.Variant, variant) {
			continue
		}
		n := challenge.AVPairs.Text(decode.MsvAvNbComputerName)
		if name != "" && n != name {
			return true
		}
		name = n
	}
	return false
}

// Affinity reports whether a cookie decides which server answers.
func (s *Seen) Affinity() bool {
	return s.switched(VariantWithoutCookies) && !s.switched(VariantWithCookies)
}

// SetsCookies reports whether any response set one.
func (s *Seen) SetsCookies() bool {
	for _, o := range s.Observations {
		if o.Leg != nil && o.Leg.Response != nil && o.Leg.Response.Headers.Has("Set-Cookie") {
			return true
		}
	}
	return false
}
