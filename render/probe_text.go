package render

import (
	"bufio"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"

	"github.com/ntlmctl/ntlmctl/decode/annotate"
	"github.com/ntlmctl/ntlmctl/negotiate/experiment"
	"github.com/ntlmctl/ntlmctl/negotiate/verdict"
	"github.com/ntlmctl/ntlmctl/probe"
)

// The columns of the table.
const (
	probeClass  = 15 // the longest word, and a question mark
	probeStatus = 4
	probeURL    = 36
	worthwhile  = 5 // the least room to begin notes in
)

// ProbeHeading names the columns of ProbeLine.
func (x Text) ProbeHeading(w io.Writer, columns int) error {
	line := pad("CLASS", probeClass) + " " + pad("HTTP", probeStatus) + " " + pad("URL", urlColumn(columns)) + "  "
	if columns == 0 || columns-width(line) >= worthwhile {
		line += "NOTES"
	}
	_, err := io.WriteString(w, x.Style.Meaning.Render(strings.TrimRight(line, " "))+"\n")
	return err
}

// urlColumn is how wide URLs are, 0 columns being any number: what is beside them
// needs room, too.
func urlColumn(columns int) int {
	if columns > 0 {
		return min(probeURL, columns*2/5)
	}
	return probeURL
}

// ProbeLine writes a result as one line of a table: classification, with a
// question mark where it is not proven, status, URL, how many findings are the
// worst, and what else is known; that is cut where the line would be longer than
// so many columns, 0 for any length.
func (x Text) ProbeLine(w io.Writer, r *probe.Result, columns int) error {
	class, status := string(r.Classification), "-"
	if r.Grade != verdict.Proven {
		class += "?"
	}
	if r.Status != 0 {
		status = strconv.Itoa(r.Status)
	}
	line := x.class(r).Render(pad(class, probeClass)) + " " + pad(status, probeStatus) + " " + pad(Escape(r.URL), urlColumn(columns)) + "  "
	if worst := worstFinding(r); worst >= annotate.Warning {
		line += x.severity(worst).Render(Plural(countFindings(r, worst), worst.String())) + "  "
	}
	notes := Escape(strings.Join(probeNotes(r), ", "))
	if room := columns - width(line); columns > 0 && room < worthwhile {
		notes = ""
	} else if columns > 0 {
		notes = ansi.Truncate(notes, room, "…")
	}
	_, err := io.WriteString(w, strings.TrimRight(line+notes, " ")+"\n")
	return err
}

// class is the colour of a classification.
func (x Text) class(r *probe.Result) lipgloss.Style {
	switch r.Classification {
	case probe.NegotiateNTLM, probe.NTLM:
		if r.NTLM.State == probe.Accepted || r.Negotiate.State == probe.Accepted {
			return x.Style.Good
		}
		return x.Style.Warning
	case probe.Negotiate, probe.KerberosOnly:
		return x.Style.Note
	case probe.Failed, probe.OfferStripped:
		return x.Style.Error
	}
	return x.Style.Name
}

// probeNotes is what a line says beside the classification.
func probeNotes(r *probe.Result) []string {
	var notes []string
	if r.Error != nil {
		return append(notes, briefly(r.Error.Text))
	}
	if r.FinalURL != "" {
		notes = append(notes, "at "+r.FinalURL)
	}
	if s := r.Server; s != nil {
		name := s.DNSComputer
		if name == "" {
			name = s.NBComputer
		}
		if name != "" {
			notes = append(notes, name)
		}
		if s.OS != "" {
			notes = append(notes, s.OS)
		}
	}
	if r.Server == nil && len(r.Offers) > 0 {
		notes = append(notes, "offers "+strings.Join(schemes(r), " "))
	}
	for i := range r.OtherVerdicts {
		notes = append(notes, string(r.OtherVerdicts[i].Code)+"?")
	}
	if (len(r.Offers) == 0 || r.Status != 401 && r.Status != 407) && r.Grade != verdict.Proven { // there is a reason for the doubt
		notes = append(notes, r.NTLM.Evidence)
	}
	return notes
}

// briefly is an error's text without what the line says already: that it was an
// answer that failed, or whom a connection was wanted to.
func briefly(text string) string {
	if rest, ok := strings.CutPrefix(text, "response: "); ok {
		return rest
	}
	if at := strings.LastIndex(text, ": "); at > 0 && strings.HasPrefix(text, "dial ") {
		return text[at+2:]
	}
	return text
}

// schemes are the names of what is on offer, each once.
func schemes(r *probe.Result) []string {
	var names []string
	for _, o := range r.Offers {
		if !slices.Contains(names, o.Scheme) {
			names = append(names, o.Scheme)
		}
	}
	return names
}

