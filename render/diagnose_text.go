package render

import (
	"bufio"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"github.com/ntlmctl/ntlmctl/diagnose"
	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
)

// Diagnosis writes what was found: the verdict and what mends it, the legs that
// decide, then the experiments. With all set it shows every leg.
func (x Text) Diagnosis(w io.Writer, d *diagnose.Diagnosis, all bool) error {
	out := bufio.NewWriter(w)
	verdicts := append([]verdict.Verdict{d.Verdict}, d.Others...)
	proxied := slices.ContainsFunc(verdicts, func(v verdict.Verdict) bool { return v.Target == verdict.Proxy })
	for i := range verdicts {
		if i > 0 {
			out.WriteByte('\n')
		}
		x.conclusion(out, &verdicts[i], proxied)
	}
	legs := d.Trace.Redact().Legs
	if !all {
		legs = decisive(d, legs)
	}
	if len(legs) > 0 {
		out.WriteByte('\n')
		x.rungs(out, legs)
	}
	x.products(out, d)
	x.experiments(out, d.Outcomes)
	return out.Flush()
}

// conclusion writes one verdict: what happened, what shows it, what would make it
// surer, and what mends it.
func (x Text) conclusion(out *bufio.Writer, v *verdict.Verdict, proxied bool) {
	const wide = 8
	x.headline(out, v, proxied)
	for i, l := range wrap(Escape(cut(v.Summary))+".", x.Width-2*gap) {
		style := x.Style.Title
		if i > 0 {
			out.WriteString(strings.Repeat(" ", gap))
		}
		out.WriteString(strings.Repeat(" ", gap) + style.Render(l) + "\n")
	}
	for _, e := range v.Evidence {
		label := "seen"
		if e.Leg > 0 {
			label = "leg " + strconv.Itoa(e.Leg)
		}
		x.labelled(out, x.Style.Meaning, label, wide, e.Text)
	}
	for _, text := range v.WouldProve {
		x.labelled(out, x.Style.Note, "to prove", wide, text)
	}
	own, others := remediesToShow(v.Remedies)
	for _, r := range own {
		text := r.Text
		if r.Product != anyProduct {
			text = r.Product + ": " + text
		}
		x.labelled(out, x.Style.Good, "mend", wide, text)
	}
	if len(others) > 0 {
		x.labelled(out, x.Style.Good, "", wide, "for "+strings.Join(others, ", ")+" see docs/verdicts.md#"+string(v.Code))
	}
}

// headline writes the verdict's code and how sure it is, and whose it is where a
// proxy has a say.
func (x Text) headline(out *bufio.Writer, v *verdict.Verdict, proxied bool) {
	mark, style := x.grave(v)
	head, after := string(v.Code), string(v.Grade)
	if v.Code == verdict.Survives && v.Grade == verdict.Untested { // nothing has survived anything yet
		head, after = after, "whether a handshake "+head
	}
	out.WriteString(style.Render(mark+" "+head) + "  " + x.Style.Meaning.Render(after))
	if proxied {
		out.WriteString(x.Style.Meaning.Render(", at the " + string(v.Target)))
	}
	out.WriteByte('\n')
}

// grave is the sign and the colour of a verdict.
func (x Text) grave(v *verdict.Verdict) (string, lipgloss.Style) {
	switch v.Code {
	case verdict.Survives:
		if v.Grade == verdict.Untested {
			return "?", x.Style.Warning
		}
		return "✓", x.Style.Good
	case verdict.Open, verdict.AuthenticatedForbidden, verdict.AuthNotPersistent:
		return "✓", x.Style.Good
	case verdict.SessionShared, verdict.ResponseCached:
		return "!", x.Style.Error
	case verdict.RejectedUnattributed:
		return "?", x.Style.Warning
	}
	return "✗", x.Style.Error
}

// anyProduct is what a remedy names that holds for all of them.
const anyProduct = "any"

// fewRemedies is how many are shown where the product is not known.
const fewRemedies = 4

// remediesToShow are those to print, and the products whose are left out: a long
// list is one for products that were not recognised.
func remediesToShow(all []verdict.Remedy) (own []verdict.Remedy, others []string) {
	if len(all) <= fewRemedies {
		return all, nil
	}
	for _, r := range all {
		switch {
		case r.Product == anyProduct:
			own = append(own, r)
		case !slices.Contains(others, r.Product):
			others = append(others, r.Product)
		}
	}
	return own, others
}

// decisive are the legs that a verdict names, those of the logon, and the one
// before them.
func decisive(d *diagnose.Diagnosis, legs []*trace.Leg) []*trace.Leg {
	named := map[int]bool{}
	for _, v := range append([]verdict.Verdict{d.Verdict}, d.Others...) {
		for _, e := range v.Evidence {
			named[e.Leg] = true
		}
	}
	var list []*trace.Leg
	for _, leg := range legs {
		if named[leg.N] || leg.Experiment == experiment.NameHandshake || leg.Experiment == experiment.NameOffer {
			list = append(list, leg)
		}
	}
	return list
}

// products writes which boxes were recognised.
func (x Text) products(out *bufio.Writer, d *diagnose.Diagnosis) {
	instances := instancesOf(d.Trace.Legs)
	if len(d.Products) == 0 && len(instances) == 0 {
		return
	}
	out.WriteString("\n" + x.Style.Title.Render("seen on the way") + "\n")
	if len(instances) > 0 {
		x.labelled(out, x.Style.Name, "ntlmctl serve", 24, "it names the server's connection of each leg; "+Plural(len(instances), "instance"))
	}
	for _, s := range d.Products {
		x.labelled(out, x.Style.Name, s.Product.Name, 24, s.Evidence)
	}
}

