// Package experiment holds the single questions that are put to a path: each is
// a few requests that tell two explanations apart. What they bring to light is
// plain data; what it means is decided elsewhere.
package experiment

import (
	"context"

	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
)

// Experiment is one question. It holds no state of a run, so one value serves
// any number of paths.
type Experiment interface {
	Info() Info
	// Run asks. What it saw goes into seen; the outcome says how it ended. It is
	// called only where what Info.Needs names is there.
	Run(ctx context.Context, p *Path, seen *Seen) Outcome
}

// Info describes an experiment before it runs.
type Info struct {
	// Name is stable: flags and reports use it.
	Name string
	// Asks is the question, in a phrase.
	Asks  string
	Needs []Need
	Cost  Cost
	// Per names what Cost.Requests are for where their number hangs on one that was
	// not given, in the singular; empty: they are for the whole experiment.
	Per string
}

// Need is what has to be known before a question makes sense.
type Need string

// The needs.
const (
	// NeedRefusal: the anonymous request was answered with 401 or 407.
	NeedRefusal Need = "a refusal"
	// NeedNTLM: NTLM is on offer.
	NeedNTLM Need = "NTLM on offer"
	// NeedNegotiate: Negotiate is on offer.
	NeedNegotiate Need = "Negotiate on offer"
	// NeedNego2: Nego2 is on offer.
	NeedNego2 Need = "Nego2 on offer"
	// NeedEither: NTLM or Negotiate is on offer.
	NeedEither Need = "NTLM or Negotiate on offer"
	// NeedChallenge: NTLM's first message has been challenged before.
	NeedChallenge Need = "a challenge"
	// NeedTLS: the target is an https URL.
	NeedTLS Need = "https"
	// NeedServer: the anonymous request was answered, and not by a proxy that wants a logon.
	NeedServer Need = "an answer from the server"
	// NeedUntouched: no sign that handshakes share an upstream connection. Whoever
	// begins a handshake needs this: what is left of one could spoil others' logons.
	NeedUntouched Need = "no sign of a shared upstream connection"
)

// Cost is what an experiment costs at most.
type Cost struct {
	// Requests are all requests, those with a token included.
	Requests int `json:"requests" jsonschema:"minimum=0"`
	// Handshakes are those that are begun and given up with their connection.
	Handshakes int `json:"handshakes" jsonschema:"minimum=0"`
	// RefusedLogons count towards the lockout of an account.
	RefusedLogons int `json:"refused_logons" jsonschema:"minimum=0"`
	// LogEntries are failed logons in the server's security log.
	LogEntries int `json:"log_entries" jsonschema:"minimum=0"`
}

// Add is the sum of two costs.
func (c Cost) Add(o Cost) Cost {
	return Cost{
		Requests: c.Requests + o.Requests, Handshakes: c.Handshakes + o.Handshakes,
		RefusedLogons: c.RefusedLogons + o.RefusedLogons, LogEntries: c.LogEntries + o.LogEntries,
	}
}

// State is how an experiment ended.
type State string

// The states.
const (
	Passed       State = "passed"
	Failed       State = "failed"
	Skipped      State = "skipped"
	Inconclusive State = "inconclusive"
)

// Outcome is how an experiment ended, in a sentence.
type Outcome struct {
	Name  string `json:"name"`
	State State  `json:"state" jsonschema:"enum=passed,enum=failed,enum=skipped,enum=inconclusive"`
	Text  string `json:"text"`
	// Moot says that the question makes no sense here: what it is about is not there.
	Moot bool `json:"-"`
}

// Run puts questions to a path in their order and closes the connection that is
// left.
func Run(ctx context.Context, p *Path, list []Experiment) *Seen {
	defer p.Close()
	seen := new(Seen)
	Ask(ctx, p, seen, list)
	return seen
}

// Ask puts further questions to a path, after those that were seen to. It goes
// on after a failure: each question says for itself what it needs.
func Ask(ctx context.Context, p *Path, seen *Seen, list []Experiment) {
	for _, e := range list {
		info := e.Info()
		outcome := Outcome{State: Skipped}
		switch missing := seen.missing(p, info.Needs); {
		case ctx.Err() != nil:
			outcome.Text = "there was no time left"
		case missing != "":
			outcome.Text, outcome.Moot = "it needs "+string(missing), missing != NeedUntouched
		default:
			outcome = e.Run(ctx, p, seen)
		}
		outcome.Name = info.Name
		seen.Outcomes = append(seen.Outcomes, outcome)
	}
}

// missing is the first need that is not met, empty if all are.
func (s *Seen) missing(p *Path, needs []Need) Need {
	for _, need := range needs {
		if !s.met(p, need) {
			return need
		}
	}
	return ""
}

func (s *Seen) met(p *Path, need Need) bool {
	first := s.Find(NameOffer)
	switch need {
	case NeedRefusal:
		return first != nil && first.Refused()
	case NeedNTLM:
		return first != nil && first.Offered("NTLM") != nil
	case NeedNegotiate:
		return first != nil && first.Offered("Negotiate") != nil
	case NeedNego2:
		return first != nil && first.Offered("Nego2") != nil
	case NeedEither:
		return first != nil && (first.Offered("NTLM") != nil || first.Offered("Negotiate") != nil)
	case NeedChallenge:
		return s.HasChallenge()
	case NeedTLS:
		return p.target.Scheme == "https"
	case NeedServer:
		return first != nil && first.Status() != 0 && first.Target == verdict.Origin
	case NeedUntouched:
		return s.Sharing() == nil
	}
	return true
}