func worstFinding(r *probe.Result) annotate.Severity {
	var worst annotate.Severity
	for _, f := range r.Findings {
		s, _ := annotate.ParseSeverity(f.Severity)
		worst = max(worst, s)
	}
	return worst
}

func countFindings(r *probe.Result, severity annotate.Severity) (n int) {
	for _, f := range r.Findings {
		if f.Severity == severity.String() {
			n++
		}
	}
	return n
}

// ProbeReport writes all that is known of a URL.
func (x Text) ProbeReport(w io.Writer, r probe.Report) error {
	p := &probePage{Text: x, out: bufio.NewWriter(w)}
	p.head(r.Result)
	if r.Classification != probe.Failed {
		p.acceptance("NTLM", r.NTLM)
		p.acceptance("Negotiate", r.Negotiate)
	}
	if r.Negotiate.Choice != "" {
		p.line("choice", r.Negotiate.Choice+", from Kerberos, NEGOEX and NTLM")
	}
	for _, o := range r.Offers {
		text := o.Raw
		if o.From == verdict.Proxy {
			text += " (from a proxy)"
		}
		if len(o.Warnings) > 0 {
			text += " (" + strings.Join(o.Warnings, ", ") + ")"
		}
		p.line("offer", text)
	}
	p.server(r.Result)
	p.path(r.Result)
	p.clients(r.Clients)
	p.others(r.Result)
	p.findings(r.Result)
	if r.Classification != probe.Failed {
		p.skipped(r.Result)
	}
	if r.Trace != nil {
		x.ladder(p.out, r.Trace.Redact())
	}
	p.out.WriteByte('\n')
	return p.out.Flush()
}

// probePage is one report being written. A label is written once for the lines
// that follow one another under it.
type probePage struct {
	Text
	out   *bufio.Writer
	label string
}

// probeLabel is how wide labels are.
const probeLabel = 13

func (p *probePage) line(label, text string) {
	if text == "" {
		return
	}
	for _, l := range wrap(Escape(text), p.Width-gap-probeLabel) {
		p.put(label, l)
	}
}

// put writes a line that fits and has been escaped.
func (p *probePage) put(label, text string) {
	shown := label
	if label == p.label {
		shown = ""
	}
	p.label = label
	p.out.WriteString("  " + p.Style.Meaning.Render(pad(shown, probeLabel)) + text + "\n")
}

func (p *probePage) head(r *probe.Result) {
	p.out.WriteString(p.Style.Title.Render(Escape(r.URL)) + "\n")
	class, grade := string(r.Classification), " ("+string(r.Grade)+"): "
	for i, l := range wrap(classText[r.Classification], p.Width-gap-width(class+grade)) {
		head := strings.Repeat(" ", width(class+grade))
		if i == 0 {
			head = p.class(r).Render(class) + p.Style.Meaning.Render(grade)
		}
		p.out.WriteString("  " + head + l + "\n")
	}
	if r.Error != nil {
		p.line("error", r.Error.Code+": "+r.Error.Text)
	}
	if r.FinalURL != "" {
		p.line("redirected", "to "+r.FinalURL)
	}
}

// classText says what a classification means.
var classText = map[probe.Classification]string{
	probe.Open:          "a request without credentials is answered",
	probe.NTLM:          "NTLM is offered, Negotiate is not",
	probe.Negotiate:     "Negotiate is offered; whether NTLM is accepted in it is not known",
	probe.NegotiateNTLM: "Negotiate is offered, and NTLM gets a challenge",
	probe.KerberosOnly:  "Negotiate is offered, and NTLM in it is refused",
	probe.BasicOnly:     "Basic is offered, and nothing else",
	probe.Other:         "something other than NTLM and Negotiate is wanted",
	probe.OfferStripped: "the refusal names no scheme",
	probe.ProxyAuth:     "a proxy wants a logon",
	probe.Failed:        "there is no answer to judge",
}

func (p *probePage) acceptance(name string, a probe.Acceptance) {
	text := string(a.State)
	if a.State != probe.Untested && a.Grade != verdict.Proven {
		text += " (" + string(a.Grade) + ")"
	}
	p.line(name, text+": "+a.Evidence)
}

