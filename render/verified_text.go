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
	row := func(name, text string, style lipgloss.Style) {
		for _, l := range wrap(text, x.Width-gap-verifiedLabel-gap) {
			out.WriteString(strings.Repeat(" ", gap) + pad(name, verifiedLabel) + strings.Repeat(" ", gap) + style.Render(l) + "\n")
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
	x.tried(out, v.Tried)
	for _, n := range v.Notes {
		row("note", Escape(n), x.Style.Meaning)
	}
}

// verifiedLabel is how wide the names of what is verified are.
const verifiedLabel = 20

// tried writes what other spellings of the account came to, in columns: result,
// account, and in what it differs.
func (x Text) tried(out *bufio.Writer, attempts []decode.Attempt) {
	const most = 24 // columns of an account; the rest stands out
	who := make([]string, len(attempts))
	results, accounts := 0, 0
	for i, a := range attempts {
		who[i] = Escape(a.User)
		if a.Domain != "" {
			who[i] = Escape(a.Domain) + `\` + who[i]
		}
		results, accounts = max(results, width(string(a.Result))), max(accounts, min(width(who[i]), most))
	}
	space := strings.Repeat(" ", gap)
	for i, a := range attempts {
		style := x.Style.Meaning
		if a.Result == decode.Match {
			style = x.Style.Good
		}
		name := ""
		if i == 0 {
			name = "tried"
		}
		out.WriteString(space + pad(name, verifiedLabel) + space)
		at := gap + verifiedLabel + gap + results + gap
		line, fill := pad(string(a.Result), results)+space+who[i], ""
		if beside := at + max(accounts, width(who[i])) + gap; x.Width-beside >= 20 {
			out.WriteString(style.Render(line) + strings.Repeat(" ", beside-at+results+gap-width(line)))
			at = beside
		} else {
			out.WriteString(style.Render(line) + "\n")
			fill = strings.Repeat(" ", at)
		}
		for _, l := range wrap(a.Spelling, x.Width-at) {
			out.WriteString(fill + x.Style.Meaning.Render(l) + "\n")
			fill = strings.Repeat(" ", at)
		}
	}
}
