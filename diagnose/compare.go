package diagnose

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
)

// offersLogon reports whether NTLM or Negotiate is on offer.
func offersLogon(o *observation) bool {
	return o != nil && (o.Offered("NTLM") != nil || o.Offered("Negotiate") != nil)
}

// offerChanged: the server offers a logon, and what arrives of the offer does not.
func (c *joined) offerChanged() *finding {
	if c.direct == nil || !offersLogon(c.direct.first()) {
		return nil
	}
	here, there := c.path.first(), c.direct.first()
	if !here.Refused() || !lacks(here, there) {
		return nil
	}
	code := verdict.OfferRewritten
	if len(here.Offers()) == 0 {
		code = verdict.OfferStripped
	}
	return c.found(code, verdict.Proven).
		see(there, "straight at the server: %d offers %s", there.Status(), names(there)).
		see(here, "through the path: %d offers %s", here.Status(), names(here))
}

// lacks reports whether a scheme of there is not on offer here.
func lacks(here, there *observation) bool {
	for _, scheme := range []string{"NTLM", "Negotiate"} {
		if there.Offered(scheme) != nil && here.Offered(scheme) == nil {
			return true
		}
	}
	return false
}

func names(o *observation) string {
	text := ""
	for i, offer := range o.Offers() {
		if i > 0 {
			text += ", "
		}
		text += offer.Scheme
	}
	if text == "" {
		return "nothing"
	}
	return text
}

// shapeRefused: the server challenges the first message of some clients, and
// answers that of this program as if none had come.
func (c *joined) shapeRefused() *finding {
	own := c.path.type1s()
	if len(own) == 0 || own[0].Answer() != experiment.Bare && own[0].Answer() != experiment.Failing {
		return nil
	}
	other := firstWith(c.path.All(experiment.NameShapes), experiment.Challenged)
	if other == nil {
		return nil
	}
	f := c.found(verdict.Type1Refused, verdict.Likely).
		see(own[0], "%s: %s", own[0].Experiment, own[0].Answer()).
		see(other, "a Type 1 in the shape of %s gets a challenge", other.Variant)
	if c.direct != nil {
		if there := firstWith(c.direct.type1s(), own[0].Answer()); there != nil {
			f.Grade = verdict.Proven
			f.see(there, "straight at the server it is the same: %s", there.Answer())
		}
	}
	return f
}

// authorizationLost: the server challenges a Type 1, and through the path it
// answers as if none had come.
func (c *joined) authorizationLost() *finding {
	if c.direct == nil {
		return c.unseenType1()
	}
	there := firstWith(c.direct.type1s(), experiment.Challenged)
	here := c.path.type1s()
	if there == nil || len(here) == 0 || here[0].Answer() != experiment.Bare || firstWith(here, experiment.Challenged) != nil {
		return c.unseenType1()
	}
	f := c.found(verdict.AuthorizationStripped, verdict.Likely)
	f.see(there, "straight at the server, a Type 1 gets a challenge")
	connections := map[int]bool{}
	for _, o := range here {
		f.see(o, "through the path, it gets the names of schemes")
		connections[o.Connection.ID] = true
	}
	// What an unfinished handshake has spoilt refuses one Type 1, and takes the next.
	if len(here) >= 3 && len(connections) >= 2 && len(here) == len(allWith(here, experiment.Bare)) {
		f.Grade = verdict.Proven
		return f.see(nil, "it does so each time: %d times, on %d connections", len(here), len(connections))
	}
	return f.prove("ntlmctl serve in the server's place: it says what reached it",
		"credentials (-u): more first messages go out then, and what an unfinished handshake has spoilt takes one of them")
}

// type1Blocked: the server challenges a Type 1, and through the path it gets an
// error: whoever wrote that read the Type 1 before the server.
func (c *joined) type1Blocked() *finding {
	if c.direct == nil {
		return nil
	}
	there, here := firstWith(c.direct.type1s(), experiment.Challenged), c.path.type1s()
	if there == nil || len(here) == 0 || here[0].Answer() != experiment.Failing || here[0].TooLarge() || firstWith(here, experiment.Challenged) != nil {
		return nil
	}
	f := c.found(verdict.Type1Refused, verdict.Proven).
		see(there, "straight at the server, a Type 1 gets a challenge").
		see(here[0], "through the path, it gets %d", here[0].Status())
	f.Summary = "the path refuses the Type 1, which the server takes"
	if c.path.first().Hash() != c.direct.first().Hash() {
		f.Grade = verdict.Likely
		f.prove(toSameSite)
	}
	return f
}

// unseenType1: a ntlmctl serve at the far end did not see the token.
func (c *joined) unseenType1() *finding {
	for _, o := range c.path.type1s() {
		v := view(o)
		if v != nil && (v.State == "" || v.State == "anonymous") && o.Answer() == experiment.Bare && !strings.HasSuffix(o.Variant, experiment.VariantSecond) && c.path.Sharing() == nil {
			return c.found(verdict.AuthorizationStripped, verdict.Proven).
				see(o, "ntlmctl serve answers every Type 1 with a challenge, and answered this one as if it had not come")
		}
	}
	return nil
}

