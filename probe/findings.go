package probe

import (
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/decode/annotate"
	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/negotiate/offer"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
)

// maxSkewMS is how far clocks may differ before Kerberos fails.
const maxSkewMS = 5 * 60 * 1000

// longHeader is how long a header line may be that most clients and boxes take.
const longHeader = 8 << 10

// find makes the findings, worst first and then in the catalogue's order.
func (c *classifier) find() {
	for _, rule := range []func(){
		c.findVerdicts, c.findOffer, c.findPlain, c.findChallenge, c.findClock, c.findClients, c.findPath, c.findTLS, c.findFarm,
	} {
		rule()
	}
	slices.SortStableFunc(c.r.Findings, func(a, b Finding) int {
		x, i := entryOf(a.Code)
		y, j := entryOf(b.Code)
		if x.Severity != y.Severity {
			return int(y.Severity) - int(x.Severity)
		}
		return i - j
	})
}

// say adds a finding, with what is special about it, once.
func (c *classifier) say(code, format string, args ...any) {
	e, _ := entryOf(code)
	f := Finding{Code: code, Severity: e.Severity.String(), Text: e.Text, Remedy: e.Remedy}
	if detail := fmt.Sprintf(format, args...); detail != "" {
		f.Text += ": " + detail
	}
	if slices.Contains(c.r.Findings, f) {
		return
	}
	c.r.Findings = append(c.r.Findings, f)
}

// accepted reports whether NTLM is accepted under some scheme.
func (c *classifier) accepted() bool {
	return c.r.NTLM.State == Accepted || c.r.Negotiate.State == Accepted
}

func (c *classifier) plain() bool { return c.first.Connection.TLS == nil && c.first.Leg != nil }

func (c *classifier) findVerdicts() {
	if c.first.Refused() && len(c.asked()) == 0 {
		c.say("offer-stripped", "%s", strings.TrimPrefix(c.besides(), "; "))
	}
	for _, v := range c.r.OtherVerdicts {
		switch v.Code {
		case verdict.SessionShared:
			c.say("session-shared", "%s", v.Evidence[0].Text)
		case verdict.ConnectionClosed:
			if v.Grade == verdict.Proven {
				c.say("challenge-closes", "")
			}
		case verdict.HTTP10Downgrade:
			c.say("http10", "")
		}
	}
	if o := c.shared(); o != nil {
		detail := ""
		if c.byNameAlone(o) {
			detail = "unless " + byNameAlone
		}
		c.say("handshakes-share-a-connection", "%s", detail)
	}
	if a := c.r.NTLM; a.State == Refused && !c.accepted() {
		c.say("type1-unanswered", "%s", a.Evidence)
	}
}

// strengths are the schemes from the strongest to the weakest.
var strengths = []string{"Negotiate", "Nego2", "NTLM", "Digest", "Basic"}

func (c *classifier) findOffer() {
	var odd, weaker []string
	weakest, before := -1, ""
	for _, o := range c.asked() {
		for _, w := range o.Warnings {
			if code := offer.Code(w); code != offer.NoRealm && code != offer.RepeatedParam {
				odd = append(odd, o.Scheme+" ("+w+")")
			}
		}
		at := slices.IndexFunc(strengths, func(s string) bool { return sameScheme(s, o.Scheme) })
		switch {
		case at >= 0 && at < weakest:
			weaker = append(weaker, o.Scheme)
		case at > weakest:
			weakest, before = at, o.Scheme
		}
	}
	if len(weaker) > 0 {
		c.say("fallback-order", "%s stands before %s", before, strings.Join(weaker, " and "))
	}
	if len(odd) > 0 {
		c.say("offer-hard-to-read", "%s", strings.Join(odd, ", "))
	}
	basic := c.first.Refused() && c.first.Offered("Basic") != nil
	if basic && c.plain() {
		c.say("basic-over-http", "")
	}
	if basic && (c.first.Offered("NTLM") != nil || c.first.Offered("Negotiate") != nil) {
		c.say("basic-beside-ntlm", "")
	}
	if where := c.form(); where != "" {
		c.say("redirects-to-login", "%s", where)
	}
}

