package experiment

import "context"

// The names of the questions about Negotiate.
const (
	NameNegotiateNTLM   = "negotiate-ntlm"
	NameNegotiateRaw    = "negotiate-raw"
	NameNegotiateChoice = "negotiate-choice"
	NameNegotiateOrder  = "negotiate-order"
	NameNegotiateAgain  = "negotiate-again"
	NameNego2           = "nego2"
)

// offersNTLM is a request with SPNEGO that offers NTLM alone.
func offersNTLM(experiment string) question {
	return question{experiment: experiment, scheme: "Negotiate", token: text(wrapped(type1()))}
}

// chooses is a request with the list to choose from.
func chooses(experiment string) question {
	return question{experiment: experiment, scheme: "Negotiate", token: text(choices())}
}

// NegotiateNTLM asks whether SPNEGO that offers nothing but NTLM gets a challenge.
type NegotiateNTLM struct{}

// Info describes it.
func (NegotiateNTLM) Info() Info {
	return Info{
		Name: NameNegotiateNTLM, Asks: "does SPNEGO that offers only NTLM get a challenge?",
		Needs: []Need{NeedRefusal, NeedNegotiate, NeedUntouched}, Cost: Cost{Requests: 1, Handshakes: 1},
	}
}

// Run asks.
func (NegotiateNTLM) Run(ctx context.Context, p *Path, seen *Seen) Outcome {
	o, _ := p.ask(ctx, seen, offersNTLM(NameNegotiateNTLM))
	return outcomeOf(o, Challenged)
}

// NegotiateRaw asks whether NTLM's first message gets a challenge directly under
// Negotiate, without SPNEGO around it.
type NegotiateRaw struct {
	// Always asks even where NTLM in SPNEGO has got a challenge.
	Always bool
}

// Info describes it.
func (NegotiateRaw) Info() Info {
	return Info{
		Name: NameNegotiateRaw, Asks: "does NTLM directly under Negotiate get a challenge?",
		Needs: []Need{NeedRefusal, NeedNegotiate, NeedUntouched}, Cost: Cost{Requests: 1, Handshakes: 1},
	}
}

// Run asks.
func (e NegotiateRaw) Run(ctx context.Context, p *Path, seen *Seen) Outcome {
	if !e.Always && seen.Find(NameNegotiateNTLM).Answer() == Challenged {
		return Outcome{State: Skipped, Text: "NTLM in SPNEGO gets a challenge", Moot: true}
	}
	o, _ := p.ask(ctx, seen, question{experiment: NameNegotiateRaw, scheme: "Negotiate", token: text(type1())})
	return outcomeOf(o, Challenged)
}

// NegotiateChoice asks what the server chooses from Windows' list of mechanisms.
// No token of a mechanism goes out.
type NegotiateChoice struct{}

// Info describes it.
func (NegotiateChoice) Info() Info {
	return Info{
		Name: NameNegotiateChoice, Asks: "what does the server choose from Kerberos, NEGOEX and NTLM?",
		Needs: []Need{NeedRefusal, NeedNegotiate, NeedUntouched}, Cost: Cost{Requests: 1, Handshakes: 1},
	}
}

// Run asks.
func (NegotiateChoice) Run(ctx context.Context, p *Path, seen *Seen) Outcome {
	o, _ := p.ask(ctx, seen, chooses(NameNegotiateChoice))
	return outcomeOf(o, ChoseKerberos, ChoseNTLM, ChoseOther, Rejected)
}

// NegotiateOrder asks whether a server that chooses Kerberos does so even where
// NTLM stands before it, with its first message: see Seen.PassedOver.
type NegotiateOrder struct{}

// Info describes it.
func (NegotiateOrder) Info() Info {
	return Info{
		Name: NameNegotiateOrder, Asks: "is NTLM passed over where it stands before Kerberos?",
		Needs: []Need{NeedRefusal, NeedNegotiate, NeedUntouched}, Cost: Cost{Requests: 1, Handshakes: 1},
	}
}

// Run asks.
func (NegotiateOrder) Run(ctx context.Context, p *Path, seen *Seen) Outcome {
	switch answer := seen.Find(NameNegotiateNTLM).Answer(); {
	case answer == Challenged || answer == ChoseKerberos:
		return Outcome{State: Skipped, Text: "the answer to NTLM alone was clear", Moot: true}
	case seen.Find(NameNegotiateChoice).Answer() != ChoseKerberos:
		return Outcome{State: Skipped, Text: "Kerberos was not chosen before", Moot: true}
	}
	o, _ := p.ask(ctx, seen, question{experiment: NameNegotiateOrder, scheme: "Negotiate", token: text(ntlmFirst())})
	return outcomeOf(o, Challenged, ChoseKerberos, ChoseNTLM)
}

// NegotiateAgain asks again where NTLM was rejected and the list got bare names: a
// server that keeps no handshake from one request to the next takes Kerberos in a
// single token alone, and answers so. So does one that takes NTLM, on upstream
// connections that were spoilt: see Seen.Rejects. It stops at the first answer
// that differs.
type NegotiateAgain struct{}

// Info describes it.
func (NegotiateAgain) Info() Info {
	return Info{
		Name: NameNegotiateAgain, Asks: "do the answers follow what is sent, or the connection?",
		Needs: []Need{NeedRefusal, NeedNegotiate, NeedUntouched}, Cost: Cost{Requests: 3, Handshakes: 3},
	}
}

// Run asks.
func (NegotiateAgain) Run(ctx context.Context, p *Path, seen *Seen) Outcome {
	if seen.Find(NameNegotiateNTLM).Answer() != Rejected || seen.Find(NameNegotiateChoice).Answer() != Bare {
		return Outcome{State: Skipped, Text: "it is for a rejection of NTLM beside bare names for a list with Kerberos", Moot: true}
	}
	for _, again := range []struct {
		ask    func(string) question
		answer Answer
	}{{offersNTLM, Rejected}, {offersNTLM, Rejected}, {chooses, Bare}} {
		o, _ := p.ask(ctx, seen, again.ask(NameNegotiateAgain))
		if outcome := outcomeOf(o, again.answer); outcome.State != Passed {
			return outcome
		}
	}
	return Outcome{State: Passed, Text: "the answers follow what is sent"}
}

// Nego2 asks whether NTLM in SPNEGO gets a challenge under the scheme Nego2.
type Nego2 struct{}

// Info describes it.
func (Nego2) Info() Info {
	return Info{
		Name: NameNego2, Asks: "does SPNEGO that offers only NTLM get a challenge under Nego2?",
		Needs: []Need{NeedRefusal, NeedNego2, NeedUntouched}, Cost: Cost{Requests: 1, Handshakes: 1},
	}
}

// Run asks.
func (Nego2) Run(ctx context.Context, p *Path, seen *Seen) Outcome {
	o, _ := p.ask(ctx, seen, question{experiment: NameNego2, scheme: "Nego2", token: text(wrapped(type1()))})
	return outcomeOf(o, Challenged)
}
