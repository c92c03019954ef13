package experiment

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate/wire"
)

// NamePauses is the name of Pauses.
const NamePauses = "pauses"

// VariantRest marks the request after a pause on a connection that is logged on.
const VariantRest = "after a rest"

// Pauses waits between the challenge and the Type 3, and then as long on the
// connection that is logged on. It stops at the first pause that breaks something.
type Pauses struct {
	Session *Session
	Pauses  []time.Duration
}

// Info describes it.
func (e Pauses) Info() Info {
	info := Info{
		Name: NamePauses, Asks: "does a handshake outlast a pause (--idle)?", Per: "pause",
		Needs: []Need{NeedRefusal, NeedEither, NeedCredentials, NeedBudget}, Cost: Cost{Requests: 3, RefusedLogons: 1},
	}
	if len(e.Pauses) > 0 {
		names := make([]string, len(e.Pauses))
		for i, d := range e.Pauses {
			names[i] = d.String()
		}
		info.Asks = "does a handshake outlast a pause of " + strings.Join(names, ", ") + "?"
		info.Cost.Requests *= len(e.Pauses)
		info.Per = ""
	}
	return info
}

// Long is how long it takes at least.
func (e Pauses) Long() (d time.Duration) {
	for _, pause := range e.Pauses {
		d += 2 * pause
	}
	return d
}

// Run asks.
func (e Pauses) Run(ctx context.Context, p *Path, seen *Seen) Outcome {
	for _, pause := range e.Pauses {
		if missing := e.Session.lacking(p, seen); missing != "" {
			return skipped(missing)
		}
		if outcome := e.once(ctx, p, seen, pause); outcome.State != Passed {
			return outcome
		}
	}
	return Outcome{State: Passed, Text: "handshakes and connections outlast all pauses"}
}

func (e Pauses) once(ctx context.Context, p *Path, seen *Seen, pause time.Duration) Outcome {
	last, conn, err := e.Session.logOn(ctx, p, seen, attempt{
		experiment: NamePauses, variant: pause.String(), fresh: true,
		between: func(ctx context.Context, conn *wire.Conn) error { return rest(ctx, conn, pause) },
	})
	defer func() {
		if conn != nil {
			conn.Close()
		}
	}()
	if outcome := outcomeOfLogon(last, err); outcome.State != Passed || conn == nil {
		return Outcome{State: Failed, Text: fmt.Sprintf("with a pause of %s before the Type 3: %s", pause, outcome.Text)}
	}
	if err := rest(ctx, conn, pause); err != nil {
		return Outcome{State: Inconclusive, Text: err.Error()}
	}
	if !conn.Usable() {
		return Outcome{State: Passed, Text: "the idle connection was closed, which a client sees"}
	}
	variant := pause.String() + " " + VariantRest
	var again *Observation
	again, conn = p.askOn(ctx, seen, question{experiment: NamePauses, variant: variant, hold: true, body: true}, conn)
	if again.TurnedAway() {
		return Outcome{State: Failed, Text: fmt.Sprintf("after %s the connection is open and no longer logged on", pause)}
	}
	return Outcome{State: Passed}
}

// rest waits, or until the peer closes the connection.
func rest(ctx context.Context, conn *wire.Conn, pause time.Duration) error {
	waiting, cancel := context.WithTimeout(ctx, pause)
	defer cancel()
	conn.AwaitClose(waiting)
	return ctx.Err()
}
