package render

import (
	"bufio"
	"slices"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/diagnose"
	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/negotiate/offer"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// rungs writes legs one a line: its number, the connections on both sides as far
// as they are known, what went out and what came back. Those straight at the server
// are told from those on the path.
func (x Text) rungs(out *bufio.Writer, legs []*trace.Leg) {
	table := make([][4]string, len(legs))
	instances := instancesOf(legs)
	var wide [4]int
	for i, leg := range legs {
		table[i] = [4]string{strconv.Itoa(leg.N), ends(leg, instances), asked(leg), answered(leg)}
		for c, cell := range table[i] {
			wide[c] = max(wide[c], width(cell))
		}
	}
	wide[2] = min(wide[2], max(x.Width/3, 20))
	mixed := slices.ContainsFunc(legs, straight)
	for n, row := range table {
		if mixed && (n == 0 || straight(legs[n]) != straight(legs[n-1])) {
			title := "through the path"
			if straight(legs[n]) {
				title = "straight at the server"
			}
			out.WriteString("  " + x.Style.Offset.Render(title) + "\n")
		}
		head := "  " + leftPad(row[0], wide[0]) + "  " + pad(row[1], wide[1]) + "  "
		left := wrap(row[2], wide[2])
		right := wrap(row[3], x.Width-width(head)-wide[2]-2)
		for i := range max(len(left), len(right)) {
			line := x.Style.Offset.Render(head) + pad(at(left, i), wide[2]) + "  " + at(right, i)
			out.WriteString(strings.TrimRight(line, " ") + "\n")
			head = strings.Repeat(" ", width(head))
		}
	}
}

func straight(leg *trace.Leg) bool { return strings.HasPrefix(leg.Name, diagnose.DirectPrefix) }

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

// ends are the leg's connection and, if a ntlmctl serve answered, the server's:
// its number, after the server's letter where there are several.
func ends(leg *trace.Leg, instances []string) string {
	text := "conn " + strconv.Itoa(leg.Connection)
	v := viewOf(leg)
	if v == nil || v.Connection == "" {
		return text
	}
	text += " → "
	if n := slices.Index(instances, v.Instance); len(instances) > 1 && n < 26 {
		text += string(rune('a'+n)) + ":"
	}
	return text + ansi.Truncate(Escape(brief(v.Connection)), 12, "…")
}

// viewOf is what a ntlmctl serve says of a leg: the server, or a proxy on the way.
func viewOf(leg *trace.Leg) *trace.OriginView {
	if leg.OriginView != nil {
		return leg.OriginView
	}
	return leg.ProxyView
}

// instancesOf are the instances of ntlmctl serve that answered, in their order.
func instancesOf(legs []*trace.Leg) []string {
	var list []string
	for _, leg := range legs {
		if v := viewOf(leg); v != nil && !slices.Contains(list, v.Instance) {
			list = append(list, v.Instance)
		}
	}
	return list
}

// asked is the request and the message in it.
func asked(leg *trace.Leg) string {
	text := leg.Request.Method
	m := messageIn(leg, trace.InRequest)
	switch {
	case leg.Experiment == experiment.NameStrangers:
		text += ", a stranger"
	case m != "":
		text += ", " + m
	default:
		text += " " + brief(leg.Request.Target)
	}
	return Escape(text)
}

// answered is the response and the message in it.
func answered(leg *trace.Leg) string {
	if leg.Response == nil {
		if leg.Error != nil {
			return "no answer: " + Escape(brief(leg.Error.Text))
		}
		return "no answer"
	}
	text := strconv.Itoa(leg.Response.Status)
	switch m, status := messageIn(leg, trace.InResponse), leg.Response.Status; {
	case m != "":
		text += " " + m
	case status == 401 || status == 407:
		text += " " + offers(leg)
	default:
		text += " " + brief(leg.Response.Reason)
	}
	if age := leg.Response.Headers.Get("Age"); age != "" {
		text += ", Age: " + brief(age)
	}
	if leg.Response.Close || leg.ClosedBy == trace.Server {
		text += ", and closes"
	}
	return Escape(text)
}

func offers(leg *trace.Leg) string {
	var names []string
	for _, header := range []string{"WWW-Authenticate", "Proxy-Authenticate"} {
		for _, c := range offer.Parse(leg.Response.Headers.Values(header)) {
			names = append(names, c.Scheme)
		}
	}
	if len(names) == 0 {
		return "offers nothing"
	}
	return brief("offers " + strings.Join(names, ", "))
}

// messageIn names the message that went along, empty if there was none.
func messageIn(leg *trace.Leg, d trace.Direction) string {
	t := leg.TokenIn(d)
	if t == nil {
		return ""
	}
	n := t.NTLM()
	if n == nil {
		return string(t.Kind)
	}
	names := map[decode.Kind]string{decode.KindNTLMNegotiate: "Type 1", decode.KindNTLMChallenge: "Type 2", decode.KindNTLMAuthenticate: "Type 3"}
	text := names[n.Kind]
	if m, ok := n.Message.(*decode.ChallengeMessage); ok {
		if name := m.AVPairs.Text(decode.MsvAvNbComputerName); name != "" {
			text += " of " + brief(name)
		}
	}
	return text
}

// brief is as much of a text as fits a cell of the table.
func brief(text string) string {
	const most = 80
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "..."
}