// experiments writes how each ended.
func (x Text) experiments(out *bufio.Writer, list []experiment.Outcome) {
	out.WriteString("\n" + x.Style.Title.Render("experiments") + "\n")
	wide := 0
	for _, o := range list {
		if o.State != experiment.Skipped {
			wide = max(wide, width(o.Name))
		}
	}
	for _, o := range list {
		if o.State != experiment.Skipped {
			mark, style := x.mark(o.State)
			x.labelled(out, style, mark+" "+pad(o.Name, wide), wide+2, o.Text)
		}
	}
	x.skipped(out, list)
}

// skipped writes which did not run, and why: by the course of things, or because
// nobody asked for them.
func (x Text) skipped(out *bufio.Writer, list []experiment.Outcome) {
	var reasons, optional []string
	names := map[string][]string{}
	for _, o := range list {
		if o.State != experiment.Skipped {
			continue
		}
		if by, is := strings.CutPrefix(o.Text, diagnose.AskedForBy); is {
			if !strings.HasPrefix(o.Name, diagnose.OriginPrefix) && !strings.HasPrefix(o.Name, diagnose.DirectPrefix) { // the same flag asks for all
				optional = append(optional, o.Name+" ("+by+")")
			}
			continue
		}
		if names[o.Text] == nil {
			reasons = append(reasons, o.Text)
		}
		names[o.Text] = append(names[o.Text], o.Name)
	}
	for i, reason := range reasons {
		reasons[i] = strings.Join(names[reason], ", ") + " (" + cut(reason) + ")"
	}
	x.listed(out, "· skipped: ", strings.Join(reasons, ", "))
	x.listed(out, "· not asked for: ", strings.Join(optional, ", "))
}

// listed writes a list as a paragraph; nothing if it is empty.
func (x Text) listed(out *bufio.Writer, label, text string) {
	if text == "" {
		return
	}
	for i, l := range wrap(Escape(label+text), x.Width-2*gap) {
		indent := gap
		if i > 0 {
			indent = 2 * gap
		}
		out.WriteString(strings.Repeat(" ", indent) + x.Style.Meaning.Render(l) + "\n")
	}
}

// mark tells how an experiment ended, in a sign and a colour.
func (x Text) mark(state experiment.State) (string, lipgloss.Style) {
	switch state {
	case experiment.Passed:
		return "✓", x.Style.Good
	case experiment.Failed:
		return "✗", x.Style.Error
	case experiment.Skipped:
		return "·", x.Style.Meaning
	}
	return "?", x.Style.Warning
}

// longest is how much of one text is shown, in bytes: servers may send much more.
const longest = 400

// cut is as much of a text as is shown.
func cut(text string) string {
	if len(text) <= longest {
		return text
	}
	return strings.ToValidUTF8(text[:longest], "") + "..."
}

// labelled writes a label and a text beside it, wrapped.
func (x Text) labelled(out *bufio.Writer, style lipgloss.Style, label string, wide int, text string) {
	for _, l := range wrap(Escape(cut(text)), x.Width-gap-wide-2) {
		out.WriteString("  " + style.Render(pad(label, wide)) + "  " + l + "\n")
		label = ""
	}
}

// Experiments writes which there are, and what each asks and costs.
func (x Text) Experiments(w io.Writer, list []diagnose.Entry) error {
	out := bufio.NewWriter(w)
	wide := widest(list)
	for _, e := range list {
		text := e.Asks + " [" + cost(e.Cost, e.Per) + "]"
		if e.Optional {
			text += " Only if it is asked for."
		}
		x.labelled(out, x.Style.Name, e.Name, wide, text)
	}
	return out.Flush()
}

// widest is how long the longest name is.
func widest(list []diagnose.Entry) int {
	wide := 0
	for _, e := range list {
		wide = max(wide, len(e.Prefix+e.Name))
	}
	return wide
}

// Plan writes what a run would ask, what it would leave out, and what it costs at
// most.
func (x Text) Plan(w io.Writer, list []diagnose.Entry, total experiment.Cost) error {
	out := bufio.NewWriter(w)
	wide := widest(list)
	for _, e := range list {
		name, text, style := e.Prefix+e.Name, e.Asks+" ["+cost(e.Cost, e.Per)+"]", x.Style.Name
		if e.Left != "" {
			style, text = x.Style.Meaning, "left out: "+e.Left
		}
		x.labelled(out, style, name, wide, text)
	}
	out.WriteString("\nat most: " + cost(total, "") + "\n")
	return out.Flush()
}

// cost words what an experiment costs at most: requests for each of what per names,
// if it names anything.
func cost(c experiment.Cost, per string) string {
	parts := []string{Plural(c.Requests, "request")}
	if per != "" {
		parts[0] += " for each " + per
	}
	if c.Handshakes > 0 {
		parts = append(parts, Plural(c.Handshakes, "handshake")+" given up")
	}
	if c.RefusedLogons > 0 {
		parts = append(parts, Plural(c.RefusedLogons, "refused logon"))
	}
	if c.LogEntries > 0 {
		parts = append(parts, Plural(c.LogEntries, "failed logon")+" in the server's log")
	}
	return strings.Join(parts, ", ")
}
