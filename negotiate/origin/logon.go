package origin

import (
	"encoding/base64"
	"net/http"
	"strings"
	"sync"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/decode/spnego"
	"github.com/ntlmctl/ntlmctl/negotiate/ntlm"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// logon is the state that is kept under one key: a TCP connection, or a value of
// ConnectionIDHeader.
type logon struct {
	mu   sync.Mutex
	legs int
	// acceptor is of a handshake that has begun; begun says that it has answered
	// with a token, and challenged that this was its challenge.
	acceptor          *ntlm.Acceptor
	begun, challenged bool
	// spent says that a handshake came to nothing.
	spent bool
	// loggedOn says that account is logged on.
	loggedOn bool
	account  string
}

// answer is what becomes of a request, as far as the logon goes.
type answer struct {
	status int
	// offers says that the schemes are to be named; token, if there is one, goes
	// under scheme in place of its name.
	offers bool
	scheme string
	token  []byte
}

// admitted reports whether the request may have what it asks for.
func (a *answer) admitted() bool { return a.status == http.StatusOK }

// logOn settles who sends a request.
func (s *Server) logOn(l *logon, keyed bool, x *Exchange) answer {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.legs++
	x.Leg = l.legs
	c, ok := credentialsOf(x.Headers, s.credentialsHeader)
	if !ok {
		return s.without(l, x)
	}
	x.Scheme = c.scheme
	switch s.offered(c.scheme) {
	case "":
		x.note("the credentials are of a scheme that is not asked for, and were not looked at")
		return s.without(l, x)
	case SchemeBasic:
		return s.basic(&c, x)
	}
	return s.step(l, &c, keyed, x)
}

// offered is the name of a scheme that is asked for, or "".
func (s *Server) offered(scheme string) string {
	for _, name := range s.o.Schemes {
		if strings.EqualFold(name, scheme) {
			return name
		}
	}
	return ""
}

// without answers a request that brings nothing.
func (s *Server) without(l *logon, x *Exchange) answer {
	if l.loggedOn {
		x.State, x.Account = StateAuthenticated, l.account
		return answer{status: http.StatusOK}
	}
	x.State = StateAnonymous
	return answer{status: s.demand, offers: true}
}

// basic checks a user name and a password (RFC 7617). It speaks for one request.
func (s *Server) basic(c *credentials, x *Exchange) answer {
	text, err := base64.StdEncoding.DecodeString(c.text)
	name, password, ok := strings.Cut(string(text), ":")
	account := ntlm.ParseAccount(name)
	if err != nil || !ok || !s.o.Acceptor.Users.Check(account, ntlm.Password(password)) {
		x.State = StateRefused
		return answer{status: s.demand, offers: true}
	}
	x.State, x.Account = StateAccepted, account.String()
	return answer{status: http.StatusOK}
}

// step takes a token of NTLM or Negotiate.
func (s *Server) step(l *logon, c *credentials, keyed bool, x *Exchange) answer {
	if c.bad {
		x.note("the word after " + c.scheme + " is no token in base64")
		return s.refuse(x, s.habits.garbage, answer{})
	}
	c.token = decode.Decode(c.raw, decode.Options{})
	a := s.take(l, c, keyed, x)
	if s.shows {
		x.shown, x.settled = x.addToken(trace.InRequest, c.header, c.scheme, c.raw, c.token), c.index+1
		if a.token != nil {
			x.addToken(trace.InResponse, s.challengeHeader, a.scheme, a.token, decode.Decode(a.token, decode.Options{}))
		}
	}
	return a
}

// take settles whether the token comes at its time.
func (s *Server) take(l *logon, c *credentials, keyed bool, x *Exchange) answer {
	begins := c.token.Kind == decode.KindNTLMNegotiate || c.token.Kind == decode.KindSPNEGOInit
	spends := s.habits.spent != spentNever && !keyed // a key that is used again begins anew
	if l.loggedOn {
		switch {
		case s.habits.again == againBegins || keyed && begins:
			x.note("the logon of " + l.account + " is dropped: a token came after it")
		case s.habits.again == againIgnored:
			x.note("the token was not looked at: the logon stands")
			x.State, x.Account = StateAuthenticated, l.account
			return answer{status: http.StatusOK}
		default:
			x.note("the logon of " + l.account + " is lost: a token came after it")
			l.spent = true
		}
		l.loggedOn, l.account = false, ""
	}
	a := answer{}
	if begins && (l.begun || l.spent) {
		if s.habits.rejects && l.begun && l.acceptor.Result().SPNEGO {
			a = answer{scheme: s.offered(c.scheme), token: rejection}
		}
		l.acceptor, l.begun, l.challenged, l.spent = nil, false, false, spends
	}
	if l.spent && spends {
		x.note("no handshake may begin on this connection any more")
		return s.refuse(x, s.demand, a)
	}
	return s.handshake(l, c, x)
}

// handshake has the acceptor take the token.
func (s *Server) handshake(l *logon, c *credentials, x *Exchange) answer {
	if l.acceptor == nil {
		l.acceptor = ntlm.NewAcceptor(s.o.Acceptor)
	}
	orphan := !l.challenged && c.token.NTLM() != nil && c.token.NTLM().Kind == decode.KindNTLMAuthenticate
	out, done, err := l.acceptor.Step(c.raw)
	x.checks = l.acceptor.Result()
	x.Checks = &x.checks
	a := answer{scheme: s.offered(c.scheme), token: out}
	if !done {
		l.begun = true
		l.challenged = l.challenged || c.token.NTLM() != nil
		x.State, a.status = StateChallenged, s.demand
		return a
	}
	begun := l.begun
	l.acceptor, l.begun, l.challenged = nil, false, false
	switch {
	case x.checks.Accepted:
		l.spent, l.loggedOn = false, !s.o.PerRequest
		l.account = ntlm.Account{User: x.checks.User, Domain: x.checks.Domain}.String()
		x.State, x.Account, a.status = StateAccepted, l.account, http.StatusOK
		return a
	case orphan:
		x.note("a Type 3 answers no challenge of this key: its handshake began elsewhere")
		return s.refuse(x, s.habits.orphan, a)
	}
	l.spent = begun || s.habits.spent != spentByChallenge
	if err != nil && x.checks.Reason == ntlm.ReasonMalformed {
		return s.refuse(x, s.habits.garbage, a)
	}
	return s.refuse(x, s.habits.refused, a)
}

// refuse makes a refusal; only one that asks again names schemes.
func (s *Server) refuse(x *Exchange, status int, a answer) answer {
	x.State, a.status = StateRefused, status
	if a.status == http.StatusUnauthorized {
		a.status = s.demand
	}
	a.offers = a.status == s.demand
	if !a.offers {
		a.token = nil
	}
	if s.habits.rejects && a.token != nil {
		a.offers = false
	}
	return a
}

// rejection is a NegTokenResp that refuses all mechanisms (RFC 4178 4.2.2).
var rejection = (&spnego.Resp{State: spnego.Reject}).Append(nil)
