package walk

import (
	"github.com/ntlmctl/ntlmctl/decode/annotate"
	"github.com/ntlmctl/ntlmctl/decode/der"
)

// maxSegmentDepth bounds the nesting of a string in segments.
const maxSegmentDepth = 8

// Octets records the OCTET STRING inside the explicit tag e and returns its
// content and where that begins. One in segments (X.690 8.7.3) is joined, and
// its offset is -1. Where something else stands in its place, that is returned
// whole, with a finding: tokens have been seen without their OCTET STRING. Nil
// means that nothing is there.
func (w *Walker) Octets(e der.Element, name, meaning string) (content []byte, offset int) {
	content, offset = w.OctetContent(e, name)
	switch {
	case content == nil:
	case offset < 0:
		w.Leaf(e, name, annotate.Bytes(), "in segments")
	default:
		w.R.Field(name, offset, len(content), annotate.Bytes(), meaning)
	}
	return content, offset
}

// OctetContent is Octets without the field.
func (w *Walker) OctetContent(e der.Element, name string) (content []byte, offset int) {
	inner, ok := w.Explicit(e, name)
	switch {
	case !ok:
		return nil, -1
	case inner.Is(der.OctetString):
		w.Check(inner, name)
		if headerCut(inner) {
			return nil, -1
		}
		return inner.Bytes(w.B), inner.Content()
	case inner.Is(der.OctetString | 0x20):
		w.Check(inner, name)
		return w.segments([]byte{}, w.Inside(inner, name), 1), -1
	}
	w.Check(inner, name)
	if headerCut(inner) {
		return nil, -1
	}
	w.R.Find(annotate.DERUnexpected, inner.Offset, inner.Size(), name+": "+Describe(inner)+" where OCTET STRING is due")
	return w.B[inner.Offset:inner.End():inner.End()], inner.Offset
}

func (w *Walker) segments(dst []byte, s Scope, depth int) []byte {
	for {
		e, ok := w.Next(&s)
		if !ok {
			return dst
		}
		w.Check(e, s.name)
		switch {
		case e.Is(der.OctetString):
			dst = append(dst, e.Bytes(w.B)...)
		case !e.Is(der.OctetString | 0x20):
			w.Unexpected(e, s.name, Describe(e)+" where a segment of OCTET STRING is due")
		case depth == maxSegmentDepth:
			w.R.Find(annotate.DERDepth, e.Offset, e.Size(), s.name)
		default:
			dst = w.segments(dst, w.Inside(e, s.name), depth+1)
		}
	}
}
