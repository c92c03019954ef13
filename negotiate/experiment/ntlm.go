package experiment

import "context"

// NameNTLM is the name of NTLM.
const NameNTLM = "ntlm"

// NTLM asks whether a Type 1 under the scheme NTLM gets a challenge. It is the
// one question that may use the connection of Offer: nothing but an anonymous
// request went over that.
type NTLM struct{}

// Info describes it.
func (NTLM) Info() Info {
	return Info{
		Name: NameNTLM, Asks: "does NTLM's first message get a challenge?",
		Needs: []Need{NeedRefusal, NeedNTLM, NeedUntouched}, Cost: Cost{Requests: 1, Handshakes: 1},
	}
}

// Run asks.
func (NTLM) Run(ctx context.Context, p *Path, seen *Seen) Outcome {
	o, _ := p.ask(ctx, seen, question{experiment: NameNTLM, scheme: "NTLM", token: text(type1())})
	return outcomeOf(o, Challenged)
}

// outcomeOf is the outcome of a question whose answer should be one of those wanted.
func outcomeOf(o *Observation, wanted ...Answer) Outcome {
	answer := o.Answer()
	if o.Failure != nil {
		return Outcome{State: Inconclusive, Text: o.Failure.Text}
	}
	for _, w := range wanted {
		if answer == w {
			return Outcome{State: Passed, Text: string(answer)}
		}
	}
	return Outcome{State: Failed, Text: string(answer)}
}
