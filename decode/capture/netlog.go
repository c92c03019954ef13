package capture

import (
	"bytes"
	"strconv"
	"time"

	"github.com/ntlmctl/ntlmctl/decode"
)

// netlog reads what Chromium's net-export and --log-net-log write: constants,
// then events. Requests are joined to the sockets that they went out on.
type netlog struct {
	s *scan
	// types are the events' names by number.
	types map[string]string
	// start is what the events' milliseconds count from.
	start time.Time
	// bound leads from a source to the one that it was bound to: from a request
	// to a job, from a job to a socket.
	bound map[string]string
}

// maxBound is how many such ties are remembered.
const maxBound = 1 << 16

// netEvent is what is kept of one event.
type netEvent struct {
	kind, source, time, dependency string
	headers                        []jsonText
}

func (s *scan) netlog() error {
	n := &netlog{s: s, types: make(map[string]string), bound: make(map[string]string)}
	j := newJSON(&s.in)
	j.stop = func() bool { return s.stopped }
	j.object(func(key string) {
		switch key {
		case "constants":
			n.constants(j)
		case "events":
			j.array(func() { n.event(j) })
		default:
			j.skip()
		}
	})
	s.leave(j)
	return nil
}

func (n *netlog) constants(j *jsonReader) {
	j.object(func(key string) {
		switch key {
		case "logEventTypes":
			j.object(func(name string) {
				if id := j.scalar(); wanted(name) {
					n.types[string(id.b)] = name
				}
			})
		case "timeTickOffset":
			if ms, err := strconv.ParseInt(string(j.scalar().b), 10, 64); err == nil {
				n.start = time.UnixMilli(ms).UTC()
			}
		default:
			j.skip()
		}
	})
}

// Names of the events that matter.
const (
	sendRequest   = "HTTP_TRANSACTION_SEND_REQUEST_HEADERS"
	sendTunnel    = "HTTP_TRANSACTION_SEND_TUNNEL_HEADERS"
	readResponse  = "HTTP_TRANSACTION_READ_RESPONSE_HEADERS"
	readTunnel    = "HTTP_TRANSACTION_READ_TUNNEL_RESPONSE_HEADERS"
	boundToJob    = "HTTP_STREAM_REQUEST_BOUND_TO_JOB"
	boundToSocket = "SOCKET_POOL_BOUND_TO_SOCKET"
)

func wanted(name string) bool {
	switch name {
	case sendRequest, sendTunnel, readResponse, readTunnel, boundToJob, boundToSocket:
		return true
	}
	return false
}

// event reads one event and acts on it.
func (n *netlog) event(j *jsonReader) {
	var e netEvent
	kept := 0
	j.object(func(key string) {
		switch key {
		case "params":
			j.object(func(key string) {
				switch key {
				case "headers":
					j.array(func() {
						h := j.scalar()
						if kept += len(h.b); kept <= maxString {
							e.headers = append(e.headers, h)
						}
					})
				case "source_dependency":
					e.dependency = readID(j)
				default:
					j.skip()
				}
			})
		case "source":
			e.source = readID(j)
		case "time":
			e.time = string(j.scalar().b)
		case "type":
			e.kind = n.types[string(j.scalar().b)]
		default:
			j.skip()
		}
	})
	switch e.kind {
	case boundToJob, boundToSocket:
		if len(n.bound) >= maxBound {
			clear(n.bound)
		}
		if e.dependency != "" && e.dependency != e.source {
			n.bound[e.source] = e.dependency
		}
	case sendRequest, sendTunnel:
		n.message(&e, request)
	case readResponse, readTunnel:
		n.message(&e, response)
	}
}

// readID reads the id of a source.
func readID(j *jsonReader) (id string) {
	j.object(func(key string) {
		if value := j.scalar(); key == "id" {
			id = string(value.b)
		}
	})
	return id
}

// stream names the socket that a request is bound to, or else the request.
func (n *netlog) stream(source string) string {
	id := source
	for range 4 {
		next, ok := n.bound[id]
		if !ok {
			break
		}
		id = next
	}
	if id == source {
		return "request " + source
	}
	return "socket " + id
}

// message hands out the tokens of one message's headers.
func (n *netlog) message(e *netEvent, direction string) {
	s := n.s
	at := time.Time{}
	if ms, err := strconv.ParseInt(e.time, 10, 64); err == nil && !n.start.IsZero() {
		at = n.start.Add(time.Duration(ms) * time.Millisecond)
	}
	stream, status := n.stream(e.source), 0
	if direction == response && len(e.headers) > 0 {
		first := e.headers[0]
		if status = statusLine(first.b); status >= 200 {
			s.responded(Response{
				Status: status, Time: at,
				Source: decode.Source{Offset: first.offset, Line: first.line, Direction: response, Stream: stream},
			})
		}
	}
	for _, h := range e.headers {
		if strippedToken(h.b) {
			s.stats.Stripped++
			continue
		}
		for _, f := range s.inString(nil, h, direction) {
			f.Source.Stream, f.Status, f.Responds, f.Time = stream, status, direction == request, at
			if !s.emit(f) {
				return
			}
		}
	}
}

// strippedToken reports whether a header had a token that was not recorded:
// "Authorization: [232 bytes were stripped]", "WWW-Authenticate: NTLM [...]".
func strippedToken(h []byte) bool {
	name, value, ok := bytes.Cut(h, []byte(":"))
	if !ok || !bytes.HasSuffix(value, []byte(" were stripped]")) {
		return false
	}
	for _, known := range headerNames {
		if equalFold(name, known.lower) {
			scheme, _, _ := bytes.Cut(bytes.TrimSpace(value), []byte(" "))
			return isScheme(scheme) || bytes.HasPrefix(scheme, []byte{'['})
		}
	}
	return false
}
