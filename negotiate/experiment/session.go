package experiment

import (
	"context"
	"crypto/x509"
	"strings"

	"github.com/ntlmctl/ntlmctl/negotiate"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
	"github.com/ntlmctl/ntlmctl/negotiate/wire"
)

// Session is who logs on to a path, and the connection that is logged on. The
// experiments of one run share it.
type Session struct {
	// Credentials answer the origin, Proxy the proxy. They are nil where nobody logs
	// on.
	Credentials, Proxy negotiate.Credentials
	// Schemes are wanted, the best first; nil is NTLM and Negotiate.
	Schemes []string
	// Budget is shared by all sessions of a run; ProxyBudget is that of the account
	// for the proxy where it is another one, nil where it is not.
	Budget, ProxyBudget *negotiate.Budget

	// conn is logged on; nil until somebody is, and when it has ended. cookies are
	// what was set on the way there.
	conn    *wire.Conn
	cookies jar
	// waiting are connections of strangers who asked before anybody logged on.
	waiting connections
}

// What experiments with credentials need beside the needs of others.
const (
	// NeedCredentials: there is an account to log on with.
	NeedCredentials Need = "credentials"
	// NeedBudget: another refused logon may be afforded.
	NeedBudget Need = "a refused logon to spend (--max-refused)"
	// NeedLogon: the handshake has logged a connection on.
	NeedLogon Need = "a connection that is logged on"
	// NeedFailure: the handshake failed.
	NeedFailure Need = "a handshake that failed"
)

// Close closes the connection that is logged on, and those that wait.
func (s *Session) Close() {
	s.waiting.close()
	s.waiting = nil
	if s.conn != nil {
		s.conn.Close()
		s.conn = nil
	}
}

// loggedOn reports whether there is a connection that is logged on and can be used.
func (s *Session) loggedOn() bool {
	if s.conn != nil && !s.conn.Usable() {
		s.Close()
	}
	return s.conn != nil
}

// lacking is the first need of a logon that is not met, empty if all are.
func (s *Session) lacking(p *Path, seen *Seen) Need {
	if s.account(p, seen) == nil {
		return NeedCredentials
	}
	if _, all := s.budget(p, seen).Spent(); all {
		return NeedBudget
	}
	return ""
}

// account is for whoever asks on a path.
func (s *Session) account(p *Path, seen *Seen) negotiate.Credentials {
	if p.refuser(seen) == verdict.Proxy {
		return s.Proxy
	}
	return s.Credentials
}

// budget is that of the account.
func (s *Session) budget(p *Path, seen *Seen) *negotiate.Budget {
	if s.ProxyBudget != nil && p.refuser(seen) == verdict.Proxy {
		return s.ProxyBudget
	}
	return s.Budget
}

// skipped is the outcome of an experiment that lacks something.
func skipped(missing Need) Outcome {
	return Outcome{State: Skipped, Text: "it needs " + string(missing)}
}

// attempt is one logon and how it is made.
type attempt struct {
	experiment, variant string
	// fresh begins with a token, on a fresh connection.
	fresh bool
	// credentials stand in for the session's.
	credentials negotiate.Credentials
	// forget leaves out the cookies that a leg sets.
	forget bool
	// between is called when the challenge is there.
	between func(context.Context, *wire.Conn) error
	// method is that of all legs; empty is GET.
	method string
	// proof changes the request with the last token.
	proof func(*wire.Request)
	// keep makes the connection, and what it set, the session's.
	keep bool
	// carry takes the last token to another connection if the peer closes this one.
	carry bool
}

// The variants of the legs of a handshake.
const (
	VariantType1 = "type 1"
	VariantType3 = "type 3"
)

// logOn makes a logon. It returns the observation of the last leg, nil where
// none went out, and the connection, nil if it ended; it is the caller's unless
// the attempt is to be kept.
func (s *Session) logOn(ctx context.Context, p *Path, seen *Seen, a attempt) (*Observation, *wire.Conn, error) {
	scheme := s.scheme(seen)
	credentials := a.credentials
	if credentials == nil {
		credentials = s.account(p, seen)
	}
	if p.tunnelRefused {
		last, conn, err := s.tunnel(ctx, p, seen, a, scheme, credentials)
		if a.keep {
			s.conn = conn
		}
		return last, conn, err
	}
	conn, err := p.forHandshake(ctx, a.fresh)
	if err != nil {
		o := Observation{Experiment: a.experiment, Variant: a.leg(VariantType1), Target: p.refuser(seen)}
		o.fail(err)
		return seen.add(o), nil, nil
	}
	mechanism, err := credentials.Mechanism(scheme, p.service(seen), certificate(conn, p.refuser(seen)))
	if err != nil {
		conn.Close()
		return nil, nil, err
	}
	h := &handshake{Session: s, path: p, seen: seen, attempt: a, scheme: scheme, mechanism: mechanism, conn: conn}
	last, conn, err := h.run(ctx)
	if a.keep {
		s.conn, s.cookies = conn, h.jar
	}
	return last, conn, err
}

// leg names a leg.
func (a *attempt) leg(which string) string { return strings.TrimSpace(a.variant + " " + which) }

// scheme is the one to log on with.
func (s *Session) scheme(seen *Seen) string {
	wanted := s.Schemes
	if len(wanted) == 0 {
		wanted = []string{negotiate.SchemeNTLM, negotiate.SchemeNegotiate}
	}
	if first := seen.Find(NameOffer); first != nil {
		for _, scheme := range wanted {
			if first.Offered(scheme) != nil {
				return scheme
			}
		}
	}
	return wanted[0]
}

// service is the name of whoever is logged on to.
func (p *Path) service(seen *Seen) string {
	if p.refuser(seen) == verdict.Proxy && p.wire.Proxy != nil {
		return "HTTP/" + p.wire.Proxy.Host
	}
	return "HTTP/" + p.target.Host
}

// certificate is that of whoever is logged on to.
func certificate(conn *wire.Conn, target verdict.Target) *x509.Certificate {
	if target == verdict.Proxy {
		return conn.ProxyCertificate()
	}
	return conn.PeerCertificate()
}

// forHandshake is the connection that was refused, or a fresh one.
func (p *Path) forHandshake(ctx context.Context, fresh bool) (*wire.Conn, error) {
	if fresh {
		return p.dial(ctx)
	}
	return p.connection(ctx)
}