// allWith are those of a list that got an answer, firstWith is the first of them.
func allWith(list []*observation, answer experiment.Answer) []*observation {
	return slices.DeleteFunc(slices.Clone(list), func(o *observation) bool { return o.Answer() != answer })
}

func firstWith(list []*observation, answer experiment.Answer) *observation {
	for _, o := range list {
		if o.Answer() == answer {
			return o
		}
	}
	return nil
}

// offerTakenBack: the server challenges a Type 1, and through the path it answers
// with no offer at all, though it made one before. Squid does so where it finds
// that the connection ends after the answer.
func (c *joined) offerTakenBack() *finding {
	if c.direct == nil || !offersLogon(c.path.first()) {
		return nil
	}
	there, here := firstWith(c.direct.type1s(), experiment.Challenged), firstWith(c.path.type1s(), experiment.NoOffer)
	if there == nil || here == nil {
		return nil
	}
	f := c.found(verdict.ConnectionNotPinned, verdict.Likely).
		see(there, "straight at the server, a Type 1 gets a challenge").
		see(here, "through the path, the server takes its offer back, as some do that find the connection ending after the answer")
	if closing := c.direct.Find(experiment.NameClosing); closing.Answer() == experiment.NoOffer {
		f.Grade = verdict.Proven
		f.see(closing, "straight at the server, a Type 1 that closes its connection gets the same")
	}
	return f
}

// brokenByPath: the same logon works straight at the server, and its Type 3 is
// refused through the path. That is the path's doing beyond doubt where both ways
// lead to the server of one name and the same page of refusal, TLS does not come
// into it, and a header as long as a Type 3 passes: what is left is that the
// messages did not meet.
func (c *joined) brokenByPath() *finding {
	if c.direct == nil || !c.direct.loggedOn() {
		return nil
	}
	there, here := c.direct.proof(), c.path.proof()
	if here == nil || here.LoggedOn() || here.TooLarge() || here.Status() == 0 || c.headerTooLarge() != nil {
		return nil
	}
	f := c.found(verdict.ConnectionNotPinned, verdict.Proven).
		see(there, "straight at the server: %d, logged on", there.Status()).
		see(here, "through the path, the same logon: %d", here.Status())
	if c.otherCertificate() {
		if c.stateKept() {
			return nil // see otherBinding
		}
		f.Grade = verdict.Consistent
		return f.prove(c.bindingQuestion())
	}
	if (here.Connection.TLS == nil) != (there.Connection.TLS == nil) {
		f.Grade = verdict.Likely
		f.prove("--direct by the scheme that the path has: where TLS comes in on one side only, a channel binding that the server demands may differ")
	}
	own, other := computer(challengeOf(c.direct.handshake())), computer(challengeOf(c.path.handshake()))
	if own == "" || own != other {
		f.Grade = verdict.Likely
		f.prove("--direct to the server that the path leads to: the challenges name " + quoted(own) + " straight and " + quoted(other) + " through the path")
	}
	if !here.TurnedAway() {
		c.otherStatus(f, here)
	}
	if c.path.first().Hash() != c.direct.first().Hash() {
		f.Grade = verdict.Likely
		f.prove(toSameSite)
	}
	if !c.sizePasses() {
		f.Grade = verdict.Likely
		f.prove("--only header-size: whether a header as long as a Type 3 passes was not seen")
	}
	return f
}

// toSameSite is what is in doubt where the two refusals differ.
const toSameSite = "--direct to the site that the path leads to: the pages of the two refusals differ"

// otherStatus is what a status of its own says of a Type 3 that the server takes
// when it is asked directly: a gateway error is the box's, which did not get the
// Type 3 to the server or its answer back, for a reason that only its log tells. Any
// other is either's, unless it has what only the server writes.
func (c *joined) otherStatus(f *finding, here *observation) {
	switch status := here.Status(); {
	case status >= 502 && status <= 504:
		f.Grade = verdict.Likely
		f.Summary = "a box on the path cannot take the Type 3 to the server, or the answer to it back"
		f.see(here, "%d is what gateways say: the path fails, and not the server", status)
		f.prove("the log of the box that answered with " + strconv.Itoa(status) + ": it has the reason, which may be another one")
	case c.serversOwn(here):
		f.see(here, "the server itself said so: the answer has what only its own have")
	default:
		f.Grade = verdict.Likely
		f.prove("ntlmctl serve in the server's place: a box between may have answered with " + strconv.Itoa(status) + " itself")
	}
}

// serversOwn reports whether an answer has a field that the server writes about
// itself straight, and that the box which reads HTTP first does not write into its
// own error page.
func (c *joined) serversOwn(o *observation) bool {
	front := c.path.Find(experiment.NameFront)
	if front == nil {
		return false
	}
	for _, name := range []string{"X-Powered-By", "X-AspNet-Version", "Server"} {
		own := field(c.direct.first(), name)
		if own != "" && field(o, name) == own && front.Status() != 0 && field(front, name) != own {
			return true
		}
	}
	return false
}

