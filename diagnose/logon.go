package diagnose

import (
	"strings"

	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
)

// directProof is the leg that brought the Type 3 straight to the server, nil if
// none did.
func (c *joined) directProof() *observation {
	if c.direct == nil {
		return nil
	}
	return c.direct.proof()
}

// judged: the server itself, with nothing between, refused the Type 3. What was
// refused on the path, and why, its own legs say.
func (c *joined) judged() *finding {
	p := c.directProof()
	if p == nil || c.direct.loggedOn() || !p.TurnedAway() && p.Status() != 403 {
		return nil
	}
	code, grade := verdict.CredentialsRejected, verdict.Proven
	if !p.TurnedAway() {
		grade = verdict.Likely
	}
	if alone := c.direct.logon().Judge(); alone.Code == verdict.EPAMismatch {
		code, grade = alone.Code, alone.Grade
	}
	f := c.found(code, grade).see(p, "straight at the server, with nothing between: %d in answer to the Type 3", p.Status())
	if c.path.proof() == nil {
		f.prove("a run with the right password: what the path does to a Type 3 was not tried, since one refused logon is all that a run may cost")
	}
	return f
}

// refusedBy403: the Type 3 got a 403, and the connection is not logged on after it.
func (c *joined) refusedBy403() *finding {
	p, again := c.path.proof(), c.path.Find(experiment.NameSecondRequest)
	if p == nil || p.Status() != 403 || again == nil || !again.TurnedAway() {
		return nil
	}
	return c.found(verdict.RejectedUnattributed, verdict.Likely).
		see(p, "403 in answer to the Type 3").
		see(again, "%d to the next request on that connection: it is not logged on", again.Status()).
		prove("the same run straight to the server (--direct)", "ntlmctl serve in the server's place: it says which connection each message came in on")
}

// forbidden: logged on, and the page is not for the account.
func (c *joined) forbidden() *finding {
	p, again := c.path.proof(), c.path.Find(experiment.NameSecondRequest)
	if p == nil || p.Status() != 403 || again == nil || again.Status() != 403 {
		return nil
	}
	return c.found(verdict.AuthenticatedForbidden, verdict.Proven).
		see(c.path.first(), "%d without credentials, before the logon", c.path.first().Status()).
		see(again, "403 without credentials, on the connection that is logged on")
}

// notPersistent: the connection that was logged on is not so any more.
func (c *joined) notPersistent() *finding {
	if !c.path.loggedOn() {
		return nil
	}
	again := c.path.Find(experiment.NameSecondRequest)
	if again == nil || !again.TurnedAway() || c.path.proof().Status() == 403 || c.atTimes() != nil {
		return nil
	}
	f := c.found(verdict.AuthNotPersistent, verdict.Likely)
	f.see(c.path.proof(), "%d in answer to the Type 3", c.path.proof().Status())
	f.see(again, "%d to the next request on that connection", again.Status())
	proof := c.path.proof().Leg.Response.Headers.Get("Persistent-Auth")
	if c.direct != nil {
		if there := c.direct.Find(experiment.NameSecondRequest); there != nil && there.TurnedAway() {
			f.Grade = verdict.Proven
			f.see(there, "straight at the server it is the same")
		}
	}
	if strings.EqualFold(proof, "false") {
		f.Grade = verdict.Proven
		f.see(c.path.proof(), "the server says Persistent-Auth: false")
	}
	return f
}

// atTimes: of the requests on the connection that is logged on, some are refused.
func (c *joined) atTimes() *finding {
	if !c.path.loggedOn() {
		return nil
	}
	var well, bad []*observation
	for _, o := range c.path.All(experiment.NameSecondRequest) {
		switch {
		case o.TurnedAway():
			bad = append(bad, o)
		case o.Status() != 0:
			well = append(well, o)
		}
	}
	if len(well) == 0 || len(bad) == 0 {
		return nil
	}
	return c.found(verdict.Intermittent, verdict.Proven).
		see(well[0], "%d without credentials, on the connection that is logged on", well[0].Status()).
		see(bad[0], "%d to the same, on the same connection", bad[0].Status()).
		see(nil, "%d of %d such requests were refused", len(bad), len(well)+len(bad))
}

// unreached: a proxy took the logon, and the server behind it does not answer.
func (c *joined) unreached() *finding {
	p := c.path.proof()
	if c.path.target() != verdict.Proxy || p == nil || p.Status() < 502 || p.Status() > 504 {
		return nil
	}
	f := c.found(verdict.Unreachable, verdict.Likely)
	if p.Leg.Request.Method == "CONNECT" {
		f.Grade = verdict.Proven
	} else {
		f.prove("--proxytunnel: what answers a CONNECT is the proxy, and not the server")
	}
	f.Target = verdict.Origin
	return f.see(p, "%d from the proxy, which took the logon", p.Status())
}

// headerTooLarge: a header no longer than a Type 3 does not pass.
func (c *joined) headerTooLarge() *finding {
	list := c.path.All(experiment.NameHeaderSize)
	if c.path.loggedOn() { // what a logon needs does pass; the experiment says what does not
		return nil
	}
	if len(list) != 1 || list[0].Status() == c.path.first().Status() || list[0].Status() < 400 {
		return nil
	}
	return c.found(verdict.HeaderTooLarge, verdict.Proven).
		see(c.path.first(), "%d as a rule", c.path.first().Status()).
		see(list[0], "%d with a header of %d bytes more", list[0].Status(), experiment.HeaderSizes[0].Bytes)
}

// survives: logged on, still logged on, and strangers are refused.
func (c *joined) survives() *finding {
	if !c.path.loggedOn() {
		return nil
	}
	asked, let, _ := c.path.strangers()
	again := c.path.Find(experiment.NameSecondRequest)
	if len(let) > 0 || len(asked) < c.strangers || again == nil || again.TurnedAway() || again.Status() == 0 {
		return nil
	}
	f := c.found(verdict.Survives, verdict.Proven)
	if proof := c.path.proof(); c.path.pastProxy() && proof.Status() == 401 {
		f.see(proof, "401 in answer to the Type 3 is the server's: the proxy let it pass")
	} else {
		f.see(proof, "%d in answer to the Type 3", proof.Status())
	}
	return f.see(again, "%d to a request without credentials on that connection", again.Status()).
		see(nil, "%d strangers on connections of their own were refused", len(asked))
}
