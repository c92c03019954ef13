package origin_test

import (
	"net/http"
	"testing"

	"github.com/ntlmctl/ntlmctl/negotiate/origin"
	"github.com/ntlmctl/ntlmctl/negotiate/trace"
	"github.com/ntlmctl/ntlmctl/render"
)

// keyed sends a step of a handshake with a connection id.
func (h *handshake) keyed(t *testing.T, p *peer, id string, in []byte) answer {
	t.Helper()
	out, _, err := h.client.Step(in)
	if err != nil {
		t.Fatal(err)
	}
	return p.get("/", authorization(h.scheme, out), "X-Connection-Id: "+id)
}

// TestConnectionID has the legs of a logon come in over differing TCP connections.
func TestConnectionID(t *testing.T) {
	o := options(t)
	o.ConnectionIDHeader, o.Dialect, o.Body = "x-connection-id", origin.GSS, render.AppendServeBody
	server, address, _ := startServer(t, o)
	one, two := dial(t, address), dial(t, address)
	h := one.client("NTLM", `LAB\alice`, password)
	first := h.keyed(t, one, "17", nil)
	second := h.keyed(t, two, "17", first.token("NTLM"))
	if second.seen() != "200-" {
		t.Fatalf("%s: %s", second.seen(), second.body)
	}
	view := func(a answer) *trace.OriginView {
		var fields trace.Headers
		for name, values := range a.Header {
			fields = append(fields, trace.Header{Name: name, Value: values[0]})
		}
		return trace.OriginViewOf(fields)
	}
	v1, v2 := view(first), view(second)
	if v1.Instance != v2.Instance || v1.Instance != server.Instance() || v1.Connection == v2.Connection || v1.AuthKey != "key 17" || v2.AuthKey != "key 17" {
		t.Errorf("%+v, %+v", v1, v2)
	}
	if doc := second.report(t); doc.Leg != 2 || doc.Request != 1 {
		t.Errorf("leg %d, request %d", doc.Leg, doc.Request)
	}
	if a := one.get("/", "X-Connection-Id: 17"); a.seen() != "200-" {
		t.Errorf("a bare request under the key: %s", a.seen())
	}
	if a := one.get("/", "X-Connection-Id: 18"); a.seen() != "401B" {
		t.Errorf("another key: %s", a.seen())
	}
	if a := one.get("/"); a.seen() != "401B" || a.report(t).AuthKey != "connection 1" || a.report(t).Note == "" {
		t.Errorf("no key: %s", a.body)
	}
	// An id that is used again begins with a Type 1: nobody inherits the logon.
	if a := h.p.client("NTLM", `LAB\bob`, "S3cret!12").keyed(t, two, "17", nil); a.seen() != "401c" {
		t.Errorf("a Type 1 under a key that is logged on: %s", a.seen())
	}
	if a := one.get("/", "X-Connection-Id: 17"); a.seen() != "401B" {
		t.Errorf("the old logon is still there: %s", a.seen())
	}
	for _, wrong := range []string{"X-Connection-Id: 1\r\nX-Connection-Id: 2", "X-Connection-Id:", "X-Connection-Id: a b"} {
		p := dial(t, address)
		if a := p.get("/", wrong); a.StatusCode != http.StatusBadRequest {
			t.Errorf("%q: %s", wrong, a.seen())
		}
	}
	if n := server.Stats().Keys; n != 2 {
		t.Errorf("%d keys", n)
	}
}
