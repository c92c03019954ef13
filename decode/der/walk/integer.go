package walk

import (
	"github.com/ntlmctl/ntlmctl/decode/annotate"
	"github.com/ntlmctl/ntlmctl/decode/der"
)

// Int32 returns the INTEGER inside the explicit tag e, of 32 bits, signed or
// not, and its element, without recording it. ok is false, and the finding
// made, where there is no such.
func (w *Walker) Int32(e der.Element, name string) (n int64, value der.Element, ok bool) {
	value, ok = w.Primitive(e, der.Integer, name)
	if !ok || value.Truncated {
		return 0, value, false
	}
	n, ok = der.ParseInt(value.Bytes(w.B))
	if !ok || n < -1<<31 || n >= 1<<32 {
		w.R.Find(annotate.DERUnexpected, value.Offset, value.Size(), name+": no INTEGER of 32 bits")
		w.Leaf(value, name, annotate.Bytes(), "")
		return 0, value, false
	}
	return n, value, true
}
