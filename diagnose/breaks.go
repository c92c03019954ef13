package diagnose

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
)

// logons are the logons of an experiment that made several, each with its legs.
func (s side) logons(name string) [][]*observation {
	var list [][]*observation
	at := map[string]int{}
	for _, o := range s.All(name) {
		variant := strings.TrimSuffix(strings.TrimSuffix(o.Variant, experiment.VariantType1), experiment.VariantType3)
		n, known := at[variant]
		if !known {
			n = len(list)
			at[variant] = n
			list = append(list, nil)
		}
		list[n] = append(list[n], o)
	}
	return list
}

// came reports how a logon came out: whether it succeeded, and if not, what its
// own legs say.
func (c *joined) came(logon []*observation) (good bool, code verdict.Code) {
	r := verdict.Run{Target: c.path.target()}
	for _, o := range logon {
		if o.LoggedOn() {
			return true, ""
		}
		if o.Leg != nil {
			r.Legs = append(r.Legs, o.Leg)
		}
		if o.Failure != nil {
			r.Failure = o.Failure
		}
	}
	if len(r.Legs) == 0 {
		return false, verdict.Unreachable
	}
	return false, r.Judge().Code
}

// intermittent: of many logons some succeed.
func (c *joined) intermittent() *finding {
	logons := c.path.logons(experiment.NameAttempts)
	if p := c.path.handshake(); len(p) > 0 && len(logons) > 0 {
		logons = append(logons, p)
	}
	good := 0
	bad := map[verdict.Code][]*observation{}
	for _, logon := range logons {
		if well, code := c.came(logon); well {
			good++
		} else {
			bad[code] = append(bad[code], logon[len(logon)-1])
		}
	}
	if good == 0 || len(bad) == 0 {
		return nil
	}
	f := c.found(verdict.Intermittent, verdict.Proven)
	f.see(nil, "%d of %d logons succeeded", good, len(logons))
	codes := make([]verdict.Code, 0, len(bad))
	for code := range bad {
		codes = append(codes, code)
	}
	slices.SortFunc(codes, func(a, b verdict.Code) int { return cmp.Or(len(bad[b])-len(bad[a]), cmp.Compare(a, b)) })
	for _, code := range codes {
		f.see(bad[code][0], "%s: %d", code, len(bad[code]))
	}
	return f
}

// pausesBreak: the handshake works, and not with a pause in it.
func (c *joined) pausesBreak() *finding {
	if !c.path.loggedOn() {
		return nil
	}
	for _, o := range c.path.All(experiment.NamePauses) {
		if strings.HasSuffix(o.Variant, experiment.VariantRest) && o.TurnedAway() {
			later := strings.TrimSpace(strings.TrimSuffix(o.Variant, experiment.VariantRest)) + " later"
			return c.notStraight(c.found(verdict.IdleTimeout, verdict.Likely).
				see(o, "%d %s on a connection that was logged on and is still open", o.Status(), later), o)
		}
	}
	for _, logon := range c.path.logons(experiment.NamePauses) {
		last := logon[len(logon)-1]
		well, _ := c.came(logon)
		if well || last.Leg == nil || strings.HasSuffix(last.Variant, experiment.VariantRest) {
			continue
		}
		pause, _, _ := strings.Cut(last.Variant, " ")
		f := c.found(verdict.IdleTimeout, verdict.Likely).see(c.path.proof(), "%d without a pause", c.path.proof().Status())
		if last.Answer() == experiment.Challenged && last.Leg.ClosedBy == trace.Server {
			f.Grade = verdict.Proven
			return f.see(last, "the connection was closed within a pause of %s after the challenge", pause)
		}
		return c.notStraight(f.see(last, "%d after a pause of %s before the Type 3", last.Status(), pause), last)
	}
	return nil
}

// notStraight proves that a pause is too long for the path where the same one is
// not too long straight at the server.
func (c *joined) notStraight(f *finding, here *observation) *finding {
	if c.direct == nil {
		return f
	}
	for _, there := range c.direct.All(experiment.NamePauses) {
		if there.Variant == here.Variant && there.Status() != 0 && !there.TurnedAway() {
			f.Grade = verdict.Proven
			return f.see(there, "straight at the server, the same: %d", there.Status())
		}
	}
	return f
}

// bodiesBreak: the handshake works without a body and breaks with one.
func (c *joined) bodiesBreak() *finding {
	var without *observation
	for _, logon := range c.path.logons(experiment.NameBodies) {
		last := logon[len(logon)-1]
		well, _ := c.came(logon)
		switch {
		case well && last.Leg.Request.BodyBytes == 0:
			without = last
		case !well && without != nil:
			f := c.found(verdict.BodyRefused, verdict.Proven).see(without, "%d to a POST without a body", without.Status())
			what := fmt.Sprintf("status %d", last.Status())
			if last.Failure != nil {
				what = last.Failure.Text
			}
			size, _, _ := strings.Cut(last.Variant, " ")
			return f.see(last, "with a body of %s bytes: %s", size, what)
		}
	}
	return nil
}

// bindingDiffers: what the server takes for the channel binding is not that of
// the certificate which the path shows.
func (c *joined) bindingDiffers() *finding {
	var taken, refused *observation
	for _, logon := range c.path.logons(experiment.NameBinding) {
		last := logon[len(logon)-1]
		well, _ := c.came(logon)
		right := strings.HasPrefix(last.Variant, experiment.VariantRight)
		switch {
		case right && !well && last.TurnedAway():
			refused = last
		case !right && well && taken == nil:
			taken = last
		}
	}
	if refused == nil {
		if p := c.path.proof(); p != nil && p.TurnedAway() {
			refused = p
		}
	}
	if taken == nil || refused == nil {
		return nil
	}
	variant := strings.TrimSuffix(taken.Variant, " "+experiment.VariantType3)
	return c.found(verdict.EPAMismatch, verdict.Proven).
		see(refused, "%d with the channel binding of the certificate that the path shows", refused.Status()).
		see(taken, "%d with another: %s", taken.Status(), variant)
}
