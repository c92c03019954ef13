package render

import (
	"bufio"
	"encoding/hex"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"github.com/ntlmctl/ntlmctl/decode"
)

// verified writes how a token compares with a secret.
func (x Text) verified(out *bufio.Writer, v *decode.Verified) {
	if v == nil {
		return
	}
	out.WriteString("\n  " + x.Style.Title.Render("Verification") + "\n")
	const label = 20
	row := func(name, text string, style lipgloss.Style) {
		for _, l := range wrap(text, x.Width-gap-label-gap) {
			out.WriteString(strings.Repeat(" ", gap) + pad(name, label) + strings.Repeat(" ", gap) + style.Render(l) + "\n")
			name = ""
		}
	}
	for _, c := range [...]struct {
		name  string
		check decode.Check
	}{{"NtChallengeResponse", v.NTResponse}, {"LmChallengeResponse", v.LMResponse}, {"MIC", v.MIC}, {"channel binding", v.ChannelBinding}} {
		style := x.Style.Meaning
		switch c.check {
		case decode.Match:
			style = x.Style.Good
		case decode.Mismatch:
			style = x.Style.Error
		case "":
			continue
		}
		row(c.name, string(c.check), style)
	}
	if v.SessionKey != nil {
		row("ExportedSessionKey", hex.EncodeToString(v.SessionKey), x.Style.Value)
	}
	for _, a := range v.Tried {
		who := Escape(a.User)
		if a.Domain != "" {
			who = Escape(a.Domain) + `\` + who
		}
		style := x.Style.Meaning
		if a.Result == decode.Match {
			style = x.Style.Good
		}
		row("tried", a.Spelling+": "+who+": "+string(a.Result), style)
	}
	for _, n := range v.Notes {
		row("note", Escape(n), x.Style.Meaning)
	}
}