func (p *probePage) server(r *probe.Result) {
	if s := r.Server; s != nil {
		p.line("server", strings.Join(nonEmpty(s.NBComputer, s.DNSComputer), ", "))
		p.line("domain", strings.Join(nonEmpty(s.NBDomain, s.DNSDomain), ", "))
		if s.DNSTree != s.DNSDomain {
			p.line("forest", s.DNSTree)
		}
		if s.Version != "" {
			text := s.Version + ", no release of Windows that is known here"
			if s.OS != "" {
				text = s.Version + ": " + s.OS + " (the release, not the patch level)"
			}
			p.line("version", text)
		}
		if s.Instance != "" {
			p.line("instance", "ntlmctl serve "+s.Instance)
		}
	}
	if r.ClockSkewMS != nil {
		p.line("clock", skewText(*r.ClockSkewMS)+", by the challenge")
	} else if r.DateSkewMS != nil {
		p.line("clock", skewText(*r.DateSkewMS/1000*1000)+", by the header Date")
	}
	for _, b := range r.Backends {
		name := strings.Join(nonEmpty(b.NBComputer, b.DNSComputer, b.Version, b.Instance), ", ")
		if name == "" {
			name = "without a name"
		}
		text := name + ": " + Plural(b.Connections, "connection")
		if b.ClockSkewMS != nil {
			text += ", clock " + skewText(*b.ClockSkewMS)
		}
		p.line("backend", text)
	}
}

// skewText words this machine's clock less the server's.
func skewText(ms int64) string {
	switch {
	case ms > -1000 && ms < 1000:
		return "within a second of this machine's"
	case ms < 0:
		return strconv.FormatFloat(float64(-ms)/1000, 'f', 1, 64) + " s ahead of this machine's"
	}
	return strconv.FormatFloat(float64(ms)/1000, 'f', 1, 64) + " s behind this machine's"
}

func nonEmpty(list ...string) []string {
	return slices.DeleteFunc(list, func(s string) bool { return s == "" })
}

func (p *probePage) path(r *probe.Result) {
	for _, i := range r.Intermediaries {
		text := i.Product + " (" + i.Evidence + ")"
		if i.Multiplexes {
			text += "; its kind shares upstream connections"
		}
		p.line("on the path", text)
	}
	if len(r.HTTPVersions) > 0 {
		p.line("HTTP", strings.Join(r.HTTPVersions, ", "))
	}
	for _, o := range r.Experiments {
		switch o.Name {
		case experiment.NameHTTP2, experiment.NameHeaderSize:
			if o.State != experiment.Skipped {
				p.line(o.Name, o.Text)
			}
		}
	}
	if t := r.TLS; t != nil {
		p.line("TLS", t.Version+", "+t.Cipher)
		p.line("certificate", t.Subject+", issued by "+t.Issuer)
		p.line("certificate", "sha256 "+t.CertificateSHA256)
		if t.ChannelBinding != "" {
			p.line("certificate", "channel binding "+t.ChannelBinding)
		}
	}
}

// clients says who gets in. A reason that does not fit goes on below itself.
func (p *probePage) clients(list []probe.Client) {
	const name, state = 12, 9
	for _, c := range list {
		style := p.Style.Meaning
		switch c.State {
		case probe.Accepted:
			style = p.Style.Good
		case probe.Refused:
			style = p.Style.Warning
		}
		head := pad(c.Name, name) + " " + style.Render(pad(string(c.State), state)) + " "
		for _, l := range wrap(Escape(c.Why), p.Width-gap-probeLabel-width(head)) {
			p.put("client", head+l)
			head = strings.Repeat(" ", width(head))
		}
	}
}

func (p *probePage) others(r *probe.Result) {
	for i := range r.OtherVerdicts {
		v := &r.OtherVerdicts[i]
		text := string(v.Code) + " (" + string(v.Grade) + "): " + v.Summary
		for _, e := range v.Evidence {
			text += "; " + e.Text
		}
		label := "or"
		if v.Grade == verdict.Proven {
			label = "also"
		}
		p.line(label, text)
		for _, would := range v.WouldProve {
			p.line("to prove", would)
		}
	}
}

func (p *probePage) findings(r *probe.Result) {
	if len(r.Findings) > 0 {
		p.out.WriteByte('\n')
	}
	for _, f := range r.Findings {
		severity, _ := annotate.ParseSeverity(f.Severity)
		const label = 9
		for i, l := range wrap(Escape(f.Text)+" ["+f.Code+"]", p.Width-gap-label) {
			head := strings.Repeat(" ", gap+label)
			if i == 0 {
				head = "  " + p.severity(severity).Render(pad(f.Severity, label))
			}
			p.out.WriteString(head + l + "\n")
		}
		if f.Remedy == "" {
			continue
		}
		for _, l := range wrap("mend: "+f.Remedy, p.Width-gap-label) {
			p.out.WriteString(strings.Repeat(" ", gap+label) + p.Style.Meaning.Render(l) + "\n")
		}
	}
}

// skipped names the questions that were not put, and why.
func (p *probePage) skipped(r *probe.Result) {
	p.label = ""
	for _, o := range r.Experiments {
		if o.State == experiment.Skipped {
			p.line("not asked", o.Name+": "+o.Text)
		}
	}
}