// field is one of a response's head, empty where it is not there.
func field(o *observation, name string) string {
	if o.Leg == nil || o.Leg.Response == nil {
		return ""
	}
	return o.Leg.Response.Headers.Get(name)
}

// quoted is a server's name for people.
func quoted(name string) string {
	if name == "" {
		return "no server"
	}
	return strconv.Quote(name)
}

// challengeOf is the leg of a handshake that brought the challenge, nil if none did.
func challengeOf(handshake []*observation) *observation {
	return firstWith(handshake, experiment.Challenged)
}

// sizePasses reports whether a header as long as a Type 3 was answered as a
// request without it was.
func (c *joined) sizePasses() bool {
	asked := c.path.Find(experiment.NameHeaderSize)
	return asked != nil && asked.Status() == c.path.first().Status()
}

// otherBinding: the same logon works straight at the server, and not where TLS
// ends somewhere else: its channel binding is another one there.
func (c *joined) otherBinding() *finding {
	if c.direct == nil || !c.direct.loggedOn() || c.path.proof() == nil || !c.path.proof().TurnedAway() || !c.otherCertificate() {
		return nil
	}
	grade := verdict.Consistent
	if c.stateKept() {
		grade = verdict.Likely
	}
	there, here := c.direct.proof(), c.path.proof()
	return c.found(verdict.EPAMismatch, grade).
		see(there, "straight at the server: %d, with the certificate %.12s", there.Status(), there.Connection.TLS.CertificateSHA256).
		see(here, "through the path: %d, with the certificate %.12s", here.Status(), here.Connection.TLS.CertificateSHA256).
		prove(c.bindingQuestion())
}

// bindingQuestion is what tells a channel binding from a connection that is not kept.
func (*joined) bindingQuestion() string {
	return "--only epa --max-refused 3: it sends the channel binding of the server's own certificate"
}

// stateKept reports whether a second Type 1 on one connection is refused here as
// it is straight at the server: it remembers the first.
func (c *joined) stateKept() bool {
	for _, s := range []side{*c.direct, c.path} {
		first, second := twice(s)
		if second == nil || first.Answer() != experiment.Challenged || second.Answer() != experiment.Bare {
			return false
		}
	}
	return true
}

// otherCertificate reports whether TLS ends somewhere else on the path than at
// the server, so that channel bindings differ.
func (c *joined) otherCertificate() bool {
	here, there := c.path.proof(), c.direct.proof()
	return here.Connection.TLS != nil && there.Connection.TLS != nil &&
		here.Connection.TLS.CertificateSHA256 != there.Connection.TLS.CertificateSHA256
}

// stateLost: on one connection straight at the server, a second Type 1 is refused,
// as by one that remembers the first; through the path it is challenged anew.
func (c *joined) stateLost() *finding {
	if c.direct == nil {
		return nil
	}
	first, second := twice(*c.direct)
	if second == nil || first.Answer() != experiment.Challenged || second.Answer() != experiment.Bare {
		return nil
	}
	here, again := twice(c.path)
	if again == nil || here.Answer() != experiment.Challenged || again.Answer() != experiment.Challenged || computer(here) != computer(again) {
		return nil
	}
	return c.found(verdict.ConnectionNotPinned, verdict.Proven).
		see(second, "straight at the server, a second Type 1 on one connection is refused: the server remembers the first").
		see(again, "through the path it gets a challenge: the first was never on that connection")
}

// otherName: one connection of the client gets challenges of different servers.
func (c *joined) otherName() *finding {
	before := map[int]*observation{}
	for _, o := range c.path.type1s() {
		name := computer(o)
		if name == "" {
			continue
		}
		if strings.HasPrefix(o.Variant, experiment.VariantWithoutCookies) {
			continue
		}
		if a := before[o.Leg.Connection]; a != nil && computer(a) != name {
			f := c.found(verdict.BackendSwitched, verdict.Proven).
				see(a, "challenged by the server %q", computer(a)).see(o, "on the same connection, challenged by the server %q", name)
			return c.withoutCookie(f, o)
		}
		before[o.Leg.Connection] = o
	}
	return nil
}

// withoutCookie lowers the grade of what a leg without cookies shows where the
// path sets some: they may bring a client back to its server. A logon that sent
// them back and succeeded shows that they do.
func (c *joined) withoutCookie(f *finding, o *observation) *finding {
	switch {
	case !c.path.SetsCookies() || o.Leg.Request.Headers.Has("Cookie"):
		return f
	case c.path.loggedOn():
		return nil
	case c.path.Affinity():
		f.Grade = verdict.Consistent
		return f.see(nil, "a client that sends the path's cookies back meets one server: they pin the server, and not the connection")
	}
	f.Grade = verdict.Likely
	return f
}

// twice are the two Type 1 that went over one connection, nil if they did not.
func twice(s side) (first, second *observation) {
	for _, o := range s.All(experiment.NameFarm) {
		switch {
		case first == nil:
			first = o
		case o.Variant == experiment.VariantSecond:
			second = o
		}
	}
	if second == nil {
		return nil, nil
	}
	return first, second
}
