package capture

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"github.com/ntlmctl/ntlmctl/decode"
)

// harEntry is what is kept of one entry (HAR 1.2, 4.5 "entries").
type harEntry struct {
	started time.Time
	url     string
	// id names the connection in DevTools, connection elsewhere.
	id, connection string
	status         int
	offset         int64
	line           int
	// requests and responses are the tokens, each in the order of the file.
	requests, responses []Found
}

// har reads a HAR file: entries in their order, of each the request's tokens
// and then the response's.
func (s *scan) har() error {
	j := newJSON(&s.in)
	j.stop = func() bool { return s.stopped }
	creator := ""
	j.object(func(key string) {
		if key != "log" {
			j.skip()
			return
		}
		j.object(func(key string) {
			switch key {
			case "creator":
				j.object(func(key string) {
					if value := j.scalar(); key == "name" {
						creator = string(value.b)
					}
				})
			case "entries":
				j.array(func() { s.harEntry(j, creator) })
			default:
				j.skip()
			}
		})
	})
	s.leave(j)
	return nil
}

func (s *scan) harEntry(j *jsonReader, creator string) {
	j.peek()
	e := harEntry{offset: j.c.offset(), line: j.line}
	j.object(func(key string) {
		switch key {
		case "startedDateTime":
			e.started, _ = time.Parse(time.RFC3339Nano, string(j.scalar().b))
		case "_connectionId":
			e.id = string(j.scalar().b)
		case "connection":
			e.connection = string(j.scalar().b)
		case "request":
			s.harMessage(j, &e, request)
		case "response":
			s.harMessage(j, &e, response)
		default:
			j.skip()
		}
	})
	s.harEmit(&e, creator)
}

// harMessage reads a request or response.
func (s *scan) harMessage(j *jsonReader, e *harEntry, direction string) {
	found := &e.requests
	if direction == response {
		found = &e.responses
	}
	j.object(func(key string) {
		switch key {
		case "url":
			e.url = string(j.scalar().b)
		case "status":
			e.status, _ = strconv.Atoi(string(j.scalar().b))
		case "headers":
			j.array(func() {
				var name, value jsonText
				j.object(func(key string) {
					switch key {
					case "name":
						name = j.scalar()
					case "value":
						value = j.scalar()
					default:
						j.skip()
					}
				})
				*found = append(*found, s.inString(name.b, value, direction)...)
			})
		case "postData", "content":
			var text jsonText
			encoding := ""
			j.object(func(key string) {
				switch key {
				case "text":
					text = j.scalar()
				case "encoding":
					encoding = string(j.scalar().b)
				default:
					j.skip()
				}
			})
			if encoding == "" {
				*found = append(*found, s.inString(nil, text, direction)...)
			}
		default:
			j.skip()
		}
	})
}

// inString finds the tokens in a string of JSON, which is the value of a header
// if name is given.
func (s *scan) inString(name []byte, value jsonText, direction string) []Found {
	if len(value.b) < 8 {
		return nil
	}
	block, lead := value.b, 0
	if len(name) > 0 {
		block = append(append(bytes.Clone(name), ": "...), value.b...)
		lead = len(name) + 2
	}
	var all []Found
	s.scanBlock(block, func(r run, c context) {
		offset := value.offset
		if !value.escaped {
			offset += int64(r.start - lead)
		}
		all = append(all, Found{
			Raw: r.raw, Scheme: c.scheme,
			Source: decode.Source{Line: value.line, Offset: offset, Direction: direction, Header: c.header},
		})
	})
	return all
}

// harEmit hands out an entry's tokens.
func (s *scan) harEmit(e *harEntry, creator string) {
	id, stream := e.id, ""
	if id == "" && !isPort(e.connection, e.url, creator) {
		id = e.connection
	}
	if id != "" && id != "0" {
		stream = "har connection " + id
	}
	emit := func(all []Found, status int) {
		for _, f := range all {
			f.Source.Stream, f.Time, f.Status, f.Responds = stream, e.started, status, status == 0 && e.status >= 200
			if !s.emit(f) {
				return
			}
		}
	}
	emit(e.requests, 0)
	if e.status >= 200 {
		s.responded(Response{
			Status: e.status, Time: e.started,
			Source: decode.Source{Offset: e.offset, Line: e.line, Direction: response, Stream: stream},
		})
	}
	emit(e.responses, e.status)
}

// isPort reports whether what stands for the connection is but the server's
// port, as Firefox and DevTools have it: that does not tell connections apart.
func isPort(id, target, creator string) bool {
	if strings.HasPrefix(creator, "Firefox") {
		return true
	}
	scheme, rest, _ := strings.Cut(target, "://")
	host, _, _ := strings.Cut(rest, "/")
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasSuffix(host, "]") {
		return id == host[i+1:]
	}
	return scheme == "https" && id == "443" || scheme == "http" && id == "80"
}
