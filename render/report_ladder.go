package render

import (
	"bufio"
	"io"
	"strconv"
	"strings"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// ladderWidth is how wide a drawn ladder gets, in columns.
const ladderWidth = 100

// Ladder draws the legs between client and server, each with its number, a head
// for each connection.
func (x Text) Ladder(w io.Writer, t *trace.Trace) error {
	out := bufio.NewWriter(w)
	x.ladder(out, t)
	return out.Flush()
}

// ladder draws the legs, under an empty line.
func (x Text) ladder(out *bufio.Writer, t *trace.Trace) {
	if len(t.Legs) == 0 {
		return
	}
	d := drawing{x: x, out: out, connections: map[int]*trace.Connection{}}
	for _, c := range t.Connections {
		d.connections[c.ID] = c
	}
	for _, leg := range t.Legs {
		d.leg(leg)
	}
	out.WriteByte('\n')
}

// drawing is a ladder under way.
type drawing struct {
	x           Text
	out         *bufio.Writer
	connections map[int]*trace.Connection
	at          int // the connection of the last leg
}

// margin is what stands left of the drawing.
const margin = "      "

// inner is how many columns lie between the two lines of the drawing.
func (d *drawing) inner() int { return min(d.x.Width, ladderWidth) - len(margin) - 2 }

func (d *drawing) leg(leg *trace.Leg) {
	if leg.Connection != d.at {
		d.head(leg.Connection)
	}
	d.at = leg.Connection
	number := leftPad(strconv.Itoa(leg.N), len(margin)-2) + "  "
	d.arrow(number, leg.Request.Method+" "+leg.Request.Target+TokenNote(leg, trace.InRequest), true)
	if len(leg.Interim) > 0 {
		d.arrow(margin, strconv.Itoa(leg.Interim[len(leg.Interim)-1].Status), false)
	}
	switch {
	case leg.Response != nil:
		d.arrow(margin, strings.TrimSpace(strconv.Itoa(leg.Response.Status)+" "+leg.Response.Reason)+TokenNote(leg, trace.InResponse), false)
	case leg.Error != nil:
		d.broken("no answer: " + leg.Error.Text)
	default:
		d.broken("no answer")
	}
	if leg.Response != nil && leg.Error != nil {
		d.broken(leg.Error.Text)
	}
	if leg.ClosedBy == trace.Server {
		d.broken("closed by the server")
	}
}

// head names the ends of a connection.
func (d *drawing) head(id int) {
	text := "conn " + strconv.Itoa(id)
	if c := d.connections[id]; c != nil {
		text += " to " + c.Remote
		switch {
		case c.Via != "" && c.Tunnel:
			text += ", a tunnel through " + c.Via + " to " + c.Target
		case c.Via != "":
			text += ", the proxy"
		}
		if c.TLS != nil {
			text += ", " + c.TLS.Version
		}
	}
	d.out.WriteByte('\n')
	lines := wrap(Escape(text), d.inner()-len("client")-2)
	for i, l := range lines {
		who := "client"
		if i > 0 {
			who = ""
		}
		d.out.WriteString(margin + pad(who, d.inner()-width(l)+2) + d.x.Style.Meaning.Render(l) + "\n")
	}
}

// arrow draws a message; right is the way to the server.
func (d *drawing) arrow(left, label string, right bool) {
	lines := wrap(Escape(label), d.inner()-8)
	for i, l := range lines {
		rest := d.inner() - width(l) - 2
		var shaft [2]string
		switch last := i == len(lines)-1; {
		case !last && right:
			shaft = [2]string{"   ", strings.Repeat(" ", rest-3)}
		case !last:
			shaft = [2]string{strings.Repeat(" ", rest-3), "   "}
		case right:
			shaft = [2]string{"── ", strings.Repeat("─", rest-3) + "▶"}
		default:
			shaft = [2]string{"◀" + strings.Repeat("─", rest-3), " ──"}
		}
		before, after := shaft[0], shaft[1]
		if right {
			after = " " + after
		} else {
			before += " "
		}
		line := d.x.Style.Bytes
		d.out.WriteString(d.x.Style.Offset.Render(left) + line.Render("│"+before) + l + line.Render(after+"│") + "\n")
		left = margin
	}
}

// broken draws what ended a leg.
func (d *drawing) broken(text string) {
	for i, l := range wrap(Escape(text), d.inner()-4) {
		mark := "╳"
		if i > 0 {
			mark = " "
		}
		d.out.WriteString(margin + d.x.Style.Bytes.Render("│ ") + d.x.Style.Error.Render(mark) + " " + pad(l, d.inner()-3) + d.x.Style.Bytes.Render("│") + "\n")
	}
}
