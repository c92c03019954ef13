package diagnose

import (
	"strings"

	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
)

// judged: the server read the Type 3, knew its challenge, and refused it.
func (c *joined) judged() *finding {
	if c.direct != nil && c.direct.proof() != nil && !c.direct.loggedOn() {
		p := c.direct.proof()
		grade := verdict.Proven
		if !p.TurnedAway() {
			grade = verdict.Likely
		}
		f := c.found(verdict.CredentialsRejected, grade).see(p, "straight at the server, with nothing between: %d in answer to the Type 3", p.Status())
		if c.path.proof() == nil {
			f.prove("a run with the right password: what the path does to a Type 3 was not tried, since one refused logon is all that a run may cost")
		}
		return f
	}
	p := c.path.proof()
	if p == nil || !p.TurnedAway() || view(p) == nil {
		return nil
	}
	for _, o := range c.path.handshake() {
		if v := view(o); v != nil && o.Answer() == experiment.Challenged && v.Instance == view(p).Instance && v.AuthKey == view(p).AuthKey {
			return c.found(verdict.CredentialsRejected, verdict.Proven).
				see(o, "the challenge came over the server's connection %s", v.Connection).
				see(p, "the Type 3 reached it on the same one, and was refused")
		}
	}
	return nil
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
	if again == nil || !again.TurnedAway() || c.path.proof().Status() == 403 {
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
	if len(let) > 0 || len(asked) < c.Strangers || again == nil || again.TurnedAway() || again.Status() == 0 {
		return nil
	}
	return c.found(verdict.Survives, verdict.Proven).
		see(c.path.proof(), "%d in answer to the Type 3", c.path.proof().Status()).
		see(again, "%d to a request without credentials on that connection", again.Status()).
		see(nil, "%d strangers on fresh connections were refused", len(asked))
}
