package negotiate

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/ntlmctl/ntlmctl/negotiate/offer"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
)

// logon is the logon to one target on one connection. It outlives the request
// that made it: a connection that is logged on stays so.
type logon struct {
	target verdict.Target
	o      *Logon
	party  party
	// allow: there are credentials, and they are for this target.
	allow bool

	scheme  string
	offered *offer.Challenge // by which the scheme was chosen; nil if it was guessed
	stepper stepper
	// sent: a value went out with the leg under way; proof: the target judges by it.
	sent, proof bool
	// held: one logon of the budget is under way. Covered: the one that the proxy's
	// logon holds, of the same budget, stands for both, since a leg can be refused
	// but once.
	held, covered bool
	// accepted: the target took the proof. By is the leg that showed it.
	accepted bool
	by       *trace.Leg
	// found is the leg by which an earlier request had logged the connection on.
	found *trace.Leg
	// renews: a request on the connection that was logged on was refused all the
	// same, so that each needs a logon of its own.
	renews bool
	// ignored: the target let a request pass without asking for the logon.
	ignored bool
	// spent: nothing is sent, because the budget is spent.
	spent bool
	// err is why the mechanism could not go on.
	err error
}

// status is that of the target's refusals.
func (l *logon) status() int {
	if l.target == verdict.Proxy {
		return http.StatusProxyAuthRequired
	}
	return http.StatusUnauthorized
}

func newLogon(target verdict.Target, o *Logon, u *url.URL) *logon {
	l := &logon{target: target, o: o, party: party{spn: "HTTP/" + u.Hostname()}}
	l.allow = o.Credentials != nil && (o.For == nil || o.For(u)) && len(o.wanted()) > 0
	return l
}

// begin readies the logon for another request on its connection.
func (l *logon) begin() {
	l.sent, l.proof, l.ignored, l.spent, l.err, l.found = false, false, false, false, nil, nil
	if l.bare() {
		l.found = l.by
	}
}

// bare reports whether a request may go out without a value, since its
// connection is logged on.
func (l *logon) bare() bool { return l.accepted && l.stepper.perConnection() }

// preempt begins before the target has asked. What holds for one request only
// is begun anew where that request has a body.
func (l *logon) preempt(body bool) error {
	if body && l.renews && l.accepted {
		l.stepper, l.accepted = nil, false
	}
	if !l.allow || l.stepper != nil || !body && !l.o.Preemptive {
		return nil
	}
	scheme := l.o.first()
	if scheme == "" {
		return nil
	}
	_, err := l.start(scheme, nil)
	return err
}

// start begins with a scheme.
func (l *logon) start(scheme string, challenge *offer.Challenge) (more bool, err error) {
	if _, none := l.o.Budget.Spent(); none {
		l.spent = true
		return false, nil
	}
	l.scheme, l.offered, l.accepted, l.ignored = scheme, challenge, false, false
	if l.stepper, err = newStepper(l.o.Credentials, scheme, l.party); err != nil {
		return false, err
	}
	return l.stepper.take(challenge)
}

// waiting reports whether tokens are due before the target can judge.
func (l *logon) waiting() bool {
	return l.stepper != nil && !l.accepted && !l.ignored && !l.spent && !l.stepper.proves()
}

// settled reports whether nothing is due after the next leg, as far as is
// known, so that it may carry the request's body.
func (l *logon) settled() bool {
	return !l.allow || l.accepted || l.ignored || l.spent || l.stepper != nil && l.stepper.proves()
}

// errSpent says that a logon may not go on, since the budget is spent.
var errSpent = errors.New("no further logon: the account has been charged with as many refused ones as allowed")

// value is what goes out with the next leg, empty for nothing. A proof is asked
// for from the budget, one that the target took before, too; errSpent says that
// it has none.
func (l *logon) value(ctx context.Context, method, target string) (string, error) {
	l.sent, l.proof = false, false
	if l.stepper == nil || l.spent {
		return "", nil
	}
	text, err := l.stepper.value(method, target)
	if err != nil || text == "" {
		return "", err
	}
	if l.proof = l.stepper.proves(); l.proof && !l.held && !l.covered {
		if l.held, err = l.o.Budget.Take(ctx); !l.held {
			l.proof, l.spent = false, err == nil
			return "", cmp.Or(err, errSpent)
		}
	}
	l.sent = true
	return text, nil
}

// judged tells the budget how what it gave came out.
func (l *logon) judged(refused bool) {
	if l.held {
		l.o.Budget.Answered(refused)
	}
	l.held, l.covered = false, false
}

// undelivered takes note that the target did not see what was sent.
func (l *logon) undelivered() {
	l.judged(false)
	l.sent, l.proof = false, false
}

// passed takes note of an answer that is no refusal.
func (l *logon) passed(leg *trace.Leg) {
	if l.sent {
		l.stepper.delivered()
	}
	if l.proof {
		l.accepted, l.by = true, leg
	}
	l.ignored = !l.accepted
	l.judged(false)
}

// refused takes a refusal, and says whether there is more to send.
func (l *logon) refused(offers []offer.Challenge) (more bool, err error) {
	switch {
	case l.spent || !l.allow:
		return false, nil
	case !l.sent:
		l.renews = l.renews || l.accepted
		l.accepted = false
		return l.choose(offers)
	}
	l.stepper.delivered()
	if challenge := find(offers, l.scheme); challenge != nil {
		if more, err = l.stepper.take(challenge); more {
			l.judged(false)
			l.accepted = false
			return true, nil
		}
	} else if l.offered == nil && !l.proof { // another scheme was guessed than is offered
		return l.choose(offers)
	}
	l.judged(l.proof)
	l.accepted = false
	l.err = err
	return false, nil
}

// choose begins with the best scheme of those offered, if any is wanted.
func (l *logon) choose(offers []offer.Challenge) (more bool, err error) {
	scheme, challenge := l.o.choose(offers)
	if challenge == nil {
		return false, nil
	}
	return l.start(scheme, challenge)
}

// restart begins anew on another connection.
func (l *logon) restart(old *logon) (err error) {
	l.found, l.renews = old.found, old.renews
	if old.stepper != nil {
		_, err = l.start(old.scheme, old.offered)
	}
	return err
}

// clean reports whether the connection is fit for another request: logged on,
// or never asked to be. Servers treat a handshake that failed in ways of their own.
func (l *logon) clean() bool { return l == nil || l.stepper == nil || l.accepted }

// begun reports whether a handshake is under way that its connection alone can
// carry on.
func (l *logon) begun() bool { return l.stepper != nil && !l.accepted && l.stepper.begun() }
