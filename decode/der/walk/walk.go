// Package walk reads BER with an annotate.Recorder at hand: it records a field
// for what the caller names and a finding for what is not as DER has it, so
// that a decoder reads like the specification's ASN.1.
//
// A field that has children spans its whole element, tag and length included;
// a field that has none spans the content, which is what its value says. The
// tags and lengths in between belong to the field above.
package walk

import (
	"strconv"

	"github.com/ntlmctl/ntlmctl/decode/annotate"
	"github.com/ntlmctl/ntlmctl/decode/der"
)

// Walker reads one input.
type Walker struct {
	// B is the whole input; offsets count from its first byte.
	B []byte
	// R receives fields and findings.
	R *annotate.Recorder
	// Cut says that the input ends before an element does, so that what is
	// missing further on is no finding of its own.
	Cut bool

	cutName    string
	cutElement der.Element
}

// Scope is what is left to read of one constructed element.
type Scope struct {
	name    string
	at, end int
}

// All is the scope of the input from offset on.
func (w *Walker) All(offset int, name string) Scope {
	return Scope{name: name, at: offset, end: len(w.B)}
}

// At is the offset of the next element.
func (s *Scope) At() int { return s.at }

// End is the offset past the scope.
func (s *Scope) End() int { return s.end }

// Skip moves n bytes on, at most to the end of the scope.
func (s *Scope) Skip(n int) { s.at = min(s.at+n, s.end) }

// Next reads the next element; ok is false at the end of the scope.
func (w *Walker) Next(s *Scope) (e der.Element, ok bool) {
	e, ok = der.Read(w.B, s.at, s.end)
	if ok {
		s.at = e.End()
	}
	return e, ok
}

// Peek is Next without moving on.
func (w *Walker) Peek(s Scope) (e der.Element, ok bool) { return w.Next(&s) }

// Inside is the content of e, which is not checked nor recorded.
func (w *Walker) Inside(e der.Element, name string) Scope {
	return Scope{name: name, at: e.Content(), end: e.ContentEnd()}
}

// Check reports what of e is not as DER has it.
func (w *Walker) Check(e der.Element, name string) {
	if e.NonMinimal {
		w.R.Find(annotate.DERNonMinimal, e.Offset, e.HeaderLen, name)
	}
	if e.Indefinite {
		w.R.Find(annotate.DERIndefinite, e.Offset, e.HeaderLen, name)
	}
	switch {
	case !e.Truncated:
	case e.End() == len(w.B):
		// Whatever holds e is cut at the same place: the innermost is reported.
		w.Cut, w.cutName, w.cutElement = true, name, e
	default:
		w.reportCut(e, name)
	}
}

// Done reports where the input was cut, if it was.
func (w *Walker) Done() {
	if w.Cut {
		w.reportCut(w.cutElement, w.cutName)
	}
}

func (w *Walker) reportCut(e der.Element, name string) {
	detail := name + " ends inside its tag or length"
	switch {
	case e.Indefinite:
		detail = name + " has no end-of-contents octets"
	case e.Declared >= 0:
		detail = name + " wants " + strconv.Itoa(e.Declared) + " bytes, " + strconv.Itoa(e.Length) + " are there"
	}
	w.R.Find(annotate.DERTruncated, e.Offset, e.Size(), detail)
}

// Unexpected reports that e is not what is due, and records its bytes.
func (w *Walker) Unexpected(e der.Element, name, due string) {
	w.Check(e, name)
	if !headerCut(e) {
		w.R.Find(annotate.DERUnexpected, e.Offset, e.Size(), name+": "+due)
	}
	w.R.Field(name, e.Offset, e.Size(), annotate.Bytes(), "not decoded")
}

// Unknown reports and records an element of s that the specification lacks.
func (w *Walker) Unknown(e der.Element, s *Scope) {
	w.Unexpected(e, Describe(e), "not part of "+s.name)
}

// Open records e as a field whose children follow until Close.
func (w *Walker) Open(e der.Element, name, meaning string) Scope {
	w.Check(e, name)
	w.R.Open(name, e.Offset, e.Size(), annotate.Value{}, meaning)
	return w.Inside(e, name)
}

// Close ends the field that s is the content of. What nobody has read of it is
// recorded and reported.
func (w *Walker) Close(s *Scope) {
	w.Rest(s)
	w.R.Close()
}

// Rest records and reports what nobody has read of s.
func (w *Walker) Rest(s *Scope) {
	if s.at < s.end {
		w.R.Find(annotate.TrailingData, s.at, s.end-s.at, "after "+s.name)
		w.R.Field("trailing data", s.at, s.end-s.at, annotate.Bytes(), "")
		s.at = s.end
	}
}

// Explicit returns the element inside the explicit tag e. ok is false, and the
// finding made, if there is none.
func (w *Walker) Explicit(e der.Element, name string) (inner der.Element, ok bool) {
	w.Check(e, name)
	s := w.Inside(e, name)
	inner, ok = w.Next(&s)
	if !ok {
		meaning := "cut"
		if !e.Truncated {
			w.R.Find(annotate.DERUnexpected, e.Offset, e.Size(), name+": nothing inside its tag")
			meaning = "empty"
		}
		w.R.Field(name, e.Offset, e.Size(), annotate.Bytes(), meaning)
		return inner, false
	}
	w.Rest(&s)
	return inner, true
}

// OpenExplicit opens the element of identifier ident inside the explicit tag e
// as one field that spans both. ok is false, and the finding made, where
// another stands there.
func (w *Walker) OpenExplicit(e der.Element, ident byte, name, meaning string) (s Scope, ok bool) {
	inner, ok := w.Explicit(e, name)
	if !ok {
		return s, false
	}
	if !inner.Is(ident) {
		w.misfit(e, inner, ident, name)
		return s, false
	}
	w.Check(inner, name)
	w.R.Open(name, e.Offset, e.Size(), annotate.Value{}, meaning)
	return w.Inside(inner, name), true
}

// Primitive returns the element of identifier ident inside the explicit tag e,
// without recording it. ok is false, and the finding made, where another
// stands there or its header is cut.
func (w *Walker) Primitive(e der.Element, ident byte, name string) (inner der.Element, ok bool) {
	inner, ok = w.Explicit(e, name)
	if !ok {
		return inner, false
	}
	if !inner.Is(ident) {
		w.misfit(e, inner, ident, name)
		return inner, false
	}
	w.Check(inner, name)
	return inner, inner.Declared >= 0
}

// misfit reports that inner is not what is due inside the explicit tag e, and
// records both as one field.
func (w *Walker) misfit(e, inner der.Element, ident byte, name string) {
	w.Check(inner, name)
	if !headerCut(inner) {
		w.R.Find(annotate.DERUnexpected, inner.Offset, inner.Size(), name+": "+Describe(inner)+" where "+describeIdent(ident)+" is due")
	}
	w.R.Field(name, e.Offset, e.Size(), annotate.Bytes(), "not decoded")
}

// headerCut says that e's tag or length is cut: it says too little to be wrong.
func headerCut(e der.Element) bool { return e.Declared < 0 && !e.Indefinite }

// Leaf records the content of e.
func (w *Walker) Leaf(e der.Element, name string, v annotate.Value, meaning string) {
	w.R.Field(name, e.Content(), e.Length, v, meaning)
}
