package diagnose

import (
	"encoding/hex"
	"strings"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
)

// Evidence is what the rules judge: what was seen, as plain data.
type Evidence struct {
	Path *experiment.Seen
	// Behind is what was seen of the server through a proxy that was logged on to;
	// nil where no proxy wanted that, or nobody got past it.
	Behind *experiment.Seen
	// Direct is what was seen straight at the server; nil if nobody asked it.
	Direct *experiment.Seen
	// Wanted are the schemes that there was an account for at the server, ProxyWanted
	// those at the proxy; nil where there was none.
	Wanted, ProxyWanted []string
	// Strangers is how many were to ask.
	Strangers int
}

// sightings are the products on the path, each once.
func (e *Evidence) sightings() []experiment.Sighting {
	all := new(experiment.Seen)
	for _, seen := range []*experiment.Seen{e.Path, e.Behind} {
		if seen != nil {
			all.Observations = append(all.Observations, seen.Observations...)
		}
	}
	return experiment.Sightings(all)
}

// side is one way to the server as the rules ask about it.
type side struct{ *experiment.Seen }

// first is the answer to the request without credentials; an empty one where it
// was not asked.
func (s side) first() *observation {
	if first := s.Find(experiment.NameOffer); first != nil {
		return first
	}
	return &observation{Target: verdict.Origin}
}

func (s side) target() verdict.Target { return s.first().Target }

// handshake are the legs of the logon.
func (s side) handshake() []*observation { return s.All(experiment.NameHandshake) }

// proof is the leg that brought the Type 3, nil if none did.
func (s side) proof() *observation {
	for _, o := range s.handshake() {
		if o.Proof() {
			return o
		}
	}
	return nil
}

// loggedOn reports whether the Type 3 was accepted. A 403 counts only if the
// connection is logged on after it: some servers refuse a logon so.
func (s side) loggedOn() bool {
	p := s.proof()
	if p == nil || !p.LoggedOn() || p.Status() != 403 {
		return p != nil && p.LoggedOn()
	}
	again := s.Find(experiment.NameSecondRequest)
	return again != nil && again.Status() != 0 && !again.TurnedAway()
}

// pastProxy reports whether a proxy took a logon and lets requests through to the server.
func (s side) pastProxy() bool {
	return s.target() == verdict.Proxy && s.loggedOn() && s.proof().Status() != 403
}

// type1s are the legs that brought a NEGOTIATE_MESSAGE over HTTP/1, on a connection
// that might go on, in their order.
func (s side) type1s() []*observation {
	var list []*observation
	for _, o := range s.Observations {
		if sentKind(o) == decode.KindNTLMNegotiate && o.Experiment != experiment.NameHTTP2 && o.Experiment != experiment.NameClosing {
			list = append(list, o)
		}
	}
	return list
}

// judged are the legs that show one logon, for verdict.Judge, and why it ended:
// those of the handshake, or of the first question that brought a Type 1.
func (s side) judged() (legs []*trace.Leg, failure *trace.Failure) {
	list := s.handshake()
	if len(list) == 0 {
		list = s.type1s()
		list = list[:min(1, len(list))]
	}
	list = append([]*observation{s.first()}, list...)
	for _, o := range list {
		if o.Leg != nil {
			legs = append(legs, o.Leg)
		}
		if o.Failure != nil {
			failure = o.Failure
		}
	}
	return legs, failure
}

// logon is the one logon, as the rules for a single one take it.
func (s side) logon() verdict.Run {
	legs, failure := s.judged()
	r := verdict.Run{Target: s.target(), Legs: legs, Failure: failure}
	if p := s.proof(); p != nil && p.Connection.TLS != nil {
		if hash := binding(p.Connection.TLS); hash != nil {
			r.Binding = hex.EncodeToString(hash[:])
		}
	}
	return r
}

// strangers are those who were refused or let in; others, as those that a limit
// turned away, say nothing.
func (s side) strangers() (asked, let, letUnique []*observation) {
	for _, o := range s.All(experiment.NameStrangers) {
		in := s.LetIn(o)
		if !in && !o.TurnedAway() {
			continue
		}
		asked = append(asked, o)
		if in {
			if strings.HasSuffix(o.Variant, experiment.VariantUnique) {
				letUnique = append(letUnique, o)
			}
			let = append(let, o)
		}
	}
	return asked, let, letUnique
}

func sentKind(o *observation) decode.Kind {
	if o.Leg == nil {
		return ""
	}
	return o.Leg.TokenIn(trace.InRequest).Innermost()
}

// computer is the server's name in the challenge of an answer, empty if there is none.
func computer(o *observation) string {
	_, challenge := o.Challenge()
	if challenge == nil {
		return ""
	}
	const most = 64
	name := challenge.AVPairs.Text(decode.MsvAvNbComputerName)
	return strings.ToValidUTF8(name[:min(len(name), most)], "")
}

func legOf(o *observation) int {
	if o == nil || o.Leg == nil {
		return 0
	}
	return o.Leg.N
}
