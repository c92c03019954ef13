package render

import (
	"strconv"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"

	"github.com/ntlmctl/ntlmctl/decode"
	"github.com/ntlmctl/ntlmctl/negotiate/origin"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// The columns of a line of serve's log. The target takes what the width leaves.
const (
	serveNumber   = 8
	serveProtocol = len("HTTP/1.1")
	serveToken    = 17
	serveStatus   = 3
	serveOutcome  = 24
	serveClock    = "15:04:05.000"
)

// A terminal narrower than serveWide sees no milliseconds, and 1.1 for HTTP/1.1.
// One narrower than serveNarrow sees the beginning of a target.
const (
	serveWide      = 100
	serveNarrow    = 66
	narrowProtocol = len("1.1")
	narrowClock    = "15:04:05"
)

// ink is a style that has been worked out: what stands before and after a text.
// A log of thousands of lines a second cannot have lipgloss do that each time.
type ink struct{ before, after string }

func newInk(s lipgloss.Style) ink {
	before, after, _ := strings.Cut(s.Render("x"), "x")
	return ink{before, after}
}

func (k ink) append(dst []byte, text string) []byte {
	return append(append(append(dst, k.before...), text...), k.after...)
}

// ServeLog draws the events of ntlmctl serve as a log: a line for each, in
// columns; the numbers of one connection have one colour.
type ServeLog struct {
	width            int
	clock            string
	target, protocol int // columns
	indent           int // where the columns after the numbers begin

	title, faint, token, good, warning, error ink
	hues                                      []ink
}

// ServeLog makes a log of this width and style.
func (x Text) ServeLog() *ServeLog {
	l := &ServeLog{
		width: x.Width, clock: serveClock, protocol: serveProtocol,
		title: newInk(x.Style.Title), faint: newInk(x.Style.Meaning), token: newInk(x.Style.Bytes),
		good: newInk(x.Style.Good), warning: newInk(x.Style.Warning), error: newInk(x.Style.Error),
	}
	if x.Width < serveWide {
		l.clock, l.protocol = narrowClock, narrowProtocol
	}
	l.indent = len(l.clock) + gap + serveNumber + gap
	least := 14
	if x.Width < serveNarrow {
		least = 8
	}
	l.target = min(max(x.Width-l.indent-l.outcomeAt()-serveOutcome, least), 60)
	for _, hue := range x.Style.hues {
		l.hues = append(l.hues, newInk(hue))
	}
	return l
}

// outcomeAt is where the last column begins, as seen from the target's end.
func (l *ServeLog) outcomeAt() int {
	return gap + l.protocol + gap + serveToken + gap + serveStatus + gap
}

// Append appends an event, with its newline.
func (l *ServeLog) Append(dst []byte, e *origin.Event) []byte {
	dst = append(dst, l.faint.before...)
	dst = e.Time.AppendFormat(dst, l.clock)
	dst = append(append(dst, l.faint.after...), "  "...)
	switch e.Kind {
	case origin.EventListening:
		dst = l.title.append(append(dst, "listening on "...), Escape(e.URL))
	case origin.EventStopped:
		dst = append(dst, "stopped after "+Plural(int(e.Connection), "connection")+" and "+Plural(int(e.Requests), "request")...)
	case origin.EventOpened:
		dst = l.faint.append(l.number(dst, e), "opened from "+Escape(e.Remote))
	case origin.EventClosed:
		dst = l.faint.append(l.number(dst, e), closing(e))
		if e.Error != nil {
			dst = l.warning.append(dst, ": "+Escape(e.Error.Text))
		}
	case origin.EventAnswered:
		dst = l.answered(dst, e)
	}
	return append(dst, '\n')
}

func closing(e *origin.Event) string {
	text := "closed"
	if e.ClosedBy != "" {
		text += " by the " + string(e.ClosedBy)
	}
	return text + " after " + Plural(int(e.Requests), "request")
}

// number is the column of the connection's number and the request's.
func (l *ServeLog) number(dst []byte, e *origin.Event) []byte {
	hue := l.hues[e.Connection%uint64(len(l.hues))]
	dst = append(dst, hue.before...)
	from := len(dst)
	dst = strconv.AppendUint(append(dst, '#'), e.Connection, 10)
	if e.Exchange != nil {
		dst = strconv.AppendInt(append(dst, '.'), int64(e.Exchange.Request), 10)
	}
	dst = blanks(dst, serveNumber-(len(dst)-from))
	return append(append(dst, hue.after...), "  "...)
}

func blanks(dst []byte, n int) []byte {
	for range n {
		dst = append(dst, ' ')
	}
	return dst
}

// cell appends a text cut or filled to n columns, and the gap after it.
func (k ink) cell(dst []byte, text string, n int) []byte {
	if plain := isASCII(text); plain && len(text) <= n {
		dst = blanks(k.append(dst, text), n-len(text))
	} else {
		dst = k.append(dst, pad(ansi.Truncate(text, n, "…"), n))
	}
	return append(dst, "  "...)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// answered is the line of a request. What does not fit goes below it.
func (l *ServeLog) answered(dst []byte, e *origin.Event) []byte {
	x := e.Exchange
	target := "-"
	if x.Method != "" {
		target = Escape(x.Method + " " + x.Target)
	}
	protocol := l.faint
	if x.Protocol != "HTTP/1.1" { // one that keeps no connection stands out
		protocol = l.warning
	}
	dst = l.number(dst, e)
	dst = ink{}.cell(dst, target, l.target)
	dst = protocol.cell(dst, x.Protocol[max(len(x.Protocol)-l.protocol, 0):], l.protocol)
	dst = l.token.cell(dst, broughtToken(x), serveToken)
	dst = l.status(x).cell(dst, strconv.Itoa(x.Status), serveStatus)
	outcome, style := l.outcome(x)
	used := l.indent + l.target + l.outcomeAt() + width(outcome)
	if used > l.width {
		dst, used = blanks(append(dst, '\n'), l.indent), l.indent+width(outcome)
	}
	dst = style.append(dst, outcome)
	if checks, plain := l.checks(x); plain > 0 {
		if used+plain > l.width {
			dst = blanks(append(dst, '\n'), l.indent-gap)
		}
		dst = append(dst, checks...)
	}
	if x.Note != "" {
		for _, line := range wrap(Escape(x.Note), l.width-l.indent) {
			dst = l.warning.append(blanks(append(dst, '\n'), l.indent), line)
		}
	}
	return dst
}

func (l *ServeLog) status(x *origin.Exchange) ink {
	switch {
	case x.Status < 400:
		return l.good
	case x.State == origin.StateAnonymous || x.State == origin.StateChallenged:
		return l.warning
	}
	return l.error
}

// broughtToken names what came for a logon.
func broughtToken(x *origin.Exchange) string {
	if x.Scheme == "" {
		return "-"
	}
	return Escape(x.Scheme) + " " + tokenIn(x, trace.InRequest)
}

// tokenIn names the message that went in a direction; an asterisk says that it
// went in SPNEGO.
func tokenIn(x *origin.Exchange, d trace.Direction) string {
	for _, at := range x.Tokens {
		if at.Direction != d {
			continue
		}
		name := shortName(at.Token.Kind)
		if n := at.Token.NTLM(); n != nil && n != at.Token {
			name = shortName(n.Kind) + "*"
		}
		return name
	}
	return ""
}

func shortName(k decode.Kind) string {
	switch k {
	case decode.KindNTLMNegotiate:
		return "Type 1"
	case decode.KindNTLMChallenge:
		return "Type 2"
	case decode.KindNTLMAuthenticate:
		return "Type 3"
	case decode.KindSPNEGOInit, decode.KindSPNEGOInit2, decode.KindSPNEGOResp:
		return "SPNEGO"
	case decode.KindKRB5APReq:
		return "Kerberos"
	}
	return string(k)
}

// outcome says what became of the logon. It is escaped.
func (l *ServeLog) outcome(x *origin.Exchange) (string, ink) {
	switch x.State {
	case origin.StateChallenged:
		if name := tokenIn(x, trace.InResponse); name != "" {
			return name, l.token
		}
	case origin.StateAuthenticated:
		return "still " + Escape(x.Account), l.faint
	case origin.StateAccepted:
		return Escape(x.Account), l.good
	case origin.StateRefused:
		if x.Checks != nil && x.Checks.Reason != "" {
			return string(x.Checks.Reason), l.error
		}
		return "refused", l.error
	}
	return string(x.State), l.faint
}

// checks names the checks of a Type 3, and says how many columns that takes.
func (l *ServeLog) checks(x *origin.Exchange) (text []byte, plain int) {
	c := x.Checks
	if c == nil || c.NTResponse == "" {
		return nil, 0
	}
	for i, k := range [...]struct {
		name  string
		check decode.Check
	}{
		{"nt", c.NTResponse}, {"mic", c.MIC}, {"cb", c.ChannelBinding},
		{"lm", c.LMResponse}, {"spn", c.TargetName}, {"mechlist", c.MechListMIC},
	} {
		style, word := l.faint, string(k.check)
		switch {
		case k.check == decode.Match:
			style, word = l.good, "ok"
		case k.check == decode.Mismatch:
			style, word = l.error, "wrong"
		case i > 2:
			continue // they are absent as a rule
		}
		text = l.faint.append(append(text, "  "...), k.name)
		text = style.append(append(text, ' '), word)
		plain += 2 + len(k.name) + 1 + len(word)
	}
	return text, plain
}
