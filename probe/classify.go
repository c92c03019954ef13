package probe

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
)

// Classify says what a URL accepts, from what was seen of it. It looks at
// nothing else, so the same observations give the same result.
func Classify(seen *experiment.Seen) *Result {
	c := &classifier{seen: seen, first: seen.Find(experiment.NameOffer), r: new(Result)}
	c.r.NTLM, c.r.Negotiate = untested, untested
	if c.first == nil {
		c.r.Classification, c.r.Grade = Failed, verdict.Untested
		c.r.Error = &Error{Code: "canceled", Text: "nothing was asked"}
		return c.r
	}
	c.answer()
	c.facts()
	for _, o := range seen.Outcomes {
		if !o.Moot {
			c.r.Experiments = append(c.r.Experiments, o)
		}
	}
	c.find()
	return c.r
}

// untested is what is not known because it was not asked.
var untested = Acceptance{State: Untested, Grade: verdict.Untested, Evidence: "it was not asked"}

// failed is the result where there is nothing to judge for a reason that is not in
// what was seen. What the answers tell besides is kept.
func failed(seen *experiment.Seen, code, text string) *Result {
	r := Classify(seen)
	r.Classification, r.Grade, r.Error = Failed, verdict.Proven, &Error{Code: code, Text: text}
	return r
}

type classifier struct {
	seen  *experiment.Seen
	first *experiment.Observation // the answer to the request without credentials
	r     *Result
}

// is sets the classification.
func (c *classifier) is(what Classification, grade verdict.Grade) {
	c.r.Classification, c.r.Grade = what, grade
}

// answer judges the answer to the anonymous request, and on from there.
func (c *classifier) answer() {
	c.r.Status = c.first.Status()
	c.offers()
	switch {
	case c.first.Status() == 0 || c.first.Failure != nil:
		c.is(Failed, verdict.Proven)
		c.r.Error = errorOf(c.first.Failure)
	case c.first.Refused():
		c.refusal()
	case c.first.Status() >= 500:
		c.is(Failed, verdict.Proven)
		c.r.Error = &Error{Code: "http-status", Text: "the answer has the status " + strconv.Itoa(c.first.Status())}
	case c.first.Status() == 403:
		c.is(Other, verdict.Likely)
		c.unasked("403: refused without being asked for a logon" + c.besides())
	case c.form() != "":
		c.is(Other, verdict.Likely)
		c.unasked(c.form())
	case c.redirect() != nil:
		c.is(Open, verdict.Likely)
		c.unasked(strconv.Itoa(c.first.Status()) + " to " + shown(c.redirect()) + ": nothing asked for a logon (-L follows)" + c.besides())
	case c.first.Status() >= 300:
		c.is(Open, verdict.Likely)
		c.unasked(strconv.Itoa(c.first.Status()) + " without credentials: nothing asked for a logon" + c.besides())
	default:
		c.is(Open, verdict.Proven)
		c.unasked(strconv.Itoa(c.first.Status()) + " without credentials: nothing asked for a logon" + c.besides())
	}
}

// unasked says why neither scheme was tried.
func (c *classifier) unasked(why string) {
	c.r.NTLM.Evidence, c.r.Negotiate.Evidence = why, why
}

// errorOf names a failure of the transport.
func errorOf(f *trace.Failure) *Error {
	if f == nil {
		return &Error{Code: "canceled", Text: "nothing was answered"}
	}
	code := string(f.Kind)
	switch f.Kind {
	case trace.FailDial, trace.FailProxy:
		code = string(verdict.Unreachable)
	case trace.FailTLS:
		code = string(verdict.TLSFailed)
	case trace.FailHTTP2:
		code = string(verdict.HTTP2Only)
	}
	return &Error{Code: code, Text: f.Text}
}

// offers takes down what is on offer: what the status asks for first, and then what
// stands in the other header or came with a status that asks for nothing.
func (c *classifier) offers() {
	targets := []verdict.Target{verdict.Origin, verdict.Proxy}
	if c.first.Target == verdict.Proxy {
		slices.Reverse(targets)
	}
	for _, target := range targets {
		for _, challenge := range c.first.OffersOf(target) {
			o := Offer{Scheme: challenge.Scheme, Raw: challenge.Raw, From: target}
			for _, w := range challenge.Warnings {
				o.Warnings = append(o.Warnings, string(w.Code))
			}
			c.r.Offers = append(c.r.Offers, o)
		}
	}
}

// asked are the offers of the one whom the status names, in a refusal: the first
// of all.
func (c *classifier) asked() []Offer {
	if !c.first.Refused() {
		return nil
	}
	n := 0
	for n < len(c.r.Offers) && c.r.Offers[n].From == c.first.Target {
		n++
	}
	return c.r.Offers[:n]
}

// besides says what is on offer that the status does not ask for; empty for nothing.
func (c *classifier) besides() string {
	var names []string
	for _, o := range c.r.Offers[len(c.asked()):] {
		if o.Scheme != "" {
			names = append(names, o.Scheme)
		}
	}
	switch {
	case len(names) == 0:
		return ""
	case c.first.Refused():
		return "; " + strings.Join(names, ", ") + " stands in a header that clients heed with another status"
	}
	return "; " + strings.Join(names, ", ") + " is on offer, which clients heed with 401 and 407 alone"
}

// refusal judges a 401 or 407.
func (c *classifier) refusal() {
	offers := c.asked()
	if len(offers) > 0 {
		c.accept()
	} else {
		c.unasked("the refusal names no scheme" + c.besides())
	}
	switch {
	case c.first.Target == verdict.Proxy:
		c.is(ProxyAuth, verdict.Proven)
	case len(offers) == 0:
		c.is(OfferStripped, verdict.Proven)
	case c.first.Offered("Negotiate") != nil:
		c.negotiate()
	case c.first.Offered("NTLM") != nil:
		c.is(NTLM, c.r.NTLM.Grade)
	case onlyBasic(offers):
		c.is(BasicOnly, verdict.Proven)
	default:
		c.is(Other, verdict.Proven)
	}
	c.others()
}

// negotiate classifies a URL that offers Negotiate.
func (c *classifier) negotiate() {
	ntlm, negotiate := c.r.NTLM, c.r.Negotiate
	switch {
	case negotiate.State == Accepted:
		c.is(NegotiateNTLM, negotiate.Grade)
	case ntlm.State == Accepted:
		c.is(NegotiateNTLM, ntlm.Grade)
	case negotiate.State == Refused && negotiate.Grade != verdict.Consistent && ntlm.State == NotOffered:
		c.is(KerberosOnly, negotiate.Grade)
	default:
		c.is(Negotiate, verdict.Consistent)
	}
}

func onlyBasic(offers []Offer) bool {
	for _, o := range offers {
		if !sameScheme(o.Scheme, "Basic") {
			return false
		}
	}
	return true
}
