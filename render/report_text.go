package render

import (
	"bufio"
	"io"
	"strconv"
	"strings"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/negotiate/offer"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
)

// Report writes what a fetch saw: the verdict, then the legs as a ladder.
func (x Text) Report(w io.Writer, v *verdict.Verdict, t *trace.Trace) error {
	out := bufio.NewWriter(w)
	x.verdict(out, v)
	x.ladder(out, t)
	return out.Flush()
}

// verdict writes what happened, what shows it and what would make it surer.
func (x Text) verdict(out *bufio.Writer, v *verdict.Verdict) {
	style := x.Style.Error
	switch v.Code {
	case verdict.Survives, verdict.Open, verdict.AuthenticatedForbidden, verdict.AuthNotPersistent:
		style = x.Style.Good
	}
	out.WriteString(style.Render(string(v.Code)) + x.Style.Meaning.Render(" ("+string(v.Grade)+", "+string(v.Target)+"): ") + v.Summary + "\n")
	line := func(label, text string) {
		for i, l := range wrap(Escape(text), x.Width-gap-10) {
			if i > 0 {
				label = ""
			}
			out.WriteString("  " + x.Style.Meaning.Render(pad(label, 8)) + "  " + l + "\n")
		}
	}
	if meaning := v.Code.Meaning(); meaning != "" {
		line("meaning", meaning)
	}
	for _, e := range v.Evidence {
		label := "seen"
		if e.Leg > 0 {
			label = "leg " + strconv.Itoa(e.Leg)
		}
		line(label, e.Text)
	}
	for _, text := range v.WouldProve {
		line("to prove", text)
	}
	for _, r := range v.Remedies {
		line(r.Product, r.Text)
	}
}

// ladder writes a line for each leg.
func (x Text) ladder(out *bufio.Writer, t *trace.Trace) {
	if len(t.Legs) == 0 {
		return
	}
	out.WriteByte('\n')
	for _, leg := range t.Legs {
		head := "  " + leftPad(strconv.Itoa(leg.N), 2) + "  conn " + strconv.Itoa(leg.Connection) + "  "
		out.WriteString(x.Style.Offset.Render(head) + x.Style.Bytes.Render("→ ") + Escape(leg.Request.Method+" "+leg.Request.Target) + tokenNote(leg, trace.InRequest) + "\n")
		answer := "no answer"
		if leg.Response != nil {
			answer = strconv.Itoa(leg.Response.Status) + " " + leg.Response.Reason + tokenNote(leg, trace.InResponse)
		}
		if leg.Error != nil {
			answer += ": " + leg.Error.Text
		}
		if leg.ClosedBy != "" {
			answer += ", then closed by the " + string(leg.ClosedBy)
		}
		indent := strings.Repeat(" ", len(head))
		for i, l := range wrap(Escape(answer), x.Width-len(head)-2) {
			arrow := "← "
			if i > 0 {
				arrow = "  "
			}
			out.WriteString(indent + x.Style.Bytes.Render(arrow) + l + "\n")
		}
	}
}

// tokenNote names the message that went along.
func tokenNote(leg *trace.Leg, d trace.Direction) string {
	t := leg.TokenIn(d)
	if t == nil {
		return offered(leg, d)
	}
	names := map[decode.Kind]string{decode.KindNTLMNegotiate: "Type 1", decode.KindNTLMChallenge: "Type 2", decode.KindNTLMAuthenticate: "Type 3"}
	name := titles[t.Kind]
	if n := t.NTLM(); n != nil {
		name = names[n.Kind]
		if n != t {
			name += " in SPNEGO"
		}
	}
	return " [" + Escape(t.Scheme) + " " + name + "]"
}

// offered names the schemes that a refusal offers.
func offered(leg *trace.Leg, d trace.Direction) string {
	if d != trace.InResponse || leg.Response == nil {
		return ""
	}
	var names []string
	for _, header := range []string{"WWW-Authenticate", "Proxy-Authenticate"} {
		for _, c := range offer.Parse(leg.Response.Headers.Values(header)) {
			names = append(names, c.Scheme)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return " [offers " + Escape(strings.Join(names, ", ")) + "]"
}
