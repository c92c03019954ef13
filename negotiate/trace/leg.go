package trace

// Leg is one request and its response on one connection.
type Leg struct {
	// N counts the legs of a run from 1.
	N int `json:"n"`
	// Name says what the leg was for, as "type 1".
	Name string `json:"name,omitempty"`
	// Experiment is the experiment that asked for it, or empty.
	Experiment string `json:"experiment,omitempty"`
	// Connection is the id of the connection that it went over.
	Connection int `json:"connection"`
	// HTTPVersion is that of the final response's status line, as "1.1".
	HTTPVersion string  `json:"http_version,omitempty"`
	Request     Request `json:"request"`
	// Response is the final response; nil if none came.
	Response *Response `json:"response,omitempty"`
	// Interim are the 1xx responses before it.
	Interim []Interim `json:"interim,omitempty"`
	// Tokens are those of the request and then those of the response.
	Tokens  []TokenAt `json:"tokens,omitempty"`
	Started Time      `json:"started"`
	// SentMS is when the request had been written, FirstByteMS when the final
	// response began and DurationMS when its body had ended, all since Started.
	SentMS      float64 `json:"sent_ms,omitempty"`
	FirstByteMS float64 `json:"first_byte_ms,omitempty"`
	DurationMS  float64 `json:"duration_ms"`
	// ClosedBy says who closed the connection during this leg, or after it and
	// before the next; empty if it stayed open.
	ClosedBy Side `json:"closed_by,omitempty"`
	// ClosedMS is when that was noticed, since Started.
	ClosedMS float64 `json:"closed_ms,omitempty"`
	// OriginView is what a ntlmctl serve at the far end says that it saw.
	OriginView *OriginView `json:"origin_view,omitempty"`
	// ProxyView is the same of a ntlmctl serve that is a proxy on the way.
	ProxyView *OriginView `json:"proxy_view,omitempty"`
	// Note is what else is to be said; notes are joined by "; ".
	Note string `json:"note,omitempty"`
	// Error says why there is no response, or no whole one.
	Error *Failure `json:"error,omitempty"`
}

// AddNote appends a note.
func (l *Leg) AddNote(note string) {
	if l.Note != "" && note != "" {
		l.Note += "; "
	}
	l.Note += note
}

// Status is the status of the final response, 0 if none came.
func (l *Leg) Status() int {
	if l.Response == nil {
		return 0
	}
	return l.Response.Status
}

// Request is the head of a request and how much of its body went out.
type Request struct {
	Method string `json:"method"`
	// Target is the request target as it was sent: a path, a whole URL or host:port.
	Target  string  `json:"target"`
	Headers Headers `json:"headers"`
	// Sent says that at least the head was handed to the kernel.
	Sent bool `json:"sent"`
	// BodyBytes is how much of the body was handed to the kernel, without framing.
	BodyBytes int64 `json:"body_bytes,omitempty"`
	// BodyCut says that the body was not sent to its end.
	BodyCut bool `json:"body_cut,omitempty"`
}

// Response is the head of a response and how much of its body was read.
type Response struct {
	Status int    `json:"status"`
	Reason string `json:"reason,omitempty"`
	// Headers are in the order and case in which they came.
	Headers  Headers `json:"headers"`
	Trailers Headers `json:"trailers,omitempty"`
	// BodyBytes is how much of the body was read, without framing.
	BodyBytes int64 `json:"body_bytes,omitempty"`
	// BodyCut says that the body was not read to its end.
	BodyCut bool `json:"body_cut,omitempty"`
	// Close says that the response announced the end of the connection: by
	// Connection: close, by HTTP/1.0 or by a body that only the end delimits.
	Close bool `json:"close,omitempty"`
	// Raw is the head as it came, from the status line to the empty line. It is
	// cut at a limit, and RawCut says so.
	Raw    []byte `json:"-"`
	RawCut bool   `json:"-"`
}

// Interim is a 1xx response.
type Interim struct {
	Status  int     `json:"status"`
	Reason  string  `json:"reason,omitempty"`
	Headers Headers `json:"headers"`
	// AtMS is when it had come, since the leg's start.
	AtMS float64 `json:"at_ms"`
}
