package experiment

import (
	"context"
	"encoding/base64"

	"github.com/ntlmctl/ntlmctl/negotiate"
	"github.com/ntlmctl/ntlmctl/negotiate/wire"
)

// handshake is a logon under way.
type handshake struct {
	*Session
	attempt
	path      *Path
	seen      *Seen
	scheme    string
	mechanism negotiate.Mechanism
	conn      *wire.Conn
	jar       jar
}

// maxTokens is how many tokens a handshake may have.
const maxTokens = 6

func (h *handshake) run(ctx context.Context) (last *Observation, conn *wire.Conn, err error) {
	if first := h.seen.Find(NameOffer); first != nil && !h.forget {
		h.jar.keep(first)
	}
	var in []byte
	answered := false // the last token that was due has been answered
	for range maxTokens {
		out, done, err := h.mechanism.Step(in)
		if err != nil && answered {
			return last, h.conn, nil // the mechanism says what the status says: refused
		}
		if err != nil || len(out) == 0 {
			h.drop()
			return last, nil, err
		}
		if done && !answered {
			if ok, _ := h.budget(h.path, h.seen).Take(ctx); !ok {
				h.drop()
				return last, nil, nil
			}
		}
		last = h.send(ctx, out, done)
		if done && !answered {
			h.budget(h.path, h.seen).Answered(refusedLogon(last))
		}
		answered = answered || done
		if h.conn == nil || !last.TurnedAway() {
			return last, h.conn, nil
		}
		challenge := last.Offered(h.scheme)
		if challenge == nil || challenge.Token68 == "" {
			return last, h.conn, nil
		}
		if in, err = challenge.Token(); err != nil {
			return last, h.conn, nil // the observation shows it
		}
		if !h.ready(ctx, last) {
			return last, nil, nil
		}
	}
	return last, h.conn, nil
}

// refusedLogon reports whether a proof was refused, or may have been: what got
// no answer may have been judged, and some servers refuse with 403.
func refusedLogon(o *Observation) bool {
	if o.Leg == nil || o.Leg.Response == nil {
		return o.Leg == nil || o.Leg.Request.Sent
	}
	return !o.LoggedOn() && !o.TooLarge() || o.Status() == 403
}

// ready readies the connection for the next token; false: the handshake went with it.
func (h *handshake) ready(ctx context.Context, last *Observation) bool {
	if h.between != nil && isChallenge(last) {
		if err := h.between(ctx, h.conn); err != nil {
			h.drop()
			return false
		}
	}
	if h.conn.Usable() {
		return true
	}
	h.drop()
	if !h.carry {
		return false
	}
	conn, err := h.path.dial(ctx)
	if err != nil {
		return false
	}
	h.conn = conn
	return true
}

func isChallenge(o *Observation) bool {
	_, challenge := o.Challenge()
	return challenge != nil
}

func (h *handshake) drop() {
	if h.conn != nil {
		h.conn.Close()
		h.conn = nil
	}
}

// send sends one token; the proof is the last that is due.
func (h *handshake) send(ctx context.Context, token []byte, proof bool) *Observation {
	which := VariantType1
	if proof {
		which = VariantType3
	}
	q := question{
		experiment: h.experiment, variant: h.leg(which), scheme: h.scheme, token: base64.StdEncoding.EncodeToString(token),
		hold: true, body: true, header: h.jar.header(),
	}
	q.change = func(r *wire.Request) {
		r.Method = h.method
		if proof && h.proof != nil {
			h.proof(r)
		}
	}
	last, conn := h.path.askOn(ctx, h.seen, q, h.conn)
	h.conn = conn
	if !h.forget {
		h.jar.keep(last)
	}
	return last
}
