package render

import (
	"bufio"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/ntlmctl/ntlmctl/diagnose"
	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// DemoHead writes what the demo is about.
func (x Text) DemoHead(w io.Writer, ways int) error {
	out := bufio.NewWriter(w)
	text := "An origin that wants NTLM, " + Plural(ways, "way") + " to it, and alice, who knows her password." +
		" Each way is diagnosed as any other path would be. Connections are numbered on both sides: yours, then the origin's."
	for _, l := range wrap(text, x.Width) {
		out.WriteString(l + "\n")
	}
	return out.Flush()
}

// DemoPath writes what was found on one way.
func (x Text) DemoPath(w io.Writer, n int, name, text string, d *diagnose.Diagnosis) error {
	out := bufio.NewWriter(w)
	out.WriteString("\n" + x.Style.Title.Render(strconv.Itoa(n)+" "+name) + "\n")
	for _, l := range wrap(text, x.Width-gap) {
		out.WriteString("  " + x.Style.Meaning.Render(l) + "\n")
	}
	x.rungs(out, proof(d))
	mark, style := x.grave(&d.Verdict)
	head := mark + " " + string(d.Verdict.Code)
	for i, l := range wrap(head+", "+string(d.Verdict.Grade)+": "+cut(d.Verdict.Summary), x.Width-2*gap) {
		if rest, first := strings.CutPrefix(l, head); first && i == 0 {
			l = style.Render(head) + rest
		} else {
			l = "  " + l
		}
		out.WriteString("  " + l + "\n")
	}
	return out.Flush()
}

// proof are the legs of the logon, and one more that a verdict names.
func proof(d *diagnose.Diagnosis) []*trace.Leg {
	var list []*trace.Leg
	all := d.Trace.Redact()
	for _, leg := range all.Legs {
		if leg.Experiment == experiment.NameHandshake || leg.Experiment == experiment.NameOffer {
			list = append(list, leg)
		}
	}
	for _, e := range d.Verdict.Evidence {
		leg := all.Leg(e.Leg)
		if leg != nil && !slices.ContainsFunc(list, func(l *trace.Leg) bool { return l.N == leg.N }) {
			return append(list, leg)
		}
	}
	return list
}

// DemoRow is one way in the closing table.
type DemoRow struct {
	Name, Takes string
	Diagnosis   *diagnose.Diagnosis
}

// DemoTable writes the ways, what was found, and what each would take.
func (x Text) DemoTable(w io.Writer, rows []DemoRow) error {
	out := bufio.NewWriter(w)
	names, codes := width("path"), width("verdict")
	for _, r := range rows {
		names = max(names, width(r.Name))
		codes = max(codes, width(string(r.Diagnosis.Verdict.Code))+2)
	}
	rest := x.Width - names - codes - 6
	out.WriteString("\n" + x.Style.Title.Render(pad("path", names)+"  "+pad("verdict", codes)+"  what it would take") + "\n")
	out.WriteString(x.Style.Offset.Render(strings.Repeat("─", min(x.Width, names+codes+4+max(rest, 8)))) + "\n")
	for _, r := range rows {
		mark, style := x.grave(&r.Diagnosis.Verdict)
		verdict := style.Render(pad(mark+" "+string(r.Diagnosis.Verdict.Code), codes))
		for i, l := range wrap(r.Takes, rest) {
			if i == 0 {
				out.WriteString(pad(r.Name, names) + "  " + verdict + "  " + l + "\n")
			} else {
				out.WriteString(strings.Repeat(" ", names+codes+4) + l + "\n")
			}
		}
	}
	return out.Flush()
}