// plainToTLS is what nginx, Apache and Go write to who speaks HTTP to a port of TLS.
var plainToTLS = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)plain HTTP request was sent to HTTPS port|speaking plain HTTP to an SSL-enabled server port|HTTP request to an HTTPS server`)
})

func (c *classifier) findPlain() {
	if c.plain() && c.first.Status() == 400 && plainToTLS().Match(c.first.Body) {
		c.say("tls-wanted", "")
	}
	if c.accepted() && c.plain() && c.first.Target == verdict.Origin {
		c.say("ntlm-over-http", "")
	}
	if c.accepted() && strings.Contains(c.r.Negotiate.Choice, "Kerberos") || c.accepted() && c.r.Negotiate.Choice == "MS-KRB5" {
		c.say("ntlm-beside-kerberos", "the server chooses Kerberos from a list of both")
	}
	for _, i := range c.r.Intermediaries {
		if i.Multiplexes && c.accepted() {
			c.say("ntlm-behind-multiplexer", "%s (%s)", i.Product, i.Evidence)
			f := &c.r.Findings[len(c.r.Findings)-1]
			for _, remedy := range verdict.RemediesFor(verdict.ConnectionNotPinned, i.Product) {
				if remedy.Product == i.Product {
					f.Remedy = remedy.Text
				}
			}
		}
	}
}

// findChallenge looks at the first challenge.
func (c *classifier) findChallenge() {
	for _, o := range c.seen.Observations {
		t, m := o.Challenge()
		if m == nil {
			continue
		}
		if m.AVPairs.Empty() && !m.Flags.Has(decode.NegotiateExtendedSessionSecurity) {
			c.say("ntlmv1-only", "%s", legText(o))
		}
		if s := c.r.Server; s.NBComputer != "" || s.DNSComputer != "" || s.NBDomain != "" || s.DNSDomain != "" {
			c.say("names-disclosed", "")
		}
		if n := base64.StdEncoding.EncodedLen(len(t.Raw)); n > longHeader {
			c.say("challenge-odd", "it makes a header line of %d KiB, and many clients and boxes take no more than 8", n>>10)
		}
		for _, f := range t.Findings {
			if f.Severity() >= annotate.Warning && f.Code != annotate.ClockSkew {
				c.say("challenge-odd", "%s", f.Code.String()+": "+f.Text())
			}
		}
		return
	}
}

func (c *classifier) findClock() {
	if skew := c.r.ClockSkewMS; skew != nil && (*skew > maxSkewMS || *skew < -maxSkewMS) {
		c.say("clock-skew", "the challenge is %s", aheadOrBehind(*skew))
	} else if skew := c.r.DateSkewMS; skew != nil && (*skew > maxSkewMS || *skew < -maxSkewMS) {
		c.say("clock-skew", "the header Date is %s", aheadOrBehind(*skew))
	}
}

// aheadOrBehind words a skew of this machine's clock less the server's.
func aheadOrBehind(ms int64) string {
	word := "behind"
	if ms < 0 {
		ms, word = -ms, "ahead"
	}
	return fmt.Sprintf("%.1f minutes %s", float64(ms)/60000, word)
}

func (c *classifier) findClients() {
	if !c.accepted() {
		return
	}
	var refused []string
	for _, client := range c.r.Clients {
		if client.State == Refused {
			refused = append(refused, client.Name+" ("+client.Why+")")
		}
	}
	if len(refused) > 0 {
		c.say("client-refused", "%s", strings.Join(refused, ", "))
	}
}

func (c *classifier) findPath() {
	for _, o := range c.seen.All(experiment.NameHeaderSize) {
		if o.Status() == c.first.Status() {
			continue
		}
		answer := "no answer"
		if o.Status() != 0 {
			answer = fmt.Sprint(o.Status())
		}
		for i, size := range experiment.HeaderSizes {
			code := "header-limit-kerberos"
			if i == 0 {
				code = "header-limit"
			}
			if o.Variant == fmt.Sprint(size.Bytes) {
				c.say(code, "%d bytes, the length of %s, get %s", size.Bytes, size.Text, answer)
			}
		}
	}
	for _, o := range c.seen.All(experiment.NameHTTP2) {
		switch {
		case o.Variant != experiment.VariantHTTP2Anonymous && o.Failure == nil:
			c.say("http2", "a first message over it gets %s", o.Answer())
		case o.Variant != experiment.VariantHTTP2Anonymous:
			c.say("http2", "a first message over it gets none: %s", o.Failure.Text)
		case o.Failure == nil && o.Status() != c.first.Status():
			c.say("http2", "a request without credentials gets %d over it", o.Status())
		case o.Failure == nil && o.Offered("NTLM") == nil && c.first.Offered("NTLM") != nil:
			c.say("http2", "NTLM is not on offer over it")
		case o.Failure == nil && c.shared() != nil:
			c.say("http2", "no first message was sent over it")
		case o.Failure != nil && o.Failure.Kind == trace.FailHTTP2 && o.Connection.ALPN == "h2":
			c.say("http2", "it was chosen, and failed: %s", o.Failure.Text)
		}
	}
}

// findTLS compares the certificate with the names in the challenge.
func (c *classifier) findTLS() {
	if c.r.TLS == nil || c.r.Server == nil {
		return
	}
	cert, err := x509.ParseCertificate(c.r.TLS.Certificate)
	if err != nil {
		return
	}
	for _, name := range []string{c.r.Server.DNSComputer, c.r.Server.NBComputer} {
		if name != "" && cert.VerifyHostname(name) == nil {
			return
		}
	}
	if name := c.r.Server.DNSComputer; name != "" {
		c.say("tls-names-another", "the challenge is from %s", name)
	}
}

func (c *classifier) findFarm() {
	list := c.seen.All(experiment.NameFarm)
	if len(list) == 0 {
		return
	}
	if n := len(c.r.Backends); n > 1 {
		c.say("backends", "%d on %d connections", n, len(list))
	}
	var low, high *int64
	for _, b := range c.r.Backends {
		if s := b.ClockSkewMS; s != nil {
			if low == nil || *s < *low {
				low = s
			}
			if high == nil || *s > *high {
				high = s
			}
		}
	}
	if low != nil && *high-*low > 60_000 {
		c.say("clocks-differ", "by %.1f minutes", float64(*high-*low)/60000)
	}
	c.switched(list)
}

// switched compares the two challenges of one connection.
func (c *classifier) switched(list []*experiment.Observation) {
	first, second := list[0], list[len(list)-1]
	_, m1 := first.Challenge()
	_, m2 := second.Challenge()
	if m1 == nil || m2 == nil || second.Variant != experiment.VariantSecond {
		return
	}
	a, b := m1.AVPairs.Text(decode.MsvAvNbComputerName), m2.AVPairs.Text(decode.MsvAvNbComputerName)
	if a == b || a == "" || b == "" {
		return
	}
	c.say("connection-switched", "%s and then %s", a, b)
	c.also(verdict.Verdict{
		Code: verdict.BackendSwitched, Target: second.Target, Grade: verdict.Proven, Summary: verdict.BackendSwitched.Summary(),
		Evidence: []verdict.Evidence{{Leg: first.Leg.N, Text: "the challenge is from " + a}, {Leg: second.Leg.N, Text: "on the same connection the challenge is from " + b}},
	})
}
