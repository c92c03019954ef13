// Package walktest checks what a decoder has recorded: the invariants that
// hold for every input, however malformed.
package walktest

import (
	"testing"

	"github.com/ntlmctl/ntlmctl/decode/annotate"
)

// Check fails t unless all spans lie inside b, children lie inside their
// parents, and each byte belongs to a field or a finding.
func Check(t testing.TB, b []byte, r *annotate.Recorder) {
	t.Helper()
	claimed := make([]bool, len(b))
	claim := func(what string, offset, length int) {
		if offset < 0 || length < 0 || offset > len(b) || length > len(b)-offset {
			t.Fatalf("%s [%d, +%d] outside the input of %d bytes", what, offset, length, len(b))
		}
		for i := offset; i < offset+length; i++ {
			claimed[i] = true
		}
	}
	var parents []annotate.Field
	for i, f := range r.Fields {
		if f.Depth > len(parents) {
			t.Fatalf("field %d %q has depth %d below %d parents", i, f.Name, f.Depth, len(parents))
		}
		parents = parents[:f.Depth]
		if f.Depth > 0 {
			p := parents[f.Depth-1]
			if f.Length > 0 && (f.Offset < p.Offset || f.Offset+f.Length > p.Offset+p.Length) {
				t.Fatalf("%q [%d, +%d] outside its parent %q [%d, +%d]", f.Name, f.Offset, f.Length, p.Name, p.Offset, p.Length)
			}
		}
		parents = append(parents, f)
		if f.Depth == 0 {
			claim(f.Name, f.Offset, f.Length)
		}
		f.Value.Append(nil, f.Span(b))
	}
	for _, f := range r.Findings {
		if f.Code.String() == "" {
			t.Fatalf("a finding without a code at %d", f.Offset)
		}
		claim(f.Code.String(), f.Offset, f.Length)
	}
	for i, ok := range claimed {
		if !ok {
			t.Fatalf("byte %d of %d belongs to nothing", i, len(b))
		}
	}
}

// Has reports whether r holds a finding of this code.
func Has(r *annotate.Recorder, code annotate.Code) bool {
	for _, f := range r.Findings {
		if f.Code == code {
			return true
		}
	}
	return false
}

// Codes are the codes of r's findings, in order.
func Codes(r *annotate.Recorder) []string {
	codes := []string{}
	for _, f := range r.Findings {
		codes = append(codes, f.Code.String())
	}
	return codes
}

// Whole is b without the bytes that r calls trailing data at its end.
func Whole(b []byte, r *annotate.Recorder) []byte {
	for _, f := range r.Findings {
		if f.Code == annotate.TrailingData && f.Offset+f.Length == len(b) {
			return b[:f.Offset:f.Offset]
		}
	}
	return b
}

// Truncations calls parse with every proper prefix of b that is not empty. It
// fails t where one panics, breaks an invariant or gives no finding of severity
// Error.
func Truncations(t *testing.T, b []byte, parse func(b []byte, r *annotate.Recorder)) {
	t.Helper()
	for n := 1; n < len(b); n++ {
		cut := b[:n:n]
		r := &annotate.Recorder{Annotate: true}
		parse(cut, r)
		Check(t, cut, r)
		if annotate.Worst(r.Findings) != annotate.Error {
			t.Errorf("cut at %d of %d: no error among %v", n, len(b), Codes(r))
		}
	}
}

// Vector is one token of a tokens.jsonl.
type Vector struct {
	ID     string
	Kind   string
	Client string
	Server string
	Leg    string
	Base64 []byte
	Expect map[string]any
}
