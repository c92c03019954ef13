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

// Verdict writes what happened, how sure that is and what mends it.
func (x Text) Verdict(w io.Writer, v *verdict.Verdict) error {
	out := bufio.NewWriter(w)
	x.verdict(out, v)
	return out.Flush()
}

// verdict writes what happened, what shows it and what would make it surer.
func (x Text) verdict(out *bufio.Writer, v *verdict.Verdict) {
	style := x.Style.Error
	switch v.Code {
	case verdict.Survives, verdict.Open, verdict.AuthenticatedForbidden, verdict.AuthNotPersistent:
		style = x.Style.Good
	}
	sure := " (" + string(v.Grade) + ", " + string(v.Target) + "):"
	out.WriteString(style.Render(string(v.Code)) + x.Style.Meaning.Render(sure))
	if width(string(v.Code)+sure+" "+v.Summary) <= x.Width {
		out.WriteString(" " + v.Summary + "\n")
	} else {
		out.WriteString("\n")
		for _, l := range wrap(v.Summary, x.Width-2) {
			out.WriteString("  " + l + "\n")
		}
	}
	column := 8
	for _, r := range v.Remedies {
		column = max(column, width(r.Product))
	}
	line := func(label, text string) {
		for i, l := range wrap(Escape(text), x.Width-gap-2-column) {
			if i > 0 {
				label = ""
			}
			out.WriteString("  " + x.Style.Meaning.Render(pad(label, column)) + "  " + l + "\n")
		}
	}
	if meaning := v.Code.Meaning(); meaning != "" && v.Summary == v.Code.Summary() { // a summary of its own says it all
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

// TokenNote names the message that went along a leg, or the schemes of what is no
// token, in brackets after a blank: " [NTLM Type 1]"; empty for nothing.
func TokenNote(leg *trace.Leg, d trace.Direction) string {
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

// credentials names the scheme of credentials that are no tokens.
func credentials(leg *trace.Leg) string {
	for _, header := range []string{"Authorization", "Proxy-Authorization"} {
		if scheme, _, ok := strings.Cut(leg.Request.Headers.Get(header), " "); ok {
			return " [" + Escape(scheme) + "]"
		}
	}
	return ""
}

// offered names the schemes that a refusal offers, or credentials that a request
// has instead of a token.
func offered(leg *trace.Leg, d trace.Direction) string {
	if d == trace.InRequest {
		return credentials(leg)
	}
	if leg.Response == nil {
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
