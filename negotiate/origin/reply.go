package origin

import (
	"encoding/base64"
	"net/http"
	"strconv"
	"time"

	"github.com/ntlmctl/ntlmctl/negotiate/trace"
)

// reply writes the answer and reports whether another request may follow.
func (r *request) reply() bool {
	r.body = r.body[:0]
	r.settle()
	if r.s.o.Body != nil && r.x.Method != http.MethodHead {
		r.body = r.s.o.Body(r.body, r.x)
	}
	r.appendHead(r.s.o.BodyType, int64(len(r.body)))
	if r.x.Method != http.MethodHead {
		r.out = append(r.out, r.body...)
	}
	return r.replied(r.write(r.out))
}

// settle makes the Exchange fit to be shown.
func (r *request) settle() {
	r.x.Status = r.status
	if r.s.shows {
		r.x.redactHeaders()
	}
}

// replied is what follows an answer that was written, or failed to be.
func (r *request) replied(err error) bool {
	r.s.answered.Add(1)
	if r.s.o.Events != nil {
		r.x.Duration = r.s.o.Now().Sub(r.x.Started)
		r.s.event(Event{Kind: EventAnswered, Connection: r.id, Local: r.local, Remote: r.remote, Exchange: r.x})
	}
	switch {
	case err != nil:
		r.broke(err)
		return false
	case !r.keep || r.s.draining.Load():
		r.closedBy = trace.Server
		return false
	}
	return true
}

// appendHead puts the head of an answer into out. A negative length leaves
// Content-Length out.
func (r *request) appendHead(contentType string, length int64) {
	b := r.out[:0]
	b = append(b, "HTTP/1.1 "...)
	b = strconv.AppendInt(b, int64(r.status), 10)
	b = append(b, ' ')
	b = append(b, http.StatusText(r.status)...)
	b = append(b, "\r\nServer: ntlmctl\r\nDate: "...)
	b = r.s.o.Now().UTC().AppendFormat(b, http.TimeFormat)
	b = append(b, "\r\n"...)
	b = r.appendView(b)
	b = r.appendChallenges(b)
	if r.s.habits.persistentAuth && !r.s.o.Proxy && r.x.State == StateAccepted && r.x.Checks != nil {
		b = append(b, "Persistent-Auth: "...)
		b = strconv.AppendBool(b, !r.s.o.PerRequest)
		b = append(b, "\r\n"...)
	}
	b = append(b, r.extra...)
	b = r.appendConnection(b)
	if length > 0 && contentType != "" {
		b = appendField(b, "Content-Type", contentType)
	}
	if length >= 0 && (r.x.Method != http.MethodHead || length > 0) {
		b = append(b, "Content-Length: "...)
		b = strconv.AppendInt(b, length, 10)
		b = append(b, "\r\n"...)
	}
	b = append(b, "\r\n"...)
	r.out = b
}

// appendView appends the fields that say which server, connection and request
// this is, and how the logon stands.
func (r *request) appendView(b []byte) []byte {
	names := &r.s.viewNames
	b = appendField(b, names.instance, r.s.instance)
	b = append(append(b, names.connection...), ": "...)
	b = strconv.AppendUint(b, r.id, 10)
	b = append(append(append(b, "\r\n"...), names.request...), ": "...)
	b = strconv.AppendInt(b, int64(r.x.Request), 10)
	b = append(b, "\r\n"...)
	b = appendField(b, names.authKey, r.x.AuthKey)
	if r.x.Protocol != "" {
		b = appendField(b, names.protocol, r.x.Protocol)
	}
	if r.x.State == "" {
		return b
	}
	b = append(append(append(b, names.state...), ": "...), r.x.State...)
	if r.x.State == StateRefused && r.x.Checks != nil && r.x.Checks.Reason != "" {
		b = append(append(b, ' '), r.x.Checks.Reason...)
	}
	return append(b, "\r\n"...)
}

// viewNames are what the fields of appendView are called.
type viewNames struct{ instance, connection, request, authKey, protocol, state string }

// viewNamesOf gives a proxy names of its own: the server behind it may be of our kind.
func viewNamesOf(proxy bool) viewNames {
	name := func(header string) string {
		if proxy {
			return trace.ProxyHeader(header)
		}
		return header
	}
	return viewNames{
		name(trace.HeaderInstance), name(trace.HeaderConnection), name(trace.HeaderRequest), name(trace.HeaderAuthKey),
		name(trace.HeaderProtocol), name(trace.HeaderState),
	}
}

func (n *viewNames) list() []string {
	return []string{n.instance, n.connection, n.request, n.authKey, n.protocol, n.state}
}

func (r *request) appendChallenges(b []byte) []byte {
	if r.token != nil {
		b = append(b, r.s.challengeHeader...)
		b = append(b, ": "...)
		b = append(b, r.scheme...)
		b = append(b, ' ')
		b = base64.StdEncoding.AppendEncode(b, r.token)
		b = append(b, "\r\n"...)
	}
	if r.offers {
		b = append(b, r.s.offers...)
	}
	return b
}

func (r *request) appendConnection(b []byte) []byte {
	switch {
	case !r.keep || r.s.draining.Load():
		r.keep = false
		return append(b, "Connection: close\r\n"...)
	case r.x.Protocol == "HTTP/1.0":
		return append(b, "Connection: keep-alive\r\n"...)
	}
	return b
}

func appendField(b []byte, name, value string) []byte {
	b = append(b, name...)
	b = append(b, ": "...)
	b = append(b, value...)
	return append(b, "\r\n"...)
}

// write writes to the client within Timeouts.Transfer.
func (c *conn) write(b []byte) error {
	c.nc.SetWriteDeadline(time.Now().Add(c.s.o.Timeouts.Transfer))
	_, err := c.nc.Write(b)
	return err
}
