package experiment

import "context"

// The names of the questions about Negotiate.
const (
	NameNegotiateNTLM   = "negotiate-ntlm"
	NameNegotiateRaw    = "negotiate-raw"
	NameNegotiateChoice = "negotiate-choice"
	NameNego2           = "nego2"
)

// VariantAgain marks the repetition of a question that was rejected, on another
// connection.
const VariantAgain = "again"

// NegotiateNTLM asks whether SPNEGO that offers nothing but NTLM gets a challenge.
// A rejection is asked for twice more, on the same connection if it stays open
// (VariantSecond) and on another: an upstream connection that somebody's unfinished handshake spoilt
// rejects once, and then gives bare names, or another one a challenge; a server
// that takes no NTLM rejects each time. What was rejected leaves no handshake behind.
type NegotiateNTLM struct{}

// Info describes it.
func (NegotiateNTLM) Info() Info {
	return Info{
		Name: NameNegotiateNTLM, Asks: "does SPNEGO that offers only NTLM get a challenge?",
		Needs: []Need{NeedRefusal, NeedNegotiate, NeedUntouched}, Cost: Cost{Requests: 3, Handshakes: 3},
	}
}

// Run asks.
func (NegotiateNTLM) Run(ctx context.Context, p *Path, seen *Seen) Outcome {
	q := question{experiment: NameNegotiateNTLM, scheme: "Negotiate", token: text(wrapped(type1())), hold: true}
	o, conn := p.ask(ctx, seen, q)
	if conn != nil {
		defer conn.Close()
	}
	if o.Answer() != Rejected {
		return outcomeOf(o, Challenged)
	}
	q.hold = false
	if conn != nil && conn.Usable() && p.pace(ctx) == nil {
		q.variant = VariantSecond
		o, _ = p.askOn(ctx, seen, q, conn)
	} else if ctx.Err() == nil {
		q.variant = VariantAgain
		o, _ = p.ask(ctx, seen, q)
	}
	if o.Answer() != Challenged && ctx.Err() == nil {
		q.variant = VariantAgain
		o, _ = p.ask(ctx, seen, q)
	}
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
	o, _ := p.ask(ctx, seen, question{experiment: NameNegotiateChoice, scheme: "Negotiate", token: text(choices())})
	return outcomeOf(o, ChoseKerberos, ChoseNTLM, ChoseOther, Rejected)
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
