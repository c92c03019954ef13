package experiment

import (
	"context"
	"crypto/rand"
	"fmt"

	"github.com/ntlmctl/ntlmctl/negotiate"
	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// NameOrphan is the name of Orphan.
const NameOrphan = "orphan"

// The variants of Orphan.
const (
	VariantOrphan = "without its challenge"
	VariantJudged = "with its challenge"
)

// Orphan sends a Type 3 of a user that does not exist: on a connection that was
// never challenged, and at the end of a handshake. Servers that answer the two
// differently give an unpinned path away. It leaves failed logons in the server's
// log, so it is asked only by name.
type Orphan struct{ Session *Session }

// Info describes it.
func (Orphan) Info() Info {
	return Info{
		Name: NameOrphan, Asks: "how is a Type 3 answered that answers no challenge? (for a user that does not exist)",
		Needs: []Need{NeedRefusal, NeedEither, NeedUntouched}, Cost: Cost{Requests: 3, Handshakes: 1, LogEntries: 2},
	}
}

// Run asks.
func (e Orphan) Run(ctx context.Context, p *Path, seen *Seen) Outcome {
	nobody := negotiate.NTLM{ClientOptions: ntlm.ClientOptions{
		Account: ntlm.Account{User: "ntlmctl-nobody-" + rand.Text()[:8]}, Secret: ntlm.Password(rand.Text()),
	}}
	// The account is nobody's, so nobody's budget is spent.
	session := &Session{Credentials: nobody, Proxy: nobody, Schemes: e.Session.Schemes, Budget: new(negotiate.Budget)}
	judged, conn, err := session.logOn(ctx, p, seen, attempt{experiment: NameOrphan, variant: VariantJudged, fresh: true})
	if conn != nil {
		conn.Close()
	}
	if err != nil || !judged.Proof() {
		return Outcome{State: Inconclusive, Text: "the handshake of a user that does not exist did not come to its Type 3"}
	}
	orphan, err := e.alone(ctx, p, seen, judged)
	if err != nil {
		return Outcome{State: Inconclusive, Text: err.Error()}
	}
	text := fmt.Sprintf("%d to one with its challenge, %d to one without", judged.Status(), orphan.Status())
	if judged.Status() == orphan.Status() {
		return Outcome{State: Inconclusive, Text: text + ": they cannot be told apart here"}
	}
	return Outcome{State: Passed, Text: text}
}

// alone sends the same Type 3 on a fresh connection.
func (e Orphan) alone(ctx context.Context, p *Path, seen *Seen, judged *Observation) (*Observation, error) {
	conn, err := p.dial(ctx)
	if err != nil {
		return nil, err
	}
	token := judged.Leg.TokenIn(trace.InRequest)
	q := question{experiment: NameOrphan, variant: VariantOrphan, scheme: token.Scheme, token: text(token.Raw), body: true}
	last, _ := p.askOn(ctx, seen, q, conn)
	return last, nil
}
