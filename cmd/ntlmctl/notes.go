package main

import (
	"fmt"

	"github.com/ntlmctl/ntlmctl/decode/capture"
	"github.com/ntlmctl/ntlmctl/render"
)

// note tells on stderr what the reader of a result should know, unless --quiet.
func (o *output) note(w *world, format string, args ...any) {
	if !o.quiet {
		fmt.Fprint(w.Stderr, render.Message("note", fmt.Sprintf(format, args...), columnsOf(w.Stderr)))
	}
}

// noteStats tells why an input may hold more than was found in it.
func (o *output) noteStats(w *world, name string, s capture.Stats) {
	if s.Stripped > 0 {
		o.note(w, "%s: the recorder left %s out; net-export keeps them with \"Include cookies and credentials\"", name, render.Plural(s.Stripped, "token"))
	}
	if s.Format == capture.FormatHAR && s.Tokens == 0 {
		o.note(w, "%s: Chromium leaves the handshakes that it does itself out of a HAR; record them with chrome://net-export", name)
	}
	if s.Encrypted > 0 {
		o.note(w, "%s: %s of %d is TLS, whose tokens cannot be seen; capture behind the point where TLS ends", name, render.Plural(s.Encrypted, "connection"), s.Connections)
	}
	if s.Skipped > 0 {
		o.note(w, "%s: %s of an unknown link layer passed over", name, render.Plural(s.Skipped, "packet"))
	}
	if s.Truncated {
		o.note(w, "%s ends within a record; what was complete has been read", name)
	}
}
