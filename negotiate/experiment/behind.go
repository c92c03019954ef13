package experiment

import (
	"context"
	"errors"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/wire"
)

// NameProxyLogon is what the legs are named for that log on to a proxy so that
// the server behind it can be asked.
const NameProxyLogon = "proxy-logon"

// Behind is the path to the server behind a proxy that wants a logon for itself:
// each of its connections begins with that logon. Seen is what the path showed.
func (p *Path) Behind(s *Session, seen *Seen) *Path {
	behind := &Path{Header: p.Header, Pace: p.Pace, url: p.url, target: p.target, wire: p.wire}
	behind.behind = func(ctx context.Context, target wire.Target) (*wire.Conn, error) {
		own, to := &Seen{Observations: seen.All(NameOffer)}, *p // several may be under way
		to.target = target
		last, conn, err := s.logOn(ctx, &to, own, attempt{experiment: NameProxyLogon, fresh: true})
		switch {
		case err == nil && last.LoggedOn() && conn != nil && conn.Usable():
			return conn, nil
		case err == nil && last != nil && last.Failure != nil:
			err = &wire.Error{Kind: last.Failure.Kind, Op: "proxy", Connection: last.Connection.ID, Err: errors.New(last.Failure.Text)}
		case err == nil && s.lacking(&to, own) == NeedBudget:
			err = &wire.Error{Kind: trace.FailProxy, Op: "proxy", Err: errProxyBudget}
		case err == nil:
			err = &wire.Error{Kind: trace.FailProxy, Op: "proxy", Err: errProxyRefused}
		}
		if conn != nil {
			conn.Close()
		}
		return nil, err
	}
	return behind
}

var (
	errProxyBudget  = errors.New("a logon to it needs a refused logon to spend (--max-refused)")
	errProxyRefused = errors.New("a logon that it took before was not taken, or its connection ended with it")
)
