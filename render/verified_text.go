package render

import (
	"bufio"
	"encoding/hex"
	"strings"

	"github.com/ntlmctl/ntlmctl/decode"
)

// verified writes how a token compares with a secret.
func (x Text) verified(out *bufio.Writer, v *decode.Verified) {
	if v == nil {
		return
	}
	out.WriteString("\n  " + x.Style.Title.Render("Verification") + "\n")
	const label = 20
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
		out.WriteString("  " + pad(c.name, label) + "  " + style.Render(string(c.check)) + "\n")
	}
	if v.SessionKey != nil {
		out.WriteString("  " + pad("ExportedSessionKey", label) + "  " + x.Style.Value.Render(hex.EncodeToString(v.SessionKey)) + "\n")
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
		out.WriteString("  " + pad("tried", label) + "  " + style.Render(a.Spelling+": "+who+": "+string(a.Result)) + "\n")
	}
	for _, n := range v.Notes {
		for i, l := range wrap(Escape(n), x.Width-gap-label-gap) {
			name := "note"
			if i > 0 {
				name = ""
			}
			out.WriteString(strings.Repeat(" ", gap) + pad(name, label) + strings.Repeat(" ", gap) + x.Style.Meaning.Render(l) + "\n")
		}
	}
}
