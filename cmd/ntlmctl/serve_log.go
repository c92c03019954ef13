package main

import (
	"io"
	"sync"

	"github.com/ntlmctl/ntlmctl/negotiate/origin"
	"github.com/ntlmctl/ntlmctl/render"
)

// eventLog shows events. Those who add them do not wait for the output: what is
// not read fast enough piles up to a limit, and is lost beyond it.
type eventLog struct {
	render func(dst []byte, e *origin.Event) []byte
	out    io.Writer
	tail   string // after the last event

	mu      sync.Mutex
	pending []byte
	lost    int
	closed  bool
	wake    chan struct{}
}

// maxPending is how much may wait to be written, in bytes.
const maxPending = 8 << 20

func newEventLog(w *world, out *output) *eventLog {
	l := &eventLog{out: w.Stdout, wake: make(chan struct{}, 1)}
	switch out.format {
	case formatJSONL:
		l.render = render.AppendServeEventLine
	case formatJSON:
		l.pending, l.tail = []byte(`{"schema":"`+render.SchemaServeLog+`","events":[`+"\n"), "]}\n"
		first := true
		l.render = func(dst []byte, e *origin.Event) []byte {
			if !first { // not after the event before it: that is to be a whole line at once
				dst = append(dst, ',')
			}
			first = false
			return append(render.AppendServeEvent(dst, e), '\n')
		}
	default:
		columns, lines := columnsOf(w.Stdout), out.text(w).ServeLog()
		l.render = func(dst []byte, e *origin.Event) []byte {
			if now := columnsOf(w.Stdout); now != columns { // the window's size was changed
				columns, lines = now, out.text(w).ServeLog()
			}
			return lines.Append(dst, e)
		}
	}
	return l
}

// add takes an event.
func (l *eventLog) add(e origin.Event) {
	l.mu.Lock()
	if len(l.pending) > maxPending {
		l.lost++
	} else {
		l.pending = l.render(l.pending, &e)
	}
	l.mu.Unlock()
	l.rouse()
}

func (l *eventLog) rouse() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// close says that no event follows.
func (l *eventLog) close() {
	l.mu.Lock()
	l.closed = true
	l.pending = append(l.pending, l.tail...)
	l.mu.Unlock()
	l.rouse()
}

// write writes what was added, as it comes, until close.
func (l *eventLog) write() error {
	var spare []byte
	for range l.wake {
		l.mu.Lock()
		part, closed := l.pending, l.closed
		l.pending = spare[:0]
		l.mu.Unlock()
		if _, err := l.out.Write(part); err != nil {
			return err
		}
		if closed {
			return nil
		}
		spare = part
	}
	return nil
}
